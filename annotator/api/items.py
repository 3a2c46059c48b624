"""A project's items as curators look for them, and what is done to many at once."""

from datetime import datetime
from typing import Any, Self

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue
from pydantic import Field
from werkzeug.datastructures import MultiDict

from annotator.api import body, pages, query
from annotator.api.board import board
from annotator.api.item_filter import FIELDS, Filter
from annotator.api.openapi import PREFIX, describes
from annotator.api.schemas import NamedOut, Outgoing, Problem
from annotator.domain import Annotation, BulkChange, Role
from annotator.domain.answering import Incoming, Name
from annotator.http.session import requires
from annotator.store import bulk, glances, items
from annotator.store.bulk import Action
from annotator.store.glances import Given, Glance, Said

bp = Blueprint("api_items", __name__, url_prefix=f"{PREFIX}/projects/<slug>")

MOST_NAMED = 10_000
TEXT: dict[str, Any] = {"type": "string"}
ASKED = dict.fromkeys(FIELDS, TEXT) | pages.by_name(usual=25, most=100)


class SaidOut(Outgoing):
    """A stance in a few words; what the item fixes is null."""

    label: str
    holder: NamedOut | None
    target: NamedOut | None

    @classmethod
    def of(cls, said: Said) -> Self:
        """From its rows."""
        return cls(
            label=said.label.name,
            holder=NamedOut.model_validate(said.holder) if said.holder is not None else None,
            target=NamedOut.model_validate(said.target) if said.target is not None else None,
        )


class GivenOut(Outgoing):
    """Somebody's answer as it stands."""

    by: str
    kind: str
    outcome: str
    counted: bool
    comment: str | None
    created_at: datetime
    stances: list[SaidOut]

    @classmethod
    def of(cls, given: Given) -> Self:
        """From its rows."""
        answer: Annotation = given.answer
        return cls(
            by=given.author.name,
            kind=answer.kind,
            outcome=answer.outcome,
            counted=answer.counted,
            comment=answer.comment,
            created_at=answer.created_at,
            stances=[SaidOut.of(each) for each in given.said],
        )


class GlanceOut(Outgoing):
    """An item with its words and its answers. `cursor` is where a list goes on after it."""

    id: str
    cursor: str
    purpose: str
    text: str
    document: str
    title: str | None
    language: str | None
    target: NamedOut | None
    holder: NamedOut | None
    retired: bool
    answers: list[GivenOut]
    questions: int  # that wait for a reply

    @classmethod
    def of(cls, glance: Glance) -> Self:
        """From its rows."""
        return cls(
            id=glance.item.external_id,
            cursor=str(glance.item.id),
            purpose=glance.item.purpose,
            text=glance.text,
            document=glance.document,
            title=glance.title,
            language=glance.language,
            target=NamedOut.model_validate(glance.target) if glance.target is not None else None,
            holder=NamedOut.model_validate(glance.holder) if glance.holder is not None else None,
            retired=glance.item.retired_at is not None,
            answers=[GivenOut.of(each) for each in glance.given],
            questions=len(glance.questions),
        )


class ItemsOut(Outgoing):
    """A page of items. `found`: how many there are; `next`: ask with `after` for those that follow."""

    items: list[GlanceOut]
    found: int
    next: str | None


class ChangeIn(Incoming):
    """What is to be done: to the items named, or, where none is, to all that the filter finds."""

    action: Action
    items: list[Name] = Field(default=[], max_length=MOST_NAMED)
    filter: dict[Name, Name] = Field(default={}, max_length=len(FIELDS))
    preview: bool = False  # only count


class BulkChangeOut(Outgoing):
    """A change of many items; `id` is null of a preview."""

    id: int | None
    action: str
    items: int
    made_at: datetime | None
    undone_at: datetime | None

    @classmethod
    def of(cls, made: BulkChange) -> Self:
        """From its row."""
        return cls.model_validate(made)


class BulkChangesOut(Outgoing):
    """The last changes, newest first."""

    changes: list[BulkChangeOut]


@bp.get("/items/search")
@requires(Role.CURATOR)
@describes(gives={200: ItemsOut}, query=ASKED)
def listed() -> ResponseReturnValue:
    """Items that all given conditions hold for, in the order in which they came in.

    `status` is unanswered, partly, done, cannot_judge, question, decided, retired, training or check;
    `votes` is differ or agree; `label`, `annotator`, `batch` (or `round:main`), `language`, `document` and
    `words` are what they say; `target` and `holder` are keys of entities.
    """
    from annotator.reading.choosing import page  # noqa: PLC0415 - numpy: only curators look for items

    now, limit = board(), pages.limit(ASKED)
    is_chosen = Filter.read(request.args).chosen(now)
    after = query.number("after", least=0, most=pages.MOST_ID, usual=0) if query.text("after") else None
    part = page(now, is_chosen, after=after, before=None, size=limit)
    told = [GlanceOut.of(each) for each in glances.of(g.session, now.items.id[part.rows].tolist())]
    following = str(part.after) if part.after is not None else None
    return ItemsOut(items=told, found=int(is_chosen.sum()), next=following).model_dump(mode="json")


@bp.get("/items/changes")
@requires(Role.CURATOR)
@describes(gives={200: BulkChangesOut})
def changes() -> ResponseReturnValue:
    """What was done to many items at once, the newest first."""
    found = [BulkChangeOut.of(each) for each in bulk.newest(g.session, g.project)]
    return BulkChangesOut(changes=found).model_dump(mode="json")


@bp.post("/items/changes")
@requires(Role.CURATOR)
@describes(takes=ChangeIn, gives={200: BulkChangeOut, 201: BulkChangeOut})
def change() -> ResponseReturnValue:
    """Ask for one answer more (`raise`), withdraw all answers (`clear`), `retire` or `restore` many items.

    200 is a preview: how many it would change.
    """
    wanted = body.read(ChangeIn)
    touched = bulk.touched(g.session, g.project, wanted.action, _ids(wanted))
    if wanted.preview:
        seen = BulkChangeOut(id=None, action=wanted.action, items=len(touched), made_at=None, undone_at=None)
        return seen.model_dump(mode="json")
    made = bulk.change(g.session, g.project, wanted.action, touched, by=g.user)
    return BulkChangeOut.of(made).model_dump(mode="json"), 201


@bp.post("/items/changes/<int:number>/undo")
@requires(Role.CURATOR)
@describes(gives={200: BulkChangeOut, 409: Problem})
def undo(number: int) -> ResponseReturnValue:
    """Take a change back. 409 if it was."""
    made = bulk.undo(g.session, g.project, min(number, pages.MOST_ID), by=g.user)
    return BulkChangeOut.of(made).model_dump(mode="json")


def _ids(wanted: ChangeIn) -> list[int]:
    """Row ids of what is asked for.

    Raises
    ------
    NotFound
        If an item is named that is not there.
    """
    if wanted.items:
        return sorted({items.find(g.session, g.project, name).id or 0 for name in wanted.items})
    now = board()
    found: list[int] = now.items.id[Filter.read(MultiDict(wanted.filter)).chosen(now)].tolist()
    return found
