"""Undoing an import that was shown: what it brought is deleted softly, and its other answers are withdrawn.

Nothing is destroyed, and releases keep what they have. What people have said since of what goes is hidden
with it. Metadata that the import changed stay as they are, and so do the names and the people it brought.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from annotator.domain import (
    Annotation,
    Coverage,
    Document,
    Import,
    ImportState,
    Item,
    Kind,
    Lease,
    Project,
    Segment,
    User,
    now,
)
from annotator.errors import Conflict, NotFound
from annotator.importing.uuids import OCCASION, given_uuid, other_uuid
from annotator.store import audit, seats, weighing
from annotator.store import engine as store

SOME = 200  # rows of a part
MOST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What goes when an import is undone, in rows."""

    documents: int
    items: int
    answers: int  # of the import
    others: int  # what people have said since of items that go
    merged: int  # documents that it changed: they stay as they are

    @property
    def anything(self) -> bool:
        """Whether anything of it is left."""
        return bool(self.documents or self.items or self.answers)


def find(session: Session, project: Project, number: int) -> Import:
    """An import of this project that was shown.

    Raises
    ------
    NotFound
        If there is none of this number.
    """
    found = session.get(Import, number) if number <= MOST_ID else None
    if found is None or found.project_id != project.id:
        raise NotFound(f"There is no import {number} in {project.slug!r}.")
    return found


def listed(
    session: Session, project: Project, *, most: int = 20, before: int = MOST_ID
) -> list[tuple[Import, str | None]]:
    """The newest imports that were shown, and who brought them; those before a number."""
    query = select(Import, User.name).outerjoin(User, col(User.id) == col(Import.started_by_id))
    query = query.where(
        Import.project_id == project.id, col(Import.id) < before, col(Import.finished_at).is_not(None)
    )
    return list(session.exec(query.order_by(col(Import.id).desc()).limit(most)).all())


def preview(session: Session, of: Import) -> Preview:
    """What goes with it now: four counts."""
    items = sa.select(col(Item.id)).where(*_items(of))
    own = col(Annotation.created_at) == of.started_at
    others = sa.select(sa.func.count()).select_from(Annotation)
    others = others.where(col(Annotation.item_id).in_(items), ~own, ~col(Annotation.withdrawn))
    changed = of.told.get("figures")
    return Preview(
        documents=_count(session, sa.select(sa.func.count()).select_from(Document).where(*_documents(of))),
        items=_count(session, sa.select(sa.func.count()).select_from(Item).where(*_items(of))),
        answers=_count(session, _answers(of).with_only_columns(sa.func.count())),
        others=_count(session, others),
        merged=changed["documents"].get("merged", 0) if isinstance(changed, dict) else 0,
    )


def undo(
    engine: Engine, project_id: int, number: int, *, by_id: int | None = None, job_id: int | None = None
) -> dict[str, Any]:
    """Undo an import, part by part; whoever is stopped in the middle goes on when it is called again.

    Raises
    ------
    NotFound
        If there is none of this number in the project.
    Conflict
        If it was undone already, or is under way.
    """
    with store.in_parts(engine) as session:
        project = session.get_one(Project, project_id)
        of = find(session, project, number)
        if job_id is not None and of.told.get("undone_by_job") == job_id:
            return dict(of.told["gone"])  # type: ignore[call-overload, no-any-return]
        if of.state is not ImportState.DONE:
            raise Conflict("This import was undone already, or is under way.")
        found = preview(session, of)
        gone = {"documents": found.documents, "items": found.items, "answers": found.answers}
        session.commit()
        while _part(session, project, of, by_id):
            session.commit()
        of.told = of.told | {"gone": gone, "undone_by_job": job_id}
        _end(session, project, of, by_id)
        session.commit()
        while weighing.weigh_new(session, most=SOME):
            session.commit()
        session.commit()
    return gone


def _part(session: Session, project: Project, of: Import, by_id: int | None) -> bool:
    """Undo some rows; False if there are none left."""
    seats.lock_project(session, of.project_id)
    if items := _ids(session, sa.select(col(Item.id)).where(*_items(of))):
        session.execute(sa.update(Item).where(col(Item.id).in_(items)).values(**_deleted(by_id)))
        held = select(Lease).where(col(Lease.item_id).in_(items), col(Lease.ended_at).is_(None))
        seats.release(session, list(session.exec(held)), now())
        seats.give_back(session, items)
        return True
    if documents := _ids(session, sa.select(col(Document.id)).where(*_documents(of))):
        gone = sa.update(Document).where(col(Document.id).in_(documents))
        session.execute(gone.values(**_deleted(by_id)))
        return True
    return _withdraw(session, project, of, by_id)


