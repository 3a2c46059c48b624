"""What is left of a model on a target that it was not trained on: each target in turn is left out."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone

from baselines.data import ROW
from baselines.notes import BaselineWarning
from baselines.per_target import PerTarget
from baselines.scoring import TargetScore, score

MOST = 20  # targets, those with most rows
WARNING = (
    "a target without labels: expect little. On SemEval-2016's held-out targets such models had F_avg 21–39, "
    "hardly more than one label for all; label some rows of a target before a model is used on it"
)


@dataclass(frozen=True)
class LeftOut:
    """One target: `scores` of a model that never met it, and `commonest`, those of one label for all rows.

    The label is the commonest of the other targets.
    """

    rows_learned_from: int
    scores: TargetScore
    commonest: TargetScore


def left_out(
    estimator: Any,
    training: pd.DataFrame,
    rows: pd.DataFrame,
    *,
    polarities: Mapping[str, str],
    seed: int,
    resamples: int,
) -> dict[str, LeftOut]:
    """Target → what a copy of the estimator, fitted on the training rows of all others, scores on its `rows`.

    Of a recipe with one model a target, the model for all targets is asked: the others cannot answer. {}
    where the training rows have one target alone.
    """
    across = estimator.pooled if isinstance(estimator, PerTarget) else estimator
    found = {}
    for target in rows["target"].value_counts().index[:MOST]:
        others = training[training["target"] != target]
        part = rows[rows["target"] == target]
        if others["label"].nunique() < 2:
            continue
        y = np.asarray(others["label"], dtype=str)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", BaselineWarning)  # of the unseen target: that is what is measured
            said = clone(across).fit(others[ROW], y).predict(part[ROW])
        commonest = others["label"].value_counts().sort_index().idxmax()
        how: dict[str, Any] = {"polarities": polarities, "seed": seed, "resamples": resamples}
        gold, name = part["label"].tolist(), [target] * len(part)
        found[str(target)] = LeftOut(
            rows_learned_from=len(others),
            scores=score(gold, [str(label) for label in said], name, **how).per_target[target],
            commonest=score(gold, [commonest] * len(part), name, **how).per_target[target],
        )
    return found
