"""The rows that a model gets wrong, surest first: where to look for what it cannot do, and for wrong gold."""

from dataclasses import dataclass
from urllib.parse import quote

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MOST = 50
LONGEST = 280  # characters of a text in a table


@dataclass(frozen=True)
class Mistake:
    """One row; `p` is the probability of what was predicted, `link` leads to the item ("": no site)."""

    item_id: str
    text: str
    holder: str
    target: str
    gold: str
    predicted: str
    p: float
    link: str


def mistakes(
    rows: pd.DataFrame, predicted: NDArray[np.str_], p: NDArray[np.float64], *, slug: str, site: str = ""
) -> list[Mistake]:
    """At most MOST rows whose label is not the `predicted` one; `p` is its probability, both (n_rows,).

    `site` is where the project's web pages are, "https://stance.example.org"; links are for its curators.
    """
    wrong = np.flatnonzero(np.asarray(rows["label"], dtype=str) != predicted)
    wrong = wrong[np.argsort(-p[wrong], kind="stable")][:MOST]
    told = rows.iloc[wrong][["item_id", "text", "holder", "target", "label"]].astype(str)
    return [
        Mistake(name, _short(text), holder, target, gold, said, float(share), link(site, slug, name))
        for (name, text, holder, target, gold), said, share in zip(
            told.to_numpy().tolist(), predicted[wrong].tolist(), p[wrong], strict=True
        )
    ]


def link(site: str, slug: str, item_id: str) -> str:
    """Where a curator settles the item.

    >>> link("https://stance.example.org/", "trains", "a/1")
    'https://stance.example.org/projects/trains/adjudicate/item?id=a%2F1'
    """
    if not site:
        return ""
    return f"{site.rstrip('/')}/projects/{quote(slug)}/adjudicate/item?id={quote(item_id, safe='')}"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
