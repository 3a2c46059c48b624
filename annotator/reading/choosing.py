"""Which items of a board a curator asks for: every condition a mask over its items, 5 ms at 100,000."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import numpy as np

from annotator.reading.board import Board
from annotator.reading.board_columns import PURPOSES, Integers, Truths
from annotator.reading.wanted import FLAGS, Status, Votes, Wanted


def chosen(board: Board, wanted: Wanted) -> Truths:
    """Items of the board: those for which every condition holds. Retired ones only where asked for."""
    items = board.items
    is_chosen = np.ones(len(items), dtype=np.bool_)
    if wanted.status is not Status.RETIRED:
        is_chosen &= ~items.retired
    if wanted.found is not None:
        is_chosen &= np.isin(items.id, _array(wanted.found))
    if wanted.document is not None:
        is_chosen &= items.document == wanted.document
    if wanted.language is not None:
        is_chosen &= items.language == wanted.language
    if wanted.batches is not None:
        is_chosen &= np.isin(items.batch, _array(wanted.batches))
    if wanted.status is not None:
        is_chosen &= _of_status(board, wanted)
    if wanted.votes is not None:
        is_chosen &= (board.judges > 1) & (board.differs == (wanted.votes is Votes.DIFFER))
    return is_chosen & _of_answers(board, wanted)


def nothing(board: Board) -> Truths:
    """No item of the board."""
    return np.zeros(len(board.items), dtype=np.bool_)


def _of_status(board: Board, wanted: Wanted) -> Truths:
    given, enough = board.given, board.given >= board.items.wanted
    of_status: dict[Status, Callable[[], Any]] = {
        Status.UNANSWERED: lambda: board.is_work & (given == 0),
        Status.PARTLY: lambda: board.is_work & (given > 0) & ~enough,
        Status.DONE: lambda: board.is_work & enough,
        Status.CANNOT_JUDGE: lambda: given > board.judges,
        Status.QUESTION: lambda: np.isin(board.items.id, _array(wanted.waiting)),
        Status.DECIDED: lambda: board.adjudicated,
        Status.RETIRED: lambda: board.items.retired,
        Status.TRAINING: lambda: board.items.purpose == PURPOSES.index("training"),
        Status.CHECK: lambda: board.items.purpose == PURPOSES.index("check"),
    }
    assert wanted.status is not None
    return np.asarray(of_status[wanted.status](), dtype=np.bool_)


def _of_answers(board: Board, wanted: Wanted) -> Truths:
    """What answers that count say: a label, a target or holder, by whom, with which flag."""
    is_chosen = np.ones(len(board.items), dtype=np.bool_)
    if wanted.annotator is not None:
        theirs = board.counted[board.answers.annotator[board.counted] == wanted.annotator]
        is_chosen &= _rows(board, board.row[theirs])
    if wanted.label is not None:
        is_chosen &= _with_stance(board, board.stances.label == wanted.label)
    if wanted.target is not None:
        named = _with_stance(board, board.stances.target == wanted.target)
        is_chosen &= named | (board.items.target == wanted.target)
    if wanted.holder is not None:
        named = _with_stance(board, board.stances.holder == wanted.holder)
        is_chosen &= named | (board.items.holder == wanted.holder)
    if wanted.flag is not None:
        bit = 1 << FLAGS.index(wanted.flag)
        flagged = board.counted[(board.answers.flags[board.counted] & bit) > 0]
        is_chosen &= _rows(board, board.row[flagged]) | _with_stance(board, (board.stances.flags & bit) > 0)
    return is_chosen


def _with_stance(board: Board, is_wanted: Truths) -> Truths:
    """Items that an answer which counts has such a stance of."""
    does_say = np.zeros(len(board.answers) + 1, dtype=np.bool_)  # the last place is that of no answer, -1
    does_say[board.said[is_wanted]] = True
    return _rows(board, board.row[board.counted[does_say[board.counted]]])


def _rows(board: Board, rows: Integers) -> Truths:
    found = np.zeros(len(board.items), dtype=np.bool_)
    found[rows] = True
    return found


def _array(ids: Collection[int]) -> Integers:
    return np.fromiter(ids, dtype=np.int64, count=len(ids))


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a board, and the ids to go on with in either direction; None where there is nothing."""

    rows: Integers
    before: int | None
    after: int | None


def page(board: Board, is_chosen: Truths, *, after: int | None, before: int | None, size: int) -> Page:
    """The chosen items after an id, or those just before one: by key, so that a page stays where it is."""
    rows = np.flatnonzero(is_chosen)
    ids = board.items.id[rows]
    if before is not None:
        last = int(np.searchsorted(ids, before))
        first = max(0, last - size)
    else:
        first = int(np.searchsorted(ids, after, side="right")) if after is not None else 0
        last = min(len(rows), first + size)
    return Page(
        rows[first:last],
        before=int(ids[first]) if first > 0 and last > first else None,
        after=int(ids[last - 1]) if last < len(rows) and last > first else None,
    )
