"""A person's own timesheet: what they answered on which day, and how long it took.

No annotator sees another's; curators see sums by week, on their dashboard.

Time is what the seat measured: from an item's appearance to its answer, without pauses and without what went
on while the page was hidden. There is no time per answer and no one to compare with: this page is for writing
an invoice, not for being judged by.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Self
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from annotator.domain import now
from annotator.domain.spreadsheet import harmless
from annotator.errors import Invalid
from annotator.http.session import signed_in
from annotator.store import timesheet
from annotator.store.timesheet import MOST_DAYS, Worked
from annotator.web.preferences import own_zone

bp = Blueprint("timesheet", __name__)

YEARS = (1971, 2999)
USUAL_DAYS = 28  # where no range is asked for: this week and the three before
COLUMNS = ("date", "project", "name", "answers", "active_minutes", "first", "last", "time_zone")


@dataclass(frozen=True, slots=True)
class Span:
    """A range of days, both ends in it."""

    first: date
    last: date

    @classmethod
    def asked(cls, today: date) -> Self:
        """The range of the query: `from` and `to`; by default the weeks up to today, from a Monday.

        Raises
        ------
        Invalid
            If an end is no date, the range runs backwards or is longer than MOST_DAYS.
        """
        last = _day("to") or max(today, _day("from") or today)
        usual = last - timedelta(days=USUAL_DAYS - 7 + last.weekday())
        span = cls(first=_day("from") or usual, last=last)
        if not 0 <= (span.last - span.first).days < MOST_DAYS:
            raise Invalid("Choose a first day before the last one, at most a year apart.")
        return span


@dataclass(frozen=True, slots=True)
class Week:
    """The work of one week, Monday to Sunday, as far as it lies in the range."""

    monday: date
    rows: list[Worked]


@bp.get("/timesheet")
@signed_in
def show() -> ResponseReturnValue:
    """This person's days, project by project, with the sums of weeks."""
    zone = own_zone()
    today = now().astimezone(zone).date()
    span = Span.asked(today)
    rows = timesheet.of(g.session, g.user, zone=zone, first=span.first, last=span.last)
    return render_template(
        "timesheet/index.html",
        span=span,
        ranges=dict(_ranges(today)),
        weeks=list(_weeks(rows)),
        rows=rows,
        zone=zone,
        zone_is_chosen=g.preferences.time_zone is not None,
        clock=clock,
    )


@bp.get("/timesheet.csv")
@signed_in
def download() -> ResponseReturnValue:
    """The same as a file for a spreadsheet; with a mark at its start by which Excel knows UTF-8."""
    zone = own_zone()
    span = Span.asked(now().astimezone(zone).date())
    rows = timesheet.of(g.session, g.user, zone=zone, first=span.first, last=span.last)
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow(COLUMNS)
    table.writerows([harmless(cell) for cell in _cells(row, zone)] for row in reversed(rows))
    response = Response("\ufeff" + file.getvalue(), mimetype="text/csv")
    name = f"timesheet-{span.first.isoformat()}-{span.last.isoformat()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def clock(seconds: float) -> str:
    """A duration in hours and minutes.

    >>> clock(0), clock(89.7), clock(3 * 3600 + 25 * 60)
    ('0:00', '0:01', '3:25')
    """
    minutes = round(seconds / 60)
    return f"{minutes // 60}:{minutes % 60:02d}"


def _cells(row: Worked, zone: ZoneInfo) -> Iterator[str]:
    yield row.day.isoformat()
    yield row.project.slug
    yield row.project.name
    yield str(row.answers)
    yield f"{row.seconds / 60:.1f}"
    yield f"{row.first.astimezone(zone):%H:%M}"
    yield f"{row.last.astimezone(zone):%H:%M}"
    yield zone.key


def _weeks(rows: Sequence[Worked]) -> Iterator[Week]:
    for monday, group in groupby(rows, key=lambda row: row.day - timedelta(days=row.day.weekday())):
        yield Week(monday, list(group))


def _ranges(today: date) -> Iterable[tuple[str, Span]]:
    """Ranges that are often asked for, by name."""
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    before = first - timedelta(days=1)
    yield gettext("This week"), Span(monday, today)
    yield gettext("Last week"), Span(monday - timedelta(days=7), monday - timedelta(days=1))
    yield gettext("This month"), Span(first, today)
    yield gettext("Last month"), Span(before.replace(day=1), before)


def _day(name: str) -> date | None:
    text = request.args.get(name, "")
    if not text:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 a day has no zone
    except ValueError:
        day = date.min
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise Invalid(f"{text!r} is not a day: write it as 2026-11-30.")
    return day
