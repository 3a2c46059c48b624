"""What more labels would bring: scores of models that learned from ever more rows, and where they lead."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import curve_fit
from sklearn.base import clone

from baselines.bootstrap import middle, scores_of_counts
from baselines.data import ROW
from baselines.notes import BaselineWarning

SHARES = (0.1, 0.2, 0.35, 0.5, 0.7, 1.0)  # of the documents
SEEDS = 5
MORE = 500  # labels
RESAMPLES = 200
MEASURES = ("macro_f1", "f_avg")


@dataclass(frozen=True)
class Curve:
    """One score over the number of rows learned from, and what MORE rows would make of it.

    points: (rows, score, lowest and highest of the middle 95 %). law: (a, b, c) of a − b·rows^−c.
    now, then: what the law says of all rows, and of `more` rows beside them; gain: the difference. Each with
    its 95 % interval. An interval that holds 0 says that more labels may bring nothing.
    """

    points: list[tuple[int, float, float, float]]
    law: tuple[float, float, float]
    more: int
    now: float
    then: float
    gain: float
    then_interval: tuple[float, float]
    gain_interval: tuple[float, float]


def learning_curves(
    estimator: Any, training: pd.DataFrame, rows: pd.DataFrame, *, polarities: Mapping[str, str], seed: int
) -> dict[str, Curve]:
    """Measure → its curve, of copies of the estimator fitted on SHARES of the training documents.

    SEEDS nested drawings of whole documents; all are scored on the same `rows`. The intervals resample both:
    drawings, and rows. {} where a tenth of the training rows has but one label.

    Source: the inverse power law and its weights by size, Figueroa et al. 2012, Predicting sample size
    required for classification performance, https://doi.org/10.1186/1472-6947-12-8
    """
    labels = list(polarities)
    sizes, predicted = _predictions(estimator, training, rows, labels, seed)
    if not len(sizes):
        return {}
    gold = np.array([labels.index(label) for label in rows["label"]])
    rng = np.random.default_rng(seed)
    sides = np.array([[side == polarities[name] for name in labels] for side in ("favor", "against")])
    whole = _scores(gold, predicted, np.ones(len(gold)), sides)
    drawn = []
    for _ in range(RESAMPLES):
        weights = rng.multinomial(len(gold), np.full(len(gold), 1 / len(gold))).astype(float)
        chosen = rng.integers(0, SEEDS, SEEDS)
        drawn.append({name: of[chosen] for name, of in _scores(gold, predicted, weights, sides).items()})
    told = {name: [each[name].mean(axis=0) for each in drawn] for name in MEASURES if name in whole}
    return {name: _curve(sizes, whole[name].mean(axis=0), np.array(of)) for name, of in told.items()}


def _predictions(
    estimator: Any, training: pd.DataFrame, rows: pd.DataFrame, labels: Sequence[str], seed: int
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Rows learned from at each share, (n_shares,), and codes of labels (SEEDS, n_shares, n_rows)."""
    groups = np.asarray(training.get("document_id", pd.Series(training.index.astype(str))), dtype=str)
    names = np.unique(groups)
    y = np.asarray(training["label"], dtype=str)
    sizes = np.zeros((SEEDS, len(SHARES)))
    predicted = np.zeros((SEEDS, len(SHARES), len(rows)), dtype=np.intp)
    for draw in range(SEEDS):
        order = np.random.default_rng([seed, draw]).permutation(names)
        for number, share in enumerate(SHARES):
            part = np.flatnonzero(np.isin(groups, order[: max(1, round(share * len(names)))]))
            sizes[draw, number] = len(part)
            if len(np.unique(y[part])) < 2:
                return np.zeros(0), predicted
            if share == 1 and draw:  # the same rows again
                predicted[draw, number] = predicted[0, number]
                continue
            said = _fitted(estimator, training.iloc[part], y[part]).predict(rows[ROW])
            predicted[draw, number] = [labels.index(label) for label in said]
    return sizes.mean(axis=0), predicted


def _fitted(estimator: Any, rows: pd.DataFrame, y: NDArray[np.str_]) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", BaselineWarning)  # of what is too little: that is what is measured
        return clone(estimator).fit(rows[ROW], y)


def _scores(
    gold: NDArray[np.intp],
    predicted: NDArray[np.intp],
    weights: NDArray[np.float64],
    sides: NDArray[np.bool_],
) -> dict[str, NDArray[np.float64]]:
    """The measures of each model, (SEEDS, n_shares), the rows counted by their weights."""
    n = sides.shape[1]
    shape = predicted.shape[:2]
    cells = (gold * n + predicted).reshape(-1, len(gold))
    counts = np.array([np.bincount(each, weights, minlength=n * n) for each in cells])
    return scores_of_counts(counts.reshape(*shape, n, n), sides)


def _curve(sizes: NDArray[np.float64], scores: NDArray[np.float64], drawn: NDArray[np.float64]) -> Curve:
    """`drawn` are the scores of each resample, (RESAMPLES, n_shares)."""
    law = fitted(sizes, scores)
    laws = [fitted(sizes, each) for each in drawn]
    now, then = (predict(law, sizes[-1] + more) for more in (0, MORE))
    ends = np.array([[predict(each, sizes[-1] + more) for more in (0, MORE)] for each in laws])
    bounds = [middle(drawn[:, number]) for number in range(len(sizes))]
    return Curve(
        points=[
            (int(size), float(score), *bound)
            for size, score, bound in zip(sizes, scores, bounds, strict=True)
        ],
        law=law,
        more=MORE,
        now=now,
        then=then,
        gain=then - now,
        then_interval=middle(ends[:, 1]),
        gain_interval=middle(ends[:, 1] - ends[:, 0]),
    )


def predict(law: tuple[float, float, float], size: float) -> float:
    """What a − b·size^−c is."""
    a, b, c = law
    return float(a - b * size**-c)


def fitted(sizes: NDArray[np.float64], scores: NDArray[np.float64]) -> tuple[float, float, float]:
    """a, b and c of the inverse power law, by least squares weighted by size: a ≤ 1, b ≥ 0, 0 < c ≤ 2.

    Where no law fits, the score stays what it is with all rows.

    >>> sizes = np.array([100.0, 200, 400, 800, 1600])
    >>> [round(each, 3) for each in fitted(sizes, 0.7 - 2 * sizes**-0.5)]
    [0.7, 2.0, 0.5]
    """
    begin = (float(scores.max()), max(0.01, float(scores[-1] - scores[0])) * float(sizes[0]) ** 0.5, 0.5)
    try:
        found, _ = curve_fit(
            lambda size, a, b, c: a - b * size**-c,
            sizes,
            scores,
            p0=begin,
            sigma=1 / np.sqrt(sizes),
            bounds=([0, 0, 0.01], [1, np.inf, 2]),
            max_nfev=5000,
        )
    except (RuntimeError, ValueError):
        return float(scores[-1]), 0.0, 1.0
    return float(found[0]), float(found[1]), float(found[2])
