"""Seats: how many more people an item wants, and who holds one.

A seat is free in the queue's entries, or held by a lease, or by a counted answer. It is claimed by one
conditional UPDATE and comes back when a lease ends without an answer; then the item is listed as
returned, because the cursors of others may have passed it. What is free after a return is counted anew
from the answers and leases, so that an import or a changed overlap can never make it too much.

Locks are taken in one order: the person, the project, leases, entries. Claims and returns of a project
come one after the other, so none waits for another in a circle; an answer under its own lease moves no
seat and waits for nobody. The alternative, SKIP LOCKED, serves more people a second and says "empty" to
some while a seat is free.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import (
    Annotation,
    Cursor,
    Item,
    Lease,
    Pool,
    Project,
    QueueEntry,
    Returned,
    User,
    metadata,
    now,
)
from annotator.store import free_seats, weighing
from annotator.store.ready import Ready

CHUNK = 500  # items a statement names
LEASE, PERSON, PROJECT, ITEM, ENTRY, RETURNED = (
    metadata.tables[name] for name in ("lease", "user", "project", "item", "queue_entry", "returned")
)


@dataclass(frozen=True, slots=True)
class Held:
    """As much of a live lease as saving an answer needs."""

    id: int
    occasion: int
    takes_seat: bool


class Lent(NamedTuple):
    """A live lease as who asks for items needs it."""

    id: int
    item_id: int
    occasion: int
    takes_seat: bool
    leased_at: datetime
    expires_at: datetime
    unparked_at: datetime | None


def lock(session: Session, user: User) -> None:
    """One request of a person at a time; on SQLite the write transaction sees to that already."""
    if session.connection().dialect.name != "sqlite":
        _LOCK_PERSON.rows(session, id=user.id)


def lock_project(session: Session, project_id: int) -> None:
    """One claim or return in a project at a time; on SQLite the write transaction sees to that already."""
    if session.connection().dialect.name != "sqlite":
        _LOCK_PROJECT.rows(session, id=project_id)


def lend(
    session: Session, user: User, items: Iterable[int], *, moment: datetime, until: datetime
) -> list[Lent]:
    """Lease items to a person, those that have a free seat, in the order given. Lock the project first."""
    assert user.id is not None
    same = {"user_id": user.id, "leased_at": moment, "expires_at": until, "occasion": 0, "takes_seat": True}
    return leased(session, user.id, [{"item_id": item, **same} for item in claim(session, items)])


def lend_again(
    session: Session, user: User, item: Item, *, occasion: int, takes_seat: bool, minutes: int
) -> None:
    """A withdrawn answer's seat stays with its person, as a lease."""
    assert user.id is not None and item.id is not None
    lease = live_lease(session, user, item)
    if lease is None:
        until = now() + timedelta(minutes=minutes)
        lease = Lease(item_id=item.id, user_id=user.id, occasion=occasion, expires_at=until, takes_seat=False)
    lease.takes_seat = lease.takes_seat or takes_seat
    lease.occasion = min(lease.occasion, occasion)  # what was taken back comes before what was to come again
    session.add(lease)
    session.flush()


def live_lease(session: Session, user: User, item: Item) -> Lease | None:
    """The lease that this person holds on the item, also one past its time that has not been returned.

    It is locked: nobody can return its seat while an answer takes it.
    """
    mine = select(Lease).where(
        Lease.user_id == user.id, Lease.item_id == item.id, col(Lease.ended_at).is_(None)
    )
    return session.exec(mine.with_for_update().execution_options(populate_existing=True)).first()


def held(session: Session, user: int, item: int) -> Held | None:
    """The same lease, by the ids of rows, as saving an answer needs it; locked as well."""
    found = _HELD.first(session, user=user, item=item)
    return Held(*found) if found is not None else None


def take(session: Session, held: Held | None, *, item: int, project: int) -> bool:
    """Make a first answer count: by the lease that its author holds, or by a seat that is still free.

    False if others have taken all seats: the answer is surplus.
    """
    if held is not None and held.occasion == 0:
        end(session, held)
        if held.takes_seat:
            return True
    lock_project(session, project)
    return bool(claim(session, [item])) or free_seats.is_wanted_outside_queue(session, item)


def end(session: Session, held: Held) -> None:
    """End a lease by an answer."""
    _END.run(session, lease=held.id, moment=now())


def was_put_to(session: Session, user: User, item: Item) -> bool:
    """Whether this person ever held the item, or answered it; leases and answers stay when they are over."""
    held = sa.exists().where(col(Lease.item_id) == item.id, col(Lease.user_id) == user.id)
    answered = sa.exists().where(col(Annotation.item_id) == item.id, col(Annotation.annotator_id) == user.id)
    return bool(session.execute(sa.select(sa.or_(held, answered))).scalar_one())


def release(session: Session, leases: Sequence[Lease], moment: datetime) -> None:
    """End leases without an answer; their seats come back. Lock the project first."""
    for lease in leases:
        lease.ended_at = moment
    session.flush()
    give_back(session, [lease.item_id for lease in leases if lease.takes_seat])


def return_expired(session: Session, project: int, moment: datetime) -> None:
    """End the project's leases whose time is over and give their seats back. Lock the project first.

    A lease that is locked just now is being answered or put off: it is left to that.
    """
    overdue = _OVERDUE.values(session, project=project, moment=moment)
    if overdue:
        leases = select(Lease).where(col(Lease.id).in_(overdue)).order_by(col(Lease.id))
        release(session, session.exec(leases.execution_options(populate_existing=True)).all(), moment)


