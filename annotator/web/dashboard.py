"""The dashboard of curators: how far the work is, how well people agree, who did what; timesheets as CSV."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import Blueprint, Response, g, render_template
from flask.typing import ResponseReturnValue
from sqlmodel import col, select

from annotator.domain import Document, Entity, Item, Role, Segment, User, now
from annotator.domain.spreadsheet import harmless
from annotator.http.session import requires
from annotator.store import projects
from annotator.web import curating
from annotator.web.preferences import own_zone
from annotator.web.timesheet import clock

if TYPE_CHECKING:
    from annotator.reading import breakdowns, trends
    from annotator.reading.weeks_worked import Worked

bp = Blueprint("dashboard", __name__, url_prefix="/projects/<slug>/dashboard")

DAYS = 56  # of the chart of answers a day
WEEKS = 26  # of agreement
SHEETS = 8  # weeks of timesheets on the page; the file has all
COLUMNS = (
    "week", "annotator", "name", "simulated", "active_minutes", "logged_in_minutes", "items", "surplus",
    "time_zone",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bar:
    """A column of a chart; `share` is its height, 0–1, of the chart's."""

    name: str
    value: float | None
    share: float
    day: date
    more: int = 0  # what else is told of it


@bp.get("")
@requires(Role.CURATOR)
def show() -> ResponseReturnValue:
    """All of it, as it is now."""
    from annotator.reading import breakdowns, trends  # noqa: PLC0415 - numpy: only curators ask for figures
    from annotator.reading.weeks_worked import weeks_worked  # noqa: PLC0415

    board, zone = curating.board(), own_zone()
    today = now().astimezone(zone).date()
    days = board.once(("days", zone.key), lambda: trends.a_day(board, zone))
    weeks = board.once(("weeks", zone.key), lambda: trends.weeks(board, zone))
    slow, fast = board.once("times", lambda: breakdowns.slowest_and_fastest(board))
    people = board.once("people", lambda: breakdowns.people(board))
    worked = board.once(("worked", zone.key), lambda: weeks_worked(board, zone))
    mondays = sorted({each.monday for each in worked}, reverse=True)
    targets = breakdowns.targets(board)
    return render_template(
        "dashboard/page.html",
        project=g.project,
        zone=zone,
        forecast=trends.forecast(board, days, today),
        days=_bars(days, today),
        weeks=_weeks(weeks),
        labels=projects.labels(g.session, g.project),
        confusion=breakdowns.confusion(board).tolist(),
        has_absent=bool(board.tally[:, board.absent].sum()),
        targets=targets,
        entities=_by_id(Entity, [target.id for target in targets]),
        slow=_timed(slow),
        fast=_timed(fast),
        people=people,
        users=_by_id(User, [person.id for person in people]),
        last=lambda person: datetime.fromtimestamp(person.last, zone).date(),
        worked=[each for each in worked if each.monday in mondays[:SHEETS]],
        clock=clock,
    )


@bp.get("/timesheets.csv")
@requires(Role.CURATOR)
def timesheets() -> ResponseReturnValue:
    """All weeks of all annotators as a file for a spreadsheet; with a mark by which Excel knows UTF-8."""
    from annotator.reading.weeks_worked import weeks_worked  # noqa: PLC0415 - as above

    zone = own_zone()
    worked = weeks_worked(curating.board(), zone)
    users = _by_id(User, {each.annotator for each in worked})
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow(COLUMNS)
    for each in reversed(worked):
        table.writerow(harmless(cell) for cell in (*_cells(each, users[each.annotator]), zone.key))
    response = Response("\ufeff" + file.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="timesheets-{g.project.slug}.csv"'
    return response


def _cells(worked: "Worked", user: User) -> Iterator[str]:
    yield worked.monday.isoformat()
    yield user.name
    yield user.shown_name
    yield "yes" if user.simulated else "no"
    yield f"{worked.active / 60:.1f}"
    yield f"{worked.present / 60:.1f}"
    yield str(worked.items)
    yield str(worked.surplus)


def _bars(days: dict[date, int], today: date) -> list[Bar]:
    """The answers of the last DAYS days, or since the first, up to today."""
    first = max(min(days, default=today), today - timedelta(days=DAYS - 1))
    shown = [first + timedelta(days=number) for number in range((today - first).days + 1)]
    most = max((days.get(day, 0) for day in shown), default=0) or 1
    return [Bar(day.isoformat(), days.get(day, 0), days.get(day, 0) / most, day) for day in shown]


def _weeks(weeks: "list[trends.Week]") -> list[Bar]:
    """Agreement by week: alpha, which is 1 at the top of the chart, and nothing below 0."""
    return [
        Bar(week.monday.isoformat(), week.alpha, max(0.0, week.alpha or 0.0), week.monday, week.items)
        for week in weeks[-WEEKS:]
    ]


def _timed(timed: "list[breakdowns.Timed]") -> list[dict[str, Any]]:
    """Items with their words and how long they took."""
    words = sa.func.substr(Document.text, col(Segment.start) + 1, col(Segment.end) - col(Segment.start))
    query = (
        sa.select(col(Item.id), col(Item.external_id), words)
        .join(Segment, col(Segment.id) == col(Item.segment_id))
        .join(Document, col(Document.id) == col(Segment.document_id))
        .where(col(Item.id).in_([each.item for each in timed]))
    )
    found = {item: (name, text) for item, name, text in g.session.execute(query)}
    return [
        {
            "name": found[each.item][0],
            "text": found[each.item][1],
            "seconds": each.seconds,
            "of": each.answers,
        }
        for each in timed
    ]


def _by_id(table: Any, ids: Iterable[int]) -> dict[int, Any]:
    return {row.id: row for row in g.session.exec(select(table).where(col(table.id).in_(set(ids))))}