def _withdraw(session: Session, project: Project, of: Import, by_id: int | None) -> bool:
    """Withdraw some answers to items that stay, each by a revision."""
    query = _answers(of).with_only_columns(Annotation, col(Item.external_id), col(User.name))
    found = session.execute(query.order_by(col(Annotation.id)).limit(SOME)).all()
    for answer, item, annotator in found:
        uuid = given_uuid(project.slug, answer.kind, item, annotator, answer.revision + 1)
        is_taken = _count(session, sa.select(sa.func.count()).where(col(Annotation.uuid) == uuid))
        session.add(_withdrawn(answer, other_uuid(uuid, answer.item_id) if is_taken else uuid, by_id))
    session.flush()
    seats.give_back(session, sorted({answer.item_id for answer, _, _ in found}))
    return bool(found)


def _withdrawn(answer: Annotation, uuid: UUID, by_id: int | None) -> Annotation:
    """The revision that says that it is an answer no more."""
    return Annotation(
        uuid=uuid,
        item_id=answer.item_id,
        annotator_id=answer.annotator_id,
        kind=answer.kind,
        occasion=OCCASION,
        revision=answer.revision + 1,
        replaces=answer.uuid,
        withdrawn=True,
        counted=answer.counted,
        outcome=answer.outcome,
        flags=answer.flags,
        created_by_id=by_id,
        body_sha256=answer.body_sha256,
    )


def _end(session: Session, project: Project, of: Import, by_id: int | None) -> None:
    """What it said of who judged what goes, too; and the trail tells of it."""
    read = sa.delete(Coverage).where(
        col(Coverage.created_at) == of.started_at,
        col(Coverage.document_id).in_(
            sa.select(col(Document.id)).where(col(Document.project_id) == of.project_id)
        ),
    )
    session.execute(read.execution_options(synchronize_session=False))
    of.state, of.undone_at, of.undone_by_id = ImportState.UNDONE, now(), by_id
    session.add(of)
    audit.note(session, "undo import", project=project, by_id=by_id, files=of.files)
    session.flush()


def _deleted(by_id: int | None) -> dict[str, Any]:
    return {"deleted_at": now(), "deleted_by_id": by_id}


def _documents(of: Import) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        col(Document.id) > of.before.get("document", 0),
        col(Document.project_id) == of.project_id,
        col(Document.created_at) == of.started_at,
        col(Document.deleted_at).is_(None),
    )


def _items(of: Import) -> tuple[sa.ColumnElement[bool], ...]:
    """Items that it brought, and those that were asked since of its documents."""
    own = (col(Document.project_id) == of.project_id, col(Document.created_at) == of.started_at)
    segments = sa.select(col(Segment.id)).join(Document, col(Document.id) == col(Segment.document_id))
    brought = col(Item.created_at) == of.started_at
    return (
        col(Item.id) > of.before.get("item", 0),
        col(Item.project_id) == of.project_id,
        col(Item.deleted_at).is_(None),
        sa.or_(brought, col(Item.segment_id).in_(segments.where(*own))),
    )


def _answers(of: Import) -> sa.Select[Any]:
    """The answers that it brought and that stand, to items that are there."""
    later = aliased(Annotation)
    revised = sa.exists().where(
        col(later.item_id) == col(Annotation.item_id),
        col(later.annotator_id) == col(Annotation.annotator_id),
        col(later.kind) == col(Annotation.kind),
        col(later.occasion) == col(Annotation.occasion),
        col(later.revision) > col(Annotation.revision),
    )
    return (
        sa.select(col(Annotation.id))
        .join(Item, col(Item.id) == col(Annotation.item_id))
        .join(User, col(User.id) == col(Annotation.annotator_id))
        .where(
            col(Item.project_id) == of.project_id,
            col(Item.deleted_at).is_(None),
            col(Annotation.kind).in_((Kind.GOLD, Kind.ANNOTATION, Kind.SUGGESTION)),
            col(Annotation.created_at) == of.started_at,
            ~col(Annotation.withdrawn),
            ~revised,
        )
    )


def _ids(session: Session, query: sa.Select[Any]) -> Sequence[int]:
    return list(session.execute(query.limit(SOME)).scalars())


def _count(session: Session, query: sa.Select[Any]) -> int:
    return int(session.execute(query).scalar_one())
