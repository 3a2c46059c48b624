"""Bootstrap intervals over items, without a loop over items or resamples.

Whatever is measured here is a function of sums over items. Items with the same summands are
interchangeable, so a resample of n items is a draw from a multinomial over the distinct rows of summands:
with three annotators and four labels there are some thirty of them, however many items.

Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 13 (percentile interval).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from annotator.quality.report import Figure

Sums = NDArray[np.float64]
Times = NDArray[np.int64]
Statistic = Callable[[Sums], Mapping[str, NDArray[np.float64]]]  # (…, k) → name → (…)
AT_ONCE = 100_000  # rows that are sorted together
CELLS = 4_000_000  # numbers of weights held at a time
TAILS = (2.5, 97.5)  # percentiles
EXACT = 9  # digits in which equal summands are equal


class Resampling(NamedTuple):
    """How intervals are drawn."""

    seed: int = 0
    resamples: int = 1_000


def measured(
    summands: Sums, statistic: Statistic, how: Resampling, times: Times | None = None
) -> dict[str, Figure]:
    """Each figure that `statistic` gives of sums over items, with its 95 % interval.

    `summands` has a row an item, shape (n, k); or a row that stands for so many `times` items, shape (n,).
    A resample for which a figure is undefined does not count for it; without any interval the figure
    stands alone.
    """
    times = np.ones(len(summands), dtype=np.int64) if times is None else times
    values = {name: float(value) for name, value in statistic(times @ summands).items()}
    drawn = _drawn(summands, times, statistic, how) if times.sum() > 1 else {}
    return {name: _figure(value, drawn.get(name)) for name, value in values.items()}


def _drawn(
    summands: Sums, times: Times, statistic: Statistic, how: Resampling
) -> dict[str, NDArray[np.float64]]:
    rows, counts = distinct(summands, times)
    random = np.random.default_rng(how.seed)
    parts = [statistic(weights @ rows) for weights in _weights(counts, how.resamples, random)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]} if parts else {}


def _weights(
    counts: NDArray[np.int64], resamples: int, random: np.random.Generator
) -> Iterator[NDArray[np.float64]]:
    """How often each distinct row is in each resample, so many resamples at a time."""
    step = max(1, CELLS // len(counts))
    for first in range(0, resamples, step):
        size = min(step, resamples - first)
        yield random.multinomial(counts.sum(), counts / counts.sum(), size=size).astype(np.float64)


def distinct(rows: Sums | Times, times: Times | None = None) -> tuple[Sums, Times]:
    """The distinct rows in a fixed order, and how often each is there; once, where `times` does not say.

    >>> distinct(np.array([[2.0, 1.0], [0.0, 1.0], [2.0, 1.0]]))[1].tolist()
    [1, 2]
    """
    times = np.ones(len(rows), dtype=np.int64) if times is None else times
    if len(rows) <= AT_ONCE:
        return _distinct(rows, times)
    starts = range(0, len(rows), AT_ONCE)
    parts = [_distinct(rows[each : each + AT_ONCE], times[each : each + AT_ONCE]) for each in starts]
    return _distinct(np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts]))


def _distinct(rows: Sums | Times, times: Times) -> tuple[Sums, Times]:
    near = np.ascontiguousarray(np.round(rows, EXACT) + 0.0)
    order = np.lexsort(near.T[::-1])
    ordered = near[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    starts = np.flatnonzero(new)
    return ordered[new], np.add.reduceat(times[order], starts) if len(starts) else times


def _figure(value: float, drawn: NDArray[np.float64] | None) -> Figure:
    if np.isnan(value):
        return Figure(None)
    known = drawn[~np.isnan(drawn)] if drawn is not None else np.zeros(0)
    if not len(known):
        return Figure(value)
    low, high = np.percentile(known, TAILS)
    return Figure(value, float(low), float(high))
