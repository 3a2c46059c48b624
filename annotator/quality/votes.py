"""One vote a judgement, where one label is asked: what it is, and what several come to."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from annotator.quality import agreement, distances
from annotator.quality.agreement import Array
from annotator.quality.bootstrap import Resampling, measured
from annotator.quality.judgements import NOT_TOLD, Answers, Codes, Judgements, Scheme
from annotator.quality.pairs import combined, within
from annotator.quality.report import Figure

CELLS = 8_000_000  # numbers that the mean of the pairwise kappas may take to be resampled


class Votes(NamedTuple):
    """A row a judgement. All of shape (n,)."""

    item: Codes
    annotator: Codes
    label: Codes  # of the scheme's; one more than these is "absent": judged, and nothing named

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
    item = combined(votes.item)
    number = int(item.max(initial=-1)) + 1
    return np.bincount(item * classes + votes.label, minlength=number * classes).reshape(number, classes)


def of_answers(answers: Answers, table: Judgements, how: Resampling) -> dict[str, Figure]:
    """All coefficients of a directed project's answers."""
    votes = cast(answers, table)
    return figures(votes, Classes.of(votes, table.scheme), how)


def figures(votes: Votes, classes: Classes, how: Resampling) -> dict[str, Figure]:
    """All coefficients with their intervals."""
    summands = agreement.summands(counted(votes, classes.number))

    def statistic(sums: Array) -> Mapping[str, Array]:
        return agreement.of_labels(sums, classes.number, classes.distance, classes.ranks)

    found = measured(summands, statistic, how)
    return found | {"cohen": _mean_kappa(votes, classes.number, how)}


def tables(votes: Votes, classes: int) -> tuple[Codes, Codes, Codes, Codes]:
    """(item, one annotator, the other, cell) of every pair of votes on an item, the lower code first.

    The cell is `classes` × what the one said + what the other said.
    """
    left, right = within(votes.item)
    swapped = votes.annotator[left] > votes.annotator[right]
    left, right = np.where(swapped, right, left), np.where(swapped, left, right)
    cell = votes.label[left] * classes + votes.label[right]
    return votes.item[left], votes.annotator[left], votes.annotator[right], cell


def _mean_kappa(votes: Votes, classes: int, how: Resampling) -> Figure:
    """The mean of all pairs' kappas, each weighed by its items (Light 1971, with weights).

    With so many annotators and items that resampling all tables took more than CELLS numbers, it comes
    without an interval: those of the pairs tell more.
    """
    item, one, other, cell = tables(votes, classes)
    if not len(item):
        return Figure(None)
    pair, row = combined(one, other), combined(item)
    pairs, rows, square = int(pair.max()) + 1, int(row.max()) + 1, classes * classes

    def statistic(sums: Array) -> Mapping[str, Array]:
        found = sums.reshape(*sums.shape[:-1], pairs, classes, classes)
        kappa, weight = agreement.cohen(found), found.sum(axis=(-2, -1))
        known = np.where(np.isnan(kappa), 0, weight)
        return {"cohen": agreement.ratio((known * np.nan_to_num(kappa)).sum(axis=-1), known.sum(axis=-1))}

    place = pair * square + cell
    if rows * pairs * square > CELLS or how.resamples * pairs * square > CELLS * 4:
        sums = np.bincount(place, minlength=pairs * square).astype(np.float64)
        value = float(statistic(sums)["cohen"])
        return Figure(None if np.isnan(value) else value)
    size = rows * pairs * square
    summands = np.bincount(row * pairs * square + place, minlength=size).reshape(rows, -1)
    return measured(summands.astype(np.float64), statistic, how)["cohen"]
