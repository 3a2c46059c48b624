"""How far a person is in a project. Nobody is shown another's."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from annotator.domain import Annotation, Item, Lease, Pool, Project, QueueEntry, User
from annotator.store import checks, queue, standing, timesheet


def of(session: Session, project: Project, user: User, *, since: datetime) -> dict[str, int]:
    """Items answered in all, those that are still open to this person, and those answered since.

    Open is every item of the pools open to them that they have not answered, whoever else has, as long as
    there is one that they hold or may take; then it is 0. Counting the free seats would be nearer to what
    they can still get, but in a project of two it would tell each of them the other's pace, answer by
    answer. A check counts as an item of work does, for nothing may tell the two apart.

    Six queries.
    """
    answered = _current_answers(project, user)
    pools = queue.open_pools(session, project, user)
    unanswered = (
        sa.select(col(QueueEntry.item_id))
        .join(
            Pool,
            sa.and_(
                col(Pool.id) == col(QueueEntry.pool_id), col(Pool.generation) == col(QueueEntry.generation)
            ),
        )
        .where(col(Pool.id).in_([pool.id for pool in pools]), col(QueueEntry.item_id).not_in(answered))
        .distinct()
    )
    held = sa.select(col(Lease.item_id)).where(col(Lease.user_id) == user.id, col(Lease.ended_at).is_(None))
    to_be_had = unanswered.where(sa.or_(col(QueueEntry.free_seats) > 0, col(QueueEntry.item_id).in_(held)))
    today = _current_answers(project, user).where(timesheet.answered_since(since))
    has_more = session.execute(sa.select(to_be_had.exists())).scalar_one()
    left = _count(session, unanswered) + checks.unmet(session, project, user, pools) if has_more else 0
    return {"answered": _count(session, answered), "open": left, "today": _count(session, today)}


def _count(session: Session, found: sa.Select[int]) -> int:
    return int(session.execute(sa.select(sa.func.count()).select_from(found.subquery())).scalar_one())


def _current_answers(project: Project, user: User) -> sa.Select[int]:
    """The ids of the items that this person has answered and not withdrawn."""
    return (
        sa.select(col(Annotation.item_id))
        .join(Item, col(Item.id) == col(Annotation.item_id))
        .where(
            col(Item.project_id) == project.id,
            col(Annotation.annotator_id) == user.id,
            standing.is_current(),
        )
    )
