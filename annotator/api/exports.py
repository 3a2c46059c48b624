"""A project's items and answers as streams of lines, which go on where they were cut off.

Each line has a `cursor`; asked with the last one as `after`, those behind it follow. A batch is read in a
transaction of its own, so a long download keeps nothing open; what is appended meanwhile comes at the end.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Self
from uuid import UUID

import sqlalchemy as sa
from flask import Blueprint, g
from flask.typing import ResponseReturnValue
from sqlmodel import Session, col, select

from annotator.api import query, streams
from annotator.api.answers import StanceOut
from annotator.api.openapi import NDJSON, PREFIX, describes
from annotator.api.schemas import Outgoing
from annotator.domain import Annotation, Batch, Document, Entity, Item, Kind, Label, Role, Segment, User
from annotator.http.session import requires
from annotator.store import history, named

bp = Blueprint("api_exports", __name__, url_prefix=f"{PREFIX}/projects/<slug>/export")

BATCH = 500
MOST_ID = 2**31 - 1
KINDS = ("any", *(str(kind) for kind in Kind))
PAGE: dict[str, dict[str, Any]] = {
    "after": {"type": "integer", "minimum": 0, "maximum": MOST_ID, "default": 0},
    "limit": {"type": "integer", "minimum": 1, "maximum": MOST_ID},
}


class ExportedAnswerOut(Outgoing):
    """A revision of somebody's answer as it was stored; `current`: it stands, none came after it."""

    cursor: int
    uuid: UUID
    item: str
    by: str
    kind: str
    occasion: int
    revision: int
    replaces: UUID | None
    current: bool
    withdrawn: bool
    counted: bool
    outcome: str
    flags: list[str]
    comment: str | None
    seconds: float | None
    answered_at: datetime | None
    created_at: datetime
    scheme_version: int | None
    guidelines_version: int | None
    reason: str | None
    stances: list[StanceOut]

    @classmethod
    def of(cls, row: Any, *, entities: dict[int, Entity], labels: dict[int, Label]) -> Self:
        """From its row, its item's id, its author's name, and whether it stands."""
        answer, item, by, current = row
        said = [StanceOut.of(each, entities=entities, labels=labels) for each in answer.stances]
        beside = {"cursor": answer.id, "item": item, "by": by, "current": current, "stances": said}
        return cls.model_validate(answer.model_dump() | beside)


class ExportedItemOut(Outgoing):
    """An item and its segment, `document.text[start:end]` in code points."""

    cursor: int
    id: str
    document: str
    start: int
    end: int
    text: str
    purpose: str
    target: str | None
    holder: str | None
    batch: str | None
    overlap: int | None
    retired: bool


@bp.get("/annotations")
@requires(Role.CURATOR)
@describes(
    gives={200: ExportedAnswerOut},
    query={**PAGE, "kind": {"type": "string", "enum": list(KINDS), "default": KINDS[0]}},
    media=NDJSON,
)
def annotations() -> ResponseReturnValue:
    """All revisions of all answers, a line each, in the order in which they came.

    `kind` is annotation, adjudication, gold or suggestion. Labels and entities are told as they are read now.
    """
    kind, project_id = query.one_of("kind", KINDS), g.project.id

    def batch(session: Session, after: int, size: int) -> Sequence[ExportedAnswerOut]:
        return _answers(session, project_id, after, size, kind)

    return _stream(batch)


@bp.get("/gold")
@requires(Role.CURATOR)
@describes(gives={200: ExportedAnswerOut}, query=PAGE, media=NDJSON)
def gold() -> ResponseReturnValue:
    """What was decided: curators' decisions and imported gold that stand, a line each.

    What is aggregated of annotators' answers is gold of a release: download that.
    """
    project_id = g.project.id

    def batch(session: Session, after: int, size: int) -> Sequence[ExportedAnswerOut]:
        return _answers(session, project_id, after, size, "decided")

    return _stream(batch)


