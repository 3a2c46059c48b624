"""Who answers what next.

An item stands in pools, each a numbered order of entries with seats still free. A person walks a pool
with a cursor, so the next item costs the same however long the pool is, and looks first at what was
returned since they looked last: `walk.py`. `seats.py` claims and returns the seats.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import (
    Annotation,
    Item,
    Kind,
    Lease,
    Pool,
    PoolKind,
    PoolMember,
    Project,
    QueueEntry,
    Serve,
    Skip,
    User,
    now,
)
from annotator.store import seats, walk

MOST_LEASES = 50


@dataclass(frozen=True, slots=True)
class Served:
    """What a person holds now, what they took back first, and what is left for others to take."""

    leases: list[Lease]
    remaining: int  # free seats of the pools open to this person
    retry_after: int | None  # s until a lent seat may come to this person; None if they hold some, or none is


def serve(session: Session, project: Project, user: User, *, limit: int, minutes: int) -> Served:
    """Lend a person up to `limit` items, those they hold already first. Flushes.

    Where the project serves documents, the rest of a document is lent with its first item, so that
    the next call goes on in it.
    """
    assert project.id is not None
    seats.lock(session, user)
    seats.lock_project(session, project.id)
    moment = now()
    until = moment + timedelta(minutes=minutes)
    seats.return_expired(session, project, moment)
    held = _renew(session, project, user, until)
    pools = open_pools(session, project, user)
    room = min(limit, MOST_LEASES) - len(held)
    if room > 0:
        lend = partial(seats.lend, session, user, moment=moment, until=until)
        visit = walk.Visit(session, user, pools, lend)
        held += _next(visit, project.serve, room=room, most=MOST_LEASES - len(held))
        held = held or walk.skipped(visit, room=room)
    retry_after = None if held else _next_return(session, pools, user, moment)
    return Served(held[:limit], _free_seats(session, pools), retry_after)


def skip(session: Session, user: User, item: Item) -> None:
    """Put an item off: its seat goes back, and it comes to this person once more, at the end.

    Sent twice it is put off once.
    """
    assert user.id is not None and item.id is not None
    seats.lock(session, user)
    seats.lock_project(session, item.project_id)
    lease = seats.live_lease(session, user, item)
    skipped = session.get(Skip, (user.id, item.id))
    if lease is not None:
        seats.release(session, lease)
    elif skipped is not None:
        return
    skipped = skipped or Skip(user_id=user.id, item_id=item.id, times=0)
    skipped.times, skipped.skipped_at = skipped.times + 1, now()
    session.add(skipped)
    session.flush()


def enqueue(session: Session, pool: Pool, entries: Sequence[tuple[int, int]]) -> None:
    """Append (item id, free seats) to the end of a pool's order."""
    last = sa.select(sa.func.coalesce(sa.func.max(QueueEntry.rank), -1)).where(
        col(QueueEntry.pool_id) == pool.id, col(QueueEntry.generation) == pool.generation
    )
    first = session.execute(last).scalar_one() + 1
    rows = [
        {"pool_id": pool.id, "generation": pool.generation, "rank": rank, "item_id": item, "free_seats": free}
        for rank, (item, free) in enumerate(entries, start=first)
    ]
    if rows:
        session.execute(sa.insert(QueueEntry), rows)


def open_pools(session: Session, project: Project, user: User) -> list[Pool]:
    """The pools that this person may take items from."""
    invited = sa.select(col(PoolMember.pool_id)).where(col(PoolMember.user_id) == user.id)
    query = select(Pool).where(
        Pool.project_id == project.id,
        col(Pool.deleted_at).is_(None),
        sa.or_(col(Pool.kind) != PoolKind.PEOPLE, col(Pool.id).in_(invited)),
    )
    return list(session.exec(query.order_by(col(Pool.id))))


def _next(visit: walk.Visit, serve: Serve, *, room: int, most: int) -> list[Lease]:
    """New leases: of what was returned, then of what comes in order."""
    lent = walk.returned(visit, room=room)
    if serve is Serve.DOCUMENT:
        return lent + walk.by_document(visit, room=room - len(lent), most=most - len(lent))
    return lent + walk.in_order(visit, room=room - len(lent))


def _renew(session: Session, project: Project, user: User, until: datetime) -> list[Lease]:
    """The person's live leases in this project with new time on them: what they took back, then the rest."""
    query = (
        select(Lease)
        .join(Item, col(Item.id) == col(Lease.item_id))
        .where(
            Lease.user_id == user.id,
            col(Lease.ended_at).is_(None),
            col(Lease.parked_at).is_(None),
            Item.project_id == project.id,
        )
        .order_by(col(Lease.id))
        .with_for_update(of=Lease)
        .execution_options(populate_existing=True)
    )
    held = list(session.exec(query))
    for lease in held:
        lease.expires_at = max(lease.expires_at, until)
    session.flush()
    answered = sa.select(col(Annotation.item_id)).where(
        col(Annotation.annotator_id) == user.id,
        col(Annotation.kind) == Kind.ANNOTATION,
        col(Annotation.item_id).in_([lease.item_id for lease in held]),
    )
    taken_back = set(session.execute(answered).scalars())
    again = [lease for lease in reversed(held) if lease.item_id in taken_back]
    return again + [lease for lease in held if lease.item_id not in taken_back]


def _free_seats(session: Session, pools: list[Pool]) -> int:
    free = sa.select(sa.func.coalesce(sa.func.sum(QueueEntry.free_seats), 0))
    return int(session.execute(free.where(sa.or_(sa.false(), *map(walk.in_force, pools)))).scalar_one())


def _next_return(session: Session, pools: list[Pool], user: User, moment: datetime) -> int | None:
    """Seconds until the first seat that others hold, and this person could use, may come back."""
    pool_ids = [pool.id for pool in pools]
    answered = sa.exists().where(
        col(Annotation.item_id) == col(Lease.item_id),
        col(Annotation.annotator_id) == user.id,
        seats.is_current(),
    )
    put_off = sa.exists().where(
        col(Skip.item_id) == col(Lease.item_id), col(Skip.user_id) == user.id, col(Skip.times) > 1
    )
    soonest = (
        sa.select(sa.func.min(Lease.expires_at))
        .join(QueueEntry, col(QueueEntry.item_id) == col(Lease.item_id))
        .where(
            col(QueueEntry.pool_id).in_(pool_ids),
            col(Lease.ended_at).is_(None),
            col(Lease.takes_seat),
            col(Lease.user_id) != user.id,
            ~answered,
            ~put_off,
        )
    )
    expires = session.execute(soonest).scalar_one_or_none()
    return max(1, round((expires - moment).total_seconds())) if expires is not None else None
