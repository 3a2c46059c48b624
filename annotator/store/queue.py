"""Who answers what next.

An item stands in pools, each a numbered order of entries with seats still free. A person walks a pool
with a cursor, so the next item costs the same however long the pool is, and looks first at what was
returned since they looked last: `walk.py`. `seats.py` claims and returns the seats.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import (
    Item,
    Kind,
    Lease,
    Pool,
    PoolKind,
    PoolMember,
    Project,
    QueueEntry,
    Skip,
    User,
    metadata,
    now,
)
from annotator.store import (
    arms,
    checks,
    free_seats,
    loaded,
    mixing,
    remaining,
    repeats,
    seats,
    training,
    waiting,
    walk,
)
from annotator.store.ready import Ready
from annotator.store.seats import Lent

LEASE, ANNOTATION, ITEM = (metadata.tables[name] for name in ("lease", "annotation", "item"))
MOST_LEASES = 50  # that the page holds while it is open
MOST_TAKEN = 500  # that a person takes along


@dataclass(frozen=True, slots=True)
class Served:
    """What a person holds now, what they took back first, and what is left for others to take."""

    leases: list[Lent]
    remaining: int  # free seats of the pools open to this person, checks that are new to them included
    retry_after: int | None  # s until a lent seat may come to this person; None if they hold some, or none is
    training: "training.Standing | None"  # None: they are past it, or there is none


def serve(session: Session, project: Project, user: User, *, limit: int, minutes: int) -> Served:
    """Lend a person up to `limit` items, those they hold already first. Flushes.

    Where the project serves documents, the rest of a document is lent with its first item, so that
    the next call goes on in it. The time of a lease is never made shorter.
    """
    visit = _enter(session, project, user, timedelta(minutes=minutes))
    held = _renew(visit)
    room = min(limit, MOST_LEASES) - len(held)
    if room > 0:
        held += mixing.lend(visit, room=room, most=MOST_LEASES - len(held))
        held = held or mixing.skipped(visit, room=room)
    return _served(visit, held[:limit])


def take_along(session: Session, project: Project, user: User, *, count: int, hours: int) -> Served:
    """Lend a person `count` items for so many hours, those they hold already among them. Flushes.

    Where the project serves documents they come whole, so that it may be more, MOST_TAKEN at most.
    What the person put off comes last, where nothing else is left.
    """
    visit = _enter(session, project, user, timedelta(hours=hours))
    held = _renew(visit)
    if len(held) < count:
        held += mixing.lend(visit, room=count - len(held), most=MOST_TAKEN - len(held))
    if len(held) < count:
        held += mixing.skipped(visit, room=count - len(held))
    return _served(visit, held)


def give_back(session: Session, project: Project, user: User) -> None:
    """Return all that a person holds in the project and has not answered; what is parked stays. Flushes."""
    assert project.id is not None
    seats.lock(session, user)
    seats.lock_project(session, project.id)
    seats.release(session, _held(session, project, user), now())


def skip(session: Session, user: User, item: Item, *, uuid: UUID | None = None) -> None:
    """Put an item off: its seat goes back, and it comes to this person once more, at the end.

    Sent twice it is put off once, also where it has come back in between: then `uuid` tells.
    """
    assert user.id is not None and item.id is not None
    seats.lock(session, user)
    seats.lock_project(session, item.project_id)
    lease = seats.live_lease(session, user, item)
    skipped = session.get(Skip, (user.id, item.id))
    if skipped is not None and uuid is not None and skipped.uuid == uuid:
        return
    if lease is not None:
        seats.release(session, [lease], now())
    elif skipped is not None:
        return
    skipped = skipped or Skip(user_id=user.id, item_id=item.id, times=0)
    skipped.times, skipped.skipped_at, skipped.uuid = skipped.times + 1, now(), uuid
    session.add(skipped)
    repeats.put_off(session, user, item)
    session.flush()


def enqueue(session: Session, pool: Pool, entries: Sequence[tuple[int, int]]) -> None:
    """Append (item id, free seats) to the end of a pool's order.

    The pool's row is locked from here on: commit soon.
    """
    assert pool.id is not None
    last = sa.select(sa.func.coalesce(sa.func.max(QueueEntry.rank), -1)).where(
        col(QueueEntry.pool_id) == pool.id, col(QueueEntry.generation) == pool.generation
    )
    first = session.execute(last).scalar_one() + 1
    same = {"pool_id": pool.id, "generation": pool.generation}
    ranked = enumerate(entries, start=first)
    while chunk := list(islice(ranked, seats.CHUNK)):
        rows = [{**same, "rank": rank, "item_id": item, "free_seats": free} for rank, (item, free) in chunk]
        session.execute(sa.insert(QueueEntry), rows)
    free_seats.add(session, pool.id, sum(free for _, free in entries))


def open_pools(session: Session, project: Project, user: User) -> list[Pool]:
    """The pools that this person may take items from, those for all last.

    A pool that names people is for them alone.
    """
    session.flush()
    rows = _POOLS.rows(session, project=project.id, user=user.id)
    return [loaded.of(session, Pool, loaded.names(Pool), row) for row in rows]


def _enter(session: Session, project: Project, user: User, time: timedelta) -> walk.Visit:
    """A visit to the pools open to a person, who lends for so long. Overdue seats come back first."""
    assert project.id is not None
    session.flush()  # statements on the connection do not see to that
    seats.lock(session, user)
    seats.lock_project(session, project.id)
    moment = now()
    seats.return_expired(session, project.id, moment)
    pools = open_pools(session, project, user)
    return walk.Visit(session, project, user, pools, moment, moment + time)


def _served(visit: walk.Visit, held: list[Lent]) -> Served:
    walk.keep(visit)
    arms.draw(visit.session, visit.project, visit.user, held)
    standing = mixing.standing(visit)
    retry_after = None if held or standing is not None else waiting.seconds(visit)
    free = remaining.seats(visit.session, visit.pools)
    checks_left = checks.unlent(visit)
    return Served(held, free + checks_left if free else 0, retry_after, standing)


def _renew(visit: walk.Visit) -> list[Lent]:
    """The person's leases in this project with new time on them, the most pressing first.

    That is what they took back, the newest first; then what the curator has replied to; then the rest.
    """
    session, user, until = visit.session, visit.user.id, visit.until
    held = [Lent(*row) for row in _HELD.rows(session, user=user, project=visit.project.id)]
    _RENEW.run(session, leases=[lease.id for lease in held if lease.expires_at < until], until=until)
    held = [lease._replace(expires_at=max(lease.expires_at, until)) for lease in held]
    taken_back = set(_ANSWERED.rows(session, user=user, items=[lease.item_id for lease in held]))
    again = [lease for lease in reversed(held) if (lease.item_id, lease.occasion) in taken_back]
    rest = [lease for lease in held if (lease.item_id, lease.occasion) not in taken_back]
    return again + sorted(rest, key=_unparked_first)


def _unparked_first(lease: Lent) -> float:
    return lease.unparked_at.timestamp() if lease.unparked_at is not None else math.inf


def _held(session: Session, project: Project, user: User) -> list[Lease]:
    """The person's live leases in this project but the parked ones, in the order lent; locked."""
    held = [row[0] for row in _HELD.rows(session, user=user.id, project=project.id)]
    leases = select(Lease).where(col(Lease.id).in_(held)).order_by(col(Lease.id))
    return list(session.exec(leases.execution_options(populate_existing=True)))


