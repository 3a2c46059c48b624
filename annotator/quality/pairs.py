"""Pairs of rows within groups: of annotators who judged the same item, of stances of the same unit."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.quality.judgements import Codes

Whole = NDArray[np.signedinteger[Any]]  # codes in as few bytes as they need


def within(group: Whole) -> tuple[Codes, Codes]:
    """Every pair of rows of the same group, each once, the row that stands first before the other.

    >>> [column.tolist() for column in within(np.array([7, 3, 7, 7]))]
    [[0, 2, 0], [2, 3, 3]]
    """
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    first, second = [], []
    for one, other in _neighbours(ordered):
        first.append(order[one])
        second.append(order[other])
    nothing = np.zeros(0, dtype=np.int64)
    return np.concatenate([nothing, *first]), np.concatenate([nothing, *second])


def _neighbours(ordered: Whole) -> Iterator[tuple[Codes, Codes]]:
    """Places at a distance of 1, 2, … that hold the same value."""
    for distance in range(1, len(ordered)):
        alike = np.flatnonzero(ordered[distance:] == ordered[:-distance])
        if not len(alike):
            return
        yield alike, alike + distance


def joined(left: Codes, right: Codes) -> tuple[Codes, Codes]:
    """Every (row of `left`, row of `right`) with the same value.

    >>> [column.tolist() for column in joined(np.array([5, 6, 6]), np.array([6, 5, 6]))]
    [[0, 1, 1, 2, 2], [1, 0, 2, 0, 2]]
    """
    order = np.argsort(right, kind="stable")
    ordered = right[order]
    low, high = (np.searchsorted(ordered, left, side=side) for side in ("left", "right"))
    rows = np.repeat(np.arange(len(left)), high - low)
    steps = np.arange(len(rows)) - np.repeat(np.cumsum(high - low) - (high - low), high - low)
    return rows, order[low[rows] + steps]


def combined(*columns: Whole) -> Codes:
    """One code for each distinct row of the columns, from 0, in the order of the rows' values.

    >>> combined(np.array([9, 9, 2]), np.array([1, 0, 5])).tolist()
    [2, 1, 0]
    """
    code = _ranked(columns[0])
    for column in columns[1:]:
        place = _ranked(column)
        code = _ranked(code * (int(place.max(initial=0)) + 1) + place)
    return code


def _ranked(column: Whole) -> Codes:
    """Which of the distinct values each is. Where they stand in order already nothing is sorted."""
    steps = np.diff(column)
    if (steps >= 0).all():
        ranks = np.zeros(len(column), dtype=np.int64)
        np.cumsum(steps > 0, out=ranks[1:])
        return ranks
    return np.unique(column, return_inverse=True)[1]


def parts(code: Codes) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Each value with its rows, by value.

    >>> [(value, rows.tolist()) for value, rows in parts(np.array([4, 2, 4]))]
    [(2, [1]), (4, [0, 2])]
    """
    order = np.argsort(code, kind="stable")
    values, starts = np.unique(code[order], return_index=True)
    yield from zip(values.tolist(), np.split(order, starts[1:]) if len(values) else [], strict=True)
