"""The end of an import that is stored: what it brought is shown, part by part.

From here on it is never taken back. Whoever finds it unfinished goes on: nothing but the database is needed.
"""

from collections.abc import Iterator, Sequence
from functools import partial

import sqlalchemy as sa
from sqlmodel import Session, col

from annotator.domain import Cursor, Document, Entity, Import, Item, Pool, Project, Purpose
from annotator.domain.workforce import Workforce
from annotator.errors import Invalid
from annotator.importing import items, stage, twins
from annotator.importing.bulk import chunks
from annotator.store import free_seats, near_duplicates, pools, rounds, seats, weighing

SOME = 200  # rows of a part
SEATS = 500  # items of a part whose free seats are counted


def entities(session: Session, of: Import) -> None:
    """Let the entities that it registered be found; a key that was given away meanwhile becomes another."""
    keys = sa.select(col(Entity.key)).where(
        col(Entity.project_id) == of.project_id, col(Entity.deleted_at).is_(None)
    )
    taken = set(session.execute(keys).scalars())
    new = sa.select(Entity).where(*hidden(Entity, of))
    for entity in session.execute(new).scalars():
        entity.key = f"{entity.key}-{entity.id}" if entity.key in taken else entity.key
        entity.deleted_at = None
    session.flush()


def all_of(session: Session, project: Project, of: Import) -> None:
    """Show documents and items, and let the queue offer them. Each part is stored.

    Raises
    ------
    Invalid
        If the project's pools or rounds name what is not there; the import is whole nevertheless.
    """
    while is_held(session, of) and (_documents(session, of) or _items(session, project, of)):
        stage.breathe(session)
    while weighing.weigh_new(session, most=SOME):
        stage.breathe(session)
    stage.breathe(session)
    end_part, is_arranged, fault = partial(stage.breathe, session), True, None
    try:
        in_pools = pools.arrange(session, project, end_part)
        stage.breathe(session)
        is_arranged = rounds.arrange(session, project, end_part) or in_pools
        stage.breathe(session)
    except Invalid as error:
        session.rollback()
        fault = error
    if is_arranged:
        _open(session, project)
    if fault is not None:
        raise Invalid(f"The import is stored, but not all of it is offered: {fault}") from fault


def _open(session: Session, project: Project) -> None:
    """Count the free seats of a project anew, part by part; everybody walks its order from the start."""
    last = 0
    items = sa.select(col(Item.id)).where(col(Item.project_id) == project.id).order_by(col(Item.id))
    while found := session.execute(items.where(col(Item.id) > last).limit(SEATS)).scalars().all():
        seats.lock_project(session, project.id or 0)
        free_seats.update(session, found)
        last = found[-1]
        stage.breathe(session)
    pools_here = sa.select(col(Pool.id)).where(col(Pool.project_id) == project.id)
    seats.lock_project(session, project.id or 0)
    session.execute(sa.delete(Cursor).where(col(Cursor.pool_id).in_(pools_here)))
    weighing.count_complete(session, project)
    stage.breathe(session)


def is_held(session: Session, of: Import) -> bool:
    """Whether it is still in the state that it was in: one part of it at a time, whoever settles it."""
    query = sa.select(col(Import.id)).where(col(Import.id) == of.id, col(Import.state) == of.state)
    return session.execute(query.with_for_update(key_share=True)).first() is not None


def hidden(table: type[Document | Item | Entity], of: Import) -> tuple[sa.ColumnElement[bool], ...]:
    """What this import brought into a table and nobody sees yet."""
    return (
        col(table.id) > of.before.get(str(table.__tablename__), 0),
        col(table.project_id) == of.project_id,
        col(table.created_at) == of.started_at,
        col(table.deleted_at) == of.started_at,
    )


def _documents(session: Session, of: Import) -> bool:
    """Show some documents; False if there are none left."""
    query = sa.select(col(Document.id), col(Document.external_id), col(Document.fingerprint)).where(
        *hidden(Document, of)
    )
    found = session.execute(query.order_by(col(Document.id)).limit(SOME)).all()
    if not found:
        return False
    ids = [row.id for row in found]
    _rename(session, of, [row.external_id for row in found])
    session.execute(sa.update(Document).where(col(Document.id).in_(ids)).values(deleted_at=None))
    near_duplicates.link(session, of.project_id, [(row.id, row.fingerprint) for row in found])
    return True


def _rename(session: Session, of: Import, external_ids: Sequence[str]) -> None:
    """A document whose id somebody gave to another one meanwhile becomes another."""
    here = (col(Document.project_id) == of.project_id, col(Document.external_id).in_(external_ids))
    query = sa.select(col(Document.external_id)).where(*here, col(Document.deleted_at).is_(None))
    if taken := list(session.execute(query).scalars()):
        another = col(Document.external_id) + "-" + sa.cast(col(Document.id), sa.String)
        session.execute(
            sa.update(Document)
            .where(*hidden(Document, of), col(Document.external_id).in_(taken))
            .values(external_id=another)
            .execution_options(synchronize_session=False)
        )


def _items(session: Session, project: Project, of: Import) -> bool:
    query = sa.select(col(Item.id), col(Item.external_id), col(Item.purpose)).where(*hidden(Item, of))
    found = session.execute(query.order_by(col(Item.id)).limit(SOME)).all()
    if not found:
        return False
    seats.lock_project(session, of.project_id)
    pairs = twins.part(session, of.project_id, [(row.id, row.external_id) for row in found])
    twins.give(session, pairs)
    free_seats.update(session, sorted(set(pairs.values())))
    new = [row for row in found if row.id not in pairs]
    ids = [row.id for row in new]
    session.execute(sa.update(Item).where(col(Item.id).in_(ids)).values(deleted_at=None))
    work = [row.id for row in new if row.purpose is Purpose.WORK]
    waits = bool(Workforce.of(project).rounds)  # which say how many people each is for: then it is opened
    for chunk in _by(work):
        free = dict.fromkeys(chunk, 0) if waits else free_seats.of(session, chunk)
        items.enqueue(session, project, [(id_, free[id_]) for id_ in chunk])
    return True


def _by(ids: Sequence[int]) -> Iterator[list[int]]:
    yield from chunks(ids, 500)
