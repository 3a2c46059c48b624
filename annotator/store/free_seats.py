"""How many seats of an item nobody holds: counted anew from its answers and leases, and kept in the queue."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import Session, col

from annotator.domain import Annotation, Batch, Item, Lease, Project, QueueEntry
from annotator.store import standing


def update(session: Session, items: Sequence[int]) -> None:
    """Let the queue's entries of these items say what is free."""
    by_free: dict[int, list[int]] = {}
    for item, free in of(session, items).items():
        by_free.setdefault(free, []).append(item)
    for free, group in by_free.items():
        session.execute(
            sa.update(QueueEntry)
            .where(col(QueueEntry.item_id).in_(group), col(QueueEntry.free_seats) != free)
            .values(free_seats=free)
        )


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
