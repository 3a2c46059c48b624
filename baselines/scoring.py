"""Gold and predicted labels → scores, each with its interval.

Scores come from scikit-learn. Intervals come from confusion counts: a resample of the rows is a draw of as
many cells of (target, gold label, predicted label), so a thousand resamples cost what one multinomial does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, precision_recall_fscore_support

from baselines.bootstrap import intervals

SIDES = ("favor", "against")


@dataclass(frozen=True)
class LabelScore:
    """One label's scores, 0–1; `support` is how many rows have it."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class TargetScore:
    """One target's scores, 0–1, and their 95 % intervals; `f_avg` is None as in `Scores`."""

    f_avg: float | None
    macro_f1: float
    accuracy: float
    n: int
    intervals: dict[str, tuple[float, float]]


@dataclass(frozen=True)
class Scores:
    """All scores of one set of predictions, 0–1.

    f_avg: mean of F1 of the favor and of the against polarity, counts pooled over targets.
    mean_over_targets: mean of the targets' own `f_avg`. Both are None where the scheme has not both sides.
    macro_f1: mean of F1 over the labels that occur, gold or predicted.
    confusion: rows of each gold label (down) and predicted label (across), in label order.
    """

    f_avg: float | None
    macro_f1: float
    accuracy: float
    mean_over_targets: float | None
    n: int
    intervals: dict[str, tuple[float, float]]
    per_target: dict[str, TargetScore]
    per_label: dict[str, LabelScore]
    confusion: list[list[int]]


def score(
    gold: Sequence[str],
    predicted: Sequence[str],
    targets: Sequence[str],
    *,
    polarities: Mapping[str, str],
    seed: int,
    resamples: int = 1000,
) -> Scores:
    """Score predictions, all three of shape (n_rows,); `polarities` maps each label to its own, in order.

    Source: F_avg is the score of SemEval-2016 Task 6, https://aclanthology.org/S16-1003. Intervals are
    percentiles of `resamples` bootstrap resamples of rows (Efron and Tibshirani 1993,
    https://doi.org/10.1201/9780429246593). Rows of one document count as independent: where a document has
    many rows the interval is too narrow.
    """
    y, p, t = (np.asarray(column, dtype=str) for column in (gold, predicted, targets))
    names = np.unique(t)
    whole, by_target = intervals(y, p, t, polarities=polarities, seed=seed, resamples=resamples)
    per_target = {
        str(name): TargetScore(
            *_three(y[t == name], p[t == name], polarities), int(np.sum(t == name)), by_target[name]
        )
        for name in names
    }
    averages = [each.f_avg for each in per_target.values() if each.f_avg is not None]
    f_avg, macro_f1, accuracy = _three(y, p, polarities)
    return Scores(
        f_avg=f_avg,
        macro_f1=macro_f1,
        accuracy=accuracy,
        mean_over_targets=float(np.mean(averages)) if averages else None,
        n=len(y),
        intervals=whole,
        per_target=per_target,
        per_label=_per_label(y, p, list(polarities)),
        confusion=confusion_matrix(y, p, labels=list(polarities)).tolist(),
    )


def lead_name(polarities: Mapping[str, str]) -> str:
    """The figure that leads: F_avg, or macro-F1 where the labels have not both sides."""
    return "f_avg" if set(SIDES) <= set(polarities.values()) else "macro_f1"


def lead(y: NDArray[np.str_], p: NDArray[np.str_], polarities: Mapping[str, str]) -> tuple[str, float]:
    """The figure that leads and its value, 0–1; gold and predicted labels have shape (n_rows,)."""
    f_avg, macro_f1, _ = _three(y, p, polarities)
    return ("macro_f1", macro_f1) if f_avg is None else ("f_avg", f_avg)


def _three(
    y: NDArray[np.str_], p: NDArray[np.str_], polarities: Mapping[str, str]
) -> tuple[float | None, float, float]:
    """F_avg, macro-F1 and accuracy."""
    return (
        _f_avg(y, p, polarities),
        float(f1_score(y, p, average="macro", zero_division=0.0)),
        float(accuracy_score(y, p)),
    )


def _f_avg(y: NDArray[np.str_], p: NDArray[np.str_], polarities: Mapping[str, str]) -> float | None:
    if not set(SIDES) <= set(polarities.values()):
        return None
    sides = [[polarities[label] for label in column] for column in (y, p)]
    return float(f1_score(*sides, labels=list(SIDES), average="macro", zero_division=0.0))


def _per_label(y: NDArray[np.str_], p: NDArray[np.str_], labels: list[str]) -> dict[str, LabelScore]:
    columns = precision_recall_fscore_support(y, p, labels=labels, zero_division=0.0)
    return {
        label: LabelScore(float(precision), float(recall), float(f1), int(support))
        for label, precision, recall, f1, support in zip(labels, *columns, strict=True)
    }
