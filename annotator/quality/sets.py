"""Agreement on the set of tuples that each annotator found in an item, the empty set included.

Alpha with the MASI distance. Expected disagreement compares every set with every other one, so all of a
project's distinct sets must be known first, and how often each is there: `Known` gathers them part by part.
Only sets that share a tuple are less than 1 apart, so those alone are looked at: the work grows with the
number of pairs of distinct sets that share something. Memory: about 50 bytes a distinct set while they are
compared, 20 before.

The interval takes expected disagreement as linear in the items' weights, which it is but for terms of the
second order. Otherwise each resample would compare all sets anew.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from annotator.quality.agreement import Array, ratio
from annotator.quality.distances import masi
from annotator.quality.judgements import Codes, Judgements
from annotator.quality.pairs import Whole, combined, within
from annotator.quality.stages import Stage, judges

Names = NDArray[np.uint64]
Small = NDArray[np.int32]
AT_ONCE = 100_000  # pairs of sets that are looked at together
UNIT = 3 * 232_792_560  # nearness is counted in these: whole for all sets that have up to 20 tuples together


class Held(NamedTuple):
    """The tuples of each judgement, each once."""

    judgement: Codes  # (n,)
    thing: Codes  # (n,) the same for the same tuple in every part of a project
    sizes: Codes  # (n_judgements,)
    name: Names  # (n_judgements,) the same for the same set
    compared: NDArray[np.bool_]  # (n_judgements,) whether somebody else judged the item

    @classmethod
    def by(cls, table: Judgements) -> "Held":
        """What the judgements of a part hold."""
        answers, stances = table.answers, table.answers.stances
        thing = (stances.holder * len(table.entities) + stances.target) * 2 + stances.former
        thing = thing * len(table.scheme.labels) + stances.label
        _, first = np.unique(combined(stances.judgement, thing), return_index=True)
        judgement, thing = stances.judgement[first], thing[first]
        sizes = np.bincount(judgement, minlength=len(answers))
        several = judges(answers, len(table.items)) >= 2
        return cls(judgement, thing, sizes, _names(judgement, thing, sizes), several[answers.item])


class Nearness(NamedTuple):
    """How near each distinct set is to all that are compared, summed."""

    names: Names  # (n_sets,) in order
    near: Array  # (n_sets,) as shares of all sets
    total: float  # the sum of all sums, one for each set that is compared
    compared: int  # how many these are

    def of(self, held: Held) -> Array:
        """That of each judgement's set; 0 where it is compared with none."""
        found = np.zeros(len(held.name))
        at = np.searchsorted(self.names, held.name[held.compared])
        found[held.compared] = self.near[at]
        return found


class Known:
    """The distinct sets of all parts that were added, numbered as they came."""

    def __init__(self) -> None:
        self._names, self._times = np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int32)
        self._number = np.zeros(0, dtype=np.int32)  # by name, as the two above
        self._sizes, self._things = [np.zeros(0, dtype=np.int32)], [np.zeros(0, dtype=np.int32)]

    def add(self, held: Held) -> None:
        """The sets of a part that are compared."""
        names, first, times = np.unique(held.name[held.compared], return_index=True, return_counts=True)
        at = np.searchsorted(self._names, names)
        known = np.zeros(len(names), dtype=bool)
        inside = at < len(self._names)
        known[inside] = self._names[at[inside]] == names[inside]
        self._times[at[known]] += times[known].astype(np.int32)
        judgement = np.flatnonzero(held.compared)[first[~known]]  # the first that holds each new set
        new = np.zeros(len(held.name), dtype=bool)
        new[judgement] = True
        self._sizes.append(held.sizes[new].astype(np.int32))
        self._things.append(_small(held.thing[new[held.judgement]]))
        number = len(self._names) + np.cumsum(new)[judgement] - 1
        self._number = np.insert(self._number, at[~known], number)
        self._names = np.insert(self._names, at[~known], names[~known])
        self._times = np.insert(self._times, at[~known], times[~known])

    def nearness(self) -> Nearness:
        """Compare every set with those that share a tuple with it; an empty one is near the empty ones.

        The members are let go: nothing can be added afterwards.
        """
        size = np.concatenate(self._sizes)
        self._sizes.clear()
        things = np.concatenate(self._things)
        self._things.clear()
        members = _Members(things, size)
        del things
        weight = np.zeros(len(size), dtype=np.int32)
        weight[self._number] = self._times
        near = np.where(size == 0, weight * float(UNIT), 0.0)
        for left, right in members.sharing():
            pair, shared = np.unique(left * len(near) + right, return_counts=True)
            one, other = np.divmod(pair, len(near))
            both = size[one].astype(np.float64), size[other].astype(np.float64)
            close = np.rint((1 - masi(shared.astype(np.float64), *both)) * UNIT)
            first = one[0]  # a block is of sets that follow each other
            of_block = np.bincount(one - first, weights=close * weight[other])
            near[first : first + len(of_block)] += of_block
        near = near[self._number]
        near /= UNIT
        total, compared = float((near * self._times).sum()), int(self._times.sum(dtype=np.int64))
        near /= max(compared, 1)  # so that the summands are small, and equal ones are equal
        return Nearness(self._names, near, total, compared)


