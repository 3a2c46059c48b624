"""What concerns a person and no single project: their timesheet."""

from datetime import date, datetime, timedelta
from typing import Self

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from annotator.api import query
from annotator.api.openapi import PREFIX, describes
from annotator.api.schemas import Outgoing
from annotator.http.session import signed_in
from annotator.store import timesheet
from annotator.store.timesheet import MOST_DAYS, Worked

bp = Blueprint("api_me", __name__, url_prefix=f"{PREFIX}/me")


class WorkedOut(Outgoing):
    """A day's work in one project."""

    day: date
    project: str  # slug
    name: str
    answers: int  # that stand
    seconds: float  # of activity, corrections and what was taken back included
    first: datetime
    last: datetime

    @classmethod
    def of(cls, worked: Worked) -> Self:
        """From its sums."""
        return cls(
            day=worked.day,
            project=worked.project.slug,
            name=worked.project.name,
            answers=worked.answers,
            seconds=worked.seconds,
            first=worked.first,
            last=worked.last,
        )


class TimesheetOut(Outgoing):
    """Days with work, the newest first; a day with work in two projects stands twice."""

    zone: str
    days: list[WorkedOut]


@bp.get("/timesheet")
@signed_in
@describes(
    gives={200: TimesheetOut},
    query={
        "project": {"type": "string"},
        "zone": {"type": "string"},
        "days": {"type": "integer", "minimum": 1, "maximum": MOST_DAYS, "default": 30},
    },
)
def own_timesheet() -> ResponseReturnValue:
    """What this person did on which day, and how long it took. Nobody is shown another's.

    Days begin at midnight in the time zone `zone`, by default the person's own. Two queries.
    """
    zone, days = query.zone(), query.number("days", most=MOST_DAYS, usual=30)
    today = datetime.now(zone).date()
    rows = timesheet.of(
        g.session,
        g.user,
        zone=zone,
        first=today - timedelta(days=days - 1),
        last=today,
        slug=query.text("project"),
    )
    return TimesheetOut(zone=zone.key, days=[WorkedOut.of(row) for row in rows]).model_dump(mode="json")
