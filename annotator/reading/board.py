"""What stands in a project, as its curators look at it: who judged what, and who voted how on which unit.

A unit is a (item, holder, target, former) that somebody found; where nobody found any, the item itself is
one. Everybody whose first answer counts and judged the item votes on each of its units; who does not have it
votes `absent`. Holders and targets are the same where their entries are: nothing is rolled up here.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from annotator.reading.board_columns import KINDS, PURPOSES, Answers, Floats, Integers, Items, Stances, Truths

Kept = TypeVar("Kept")


@dataclass(frozen=True)
class Board:
    """The rows of one project at one moment. Arrays are parallel to the rows named in their docstrings."""

    items: Items
    answers: Answers
    stances: Stances
    labels: Integers  # ids in the scheme's order; a vote is an index into them, len(labels) is `absent`
    state: tuple[object, ...] = ()  # differs where items, labels or settings differ
    _kept: dict[Hashable, Any] = field(default_factory=dict)

    def once(self, key: Hashable, work_out: Callable[[], Kept]) -> Kept:
        """What was worked out of these rows under this key; now, if it never was."""
        if key not in self._kept:
            self._kept[key] = work_out()
        found: Kept = self._kept[key]
        return found

    @property
    def newest(self) -> int:
        """The id of the newest revision; 0 if there is none."""
        return int(self.answers.id[-1]) if len(self.answers) else 0

    @property
    def version(self) -> tuple[object, ...]:
        """Two boards of a project with the same version hold the same rows."""
        return (self.newest, len(self.answers), *self.state)

    @property
    def absent(self) -> int:
        """The vote of who judged the item and does not have the unit."""
        return len(self.labels)

    @cached_property
    def is_work(self) -> Truths:
        """Items that are asked in earnest and are not retired."""
        return np.asarray((self.items.purpose == PURPOSES.index("work")) & ~self.items.retired)

    @cached_property
    def row(self) -> Integers:
        """Answers: the row of their item; -1 if that was deleted."""
        return places(self.items.id, self.answers.item)

    @cached_property
    def stands(self) -> Truths:
        """Answers of annotators: the newest revision of its occasion, and no withdrawal."""
        a = self.answers
        is_last = np.zeros(len(a), dtype=np.bool_)
        rows = np.flatnonzero((a.kind == KINDS.index("annotation")) & (self.row >= 0))
        rows = rows[np.lexsort((a.revision[rows], a.occasion[rows], a.annotator[rows], a.item[rows]))]
        keys = np.stack([a.item[rows], a.annotator[rows], a.occasion[rows]])
        is_last[rows] = np.append((keys[:, 1:] != keys[:, :-1]).any(axis=0), True)[: len(rows)]
        return np.asarray(is_last & ~a.withdrawn, dtype=np.bool_)

    @cached_property
    def counted(self) -> Integers:
        """Rows of the answers that count: first ones, with a seat, that stand."""
        return np.flatnonzero(self.stands & self.answers.counted & (self.answers.occasion == 0))

    def of_items(self, ids: Sequence[int]) -> Truths:
        """Answers: whether they are to one of these items."""
        return np.isin(self.answers.item, np.array(ids, dtype=np.int64))

    @cached_property
    def given(self) -> Integers:
        """Items: how many answers count."""
        return np.bincount(self.row[self.counted], minlength=len(self.items)).astype(np.int64)

    @cached_property
    def progress(self) -> tuple[int, int]:
        """Answers to work items: how many are there of those that are wanted, and how many are wanted."""
        wanted = self.items.wanted[self.is_work]
        return int(np.minimum(self.given[self.is_work], wanted).sum()), int(wanted.sum())

    @cached_property
    def adjudicated(self) -> Truths:
        """Items with a decision of a curator that stands."""
        found = np.zeros(len(self.items), dtype=np.bool_)
        rows = np.flatnonzero((self.answers.kind == KINDS.index("adjudication")) & (self.row >= 0))
        found[self.row[rows]] = ~self.answers.withdrawn[rows]  # the last one of an item holds
        return found

    @cached_property
    def said(self) -> Integers:
        """Stances: the row of their answer."""
        return places(self.answers.id, self.stances.answer)

    @cached_property
    def votes(self) -> "Votes":
        """How everybody voted on every unit."""
        return _votes(self)

    @cached_property
    def tally(self) -> Integers:
        """Units × votes: how often each was given, `absent` in the last column."""
        width = self.absent + 1
        flat = np.bincount(self.votes.unit * width + self.votes.vote, minlength=self.votes.units * width)
        return flat.reshape(self.votes.units, width).astype(np.int64)

    @cached_property
    def differs(self) -> Truths:
        """Items on which those who judged it do not vote alike."""
        found = np.zeros(len(self.items), dtype=np.bool_)
        found[self.votes.item[(self.tally > 0).sum(axis=1) > 1]] = True
        return found

    @cached_property
    def judges(self) -> Integers:
        """Items: how many of the answers that count judged it."""
        rows = self.counted[self.answers.judged[self.counted]]
        return np.bincount(self.row[rows], minlength=len(self.items)).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Votes:
    """A row a vote; `item` and `target` have a row a unit."""

    unit: Integers
    answer: Integers  # row of the answer
    vote: Integers
    item: Integers  # row of the unit's item
    target: Integers  # id

    @property
    def units(self) -> int:
        """How many there are."""
        return len(self.item)


def places(sorted_ids: Integers, wanted: Integers) -> Integers:
    """Where each wanted id stands among the sorted ones; -1 if it does not."""
    if not len(sorted_ids):
        return np.full(len(wanted), -1, dtype=np.int64)
    found = np.minimum(np.searchsorted(sorted_ids, wanted), len(sorted_ids) - 1)
    return np.where(sorted_ids[found] == wanted, found, -1).astype(np.int64)


def shares(part: Integers | Floats, whole: Integers | Floats) -> Floats:
    """The share that a part is of the whole; nan where there is nothing."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(part, dtype=np.float64) / np.asarray(whole, dtype=np.float64)