_USER, _PROJECT = sa.bindparam("user", type_=sa.Integer), sa.bindparam("project", type_=sa.Integer)
_NAMED = sa.exists().where(col(PoolMember.pool_id) == col(Pool.id))
_MINE = sa.exists().where(col(PoolMember.pool_id) == col(Pool.id), col(PoolMember.user_id) == _USER)
_POOLS = Ready(
    sa.select(*loaded.columns(Pool))
    .where(
        col(Pool.project_id) == _PROJECT,
        col(Pool.deleted_at).is_(None),
        sa.or_(_MINE, sa.and_(~_NAMED, col(Pool.kind) != PoolKind.PEOPLE)),
    )
    .order_by(col(Pool.kind) == PoolKind.ALL, col(Pool.id))
)
_HELD = Ready(
    sa.select(*seats.LENT)
    .join(ITEM, ITEM.c.id == LEASE.c.item_id)
    .where(
        LEASE.c.user_id == _USER,
        LEASE.c.ended_at.is_(None),
        LEASE.c.parked_at.is_(None),
        ITEM.c.project_id == _PROJECT,
    )
    .order_by(LEASE.c.id)
    .with_for_update(of=LEASE)
)
_RENEW = Ready.of_many(
    "leases",
    lambda leases: sa.update(LEASE).where(LEASE.c.id.in_(leases)).values(expires_at=sa.bindparam("until")),
)
_ANSWERED = Ready.of_many(
    "items",
    lambda items: sa.select(ANNOTATION.c.item_id, ANNOTATION.c.occasion).where(
        ANNOTATION.c.annotator_id == _USER,
        ANNOTATION.c.kind == Kind.ANNOTATION,
        ANNOTATION.c.item_id.in_(items),
    ),
)
