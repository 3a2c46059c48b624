"""Scores by what else is known of a row: holder, attribution, language, how many stances its segment has."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from baselines.scoring import TargetScore, score

MOST = 20  # values of a facet, the commonest
COLUMNS = ("holder", "attribution", "language", "segment")


def by_facet(
    rows: pd.DataFrame, predicted: Any, *, polarities: Mapping[str, str], seed: int, resamples: int
) -> dict[str, dict[str, TargetScore]]:
    """Facet → value → scores with intervals; facets that tell the rows apart, values commonest first.

    `predicted` has shape (n_rows,). "segment" parts rows whose item has one stance from those of several.
    """
    told = rows.assign(segment=_shared(rows), predicted=predicted)
    found = {}
    for name in (name for name in COLUMNS if name in told):
        part = told.dropna(subset=[name])
        counts = part[name].astype(str).value_counts()
        if len(counts) > 1:
            part = part[part[name].astype(str).isin(counts.index[:MOST])]
            columns = (part[column].astype(str).tolist() for column in ("label", "predicted", name))
            scores = score(*columns, polarities=polarities, seed=seed, resamples=resamples).per_target
            found[name] = {value: scores[value] for value in counts.index[:MOST]}
    return found


def _shared(rows: pd.DataFrame) -> pd.Series:
    n = rows.groupby("item_id")["item_id"].transform("size")
    return (n > 1).map({True: "several stances", False: "one stance"})
