"""Do two models differ on the same rows? A paired permutation test from counts."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from baselines.bootstrap import Interval, middle, scores_of_counts

CELLS = 4_000_000


@dataclass(frozen=True)
class Difference:
    """First score minus second; `p`, two-sided, of so large a one if the models were alike; 95 % interval."""

    value: float
    interval: Interval
    p: float


def differences(
    gold: NDArray[np.str_],
    first: NDArray[np.str_],
    second: NDArray[np.str_],
    *,
    polarities: Mapping[str, str],
    seed: int,
    rounds: int = 10_000,
) -> dict[str, Difference]:
    """Differences of F_avg, macro-F1 and accuracy between two models' labels, all of shape (n_rows,).

    If the models were alike, each row's two answers could be swapped. Rows of one (gold, first, second) are
    alike, so a round swaps a binomial number of each cell's: what 10,000 rounds cost does not grow with rows.
    The interval is that of resampled rows, the same ones for both.

    Source: approximate randomization, Noreen 1989; Yeh 2000, https://aclanthology.org/C00-2137; p as
    (hits + 1) / (rounds + 1), Phipson and Smyth 2010, https://doi.org/10.2202/1544-6115.1585
    """
    labels = list(polarities)
    n = len(labels)
    code = {label: number for number, label in enumerate(labels)}
    y, a, b = (np.array([code[label] for label in column]) for column in (gold, first, second))
    cells = np.bincount(np.ravel_multi_index((y, a, b), (n, n, n)), minlength=n**3).reshape(n, n, n)
    sides = np.array([[side == polarities[label] for label in labels] for side in ("favor", "against")])
    rng = np.random.default_rng(seed)
    found = _difference(cells[None], sides)
    null: dict[str, list[NDArray[np.float64]]] = {name: [] for name in found}
    drawn: dict[str, list[NDArray[np.float64]]] = {name: [] for name in found}
    size = max(1, CELLS // n**3)
    for start in range(0, rounds, size):
        shape = (min(size, rounds - start), n, n, n)
        swapped = rng.binomial(np.broadcast_to(cells, shape), 0.5)
        again = rng.multinomial(len(y), cells.ravel() / len(y), size=shape[0]).reshape(shape)
        for name, values in _difference(cells - swapped + swapped.swapaxes(2, 3), sides).items():
            null[name].append(values)
        for name, values in _difference(again, sides).items():
            drawn[name].append(values)
    return {
        name: Difference(
            float(value[0]),
            middle(np.concatenate(drawn[name])),
            _p(float(value[0]), np.concatenate(null[name])),
        )
        for name, value in found.items()
    }


def _difference(cells: NDArray[np.int64], sides: NDArray[np.bool_]) -> dict[str, NDArray[np.float64]]:
    """Of counts (rounds, gold, first, second), shape (rounds,) a score."""
    one, other = (scores_of_counts(cells.sum(axis=axis), sides) for axis in (3, 2))
    return {name: one[name] - other[name] for name in one}


def _p(value: float, null: NDArray[np.float64]) -> float:
    hits = int(np.sum(np.abs(null) >= abs(value) - 1e-12))
    return (hits + 1) / (len(null) + 1)
