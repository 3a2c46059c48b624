"""What changed in the scheme, and changing it: rename, merge, split, retire, restore."""

from datetime import datetime
from typing import Literal, Self

from flask import Blueprint, g
from flask.typing import ResponseReturnValue
from pydantic import Field

from annotator.api import body
from annotator.api.openapi import PREFIX, describes
from annotator.api.schemas import Outgoing, Problem
from annotator.domain import Role, SchemeChange, SchemeEvent
from annotator.domain.answering import Incoming, Name, Version
from annotator.errors import Invalid
from annotator.http import etags
from annotator.http.session import requires
from annotator.store import entries, scheme, telling, touching

bp = Blueprint("api_scheme_events", __name__, url_prefix=f"{PREFIX}/projects/<slug>/scheme-events")


class SchemeEventOut(Outgoing):
    """An event with the names as they were then; `to` is the new name, what stays, or the parts."""

    version: int
    change: str
    of: str
    names: list[str]
    to: list[str]
    note: str | None
    created_at: datetime

    @classmethod
    def of_row(cls, event: SchemeEvent) -> Self:
        """From its row."""
        said = {"names": telling.olds(event), "to": telling.news(event)}
        return cls.model_validate({**event.model_dump(), **said})


class SchemeEventsOut(Outgoing):
    """All events of a project, the oldest first."""

    scheme_version: int
    events: list[SchemeEventOut]


class SchemeEventIn(Incoming):
    """A change: labels by their names, entities by their keys; `version` is the scheme's that was seen."""

    change: SchemeChange
    of: Literal["label", "entity"]
    names: list[Name] = Field(min_length=1, max_length=100)
    to: list[Name] = Field(default=[], max_length=100)
    note: Name | None = None
    version: Version | None = None
    again: bool = False  # ask the annotators of touched answers for a second look


class TouchedOut(Outgoing):
    """What names entries of the scheme: answers and their annotators, other answers, items that fix them."""

    answers: int
    annotators: int
    others: int
    items: int


@bp.get("")
@requires(Role.CURATOR)
@describes(gives={200: SchemeEventsOut}, is_tagged=True)
def events() -> ResponseReturnValue:
    """What changed in the scheme since the project began."""
    found = [SchemeEventOut.of_row(event) for event in scheme.events(g.session, g.project)]
    told = SchemeEventsOut(scheme_version=g.project.scheme_version, events=found)
    return etags.tagged(told.model_dump(mode="json"))


@bp.post("")
@requires(Role.CURATOR)
@describes(takes=SchemeEventIn, gives={201: SchemeEventOut, 409: Problem})
def happen() -> ResponseReturnValue:
    """Change the scheme. 409 where somebody has changed it since `version`."""
    wanted = body.read(SchemeEventIn)
    event = _carry_out(wanted)
    if wanted.again:
        touching.ask_again(g.session, g.project, wanted.of, [int(id_) for id_ in event.mapping])
    return SchemeEventOut.of_row(event).model_dump(mode="json"), 201


@bp.post("/preview")
@requires(Role.CURATOR)
@describes(takes=SchemeEventIn, gives={200: TouchedOut, 409: Problem})
def preview() -> ResponseReturnValue:
    """How many answers name what a change is about; what it would be refused for is said. Nothing happens."""
    wanted = body.read(SchemeEventIn)
    scheme.lock(g.session, g.project, wanted.version)
    ids = [entries.find(g.session, g.project, wanted.of, name).id or 0 for name in wanted.names]
    told = TouchedOut.model_validate(touching.count(g.session, g.project, wanted.of, ids))
    savepoint = g.session.begin_nested()
    try:
        _carry_out(wanted)
    finally:
        savepoint.rollback()
    return told.model_dump()


def _carry_out(wanted: SchemeEventIn) -> SchemeEvent:
    first, to, of = wanted.names[0], wanted.to, wanted.of
    if wanted.change in {SchemeChange.RENAME, SchemeChange.MERGE} and len(to) != 1:
        raise Invalid("to: name the one new name, or the one that stays.", {"to": "must be exactly one"})
    if wanted.change is not SchemeChange.MERGE and len(wanted.names) != 1:
        raise Invalid("names: only a merge takes several.", {"names": "must be exactly one"})
    version, note, by_id = wanted.version, wanted.note, g.user.id
    if wanted.change is SchemeChange.RENAME:
        return scheme.rename(g.session, g.project, of, first, to[0], version=version, note=note, by_id=by_id)
    if wanted.change is SchemeChange.MERGE:
        return scheme.merge(
            g.session, g.project, of, wanted.names, to[0], version=version, note=note, by_id=by_id
        )
    if wanted.change is SchemeChange.SPLIT:
        return scheme.split(g.session, g.project, of, first, to, version=version, note=note, by_id=by_id)
    verb = scheme.retire if wanted.change is SchemeChange.RETIRE else scheme.restore
    return verb(g.session, g.project, of, first, version=version, note=note, by_id=by_id)
