"""Timesheets of a project: what everybody worked in which week.

Active time is what the seat measured. Time at work is estimated from the answers, because nobody is watched:
two answers less than SITTING apart belong to one sitting, and it lasts from the appearance of its first item
to its last answer; never less than the active time in it.
"""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np

from annotator.reading.board import Board
from annotator.reading.board_columns import KINDS, Floats, Integers
from annotator.reading.trends import day_numbers

SITTING = 15 * 60.0  # s


@dataclass(frozen=True, slots=True)
class Worked:
    """One person's work in one week."""

    monday: date
    annotator: int
    active: float  # s
    present: float  # s, sittings
    items: int  # first answered then, and the answer stands
    surplus: int  # of these, those that found no seat


def weeks_worked(board: Board, zone: ZoneInfo) -> list[Worked]:
    """All weeks in which somebody answered, the newest first, people by id."""
    a = board.answers
    rows = np.flatnonzero((a.kind == KINDS.index("annotation")) & (board.row >= 0))
    rows = rows[np.lexsort((a.at[rows], a.annotator[rows]))]
    days = day_numbers(a.at[rows], zone)
    week = (days - 1) // 7
    who = a.annotator[rows]
    top = int(who.max(initial=0)) + 1
    keys, place = np.unique(week * top + who, return_inverse=True)
    size = len(keys)
    seconds = np.nan_to_num(a.seconds[rows])
    present = np.bincount(place, _present(a.at[rows], who, seconds), minlength=size)
    is_first = board.stands[rows] & (a.occasion[rows] == 0)
    active = np.bincount(place, seconds, minlength=size)
    items = np.bincount(place, is_first, minlength=size)
    surplus = np.bincount(place, is_first & ~a.counted[rows], minlength=size)
    found = [
        Worked(
            date.fromordinal(int(keys[k] // top) * 7 + 1),
            int(keys[k] % top),
            float(active[k]),
            float(present[k]),
            int(items[k]),
            int(surplus[k]),
        )
        for k in range(size)
    ]
    return sorted(found, key=lambda worked: (-worked.monday.toordinal(), worked.annotator))


def _present(at: Floats, who: Integers, seconds: Floats) -> Floats:
    """The time that each answer adds to its sitting: since the one before, or its own if it opens one."""
    gap = np.diff(at, prepend=-np.inf)
    is_same = np.diff(who, prepend=-1) == 0
    return np.where(is_same & (gap < SITTING), np.maximum(gap, seconds), seconds)
