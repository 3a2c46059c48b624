"""The trail: who changed what, when; page by page, and undone."""

from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from annotator.api import pages, query
from annotator.api.openapi import PREFIX, describes
from annotator.api.schemas import Outgoing
from annotator.domain import Role
from annotator.errors import Invalid
from annotator.http.session import requires
from annotator.store import trail, undoing

bp = Blueprint("api_trail", __name__, url_prefix=f"{PREFIX}/projects/<slug>/audit")

ASKED: dict[str, dict[str, Any]] = {
    "person": {"type": "string"},
    "action": {"type": "string"},
    "day": {"type": "string", "format": "date"},
    "zone": {"type": "string"},
    "before": {"type": "integer", "minimum": 1, "maximum": pages.MOST_ID},
}


class EntryOut(Outgoing):
    """What somebody did; `person` is null for the command line."""

    id: int
    at: datetime
    person: str | None
    action: str
    detail: dict[str, Any]
    undone: bool
    undoable: bool


class EntriesOut(Outgoing):
    """A page of the trail, the newest first. `next`: ask with `before` for older ones; null: that is all."""

    entries: list[EntryOut]
    next: int | None


@bp.get("")
@requires(Role.CURATOR)
@describes(gives={200: EntriesOut}, query=ASKED)
def listed() -> ResponseReturnValue:
    """What was changed in the project, 50 entries a page; a `day` is one of the `zone`, UTC by default.

    `person` is a name, or `-` for the command line.
    """
    rows, has_more = trail.page(g.session, g.project, _wanted(), before=pages.before())
    numbers = [row.entry.id or 0 for row in rows]
    undone = undoing.undone(g.session, g.project, numbers)
    told = [
        EntryOut(
            id=number,
            at=row.entry.at,
            person=row.person,
            action=row.entry.action,
            detail=row.entry.detail,
            undone=number in undone,
            undoable=row.entry.action in undoing.UNDONE_BY and number not in undone,
        )
        for number, row in zip(numbers, rows, strict=True)
    ]
    return EntriesOut(entries=told, next=numbers[-1] if has_more else None).model_dump(mode="json")


@bp.post("/<int:number>/undo")
@requires(Role.CURATOR)
@describes(gives={204: None})
def undo(number: int) -> ResponseReturnValue:
    """Take back what an entry tells. The trail keeps both."""
    undoing.undo(g.session, g.project, min(number, pages.MOST_ID), by_id=g.user.id)
    return "", 204


def _wanted() -> trail.Wanted:
    given = query.text("day")
    zone = query.zone() if query.text("zone") else UTC
    try:
        day = date.fromisoformat(given) if given else None
    except ValueError:
        raise Invalid(f"{given!r} is not a day: write it as 2026-11-30.", {"day": "is no day"}) from None
    if day is not None and not 1970 <= day.year <= 2200:
        raise Invalid(f"{given!r} is not a day: write it as 2026-11-30.", {"day": "is out of range"})
    return trail.Wanted(person=query.text("person"), action=query.text("action"), day=day, zone=zone)
