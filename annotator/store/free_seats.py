"""How many seats of an item nobody holds: counted anew from its answers and leases, and kept in the queue.

Each entry of a pool says what is free of its item, and the pool says what is free in all of them, so that
nobody has to add up five million entries to say how much is left. Claims and returns of a project come one
after the other, so the pool's row has no more than one writer at a time.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import Session, col

from annotator.domain import Annotation, Batch, Item, Lease, Project, QueueEntry, metadata
from annotator.store import standing
from annotator.store.ready import Ready

POOL = metadata.tables["pool"]


def update(session: Session, items: Sequence[int]) -> None:
    """Let the queue's entries of these items, and their pools, say what is free. Lock the project first."""
    before = _by_pool(session, items)
    by_free: dict[int, list[int]] = {}
    for item, free in of(session, items).items():
        by_free.setdefault(free, []).append(item)
    for free, group in by_free.items():
        session.execute(
            sa.update(QueueEntry)
            .where(col(QueueEntry.item_id).in_(group), col(QueueEntry.free_seats) != free)
            .values(free_seats=free)
        )
    for pool, free in _by_pool(session, items).items():
        add(session, pool, free - before[pool])


def add(session: Session, pool: int, seats: int) -> None:
    """So many seats more are free in a pool, or fewer."""
    if seats:
        _ADD.run(session, of=pool, more=seats)


def none(session: Session, pool: int) -> None:
    """Nothing is free in a pool any more. By a statement: a mapped row may be older than what was added."""
    _NONE.run(session, of=pool)


def of(session: Session, items: Sequence[int]) -> dict[int, int]:
    """The seats of each item that nobody holds: by a counted current answer, or a live lease."""
    answers = sa.select(col(Annotation.item_id), col(Annotation.annotator_id)).where(
        col(Annotation.item_id).in_(items), col(Annotation.counted), standing.is_current()
    )
    leases = sa.select(col(Lease.item_id), col(Lease.user_id)).where(
        col(Lease.item_id).in_(items), col(Lease.ended_at).is_(None), col(Lease.takes_seat)
    )
    overlaps = (
        sa.select(col(Item.id), sa.func.coalesce(Item.overlap, Batch.overlap, Project.overlap))
        .join(Project, col(Project.id) == col(Item.project_id))
        .outerjoin(Batch, col(Batch.id) == col(Item.batch_id))
        .where(col(Item.id).in_(items), col(Item.retired_at).is_(None), col(Item.deleted_at).is_(None))
    )
    free: dict[int, int] = dict.fromkeys(items, 0) | dict(session.execute(overlaps).all())
    for item, _person in session.execute(sa.union(answers, leases)):
        free[item] = max(0, free[item] - 1)
    return free


def is_wanted_outside_queue(session: Session, item: int) -> bool:
    """Whether an item that stands in no pool wants another answer."""
    queued = session.execute(sa.select(sa.exists().where(col(QueueEntry.item_id) == item))).scalar_one()
    return not queued and of(session, [item])[item] > 0


def _by_pool(session: Session, items: Sequence[int]) -> dict[int, int]:
    """The free seats that each pool has of these items."""
    query = sa.select(col(QueueEntry.pool_id), sa.func.sum(QueueEntry.free_seats))
    query = query.where(col(QueueEntry.item_id).in_(items)).group_by(col(QueueEntry.pool_id))
    return {pool: int(free) for pool, free in session.execute(query)}


_ADD = Ready(
    sa.update(POOL)
    .where(POOL.c.id == sa.bindparam("of"))
    .values(free_seats=POOL.c.free_seats + sa.bindparam("more"))
)
_NONE = Ready(sa.update(POOL).where(POOL.c.id == sa.bindparam("of")).values(free_seats=0))
