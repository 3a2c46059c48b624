"""How far a person is in a project. Nobody is shown another's."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from annotator.domain import Annotation, Item, Lease, Pool, Project, QueueEntry, User
from annotator.store import checks, queue, seats, timesheet


def of(session: Session, project: Project, user: User, *, since: datetime) -> dict[str, int]:
    """Items answered in all, those with a seat this person holds or may take, and those answered since.

    Five queries. A check counts as an item of work does, for nothing may tell the two apart.
    """
    answered = _current_answers(project, user)
    pools = queue.open_pools(session, project, user)
    held = sa.select(col(Lease.item_id)).where(col(Lease.user_id) == user.id, col(Lease.ended_at).is_(None))
    open_items = (
        sa.select(sa.func.count(sa.distinct(col(QueueEntry.item_id))))
        .join(
            Pool,
            sa.and_(
                col(Pool.id) == col(QueueEntry.pool_id), col(Pool.generation) == col(QueueEntry.generation)
            ),
        )
        .where(
            col(Pool.id).in_([pool.id for pool in pools]),
            sa.or_(col(QueueEntry.free_seats) > 0, col(QueueEntry.item_id).in_(held)),
            col(QueueEntry.item_id).not_in(answered),
        )
    )
    counted = sa.select(sa.func.count()).select_from(answered.subquery())
    today = sa.select(sa.func.count()).select_from(
        _current_answers(project, user).where(timesheet.answered_since(since)).subquery()
    )
    left = session.execute(open_items).scalar_one()
    return {
        "answered": session.execute(counted).scalar_one(),
        "open": left + checks.unmet(session, project, user, pools) if left else 0,
        "today": session.execute(today).scalar_one(),
    }


def _current_answers(project: Project, user: User) -> sa.Select[int]:
    """The ids of the items that this person has answered and not withdrawn."""
    return (
        sa.select(col(Annotation.item_id))
        .join(Item, col(Item.id) == col(Annotation.item_id))
        .where(
            col(Item.project_id) == project.id,
            col(Annotation.annotator_id) == user.id,
            seats.is_current(),
        )
    )