class _Members:
    """The members of distinct sets, those of a set together: which set, and which thing."""

    def __init__(self, things: Whole, sizes: Small) -> None:
        order = np.argsort(things, kind="stable").astype(np.int32)  # what is made here is as long as all sets
        ordered = things[order]
        last = np.append(np.flatnonzero(ordered[1:] != ordered[:-1]), len(order) - 1).astype(np.int32)
        del ordered
        self._ends = (last + 1).astype(np.int32)  # of each thing's among the sets that hold it
        self._set = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
        self._by_thing = self._set[order]
        self._thing = np.empty(len(order), dtype=np.int32)
        self._thing[order] = np.repeat(np.arange(len(last), dtype=np.int32), np.diff(last, prepend=-1))

    def sharing(self) -> Iterator[tuple[Codes, Codes]]:
        """(set, one that shares a thing with it) for each thing, whole sets together, about AT_ONCE pairs."""
        for first, last in self._blocks():
            things = self._thing[first:last]
            many = self._holding(things)
            step = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
            other = self._by_thing[np.repeat(self._ends[things] - many, many) + step]
            yield np.repeat(self._set[first:last], many).astype(np.int64), other.astype(np.int64)

    def _holding(self, things: Small) -> Codes:
        """How many sets hold each of these."""
        before = np.where(things > 0, self._ends[things - 1], 0)
        return (self._ends[things] - before).astype(np.int64)

    def _blocks(self) -> Iterator[tuple[int, int]]:
        """From which member to which: of whole sets that share about AT_ONCE pairs."""
        first = 0
        while first < len(self._set):
            last = self._set[min(first + AT_ONCE, len(self._set)) - 1]
            end = int(np.searchsorted(self._set, last, side="right"))
            ends = np.append(np.flatnonzero(np.diff(self._set[first:end])) + 1, end - first)  # of each set
            pairs = np.cumsum(self._holding(self._thing[first:end]))[ends - 1]
            many = max(int(np.searchsorted(pairs, AT_ONCE, side="right")), 1)
            yield first, first + int(ends[many - 1])
            first += int(ends[many - 1])


def agreement(held: Held, table: Judgements, near: Nearness) -> Stage:
    """Alpha with MASI of the sets that the judgements of a part hold, among all sets of the project."""
    answers, items = table.answers, len(table.items)
    number = judges(answers, items)
    columns = np.zeros((items, 3))
    columns[:, 0] = _observed(held, answers.item, items)
    columns[:, 1] = np.where(number >= 2, number, 0)
    columns[:, 2] = np.bincount(answers.item, weights=near.of(held), minlength=items)

    def figures(sums: Array) -> Mapping[str, Array]:
        observed, judged, close = sums[..., 0], sums[..., 1], sums[..., 2]
        expected = judged**2 - np.maximum(2 * close * max(near.compared, 1) - near.total, 0)
        return {"masi": 1 - ratio(observed * (judged - 1), expected)}

    return Stage(columns, figures)


def _observed(held: Held, item: Codes, items: int) -> Array:
    """Twice the distances of an item's pairs of sets, over m − 1; a row an item."""
    one, other = within(item)
    one, other = np.minimum(one, other), np.maximum(one, other)
    pair = one * len(item) + other
    order = np.argsort(pair)
    left, right = within(combined(item[held.judgement], held.thing))
    low = np.minimum(held.judgement[left], held.judgement[right])
    high = np.maximum(held.judgement[left], held.judgement[right])
    place = np.searchsorted(pair[order], low * len(item) + high)
    shared = np.bincount(order[place], minlength=len(pair)).astype(np.float64)
    far = masi(shared, held.sizes[one].astype(np.float64), held.sizes[other].astype(np.float64))
    share = 2 * far / (np.bincount(item, minlength=items)[item[one]] - 1)
    return np.asarray(np.bincount(item[one], weights=share, minlength=items), dtype=np.float64)


def _names(judgement: Codes, thing: Codes, sizes: Codes) -> Names:
    """A number of 64 bits for each set: those of its members, added up. Two sets share one as good as never.

    Source: S. Vigna, SplitMix64, https://prng.di.unimi.it/splitmix64.c.
    """
    sums = sizes.astype(np.uint64)
    np.add.at(sums, judgement, _scattered(thing.astype(np.uint64)))
    return _scattered(sums)


def _scattered(numbers: Names) -> Names:
    mixed = numbers + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))


def _small(codes: Codes) -> Whole:
    """The same in fewer bytes, if they are small enough."""
    return codes.astype(np.int32) if codes.max(initial=0) < 2**31 else codes
