"""A whole document as one person reads it, with their own answers. What others did is not told."""

from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import Annotation, Document, Item, Project, QueueEntry, Segment, User
from annotator.errors import Forbidden, NotFound
from annotator.store import arms, history, queue, walk

BOUND = "How much of a text is shown is part of an experiment here: the whole text opens when it has ended."

State = Literal["answered", "yours", "open"]


@dataclass(frozen=True, slots=True)
class Mark:
    """An item of the document, and how it stands with this person."""

    item: Item
    state: State  # yours: lent to them, not answered; open: neither
    current: Annotation | None


@dataclass(frozen=True, slots=True)
class Read:
    """A document, its segments in reading order, and the marks of each segment by its row's id."""

    document: Document
    segments: list[Segment]
    marks: dict[int, list[Mark]]
    is_masked: bool  # who speaks is hidden from this person


def read(session: Session, project: Project, user: User, external_id: str) -> Read:
    """The document of this id, for who holds or has answered an item of it or may be lent one.

    Nine queries; two more where none of its items was ever theirs.

    Raises
    ------
    NotFound
        If it is not for them, or there is none.
    Forbidden
        If an experiment says how much of a text is read.
    """
    missing = f"There is no document {external_id!r} in {project.slug!r} that is open to you."
    document = session.exec(
        select(Document).where(
            Document.project_id == project.id,
            Document.external_id == external_id,
            col(Document.deleted_at).is_(None),
        )
    ).first()
    if document is None:
        raise NotFound(missing)
    of_document = select(Segment).where(Segment.document_id == document.id).order_by(col(Segment.position))
    segments = list(session.exec(of_document))
    items = _items(session, document)
    ids = [item.id for item in items if item.id is not None]
    held = history.held(session, user, ids)
    occasions = history.answered(session, user, ids) | held
    if not occasions and not _is_open(session, project, user, ids):
        raise NotFound(missing)
    if arms.bounds_context(project):
        raise Forbidden(BOUND)
    current = history.of_items(session, user, occasions)
    marks: dict[int, list[Mark]] = {}
    for item in items:
        mark = _mark(item, current.get(item.id or 0), is_held=item.id in held)
        if item.retired_at is None or mark.state != "open":
            marks.setdefault(item.segment_id, []).append(mark)
    is_masked = arms.masks_document(project, user, items) or bool(arms.masked(session, project, user, ids))
    return Read(document, segments, marks, is_masked)


def _items(session: Session, document: Document) -> list[Item]:
    query = (
        select(Item)
        .join(Segment, col(Segment.id) == col(Item.segment_id))
        .where(Segment.document_id == document.id, col(Item.deleted_at).is_(None))
    )
    return list(session.exec(query.order_by(col(Item.id))))


def _is_open(session: Session, project: Project, user: User, items: list[int]) -> bool:
    in_force = sa.or_(sa.false(), *map(walk.in_force, queue.open_pools(session, project, user)))
    listed = sa.exists().where(col(QueueEntry.item_id).in_(items), in_force)
    return bool(session.execute(sa.select(listed)).scalar_one())


def _mark(item: Item, current: Annotation | None, *, is_held: bool) -> Mark:
    if current is not None:
        return Mark(item, "answered", current)
    return Mark(item, "yours" if is_held else "open", None)
