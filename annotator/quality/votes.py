"""One vote a judgement, where one label is asked: what it is, and what several come to."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from annotator.quality import agreement, distances
from annotator.quality.agreement import Array
from annotator.quality.bootstrap import Block, Resampling, distinct, measured
from annotator.quality.judgements import NOT_TOLD, Answers, Codes, Judgements, Scheme
from annotator.quality.pairs import Whole, combined, within
from annotator.quality.pile import piling
from annotator.quality.report import Figure

CELLS = 8_000_000  # numbers that the mean of the pairwise kappas may take to be resampled
ONE = 2**31  # what the first annotator of a pair counts for in its code
AT_ONCE = 50_000  # votes that are counted, and whose pairs are made, at a time


class Votes(NamedTuple):
    """A row a judgement. All of shape (n,)."""

    item: Whole
    annotator: Whole
    label: Whole  # of the scheme's; one more than these is "absent": judged, and nothing named

    @classmethod
    def room(cls, number: int) -> "Votes":
        """Room for so many, of ten bytes each: there may be millions. What stands there is not told yet."""
        return cls(np.empty(number, np.int32), np.empty(number, np.int32), np.empty(number, np.int16))

    def slice(self, first: int, end: int) -> "Votes":
        """The rows from one to before another, in the same memory."""
        return Votes(*(column[first:end] for column in self))

    def put(self, first: int, votes: "Votes") -> int:
        """Write these from a row on; return the row after them."""
        end = first + len(votes.item)
        for column, values in zip(self, votes, strict=True):
            column[first:end] = values
        return end

    def where(self, rows: NDArray[np.int64]) -> "Votes":
        """These rows alone."""
        return Votes(self.item[rows], self.annotator[rows], self.label[rows])


class Classes(NamedTuple):
    """What can be voted for: the labels, and "absent" if anybody voted so."""

    number: int
    distance: distances.Matrix
    ranks: tuple[int | None, ...]

    @classmethod
    def of(cls, votes: Votes, scheme: Scheme) -> "Classes":
        """Those of these votes."""
        absent = bool((votes.label == len(scheme.labels)).any())
        ranks = () if absent else scheme.ranks
        return cls(len(scheme.labels) + absent, distances.of_scheme(scheme, absent=absent), ranks)


def cast(answers: Answers, table: Judgements) -> Votes:
    """The vote of each judgement: the label of its first stance that answers the item's question."""
    stances, item = answers.stances, answers.item[answers.stances.judgement]
    holder, target = table.item_holder[item], table.item_target[item]
    fits = ~stances.former & ((holder == NOT_TOLD) | (holder == stances.holder))
    fits &= (target == NOT_TOLD) | (target == stances.target)
    judgement, first = np.unique(stances.judgement[fits], return_index=True)
    label = np.full(len(answers), len(table.scheme.labels))
    label[judgement] = stances.label[fits][first]
    return Votes(answers.item, answers.annotator, label)


def counted(votes: Votes, classes: int) -> NDArray[np.int64]:
    """How often each item was given each class, a row an item that has any; shape (n, classes)."""
    cell = combined(votes.item)
    number = int(cell.max(initial=-1)) + 1
    cell *= classes
    cell += votes.label
    return np.bincount(cell, minlength=number * classes).reshape(number, classes)


def tallied(votes: Votes, classes: int) -> Block:
    """The distinct rows of what is `counted`, and how often each is there; later classes are left out.

    Memory holds the counts of a part of the items: there may be millions.
    """
    rows, times = [np.zeros((0, classes))], [np.zeros(0, dtype=np.int64)]
    for part in by_item(votes, AT_ONCE):
        named = part.where(np.flatnonzero(part.label < classes))
        found, often = distinct(counted(named, classes))
        rows.append(found)
        times.append(often)
    return distinct(np.concatenate(rows), np.concatenate(times))


