"""What a person did on which day, in their own time zone. No annotator is shown another's."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import Annotation, Item, Kind, Project, User, UTCDateTime, preferences
from annotator.errors import Invalid
from annotator.store import standing

EARLIEST = date(1970, 1, 1)
MOST_DAYS = 366  # that are asked for at once


@dataclass(frozen=True, slots=True)
class Worked:
    """One person's work in one project on one day."""

    day: date
    project: Project
    answers: int  # that stand
    seconds: float  # s of activity, over all revisions: work that was corrected was work
    first: datetime  # when they gave an answer, first and last that day
    last: datetime


def of(
    session: Session, user: User, *, zone: ZoneInfo, first: date, last: date, slug: str | None = None
) -> list[Worked]:
    """The days from `first` to `last`, the newest first, that have an answer; two queries.

    An answer belongs to the day on which its author gave it. What was imported under their name is
    told as well, on the day of the import.
    """
    if not EARLIEST.year <= first.year <= last.year < date.max.year:
        return []
    days = [last - timedelta(days=number) for number in range((last - first).days + 1)]
    own = _answers(user, [_midnight(day, zone) for day in days], _midnight(last + timedelta(days=1), zone))
    if slug is not None:
        own = own.join(Project, col(Project.id) == col(Item.project_id)).where(col(Project.slug) == slug)
    rows = own.subquery()
    sums = sa.select(
        rows.c.day,
        rows.c.project_id,
        sa.func.sum(rows.c.stands),
        sa.func.sum(rows.c.seconds),
        sa.func.min(rows.c.at, type_=UTCDateTime),
        sa.func.max(rows.c.at, type_=UTCDateTime),
    ).group_by(rows.c.day, rows.c.project_id)
    found: list[Any] = list(session.execute(sums).all())
    query = select(Project).where(col(Project.id).in_({row[1] for row in found}))
    projects = {project.id: project for project in session.exec(query)}
    worked = [Worked(days[number], projects[project], *rest) for number, project, *rest in found]
    return sorted(worked, key=lambda each: (-each.day.toordinal(), each.project.slug))


def answered_at() -> sa.ColumnElement[datetime]:
    """When an answer was given: by its author's clock, unless that is ahead of ours or was not told."""
    told = col(Annotation.answered_at) < col(Annotation.created_at)
    return sa.case((told, col(Annotation.answered_at)), else_=col(Annotation.created_at))


def answered_since(moment: datetime) -> sa.ColumnElement[bool]:
    """Answers given at a moment or after it. None was stored before it was given: the index finds them."""
    return sa.and_(col(Annotation.created_at) >= moment, answered_at() >= moment)


def zone_of(name: str) -> ZoneInfo:
    """The time zone of this name.

    Raises
    ------
    Invalid
        If there is none.
    """
    try:
        return ZoneInfo(preferences.zone(name))
    except ValueError as error:
        raise Invalid(f"zone: {error}.", {"zone": str(error)}) from None


def midnight(zone: ZoneInfo) -> datetime:
    """When today began there."""
    return _midnight(datetime.now(zone).date(), zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)


def _answers(user: User, midnights: list[datetime], end: datetime) -> sa.Select[Any]:
    """The revisions given from the last of these midnights to the end; `day` is the midnight's number."""
    at = answered_at()
    return (
        sa.select(
            sa.case(*[(at >= moment, number) for number, moment in enumerate(midnights)]).label("day"),
            col(Item.project_id),
            sa.case((standing.stands(), 1), else_=0).label("stands"),
            sa.func.coalesce(col(Annotation.seconds), 0.0).label("seconds"),
            at.label("at"),
        )
        .join(Item, col(Item.id) == col(Annotation.item_id))
        .where(
            col(Annotation.annotator_id) == user.id,
            col(Annotation.kind) == Kind.ANNOTATION,
            answered_since(midnights[-1]),
            at < end,
        )
    )