def recount(session: Session, project: Project) -> None:
    """Make the free seats of a project what its answers, leases and overlap in force leave.

    For when the overlap or the answers changed in bulk. Everybody walks the order from its start again;
    what they have answered or put off is passed over.
    """
    assert project.id is not None
    lock_project(session, project.id)
    items = list(session.exec(select(Item.id).where(Item.project_id == project.id)))
    for chunk in _chunks([item for item in items if item is not None]):
        free_seats.update(session, chunk)
    pools = sa.select(col(Pool.id)).where(col(Pool.project_id) == project.id)
    session.execute(sa.delete(Cursor).where(col(Cursor.pool_id).in_(pools)))
    weighing.count_complete(session, project)


def reopen(session: Session, project: Project, items: Sequence[int]) -> None:
    """Make the free seats of these items what their answers, leases and overlap in force leave.

    Those with a free seat are listed as returned, where everybody looks first.
    """
    assert project.id is not None
    lock_project(session, project.id)
    give_back(session, items)


def leased(session: Session, user: int, rows: Sequence[Mapping[str, object]]) -> list[Lent]:
    """Insert these leases of one person on items that they do not hold; give them in their order."""
    if not rows:
        return []
    _INSERT.run_each(session, rows)
    return [Lent(*row) for row in _NEW.rows(session, user=user, items=[row["item_id"] for row in rows])]


def claim(session: Session, items: Iterable[int]) -> list[int]:
    """Take a seat of each item that has one free, each once, in the order given."""
    wanted = list(dict.fromkeys(items))
    if not wanted:
        return []
    taken = _TAKE.rows(session, items=wanted)
    for pool, seats in Counter(pool for pool, _, _ in taken).items():
        free_seats.add(session, pool, -seats)
    _UNLIST.run(session, items=[item for _, item, free in taken if not free])
    found = {item for _, item, _ in taken}
    return [item for item in wanted if item in found]


def give_back(session: Session, items: Sequence[int]) -> None:
    """List items as returned, each once and as the newest, if they have a seat now."""
    for chunk in _chunks(list(dict.fromkeys(items))):
        free_seats.update(session, chunk)
        session.execute(sa.delete(Returned).where(col(Returned.item_id).in_(chunk)))
        entries = sa.select(col(QueueEntry.item_id), col(QueueEntry.pool_id)).where(
            col(QueueEntry.item_id).in_(chunk), col(QueueEntry.free_seats) > 0
        )
        place = {item: number for number, item in enumerate(chunk)}
        found = sorted(set(session.execute(entries)), key=lambda entry: place[entry[0]])
        session.add_all([Returned(pool_id=pool, item_id=item) for item, pool in found])
        session.flush()


def _chunks(items: Sequence[int]) -> Iterator[Sequence[int]]:
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))


_LOCK_PERSON = Ready(
    sa.select(PERSON.c.id).where(PERSON.c.id == sa.bindparam("id")).with_for_update(key_share=True)
)
_LOCK_PROJECT = Ready(
    sa.select(PROJECT.c.id).where(PROJECT.c.id == sa.bindparam("id")).with_for_update(key_share=True)
)
_HELD = Ready(
    sa.select(LEASE.c.id, LEASE.c.occasion, LEASE.c.takes_seat)
    .where(
        LEASE.c.user_id == sa.bindparam("user"),
        LEASE.c.item_id == sa.bindparam("item"),
        LEASE.c.ended_at.is_(None),
    )
    .with_for_update()
)
_END = Ready(
    sa.update(LEASE).where(LEASE.c.id == sa.bindparam("lease")).values(ended_at=sa.bindparam("moment"))
)
_OVERDUE = Ready(
    sa.select(LEASE.c.id)
    .join(ITEM, ITEM.c.id == LEASE.c.item_id)
    .where(
        ITEM.c.project_id == sa.bindparam("project"),
        LEASE.c.ended_at.is_(None),
        LEASE.c.expires_at <= sa.bindparam("moment"),
    )
    .order_by(LEASE.c.expires_at, LEASE.c.id)  # as the index has them: by id alone SQLite reads all leases
    .with_for_update(skip_locked=True, of=LEASE)
)
_INSERT = Ready(sa.insert(LEASE))
LENT = tuple(LEASE.c[name] for name in Lent._fields)
_NEW = Ready.of_many(
    "items",
    lambda items: (
        sa.select(*LENT)
        .where(
            LEASE.c.user_id == sa.bindparam("user"), LEASE.c.item_id.in_(items), LEASE.c.ended_at.is_(None)
        )
        .order_by(LEASE.c.id)
    ),
)
_TAKE = Ready.of_many(
    "items",
    lambda items: (
        sa.update(ENTRY)
        .where(ENTRY.c.item_id.in_(items), ENTRY.c.free_seats > 0)
        .values(free_seats=ENTRY.c.free_seats - 1)
        .returning(ENTRY.c.pool_id, ENTRY.c.item_id, ENTRY.c.free_seats)
    ),
)
_UNLIST = Ready.of_many("items", lambda items: sa.delete(RETURNED).where(RETURNED.c.item_id.in_(items)))
