"""Bootstrap intervals over items, without a loop over items or resamples.

Whatever is measured here is a function of sums over items. Items with the same summands are
interchangeable, so a resample of n items is a draw from a multinomial over the distinct rows of summands:
with three annotators and four labels there are some thirty of them, however many items. Where tuples are
compared there may be a million. They are then drawn in blocks, so that memory holds one: first how many of
the n items fall into each block, then which rows they are. That is the same multinomial; a row's block
hangs on what it holds, not on where it stood.

Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 13 (percentile interval).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from annotator.quality.report import Figure

Sums = NDArray[np.float64]
Times = NDArray[np.int64]
Statistic = Callable[[Sums], Mapping[str, NDArray[np.float64]]]  # (…, k) → name → (…)
Block = tuple[Sums, Times]  # distinct rows in a fixed order, and how often each is there
AT_ONCE = 100_000  # rows that are sorted together
CELLS = 1_000_000  # numbers of weights held at a time
BLOCK = 30_000  # distinct rows that are drawn together, about
SHARES = 256  # the most blocks, and a power of 2
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
    blocks = list(in_blocks(*distinct(summands, times)))
    return of_blocks(times @ summands, [int(counts.sum()) for _, counts in blocks], blocks, statistic, how)


def of_blocks(
    total: Sums, sizes: Sequence[int], blocks: Iterable[Block], statistic: Statistic, how: Resampling
) -> dict[str, Figure]:
    """The same, of the sum over all items and of their distinct rows by block; `sizes` are items a block."""
    values = {name: float(value) for name, value in statistic(total).items()}
    drawn = statistic(_drawn(sizes, blocks, how, len(total))) if sum(sizes) > 1 and how.resamples else {}
    return {name: _figure(value, drawn.get(name)) for name, value in values.items()}


def _drawn(sizes: Sequence[int], blocks: Iterable[Block], how: Resampling, width: int) -> Sums:
    """The sums of each resample, of shape (resamples, k)."""
    random = np.random.default_rng(how.seed)
    of_block = np.full((how.resamples, 1), sum(sizes))
    if len(sizes) > 1:
        of_block = random.multinomial(sum(sizes), np.array(sizes) / sum(sizes), size=how.resamples)
    sums = np.zeros((how.resamples, width))
    for number, (rows, counts) in enumerate(blocks):
        if not len(rows):
            continue
        step = max(1, CELLS // len(counts))
        for first in range(0, how.resamples, step):
            items = of_block[first : first + step, number]
            weights = random.multinomial(items, counts / counts.sum()).astype(np.float64)
            sums[first : first + step] += weights @ rows
    return sums


def in_blocks(rows: Sums, counts: Times) -> Iterator[Block]:
    """Distinct rows in their order, cut by `share`; one block of all where they are few."""
    number = blocks_of(len(rows))
    block = share(rows) // (SHARES // number)
    for each in range(number):
        of = slice(None) if number == 1 else block == each
        yield rows[of], counts[of]


def blocks_of(rows: int) -> int:
    """Into how many blocks so many distinct rows are cut: a power of 2.

    >>> [blocks_of(rows) for rows in (30_000, 30_001, 10**9)]
    [1, 2, 256]
    """
    number = 1
    while number < SHARES and rows > number * BLOCK:
        number *= 2
    return number


def share(rows: Sums) -> Times:
    """Which of SHARES each row belongs to, by what it holds; shape (n,)."""
    mixed = np.zeros(len(rows), dtype=np.uint64)
    for column in np.ascontiguousarray(rows.T).view(np.uint64):
        mixed = (mixed ^ column) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    return ((mixed >> np.uint64(32)) % np.uint64(SHARES)).astype(np.int64)


def distinct(rows: Sums | Times, times: Times | None = None) -> Block:
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


def _distinct(rows: Sums | Times, times: Times) -> Block:
    near: Sums = np.ascontiguousarray(np.round(rows, EXACT))
    near += 0  # a zero has no sign
    order = np.lexsort(near.T[::-1])
    near = near[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (near[1:] != near[:-1]).any(axis=1)
    starts = np.flatnonzero(new)
    often: Times = np.add.reduceat(times[order], starts) if len(starts) else times
    return near if new.all() else near[new], often


def _figure(value: float, drawn: NDArray[np.float64] | None) -> Figure:
    if np.isnan(value):
        return Figure(None)
    known = drawn[~np.isnan(drawn)] if drawn is not None else np.zeros(0)
    if not len(known):
        return Figure(value)
    low, high = np.percentile(known, TAILS)
    return Figure(value, float(low), float(high))
