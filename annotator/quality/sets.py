"""Agreement on the set of tuples that each annotator found in an item, the empty set included.

Alpha with the MASI distance. Expected disagreement compares every set with every other one. Only sets that
share a tuple are less than 1 apart, so those alone are looked at: the work grows with the number of pairs of
distinct sets that share something.

The interval takes expected disagreement as linear in the items' weights, which it is but for terms of the
second order. Otherwise each resample would compare all sets anew.
"""

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from annotator.quality.agreement import Array, ratio
from annotator.quality.distances import masi
from annotator.quality.judgements import Answers, Codes
from annotator.quality.pairs import combined, joined, within
from annotator.quality.stages import Stage, judges

AT_ONCE = 2_000_000  # pairs of sets that are looked at together


def agreement(judgement: Codes, thing: Codes, answers: Answers, items: int) -> Stage:
    """Alpha with MASI of the sets of `thing` that each judgement holds."""
    _, first = np.unique(combined(judgement, thing), return_index=True)
    judgement, thing = judgement[first], combined(thing[first]) if len(first) else thing
    sizes = np.bincount(judgement, minlength=len(answers))
    several = judges(answers, items) >= 2
    compared = several[answers.item]
    alike, total = _alike(judgement, thing, sizes, compared)
    columns = np.zeros((items, 3))
    columns[:, 0] = _observed(judgement, thing, sizes, answers, items)
    columns[:, 1] = np.where(several, judges(answers, items), 0)
    columns[:, 2] = np.bincount(answers.item, weights=np.where(compared, alike, 0), minlength=items)

    def figures(sums: Array) -> Mapping[str, Array]:
        observed, number, near = sums[..., 0], sums[..., 1], sums[..., 2]
        expected = number**2 - np.maximum(2 * near - total, 0)
        return {"masi": 1 - ratio(observed * (number - 1), expected)}

    return Stage(columns, figures)


def _observed(judgement: Codes, thing: Codes, sizes: Codes, answers: Answers, items: int) -> Array:
    """Twice the distances of an item's pairs of sets, over m − 1; a row an item."""
    one, other = within(answers.item)
    one, other = np.minimum(one, other), np.maximum(one, other)
    pair = one * len(answers) + other
    order = np.argsort(pair)
    left, right = within(combined(answers.item[judgement], thing))
    low = np.minimum(judgement[left], judgement[right])
    place = np.searchsorted(pair[order], low * len(answers) + np.maximum(judgement[left], judgement[right]))
    shared = np.bincount(order[place], minlength=len(pair)).astype(np.float64)
    far = masi(shared, sizes[one].astype(np.float64), sizes[other].astype(np.float64))
    share = 2 * far / (judges(answers, items)[answers.item[one]] - 1)
    return np.asarray(np.bincount(answers.item[one], weights=share, minlength=items), dtype=np.float64)


def _alike(judgement: Codes, thing: Codes, sizes: Codes, compared: NDArray[np.bool_]) -> tuple[Array, float]:
    """How near each judgement's set is to all that are compared, summed; and the sum of these sums."""
    name = _names(judgement, thing, sizes)
    _, first = np.unique(name, return_index=True)
    weight = np.bincount(name, weights=compared, minlength=len(first))
    near = np.where(sizes[first] == 0, weight, 0.0)
    of = np.full(len(sizes), -1)
    of[first] = np.arange(len(first))
    kept = of[judgement] >= 0
    rows, things = of[judgement[kept]], thing[kept]
    for part in _blocks(rows, things):
        left, right = joined(things[part], things)
        one, other = rows[part][left], rows[right]
        pair, shared = np.unique(one * len(first) + other, return_counts=True)
        one, other = np.divmod(pair, len(first))
        size = sizes[first].astype(np.float64)
        nearness = 1 - masi(shared.astype(np.float64), size[one], size[other])
        near += np.bincount(one, weights=nearness * weight[other], minlength=len(first))
    return near[name], float((near * weight).sum())


def _names(judgement: Codes, thing: Codes, sizes: Codes) -> Codes:
    """A code for each distinct set: random 64-bit numbers of its members, added up."""
    members = np.random.default_rng(0).integers(1, 2**63, size=max(int(thing.max(initial=0)) + 1, 1))
    sums = np.zeros(len(sizes), dtype=np.uint64)
    np.add.at(sums, judgement, members.astype(np.uint64)[thing])
    return combined(sums.astype(np.int64), sizes)


def _blocks(rows: Codes, things: Codes) -> Iterator[NDArray[np.int64]]:
    """Places in `rows`, whole sets together, that have about AT_ONCE partners."""
    if not len(rows):
        return
    order = np.argsort(rows, kind="stable")
    partners = np.cumsum(np.bincount(things)[things[order]])
    block = partners // AT_ONCE
    starts = np.flatnonzero(np.diff(rows[order], prepend=-1))
    of_set = np.repeat(block[starts], np.diff(np.append(starts, len(order))))
    yield from np.split(order, np.flatnonzero(np.diff(of_set)) + 1)
