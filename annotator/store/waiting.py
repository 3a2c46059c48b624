"""When somebody who holds nothing should look again: the seats that others hold may come back."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

from annotator.domain import Annotation, Item, Lease, QueueEntry, Skip
from annotator.store import standing, walk

LATEST = 1_800  # s; people give back early
PARKED = 300  # s; the curator may have replied


def seconds(visit: walk.Visit) -> int | None:
    """After how many seconds there may be something for this person; None if nothing can come. Two queries.

    That is when the first seat expires that others hold and this person could use, after LATEST at most;
    after PARKED at most where the person waits for the curator's word.
    """
    expires = visit.session.execute(_first_expiry(visit)).scalar_one_or_none()
    waits = [LATEST, round((expires - visit.moment).total_seconds())] if expires is not None else []
    if visit.session.execute(sa.select(_waits_for_word(visit))).scalar_one():
        waits.append(PARKED)
    return max(1, min(waits)) if waits else None


def _first_expiry(visit: walk.Visit) -> sa.Select[datetime]:
    answered = sa.exists().where(
        col(Annotation.item_id) == col(Lease.item_id),
        col(Annotation.annotator_id) == visit.user.id,
        standing.is_current(),
    )
    put_off = sa.exists().where(
        col(Skip.item_id) == col(Lease.item_id), col(Skip.user_id) == visit.user.id, col(Skip.times) > 1
    )
    return (
        sa.select(sa.func.min(Lease.expires_at))
        .join(QueueEntry, col(QueueEntry.item_id) == col(Lease.item_id))
        .where(
            col(QueueEntry.pool_id).in_([pool.id for pool in visit.pools]),
            col(Lease.ended_at).is_(None),
            col(Lease.takes_seat),
            col(Lease.user_id) != visit.user.id,
            ~answered,
            ~put_off,
        )
    )


def _waits_for_word(visit: walk.Visit) -> sa.Exists:
    return sa.exists().where(
        col(Lease.user_id) == visit.user.id,
        col(Lease.ended_at).is_(None),
        col(Lease.parked_at).is_not(None),
        col(Item.id) == col(Lease.item_id),
        col(Item.project_id) == visit.project.id,
    )