def _votes(board: Board) -> Votes:
    judging = board.counted[board.answers.judged[board.counted]]
    judging = judging[np.argsort(board.row[judging], kind="stable")]
    is_judging = np.zeros(len(board.answers) + 1, dtype=np.bool_)
    is_judging[judging] = True
    rows = np.flatnonzero(is_judging[board.said])  # -1, which no answer has, is the last place: false
    item = board.row[board.said[rows]]
    units, of_row = _units(board, rows, item)
    is_empty = np.zeros(len(board.items), dtype=np.bool_)  # np.setdiff1d takes seconds for this
    is_empty[board.row[judging]] = True
    is_empty[item] = False
    empty = np.flatnonzero(is_empty)
    unit_item = np.concatenate([units[0], empty])
    unit_target = np.concatenate([units[1], board.items.target[empty]])
    return _ballots(board, judging, rows, of_row, item=unit_item, target=unit_target)


def _units(board: Board, rows: Integers, item: Integers) -> tuple[tuple[Integers, Integers], Integers]:
    """(item row, target) of every unit that was found, and the unit of each of these stances."""
    s = board.stances
    top = int(max(s.holder.max(initial=0), s.target.max(initial=0))) + 1
    pair = (s.holder[rows] * top + s.target[rows]) * 2 + s.former[rows]
    kinds, pair = np.unique(pair, return_inverse=True)
    _, first, unit = np.unique(item * max(1, len(kinds)) + pair, return_index=True, return_inverse=True)
    return (item[first], s.target[rows][first]), unit.astype(np.int64)


def _ballots(
    board: Board, judging: Integers, rows: Integers, of_row: Integers, *, item: Integers, target: Integers
) -> Votes:
    """A vote of each judge of an item on each of its units: `absent` but where their stance says more."""
    begin = np.searchsorted(board.row[judging], item, side="left")
    judges = np.searchsorted(board.row[judging], item, side="right") - begin
    unit = np.repeat(np.arange(len(item)), judges)
    start = np.concatenate([[0], np.cumsum(judges)])
    place = np.arange(len(unit)) - start[unit] + begin[unit]
    answer = judging[place] if len(unit) else unit
    vote = np.full(len(unit), board.absent, dtype=np.int64)
    seat = np.zeros(len(board.answers), dtype=np.int64)
    seat[judging] = np.arange(len(judging))
    label = _index(board.labels, board.stances.label[rows], absent=board.absent)
    vote[start[of_row] + seat[board.said[rows]] - begin[of_row]] = label
    return Votes(unit, answer, vote, item, target)


def _index(labels: Integers, given: Integers, *, absent: int) -> Integers:
    """The place of each label in the scheme's order."""
    order = np.argsort(labels)
    found = places(labels[order], given)
    return np.where(found >= 0, order[found], absent).astype(np.int64) if len(labels) else found * 0
