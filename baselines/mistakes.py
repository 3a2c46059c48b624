"""The rows that a model gets wrong, surest first: where to look for what it cannot do, and for wrong gold."""

from dataclasses import dataclass, field
from urllib.parse import quote

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from baselines.persist import Model
from baselines.why.explaining import explain
from baselines.why.told import Piece, marked

MOST = 50
LONGEST = 280  # characters of a text in a table


@dataclass(frozen=True)
class Mistake:
    """One row; `p` is the probability of what was predicted, `link` leads to the item ("": no site).

    `pieces` are the text again, words marked that spoke for what was predicted or against it; of a model that
    is not linear none is.
    """

    item_id: str
    text: str
    holder: str
    target: str
    gold: str
    predicted: str
    p: float
    link: str
    pieces: list[Piece] = field(default_factory=list)

    @property
    def marked(self) -> list[Piece]:
        """The marked words, loudest first."""
        return sorted((each for each in self.pieces if each.strength), key=lambda each: -abs(each.weight))


def mistakes(
    model: Model,
    rows: pd.DataFrame,
    predicted: NDArray[np.str_],
    p: NDArray[np.float64],
    *,
    slug: str,
    site: str = "",
) -> list[Mistake]:
    """At most MOST rows whose label is not the `predicted` one; `p` is its probability, both (n_rows,).

    `site` is where the project's web pages are, "https://stance.example.org"; links are for its curators.
    """
    wrong = np.flatnonzero(np.asarray(rows["label"], dtype=str) != predicted)
    wrong = wrong[np.argsort(-p[wrong], kind="stable")][:MOST]
    told = rows.iloc[wrong][["item_id", "text", "holder", "target", "label"]].astype(str)
    return [
        Mistake(
            *(name, _short(text), holder, target, gold, said, float(share), link(site, slug, name)),
            pieces=_why(model, text, target, holder, said),
        )
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


def _why(model: Model, text: str, target: str, holder: str, label: str) -> list[Piece]:
    if not text.strip():
        return []
    return marked(
        explain(model, text=text, target=target, holder=holder, leave_out=False), label, longest=LONGEST
    )


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
