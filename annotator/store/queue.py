"""Who answers what next.

An item stands in pools, each a numbered order of entries with seats still free. A person walks a pool
with a cursor, so the next item costs the same however long the pool is. A seat is claimed by one
conditional UPDATE, held by a lease, and comes back when the lease ends without an answer; then the item
is listed as returned, because the cursors of others may have passed it.

People are served one request at a time: their own row is locked first, so two tabs never get one lease twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import (
    Annotation,
    Cursor,
    Item,
    Kind,
    Lease,
    Pool,
    PoolKind,
    PoolMember,
    Project,
    QueueEntry,
    Returned,
    Segment,
    Serve,
    Skip,
    User,
    now,
)

MOST_LEASES = 50
WINDOW = 100  # entries looked at a time


@dataclass(frozen=True, slots=True)
class Served:
    """What a person holds now, oldest lease first, and what is left for others to take."""

    leases: list[Lease]
    remaining: int  # free seats of the pools open to this person
    retry_after: int | None  # s until a lent seat may come back; None if none is lent or some are free


def serve(session: Session, project: Project, user: User, *, limit: int, minutes: int) -> Served:
    """Lend a person up to `limit` items, those they hold already first. Flushes.

    Where the project serves documents, the rest of a document is lent with its first item.
    """
    lock(session, user)
    moment = now()
    return_expired(session, moment)
    held = _renew(session, project, user, moment + timedelta(minutes=minutes))
    pools = open_pools(session, project, user)
    room = min(limit, MOST_LEASES) - len(held)
    if room > 0:
        items = _claim_returned(session, pools, user, room)
        items += _walk(session, project, pools, user, room - len(items))
        if not items and not held:
            items = _claim_skipped(session, pools, user, room)
        held += _lend(session, user, items, moment, moment + timedelta(minutes=minutes))
    remaining = _free_seats(session, pools)
    retry_after = None if held or remaining else _next_return(session, pools, user, moment)
    return Served(held[:limit], remaining, retry_after)


def enqueue(session: Session, pool: Pool, seats: Sequence[tuple[int, int]]) -> None:
    """Append (item id, free seats) to the end of a pool's order."""
    last = sa.select(sa.func.coalesce(sa.func.max(QueueEntry.rank), -1)).where(
        col(QueueEntry.pool_id) == pool.id, col(QueueEntry.generation) == pool.generation
    )
    first = session.execute(last).scalar_one() + 1
    rows = [
        {"pool_id": pool.id, "generation": pool.generation, "rank": rank, "item_id": item, "free_seats": free}
        for rank, (item, free) in enumerate(seats, start=first)
    ]
    if rows:
        session.execute(sa.insert(QueueEntry), rows)


def skip(session: Session, user: User, item: Item) -> None:
    """Put an item off: its seat goes back, and it comes to this person once more, at the end."""
    assert user.id is not None and item.id is not None
    lock(session, user)
    lease = live_lease(session, user, item)
    if lease is not None:
        end(session, lease, seat_returns=True)
    skipped = session.get(Skip, (user.id, item.id)) or Skip(user_id=user.id, item_id=item.id, times=0)
    skipped.times, skipped.skipped_at = skipped.times + 1, now()
    session.add(skipped)
    session.flush()


def take_seat(session: Session, user: User, item: Item) -> bool:
    """Make an answer count: by the lease that its author holds, or by a seat that is still free.

    False if others have taken all seats: the answer is surplus.
    """
    assert item.id is not None
    lease = live_lease(session, user, item)
    if lease is not None:
        end(session, lease, seat_returns=False)
        return lease.takes_seat or bool(_claim(session, [item.id]))
    return bool(_claim(session, [item.id]))


def lend_again(session: Session, user: User, item: Item, *, takes_seat: bool, minutes: int) -> None:
    """A withdrawn answer's seat stays with its person, as a lease."""
    assert user.id is not None and item.id is not None
    if live_lease(session, user, item) is None:
        expires = now() + timedelta(minutes=minutes)
        session.add(Lease(item_id=item.id, user_id=user.id, takes_seat=takes_seat, expires_at=expires))
        session.flush()


def live_lease(session: Session, user: User, item: Item) -> Lease | None:
    """The lease that this person holds on the item; also one that is past its time and not yet returned."""
    mine = select(Lease).where(
        Lease.user_id == user.id, Lease.item_id == item.id, col(Lease.ended_at).is_(None)
    )
    return session.exec(mine).first()


def end(session: Session, lease: Lease, *, seat_returns: bool) -> None:
    """Close a lease; its seat goes to an answer, or back to the pool."""
    lease.ended_at = now()
    session.add(lease)
    session.flush()
    if seat_returns and lease.takes_seat:
        _give_back(session, [lease.item_id])


def return_expired(session: Session, moment: datetime) -> None:
    """End the leases whose time is over and give their seats back."""
    overdue = (
        sa.update(Lease)
        .where(col(Lease.ended_at).is_(None), col(Lease.expires_at) <= moment)
        .values(ended_at=moment)
        .returning(col(Lease.item_id), col(Lease.takes_seat))
    )
    _give_back(session, [item for item, takes_seat in session.execute(overdue).all() if takes_seat])


