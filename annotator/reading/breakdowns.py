"""A project's answers by label, target, item and person: sums over a board's arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotator.reading.board import Board, shares
from annotator.reading.board_columns import KINDS, Floats, Integers

MOST_TARGETS = 12
EXTREMES = 8  # items at either end
TIMED = 2  # answers whose time is known that an item needs to be compared


@dataclass(frozen=True, slots=True)
class Target:
    """How the answers about one target are distributed."""

    id: int
    votes: list[int]  # by label, in the scheme's order


@dataclass(frozen=True, slots=True)
class Timed:
    """An item and the middle of the times that its answers took."""

    item: int
    seconds: float
    answers: int


@dataclass(frozen=True, slots=True)
class Person:
    """What one annotator has done in the project."""

    id: int
    answers: int  # first ones that stand
    surplus: int  # of these, those that came when nobody's was wanted any more
    seconds: float  # s of activity, over all revisions
    items: int  # different ones
    agreement: float | None  # share of the other judges' votes that are like theirs, mean over units
    last: float  # s since 1970


def confusion(board: Board) -> Integers:
    """Votes × votes, `absent` last: ordered pairs of judges of one unit who voted so. Symmetric."""
    pairs: NDArray[np.int64] = board.tally.T @ board.tally
    return pairs - np.diag(board.tally.sum(axis=0))


def targets(board: Board) -> list[Target]:
    """The distribution of labels by target, those with the most votes first, MOST_TARGETS at most."""
    votes = board.votes
    kinds, place = np.unique(votes.target, return_inverse=True)
    width = board.absent + 1
    flat = np.bincount(place[votes.unit] * width + votes.vote, minlength=len(kinds) * width)
    table = flat.reshape(len(kinds), width)[:, : board.absent]
    order = np.argsort(-table.sum(axis=1), kind="stable")[:MOST_TARGETS]
    return [Target(int(kinds[row]), table[row].tolist()) for row in order if table[row].sum()]


def slowest_and_fastest(board: Board) -> tuple[list[Timed], list[Timed]]:
    """Items whose answers took longest, and shortest, by the lower median of their times."""
    rows = board.counted[~np.isnan(board.answers.seconds[board.counted])]
    rows = rows[np.lexsort((board.answers.seconds[rows], board.row[rows]))]
    items, first, counts = np.unique(board.row[rows], return_index=True, return_counts=True)
    middle = board.answers.seconds[rows[first + (counts - 1) // 2]] if len(rows) else np.zeros(0)
    enough = np.flatnonzero(counts >= TIMED)
    order = enough[np.argsort(middle[enough], kind="stable")]
    told = [Timed(int(board.items.id[items[k]]), float(middle[k]), int(counts[k])) for k in _ends(order)]
    return told[::-1][:EXTREMES], told[:EXTREMES]


def _ends(order: Integers) -> Integers:
    return order if len(order) <= 2 * EXTREMES else np.concatenate([order[:EXTREMES], order[-EXTREMES:]])


def people(board: Board) -> list[Person]:
    """Everybody who has answered, those with the most answers first."""
    a = board.answers
    everything = np.flatnonzero((a.kind == KINDS.index("annotation")) & (board.row >= 0))
    ids, place = np.unique(a.annotator[everything], return_inverse=True)
    size = len(ids)
    is_first = board.stands[everything] & (a.occasion[everything] == 0)
    answers = np.bincount(place, is_first, minlength=size)
    surplus = np.bincount(place, is_first & ~a.counted[everything], minlength=size)
    seconds = np.bincount(place, np.nan_to_num(a.seconds[everything]), minlength=size)
    met = np.zeros((size, len(board.items)), dtype=np.bool_)
    met[place, board.row[everything]] = True
    items = met.sum(axis=1)
    last = np.zeros(size)
    np.maximum.at(last, place, a.at[everything])
    alike = _agreement(board, ids)
    found = [
        Person(
            int(ids[k]),
            int(answers[k]),
            int(surplus[k]),
            float(seconds[k]),
            int(items[k]),
            None if np.isnan(alike[k]) else float(alike[k]),
            float(last[k]),
        )
        for k in range(size)
    ]
    return sorted(found, key=lambda person: (-person.answers, person.id))


def _agreement(board: Board, ids: Integers) -> Floats:
    """Of each of these people: how often the others who judged a unit voted as they did."""
    votes = board.votes
    judges = board.tally.sum(axis=1)
    alike = shares(board.tally[votes.unit, votes.vote] - 1, judges[votes.unit] - 1)
    is_told = judges[votes.unit] > 1
    who = np.searchsorted(ids, board.answers.annotator[votes.answer])
    told = np.bincount(who[is_told], alike[is_told], minlength=len(ids))
    return shares(told, np.bincount(who[is_told], minlength=len(ids)))
