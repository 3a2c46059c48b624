"""What an answer is held against: its item with as much of its project and segment as saving needs.

Read by one statement that is made once and of which nothing becomes a mapped object: an answer is saved for
each key that an annotator presses, and making statements and objects is what a save would cost most for.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from annotator.domain import Item, ProjectKind, Purpose, User, metadata
from annotator.domain.answering import AnswerIn
from annotator.errors import Invalid, NotFound
from annotator.store.ready import Ready

ITEM, PROJECT, SEGMENT, DOCUMENT, MEMBERSHIP = (
    metadata.tables[name] for name in ("item", "project", "segment", "document", "membership")
)
COLUMNS: tuple[sa.ColumnElement[Any], ...] = (
    ITEM.c.id.label("item_id"),
    ITEM.c.external_id,
    ITEM.c.purpose,
    ITEM.c.target_id,
    ITEM.c.holder_id,
    PROJECT.c.id.label("project_id"),
    PROJECT.c.kind,
    PROJECT.c.seed,
    PROJECT.c.context,
    PROJECT.c.scheme_version,
    PROJECT.c.settings,
    SEGMENT.c.document_id,
    SEGMENT.c.position,
    SEGMENT.c.start,
    SEGMENT.c.end,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as saving an answer needs it; ids are those of rows."""

    item_id: int
    external_id: str
    purpose: Purpose
    target_id: int | None
    holder_id: int | None
    project_id: int
    kind: ProjectKind
    seed: int
    context: int  # segments on each side
    scheme_version: int
    settings: dict[str, object]
    document_id: int
    position: int  # of the segment
    start: int  # of the segment, in code points
    end: int


def find(session: Session, user: User, answer: AnswerIn, within: int | None = None) -> Asked:
    """The question that an answer names, in the project `within`, else in all of the person's.

    Raises
    ------
    NotFound
        If the item is in no project of this person.
    Invalid
        If it is in several.
    """
    query = _named(is_admin=user.is_admin, has_slug=answer.project is not None, is_within=within is not None)
    given = {"name": answer.item, "user": user.id, "slug": answer.project, "project": within}
    found = query.rows(session, **given)
    if not found:
        raise NotFound(f"There is no item {answer.item!r} in your projects.")
    if len(found) > 1:
        message = f'Several of your projects have an item {answer.item!r}: add "project" with the slug.'
        raise Invalid(message, {"project": "is needed here"})
    return Asked(*found[0])


def of(session: Session, item: Item) -> Asked:
    """The same of an item that is known."""
    [found] = _OF_ITEM.rows(session, item=item.id)
    return Asked(*found)


_WHOLE = (
    sa.select(*COLUMNS)
    .join_from(ITEM, PROJECT, PROJECT.c.id == ITEM.c.project_id)
    .join(SEGMENT, SEGMENT.c.id == ITEM.c.segment_id)
)
_OF_ITEM = Ready(_WHOLE.where(ITEM.c.id == sa.bindparam("item")))


@cache
def _named(*, is_admin: bool, has_slug: bool, is_within: bool) -> Ready:
    query = _WHOLE.where(
        ITEM.c.external_id == sa.bindparam("name"),
        ITEM.c.deleted_at.is_(None),
        PROJECT.c.deleted_at.is_(None),
    )
    if has_slug:
        query = query.where(PROJECT.c.slug == sa.bindparam("slug"))
    if is_within:
        query = query.where(ITEM.c.project_id == sa.bindparam("project"))
    if not is_admin:
        mine = sa.select(MEMBERSHIP.c.project_id).where(
            MEMBERSHIP.c.user_id == sa.bindparam("user"), MEMBERSHIP.c.deleted_at.is_(None)
        )
        query = query.where(ITEM.c.project_id.in_(mine))
    return Ready(query.limit(2))
