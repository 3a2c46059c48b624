"""Orders of a pool: a new one is a new generation, which everybody walks from its start."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import Batch, Item, Ordering, Pool, Project, Purpose, QueueEntry
from annotator.store import free_seats, queue, seats


def unbatched(session: Session, project: Project) -> list[int]:
    """Ids of the items of work that stand in no batch, in the order in which they are queued."""
    first = (
        sa.select(col(QueueEntry.item_id), sa.func.min(col(QueueEntry.rank)).label("place"))
        .join(Pool, _in_force())
        .where(col(Pool.project_id) == project.id)
        .group_by(col(QueueEntry.item_id))
        .subquery()
    )
    query = (
        sa.select(col(Item.id))
        .outerjoin(first, first.c.item_id == col(Item.id))
        .where(
            col(Item.project_id) == project.id,
            col(Item.batch_id).is_(None),
            col(Item.purpose) == Purpose.WORK,
            col(Item.retired_at).is_(None),
            col(Item.deleted_at).is_(None),
        )
        .order_by(first.c.place.is_(None), first.c.place, col(Item.id))
    )
    return list(session.execute(query).scalars())


def by_rounds(session: Session, project: Project, batches: Sequence[Batch]) -> None:
    """Order each pool by round, then as it was; items in no round come last.

    Where it is so already, nothing changes. Who has leases keeps them: they are of items, not of places.
    """
    place = {batch.id: number for number, batch in enumerate(batches)}
    seats.lock_project(session, project.id or 0)
    pools = select(Pool).where(Pool.project_id == project.id, col(Pool.deleted_at).is_(None))
    for pool in list(session.exec(pools.order_by(col(Pool.id)))):
        rows = session.execute(
            sa.select(col(QueueEntry.item_id), col(QueueEntry.free_seats), col(Item.batch_id))
            .join(Item, col(Item.id) == col(QueueEntry.item_id))
            .where(col(QueueEntry.pool_id) == pool.id, col(QueueEntry.generation) == pool.generation)
            .order_by(col(QueueEntry.rank))
        ).all()
        wanted = sorted(rows, key=lambda row: place.get(row.batch_id, len(place)))
        if wanted != rows:
            replace(session, project, pool, [(row.item_id, row.free_seats) for row in wanted])


def replace(
    session: Session, project: Project, pool: Pool, entries: Sequence[tuple[int, int]], **made: Any
) -> None:
    """Put these (item id, free seats) in the pool, as a new generation. Lock the project first.

    `made` are the columns of `Ordering` that say how it came about.
    """
    assert pool.id is not None
    session.execute(sa.delete(QueueEntry).where(col(QueueEntry.pool_id) == pool.id))
    free_seats.none(session, pool.id)
    pool.generation += 1
    session.add(pool)
    made = {"order": project.order, "seed": project.seed, **made}
    session.add(Ordering(pool_id=pool.id, generation=pool.generation, **made))
    session.flush()
    queue.enqueue(session, pool, entries)


def _in_force() -> sa.ColumnElement[bool]:
    return sa.and_(
        col(Pool.id) == col(QueueEntry.pool_id),
        col(Pool.generation) == col(QueueEntry.generation),
        col(Pool.deleted_at).is_(None),
    )