def lock(session: Session, user: User) -> None:
    """One request of a person at a time; on SQLite the write transaction sees to that already."""
    session.execute(sa.select(col(User.id)).where(col(User.id) == user.id).with_for_update())


def open_pools(session: Session, project: Project, user: User) -> list[Pool]:
    """The pools that this person may take items from."""
    invited = sa.select(col(PoolMember.pool_id)).where(col(PoolMember.user_id) == user.id)
    query = select(Pool).where(
        Pool.project_id == project.id,
        col(Pool.deleted_at).is_(None),
        sa.or_(col(Pool.kind) != PoolKind.PEOPLE, col(Pool.id).in_(invited)),
    )
    return list(session.exec(query.order_by(col(Pool.id))))


def _renew(session: Session, project: Project, user: User, until: datetime) -> list[Lease]:
    """The person's live leases in this project, in the order they were lent, with new time on them."""
    query = (
        select(Lease)
        .join(Item, col(Item.id) == col(Lease.item_id))
        .where(Lease.user_id == user.id, col(Lease.ended_at).is_(None), Item.project_id == project.id)
        .order_by(col(Lease.id))
    )
    held = list(session.exec(query))
    for lease in held:
        lease.expires_at = until
    session.flush()
    return held


def _claim_returned(session: Session, pools: list[Pool], user: User, room: int) -> list[int]:
    """Seats that came back behind this person's cursor, the longest returned first."""
    claimed: list[int] = []
    last = 0
    while len(claimed) < room:
        query = (
            sa.select(col(Returned.id), col(Returned.item_id))
            .join(QueueEntry, _entry_of(Returned))
            .where(_current(pools), col(QueueEntry.free_seats) > 0, col(Returned.id) > last)
            .order_by(col(Returned.id))
            .limit(WINDOW)
        )
        window = session.execute(query).all()
        if not window:
            break
        free = _without_own(session, user, [item for _, item in window])
        claimed += _claim(session, free[: room - len(claimed)])
        last = window[-1][0]
    return claimed


def _walk(session: Session, project: Project, pools: list[Pool], user: User, room: int) -> list[int]:
    claimed: list[int] = []
    for pool in pools:
        while len(claimed) < room:
            window = _window(session, pool, user)
            if not window:
                break
            free = _without_own(session, user, [item for item, _ in window])
            wanted = [(item, rank) for item, rank in window if item in set(free)][: room - len(claimed)]
            got = _claim(session, [item for item, _ in wanted])
            claimed += got
            full = len(claimed) >= room
            _move_cursor(session, pool, user, wanted[-1][1] if full and wanted else window[-1][1])
            if project.serve is Serve.DOCUMENT and got:
                return claimed + _rest_of_document(
                    session, pool, user, claimed[-1], MOST_LEASES - len(claimed)
                )
    return claimed


def _window(session: Session, pool: Pool, user: User) -> list[tuple[int, int]]:
    """(item id, rank) of the next free entries after the person's cursor."""
    cursor = session.get(Cursor, (user.id, pool.id, pool.generation))
    query = (
        sa.select(col(QueueEntry.item_id), col(QueueEntry.rank))
        .where(
            col(QueueEntry.pool_id) == pool.id,
            col(QueueEntry.generation) == pool.generation,
            col(QueueEntry.free_seats) > 0,
            col(QueueEntry.rank) > (cursor.rank if cursor is not None else -1),
        )
        .order_by(col(QueueEntry.rank))
        .limit(WINDOW)
    )
    return [(item, rank) for item, rank in session.execute(query).all()]


def _move_cursor(session: Session, pool: Pool, user: User, rank: int) -> None:
    assert user.id is not None and pool.id is not None
    cursor = session.get(Cursor, (user.id, pool.id, pool.generation))
    cursor = cursor or Cursor(user_id=user.id, pool_id=pool.id, generation=pool.generation, rank=rank)
    cursor.rank = rank
    session.add(cursor)
    session.flush()


def _rest_of_document(session: Session, pool: Pool, user: User, item: int, room: int) -> list[int]:
    """The free items of the document that this item is from, in reading order."""
    document = sa.select(col(Segment.document_id)).join(Item, col(Item.segment_id) == col(Segment.id))
    siblings = (
        sa.select(col(QueueEntry.item_id))
        .join(Item, col(Item.id) == col(QueueEntry.item_id))
        .join(Segment, col(Segment.id) == col(Item.segment_id))
        .where(
            _current([pool]),
            col(QueueEntry.free_seats) > 0,
            col(Segment.document_id) == document.where(col(Item.id) == item).scalar_subquery(),
        )
        .order_by(col(Segment.position), col(Item.id))
    )
    free = _without_own(session, user, list(session.execute(siblings).scalars()))
    return _claim(session, [other for other in free if other != item][:room])


