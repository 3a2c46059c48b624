"""Items that are put aside while their person waits for the curator's word: the seat stays theirs."""

from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from annotator.domain import Annotation, Item, Lease, User, now
from annotator.store import free_seats, seats, standing


def park(session: Session, user: User, item: Item, *, days: int) -> Lease | None:
    """Put an item aside for a person who waits for the curator's word on it: its seat stays theirs.

    Where they let it go before, a seat is taken again if one is free. None if they have answered it.
    """
    assert user.id is not None and item.id is not None
    seats.lock(session, user)
    moment = now()
    until = moment + timedelta(days=days)
    lease = seats.live_lease(session, user, item)
    if lease is None:
        if _has_answered(session, user, item):
            return None
        seats.lock_project(session, item.project_id)
        has_seat = bool(seats.claim(session, [item.id])) or free_seats.is_wanted_outside_queue(
            session, item.id
        )
        lease = Lease(item_id=item.id, user_id=user.id, takes_seat=has_seat, expires_at=until)
    lease.parked_at, lease.unparked_at = moment, None
    lease.expires_at = max(lease.expires_at, until)
    session.add(lease)
    session.flush()
    return lease


def unpark(session: Session, user: User, item: Item, *, minutes: int) -> Lease | None:
    """Let a parked item come to its person first, for so long. None if it is not parked any more."""
    lease = seats.live_lease(session, user, item)
    if lease is None or lease.parked_at is None:
        return None
    lease.parked_at, lease.unparked_at = None, now()
    lease.expires_at = lease.unparked_at + timedelta(minutes=minutes)
    session.add(lease)
    session.flush()
    return lease


def _has_answered(session: Session, user: User, item: Item) -> bool:
    answered = sa.exists().where(
        col(Annotation.item_id) == item.id, col(Annotation.annotator_id) == user.id, standing.is_current()
    )
    return bool(session.execute(sa.select(answered)).scalar_one())
