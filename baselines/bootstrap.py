"""95 % intervals of the scores, from resampled confusion counts.

Context: F1 of a few rows comes out lower in resamples, which lack now this label and now that, than in the
rows themselves. Each small target leans the same way, so that over many of them the lean of their mean
stays while its spread shrinks: the middle 95 % lay below the figure that they stood beside. Choice: the
resampled means are moved by that lean, the bootstrap's estimate of bias, so that their own mean is the
figure. Cost: the interval is of what as many rows a target would score on another day; endlessly many rows
would score somewhat more.

Source: bias by the bootstrap, Efron and Tibshirani 1993, chapter 10, https://doi.org/10.1201/9780429246593
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

CELLS = 4_000_000  # counts held at once, 32 MB
Interval = tuple[float, float]


def intervals(
    gold: NDArray[np.str_],
    predicted: NDArray[np.str_],
    targets: NDArray[np.str_],
    *,
    polarities: Mapping[str, str],
    seed: int,
    resamples: int,
) -> tuple[dict[str, Interval], dict[str, dict[str, Interval]]]:
    """Lowest and highest of the middle 95 % of each score: of all rows, and of each target's.

    The names of the scores are those of `scoring.Scores`. Arguments as for `scoring.score`.
    """
    labels, names = list(polarities), np.unique(targets)
    sides = [[side == polarities[label] for label in labels] for side in ("favor", "against")]
    shape = (len(names), len(labels), len(labels))
    code = {label: number for number, label in enumerate(labels)}
    y, p = (np.array([code[label] for label in column]) for column in (gold, predicted))
    cells = np.bincount(
        np.ravel_multi_index((np.searchsorted(names, targets), y, p), shape), minlength=int(np.prod(shape))
    )
    rng, found = np.random.default_rng(seed), []
    for size in _batches(resamples, cells.size):
        drawn = rng.multinomial(len(y), cells / len(y), size=size).reshape(size, *shape)
        found.append(
            (scores_of_counts(drawn.sum(axis=1), np.array(sides)), scores_of_counts(drawn, np.array(sides)))
        )
    whole = {name: np.concatenate([each[0][name] for each in found]) for name in found[0][0]}
    parts = {name: np.concatenate([each[1][name] for each in found]) for name in found[0][1]}
    if "f_avg" in parts:
        figure = np.mean(scores_of_counts(cells.reshape(shape), np.array(sides))["f_avg"])
        whole["mean_over_targets"] = _about(float(figure), _mean_of_drawn(parts["f_avg"]))
    by_target = {
        str(target): {name: middle(values[:, number]) for name, values in parts.items()}
        for number, target in enumerate(names)
    }
    return {name: middle(values) for name, values in whole.items()}, by_target


def scores_of_counts(counts: NDArray[np.int64], sides: NDArray[np.bool_]) -> dict[str, NDArray[np.float64]]:
    """Scores of confusion counts (…, n_labels, n_labels), shape (…); NaN where no row was drawn.

    `sides` says which labels are favor and which against, shape (2, n_labels). Without both, no F_avg.
    """
    with np.errstate(invalid="ignore"):
        accuracy = np.trace(counts, axis1=-2, axis2=-1) / counts.sum(axis=(-2, -1))
        f1, occurs = _f1(np.diagonal(counts, axis1=-2, axis2=-1), counts.sum(axis=-1), counts.sum(axis=-2))
        found = {"macro_f1": f1.sum(axis=-1) / occurs.sum(axis=-1), "accuracy": accuracy}
    if sides.any(axis=1).all():
        both = np.einsum("sr,...rp,sp->...s", sides.astype(float), counts.astype(float), sides.astype(float))
        weights = sides.T.astype(float)
        f1, _ = _f1(both, counts.sum(axis=-1) @ weights, counts.sum(axis=-2) @ weights)
        found["f_avg"] = np.where(np.isnan(accuracy), np.nan, f1.mean(axis=-1))
    return found


def _f1(
    hits: NDArray[np.float64], gold: NDArray[np.float64], predicted: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """F1 of counts, 0 where a label does not occur, and whether it occurs; each of the shape of `hits`."""
    occurs = gold + predicted > 0
    f1: NDArray[np.float64] = 2 * hits / np.where(occurs, gold + predicted, 1)
    return f1, occurs


def _mean_of_drawn(f_avg: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean over the targets that were drawn, shape (resamples,), of values (resamples, n_targets)."""
    drawn = ~np.isnan(f_avg)
    return np.asarray(np.sum(f_avg, axis=1, where=drawn) / np.sum(drawn, axis=1))


def _about(figure: float, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Resampled values without their bias: moved, so that their mean is the figure."""
    return values + (figure - np.mean(values))


def middle(values: NDArray[np.float64]) -> Interval:
    """Lowest and highest of the middle 95 %; 0 to 1 where nothing was drawn."""
    drawn = values[~np.isnan(values)]
    low, high = np.percentile(drawn, [2.5, 97.5]) if len(drawn) else (0.0, 1.0)
    return float(low), float(high)


def _batches(resamples: int, cells: int) -> list[int]:
    size = max(1, CELLS // max(1, cells))
    return [min(size, resamples - start) for start in range(0, resamples, size)]
