"""The queue of gold that models doubt: brought in whole, left by what was decided since its release."""

from collections.abc import Iterable
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from annotator.domain import Annotation, Document, Doubt, Item, Kind, Project, Segment

LISTED = 50


class Doubted(NamedTuple):
    """A doubt, the item it is about, and the words of its segment."""

    doubt: Doubt
    item: Item
    text: str
    language: str | None


def replace(session: Session, project: Project, found: Iterable[Doubt]) -> None:
    """Let these be all the doubts of the project."""
    session.execute(sa.delete(Doubt).where(col(Doubt.project_id) == project.id))
    session.add_all(found)
    session.flush()


def page(session: Session, project: Project, *, after: int | None = None) -> tuple[list[Doubted], bool]:
    """Up to LISTED open doubts, the strongest first, and whether more follow. One query, and one for `after`.

    `after` is the id of a doubt: those behind it follow; one that is gone leads to the first.
    """
    text = sa.func.substr(
        col(Document.text), col(Segment.start) + 1, col(Segment.end) - col(Segment.start), type_=sa.String
    )
    query = (
        sa.select(Doubt, Item, text, col(Document.language))
        .join(Item, col(Item.id) == col(Doubt.item_id))
        .join(Segment, col(Segment.id) == col(Item.segment_id))
        .join(Document, col(Document.id) == col(Segment.document_id))
        .where(*_open(project))
        .order_by(col(Doubt.doubt).desc(), col(Doubt.id).desc())
    )
    last = session.get(Doubt, after) if after is not None else None
    if last is not None and last.project_id == project.id:
        place = sa.tuple_(sa.literal(last.doubt), sa.literal(last.id))
        query = query.where(sa.tuple_(col(Doubt.doubt), col(Doubt.id)) < place)
    rows = session.execute(query.limit(LISTED + 1)).all()
    return [Doubted(*row) for row in rows[:LISTED]], len(rows) > LISTED


def following(session: Session, project: Project, after: str | None) -> str | None:
    """The external id of the item behind the one of this id; at the end, of the first. None: there is none.

    Where `after` was decided just now, that is the next of those that were left.
    """
    last = about(session, project, after) if after is not None else None
    for place in dict.fromkeys((last.id if last is not None else None, None)):
        found, _ = page(session, project, after=place)
        for each in found:
            if each.item.external_id != after:
                return each.item.external_id
    return None


def count(session: Session, project: Project) -> tuple[int, int]:
    """How many doubts are open, and how many there are of items that are still in use."""
    query = sa.select(sa.func.count()).select_from(Doubt).join(Item, col(Item.id) == col(Doubt.item_id))
    counts = [
        session.execute(query.where(*which)).scalar_one() for which in (_open(project), _in_use(project))
    ]
    return int(counts[0]), int(counts[1])


def about(session: Session, project: Project, external_id: str) -> Doubt | None:
    """The strongest doubt about an item, open or settled."""
    query = (
        sa.select(Doubt)
        .join(Item, col(Item.id) == col(Doubt.item_id))
        .where(col(Doubt.project_id) == project.id, col(Item.external_id) == external_id)
        .order_by(col(Doubt.doubt).desc(), col(Doubt.id).desc())
    )
    return session.execute(query.limit(1)).scalar_one_or_none()


def _in_use(project: Project) -> list[sa.ColumnElement[bool]]:
    return [
        col(Doubt.project_id) == project.id,
        col(Item.deleted_at).is_(None),
        col(Item.retired_at).is_(None),
    ]


def _open(project: Project) -> list[sa.ColumnElement[bool]]:
    """Nothing that stands was decided of the item since the release."""
    decision, newer = aliased(Annotation), aliased(Annotation)
    is_newer = sa.exists().where(
        col(newer.item_id) == col(decision.item_id),
        col(newer.kind) == Kind.ADJUDICATION,
        col(newer.revision) > col(decision.revision),
    )
    decided = sa.exists().where(
        col(decision.item_id) == col(Doubt.item_id),
        col(decision.kind) == Kind.ADJUDICATION,
        col(decision.withdrawn).is_(False),
        col(decision.created_at) > col(Doubt.released_at),
        ~is_newer,
    )
    return [*_in_use(project), ~decided]