@bp.get("/items")
@requires(Role.CURATOR)
@describes(gives={200: ExportedItemOut}, query=PAGE, media=NDJSON)
def items() -> ResponseReturnValue:
    """All items, a line each, in the order in which they came in."""
    project_id = g.project.id

    def batch(session: Session, after: int, size: int) -> Sequence[ExportedItemOut]:
        return _items(session, project_id, after, size)

    return _stream(batch)


Batches = Callable[[Session, int, int], Sequence[ExportedAnswerOut | ExportedItemOut]]


def _stream(read: Batches) -> ResponseReturnValue:
    """The lines that follow `after`, `limit` at most."""
    after = query.number("after", least=0, most=MOST_ID, usual=0)
    left = query.number("limit", most=MOST_ID, usual=MOST_ID)

    def following(session: Session) -> Iterable[ExportedAnswerOut | ExportedItemOut] | None:
        nonlocal after, left
        found = read(session, after, min(BATCH, left)) if left else []
        if not found:
            return None
        after, left = found[-1].cursor, left - len(found)
        return found

    return streams.told_lines(following)


_LATER = Annotation.metadata.tables["annotation"].alias("later")


def _answers(
    session: Session, project_id: int, after: int, size: int, kind: str
) -> Sequence[ExportedAnswerOut]:
    a, later = Annotation, _LATER.c
    is_later = sa.and_(
        later.item_id == col(a.item_id),
        later.kind == col(a.kind),
        later.revision > col(a.revision),
        # the revisions of a decision are the item's, whoever decided
        sa.or_(
            col(a.kind) == Kind.ADJUDICATION,
            sa.and_(later.annotator_id == col(a.annotator_id), later.occasion == col(a.occasion)),
        ),
    )
    current = sa.and_(col(a.withdrawn).is_(False), ~sa.exists().where(is_later))
    rows = (
        sa.select(a, col(Item.external_id), col(User.name), current)
        .join(Item, col(Item.id) == col(a.item_id))
        .join(User, col(User.id) == col(a.annotator_id))
        .where(col(Item.project_id) == project_id, col(a.id) > after)
        .options(*history.whole())
        .order_by(col(a.id))
        .limit(size)
    )
    if kind == "decided":
        rows = rows.where(col(a.kind).in_((Kind.ADJUDICATION, Kind.GOLD)), current)
    elif kind != "any":
        rows = rows.where(col(a.kind) == Kind(kind))
    found = session.execute(rows).all()
    entities, labels = named.of(session, [answer for answer, *_ in found])
    return [ExportedAnswerOut.of(row, entities=entities, labels=labels) for row in found]


def _items(session: Session, project_id: int, after: int, size: int) -> Sequence[ExportedItemOut]:
    words = sa.func.substr(Document.text, col(Segment.start) + 1, col(Segment.end) - col(Segment.start))
    rows = (
        sa.select(Item, Segment, col(Document.external_id), words, col(Batch.name))
        .join(Segment, col(Segment.id) == col(Item.segment_id))
        .join(Document, col(Document.id) == col(Segment.document_id))
        .outerjoin(Batch, col(Batch.id) == col(Item.batch_id))
        .where(col(Item.project_id) == project_id, col(Item.deleted_at).is_(None), col(Item.id) > after)
        .where(col(Document.deleted_at).is_(None))
        .order_by(col(Item.id))
        .limit(size)
    )
    found = session.execute(rows).all()
    ids = {each for item, *_ in found for each in (item.target_id, item.holder_id) if each is not None}
    keys = {row.id: row.key for row in session.exec(select(Entity).where(col(Entity.id).in_(ids)))}
    return [
        ExportedItemOut(
            cursor=item.id or 0,
            id=item.external_id,
            document=document,
            start=segment.start,
            end=segment.end,
            text=text,
            purpose=item.purpose,
            target=keys.get(item.target_id),
            holder=keys.get(item.holder_id),
            batch=batch,
            overlap=item.overlap,
            retired=item.retired_at is not None,
        )
        for item, segment, document, text, batch in found
    ]
