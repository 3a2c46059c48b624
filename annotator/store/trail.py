"""The audit trail as people read it: who did what, when; page by page, or all of it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import sqlalchemy as sa
from sqlmodel import Session, col

from annotator.domain import AuditEntry, Project, User

PAGE = 50
COLUMNS = ("at", "person", "action", "detail")
COMMAND_LINE = "-"  # asked for as a person: what the command line did


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for. A day is one of the zone."""

    person: str | None = None
    action: str | None = None
    day: date | None = None
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class Noted:
    """An entry, and who did it; None: the command line."""

    entry: AuditEntry
    person: str | None

    def cells(self) -> tuple[str, str, str, str]:
        """COLUMNS, as texts: the moment in UTC, the detail as JSON with sorted keys."""
        detail = json.dumps(self.entry.detail, ensure_ascii=False, sort_keys=True)
        return self.entry.at.isoformat(), self.person or "", self.entry.action, detail

    def as_json(self) -> dict[str, object]:
        """The entry, its detail whole."""
        at, person, action, _ = self.cells()
        return {
            "id": self.entry.id,
            "at": at,
            "person": person or None,
            "action": action,
            "detail": self.entry.detail,
        }


EVERYTHING = Wanted()


def page(
    session: Session, project: Project, wanted: Wanted = EVERYTHING, *, before: int | None = None
) -> tuple[list[Noted], bool]:
    """Up to PAGE entries of a project, the newest first, and whether there are more.

    `before` is the id of an entry: those before it follow.
    """
    query = _query(project, wanted)
    if before is not None:
        query = query.where(col(AuditEntry.id) < before)
    rows = session.execute(query.order_by(col(AuditEntry.id).desc()).limit(PAGE + 1)).all()
    return [Noted(*row) for row in rows[:PAGE]], len(rows) > PAGE


def every(session: Session, project: Project | None, wanted: Wanted = EVERYTHING) -> Iterator[Noted]:
    """All entries of a project, or of the whole installation, the oldest first; streamed."""
    query = _query(project, wanted).order_by(col(AuditEntry.id)).execution_options(yield_per=1_000)
    return (Noted(*row) for row in session.execute(query))


def actions(session: Session, project: Project) -> list[str]:
    """What was done in a project, each once, by name."""
    query = sa.select(col(AuditEntry.action)).where(col(AuditEntry.project_id) == project.id)
    return sorted(set(session.execute(query.distinct()).scalars()))


def people(session: Session, project: Project) -> list[str]:
    """Who did it, each once, by name."""
    query = (
        sa.select(col(User.name))
        .join(AuditEntry, col(AuditEntry.user_id) == col(User.id))
        .where(col(AuditEntry.project_id) == project.id)
    )
    return sorted(set(session.execute(query.distinct()).scalars()))


def told(detail: dict[str, object]) -> Sequence[tuple[str, str]]:
    """An entry's detail as pairs of words, without what says nothing.

    >>> told({"names": {"1": "FAVOR", "to": "FOR"}, "why": None, "number": 3})
    [('names', '1: FAVOR, to: FOR'), ('number', '3')]
    """
    return [(name, _words(value)) for name, value in detail.items() if value not in (None, "", [], {})]


def _words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_words(part)}" for name, part in value.items())
    if isinstance(value, list):
        return ", ".join(map(_words, value))
    return str(value)


def _query(project: Project | None, wanted: Wanted) -> sa.Select[AuditEntry, str | None]:
    query = sa.select(AuditEntry, col(User.name)).outerjoin(User, col(User.id) == col(AuditEntry.user_id))
    if project is not None:
        query = query.where(col(AuditEntry.project_id) == project.id)
    if wanted.person == COMMAND_LINE:
        query = query.where(col(AuditEntry.user_id).is_(None))
    elif wanted.person is not None:
        query = query.where(col(User.name) == wanted.person)
    if wanted.action is not None:
        query = query.where(col(AuditEntry.action) == wanted.action)
    if wanted.day is not None:
        first = datetime.combine(wanted.day, time(), tzinfo=wanted.zone)
        last = datetime.combine(wanted.day + timedelta(days=1), time(), tzinfo=wanted.zone)
        query = query.where(col(AuditEntry.at) >= first, col(AuditEntry.at) < last)
    return query
