"""Delete documents and retire items, softly: nothing is destroyed, and both are undone.

The items of a deleted document are retired, so that nobody is lent them and an answer that comes in late
is still kept. Those that were retired in that moment come back with it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import Document, Item, Lease, Project, Segment, now
from annotator.errors import Invalid, NotFound
from annotator.store import audit, seats


def document(session: Session, project: Project, external_id: str) -> Document:
    """The newest document of this id, deleted or not.

    Raises
    ------
    NotFound
        If there is none.
    """
    query = select(Document).where(
        Document.project_id == project.id,
        Document.external_id == external_id,
        sa.or_(  # one that an import still hides is not there yet
            col(Document.deleted_at).is_(None), col(Document.deleted_at) != col(Document.created_at)
        ),
    )
    found = session.exec(query.order_by(col(Document.id).desc())).first()
    if found is None:
        raise NotFound(f"There is no document {external_id!r} in {project.slug!r}.")
    return found


def delete_document(
    session: Session, project: Project, external_id: str, *, by_id: int | None = None
) -> Document:
    """Hide a document from annotators and releases.

    Raises
    ------
    Invalid
        If it is deleted already.
    """
    found = document(session, project, external_id)
    if found.deleted_at is not None:
        raise Invalid(f"The document {external_id!r} is deleted already.")
    take_away(session, project, found, by_id=by_id)
    audit.note(session, "delete document", project=project, by_id=by_id, document=external_id)
    session.flush()
    return found


def take_away(session: Session, project: Project, found: Document, *, by_id: int | None) -> None:
    """Mark a document as deleted and retire its items, at one moment."""
    found.deleted_at, found.deleted_by_id = now(), by_id
    items = [item for item in _items(session, found) if item.retired_at is None]
    for item in items:
        item.retired_at = found.deleted_at
    session.add_all([found, *items])
    _settle(session, project, items)


def restore_document(
    session: Session, project: Project, external_id: str, *, by_id: int | None = None
) -> None:
    """Bring a deleted document back, with the items that were retired with it.

    Raises
    ------
    Invalid
        If it is not deleted, was erased, or another one has its id now.
    """
    found = document(session, project, external_id)
    if found.deleted_at is None:
        raise Invalid(f"The document {external_id!r} is not deleted, or another has its id now.")
    if found.erased_at is not None:
        raise Invalid(f"The document {external_id!r} was erased: its text is gone.")
    items = [item for item in _items(session, found) if item.retired_at == found.deleted_at]
    for item in items:
        item.retired_at = None
    found.deleted_at = found.deleted_by_id = None
    session.add_all([found, *items])
    _settle(session, project, items)
    audit.note(session, "restore document", project=project, by_id=by_id, document=external_id)
    session.flush()


def retire_items(
    session: Session, project: Project, external_ids: Sequence[str], *, by_id: int | None = None
) -> int:
    """Ask about these items no more; return how many were not retired yet. Their answers stay."""
    return _set_retired(session, project, external_ids, "retire items", is_retired=True, by_id=by_id)


def restore_items(
    session: Session, project: Project, external_ids: Sequence[str], *, by_id: int | None = None
) -> int:
    """Ask about retired items again; return how many were."""
    return _set_retired(session, project, external_ids, "restore items", is_retired=False, by_id=by_id)


def _set_retired(
    session: Session,
    project: Project,
    external_ids: Sequence[str],
    action: str,
    *,
    is_retired: bool,
    by_id: int | None,
) -> int:
    items = []
    for start in range(0, len(external_ids), seats.CHUNK):
        chunk = external_ids[start : start + seats.CHUNK]
        query = select(Item).where(
            Item.project_id == project.id, col(Item.external_id).in_(chunk), col(Item.deleted_at).is_(None)
        )
        items += [item for item in session.exec(query) if (item.retired_at is not None) is not is_retired]
    moment = now()
    for item in items:
        item.retired_at = moment if is_retired else None
    session.add_all(items)
    if items:
        _settle(session, project, items)
        names = [item.external_id for item in items]
        audit.note(session, action, project=project, by_id=by_id, items=names)
    session.flush()
    return len(items)


def _items(session: Session, found: Document) -> list[Item]:
    query = select(Item).join(Segment, col(Segment.id) == col(Item.segment_id))
    return list(session.exec(query.where(Segment.document_id == found.id, col(Item.deleted_at).is_(None))))


def _settle(session: Session, project: Project, items: Sequence[Item]) -> None:
    """End the leases of retired items, and let the queue offer what it may offer now."""
    assert project.id is not None
    session.flush()
    seats.lock_project(session, project.id)
    ids = [item.id for item in items if item.id is not None]
    for start in range(0, len(ids), seats.CHUNK):
        chunk = ids[start : start + seats.CHUNK]
        if items[0].retired_at is not None:
            held = select(Lease).where(col(Lease.item_id).in_(chunk), col(Lease.ended_at).is_(None))
            seats.release(session, list(session.exec(held)), now())
        seats.give_back(session, chunk)