def figures(votes: Votes, classes: Classes, how: Resampling) -> dict[str, Figure]:
    """All coefficients with their intervals."""
    counts, times = tallied(votes, classes.number)
    compared = int(times[counts.sum(axis=1) > 1].sum())

    def statistic(sums: Array) -> Mapping[str, Array]:
        return agreement.of_labels(sums, classes.number, classes.distance, classes.ranks)

    found = measured(agreement.summands(counts), statistic, how, times)
    return found | {"cohen": _mean_kappa(votes, classes.number, compared, how)}


def by_item(votes: Votes, at_once: int) -> Iterator[Votes]:
    """Parts of so many votes or a few more, each item's in one: memory holds what is made of one part."""
    item = votes.item
    order = None if (item[1:] >= item[:-1]).all() else np.argsort(item, kind="stable")
    ordered = item if order is None else item[order]
    first = 0
    while first < len(item):
        last = ordered[min(first + at_once, len(item)) - 1]
        end = int(np.searchsorted(ordered, last, side="right"))
        yield votes.slice(first, end) if order is None else votes.where(order[first:end])
        first = end


def tables(votes: Votes, classes: int) -> tuple[Codes, Codes, Codes, Codes]:
    """(item, one annotator, the other, cell) of every pair of votes on an item, the lower code first.

    The cell is `classes` × what the one said + what the other said.
    """
    votes = Votes(*(column.astype(np.int64) for column in votes))
    left, right = within(votes.item)
    swapped = votes.annotator[left] > votes.annotator[right]
    left, right = np.where(swapped, right, left), np.where(swapped, left, right)
    cell = votes.label[left] * classes + votes.label[right]
    return votes.item[left], votes.annotator[left], votes.annotator[right], cell


def _mean_kappa(votes: Votes, classes: int, items: int, how: Resampling) -> Figure:
    """The mean of all pairs' kappas, each weighed by its items (Light 1971, with weights).

    `items` are how many two or more have judged.

    With so many annotators and items that resampling all tables took more than CELLS numbers, it comes
    without an interval: those of the pairs tell more.
    """
    pairs, sums = _of_pairs(votes, classes)
    if not len(sums):
        return Figure(None)

    def statistic(sums: Array) -> Mapping[str, Array]:
        found = sums.reshape(*sums.shape[:-1], -1, classes, classes)
        kappa, weight = agreement.cohen(found), found.sum(axis=(-2, -1))
        known = np.where(np.isnan(kappa), 0, weight)
        return {"cohen": agreement.ratio((known * np.nan_to_num(kappa)).sum(axis=-1), known.sum(axis=-1))}

    if items * sums.size > CELLS or how.resamples * sums.size > CELLS * 4:
        value = float(statistic(sums.astype(np.float64).ravel())["cohen"])
        return Figure(None if np.isnan(value) else value)
    with piling() as pile:
        for part in by_item(votes, max(AT_ONCE // 5, 1)):
            pile.add(_by_pair(part, pairs, classes))
        return pile.measured(statistic, how)["cohen"]


def _by_pair(votes: Votes, pairs: NDArray[np.int64], classes: int) -> Array:
    """What the one said by what the other said, of each of all `pairs`: a row an item, (n, pairs × K × K)."""
    item, one, other, cell = tables(votes, classes)
    place = np.searchsorted(pairs, one * ONE + other) * classes * classes + cell
    size = len(pairs) * classes * classes
    row = combined(item)
    found = np.bincount(row * size + place, minlength=(int(row.max(initial=-1)) + 1) * size)
    return found.reshape(-1, size).astype(np.float64)


def _of_pairs(votes: Votes, classes: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each pair of annotators who met, in order; what the one said by what the other said: (pairs, K, K)."""
    met: dict[int, NDArray[np.int64]] = {}
    for part in by_item(votes, AT_ONCE):
        _, one, other, cell = tables(part, classes)
        pairs, place = np.unique(one * ONE + other, return_inverse=True)
        place = place * classes * classes + cell
        sums = np.bincount(place, minlength=len(pairs) * classes * classes).reshape(-1, classes, classes)
        for pair, said in zip(pairs.tolist(), sums, strict=True):
            met[pair] = met[pair] + said if pair in met else said
    return np.array(sorted(met), dtype=np.int64), np.array([met[pair] for pair in sorted(met)])