def _claim_skipped(session: Session, pools: list[Pool], user: User, room: int) -> list[int]:
    """Items that this person put off once, when nothing else is left."""
    query = (
        sa.select(col(Skip.item_id))
        .join(QueueEntry, _entry_of(Skip))
        .where(
            _current(pools),
            col(QueueEntry.free_seats) > 0,
            col(Skip.user_id) == user.id,
            col(Skip.times) == 1,
        )
        .order_by(col(Skip.skipped_at), col(Skip.item_id))
        .limit(WINDOW)
    )
    items = list(session.execute(query).scalars())
    taken = _held_or_answered(session, user, items)
    return _claim(session, [item for item in items if item not in taken][:room])


def _claim(session: Session, items: Sequence[int]) -> list[int]:
    """Take a seat of each item that has one free, in the order given. Never more than there are."""
    if not items:
        return []
    # Locked in one order by everybody, so that two claims on PostgreSQL never wait for each other.
    rows = sa.select(col(QueueEntry.item_id)).where(col(QueueEntry.item_id).in_(items))
    session.execute(rows.order_by(col(QueueEntry.pool_id), col(QueueEntry.rank)).with_for_update())
    seats = (
        sa.update(QueueEntry)
        .where(col(QueueEntry.item_id).in_(items), col(QueueEntry.free_seats) > 0)
        .values(free_seats=QueueEntry.free_seats - 1)
        .returning(col(QueueEntry.item_id), col(QueueEntry.free_seats))
    )
    free = dict(session.execute(seats).tuples().all())
    full = [item for item, seats_left in free.items() if not seats_left]
    session.execute(sa.delete(Returned).where(col(Returned.item_id).in_(full)))
    return [item for item in items if item in free]


def _give_back(session: Session, items: Iterable[int]) -> None:
    for item in sorted(items):
        entries = (
            sa.update(QueueEntry)
            .where(col(QueueEntry.item_id) == item)
            .values(free_seats=QueueEntry.free_seats + 1)
            .returning(col(QueueEntry.pool_id))
        )
        for pool in set(session.execute(entries).scalars()):
            session.add(Returned(pool_id=pool, item_id=item))
    session.flush()


def _lend(session: Session, user: User, items: list[int], moment: datetime, until: datetime) -> list[Lease]:
    assert user.id is not None
    leases = [Lease(item_id=item, user_id=user.id, leased_at=moment, expires_at=until) for item in items]
    session.add_all(leases)
    session.flush()
    return leases


def _without_own(session: Session, user: User, items: list[int]) -> list[int]:
    """The items that this person has neither answered, nor holds, nor put off; in the order given."""
    put_off = sa.select(col(Skip.item_id)).where(col(Skip.user_id) == user.id, col(Skip.item_id).in_(items))
    own = _held_or_answered(session, user, items) | set(session.execute(put_off).scalars())
    return [item for item in items if item not in own]


def _held_or_answered(session: Session, user: User, items: list[int]) -> set[int]:
    leased = sa.select(col(Lease.item_id)).where(
        col(Lease.user_id) == user.id, col(Lease.item_id).in_(items), col(Lease.ended_at).is_(None)
    )
    answers = (
        sa.select(col(Annotation.item_id), col(Annotation.withdrawn))
        .where(
            col(Annotation.annotator_id) == user.id,
            col(Annotation.item_id).in_(items),
            col(Annotation.kind) == Kind.ANNOTATION,
        )
        .order_by(col(Annotation.revision))
    )
    newest = dict(session.execute(answers).tuples().all())
    answered = {item for item, withdrawn in newest.items() if not withdrawn}
    return answered | set(session.execute(leased).scalars())


def _current(pools: list[Pool]) -> sa.ColumnElement[bool]:
    """The entries of these pools' orderings in force."""
    keys = [(pool.id, pool.generation) for pool in pools]
    return sa.tuple_(col(QueueEntry.pool_id), col(QueueEntry.generation)).in_(keys)


def _entry_of(table: type[Returned] | type[Skip]) -> sa.ColumnElement[bool]:
    same_item = col(QueueEntry.item_id) == col(table.item_id)
    if table is Returned:
        return sa.and_(same_item, col(QueueEntry.pool_id) == col(Returned.pool_id))
    return same_item


def _free_seats(session: Session, pools: list[Pool]) -> int:
    free = sa.select(sa.func.coalesce(sa.func.sum(QueueEntry.free_seats), 0))
    return int(session.execute(free.where(_current(pools), col(QueueEntry.free_seats) > 0)).scalar_one())


def _next_return(session: Session, pools: list[Pool], user: User, moment: datetime) -> int | None:
    """Seconds until the first seat that others hold may come back."""
    soonest = (
        sa.select(sa.func.min(Lease.expires_at))
        .join(QueueEntry, col(QueueEntry.item_id) == col(Lease.item_id))
        .where(_current(pools), col(Lease.ended_at).is_(None), col(Lease.user_id) != user.id)
    )
    expires = session.execute(soonest).scalar_one_or_none()
    return max(1, round((expires - moment).total_seconds())) if expires is not None else None
