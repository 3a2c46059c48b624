"""How a project's work goes on: answers a day and when they will all be there, agreement week by week.

Sums over a board's arrays; a day begins where the reader is.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import ceil
from zoneinfo import ZoneInfo

import numpy as np

from annotator.quality import agreement, distances
from annotator.reading.board import Board
from annotator.reading.board_columns import Floats, Integers

PACES = (7, 28)  # days
EARLIEST = date(1971, 1, 1)


@dataclass(frozen=True, slots=True)
class Forecast:
    """When all answers that are wanted will be there.

    The rule: the answers that are missing, at the pace of the last 7 days and at that of the last 28, today
    left out and days without work included; where the work began later, from its first day.
    """

    done: int
    wanted: int
    paces: tuple[float, ...]  # answers a day, over each of PACES
    first: date | None  # None: nothing is missing, or nobody works
    last: date | None  # None: at one of the paces it never ends


@dataclass(frozen=True, slots=True)
class Week:
    """A week of agreement: of the items whose last answer was given then."""

    monday: date
    items: int  # judged by two or more
    alpha: float | None  # nominal, `absent` a vote like others
    percent: float | None


def day_numbers(at: Floats, zone: ZoneInfo) -> Integers:
    """The days of these moments (s since 1970) there, as ordinals."""
    if not len(at):
        return np.zeros(0, dtype=np.int64)
    begin = max(EARLIEST, datetime.fromtimestamp(float(at.min()), zone).date())
    end = datetime.fromtimestamp(float(at.max()), zone).date()
    days = [begin + timedelta(days=number) for number in range((end - begin).days + 1)]
    midnights = np.array([datetime.combine(day, time.min, zone).timestamp() for day in days])
    return np.searchsorted(midnights, at, side="right").astype(np.int64) - 1 + begin.toordinal()


def a_day(board: Board, zone: ZoneInfo) -> dict[date, int]:
    """Answers that count, by the day on which they were given; days without one are not there."""
    rows = board.counted[board.is_work[board.row[board.counted]]]
    days, counts = np.unique(day_numbers(board.answers.at[rows], zone), return_counts=True)
    return {date.fromordinal(day): count for day, count in zip(days.tolist(), counts.tolist(), strict=True)}


def forecast(board: Board, days: dict[date, int], today: date) -> Forecast:
    """The answers done and wanted, and when the rest will be there."""
    done, wanted = board.progress
    missing = wanted - done
    paces = tuple(_pace(days, today, length) for length in PACES)
    ends = [_end(today, missing, pace) for pace in paces] if missing else []
    known = [end for end in ends if end is not None]
    return Forecast(
        done,
        wanted,
        paces,
        first=min(known, default=None),
        last=max(known) if known and len(known) == len(ends) else None,
    )


def _pace(days: dict[date, int], today: date, length: int) -> float:
    since = max(min(days, default=today), today - timedelta(days=length))
    passed = (today - since).days
    return sum(count for day, count in days.items() if since <= day < today) / passed if passed else 0.0


def _end(today: date, missing: int, pace: float) -> date | None:
    """The day on which the last is given; None if that is beyond all planning."""
    if pace * 3_650 <= missing:
        return None
    return today + timedelta(days=ceil(missing / pace - 1e-9))  # 20 / (2 / 7) is 70 days, not 71


def weeks(board: Board, zone: ZoneInfo) -> list[Week]:
    """Agreement by week, the oldest first. Source: `quality.agreement`."""
    items = board.votes.item
    if not len(items):
        return []
    week = _week_of(board, zone)
    mondays, place = np.unique(week[items], return_inverse=True)
    first, kind = _alike(board.tally)
    counts = np.bincount(place * len(first) + kind, minlength=len(mondays) * len(first))
    sums = counts.reshape(len(mondays), len(first)) @ agreement.summands(board.tally[first])
    total = agreement.Sums.of(sums, board.absent + 1)
    alphas = agreement.alpha(total.coincidences, distances.nominal(board.absent + 1))
    percents = agreement.percent(total)
    told = np.bincount(np.searchsorted(mondays, week[board.judges > 1]), minlength=len(mondays))
    return [
        Week(date.fromordinal(int(day)), int(told[k]), _number(alphas[k]), _number(percents[k]))
        for k, day in enumerate(mondays.tolist())
        if day > 0 and told[k]
    ]


def _alike(table: Integers) -> tuple[Integers, Integers]:
    """Of a table: a row of each kind that is there, and the kind of every row. Most are alike."""
    kind, top = np.zeros(len(table), dtype=np.int64), int(table.max(initial=0)) + 1
    first = kind[:1]
    for column in table.T:
        _, first, kind = np.unique(kind * top + column, return_index=True, return_inverse=True)
    return first, kind


def _week_of(board: Board, zone: ZoneInfo) -> Integers:
    """Items: the Monday of their last answer that counts, as an ordinal; 0 where there is none."""
    days = day_numbers(board.answers.at[board.counted], zone)
    last = np.zeros(len(board.items), dtype=np.int64)
    np.maximum.at(last, board.row[board.counted], days)
    return np.where(last > 0, last - (last - 1) % 7, 0)  # ordinal 1 was a Monday


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
