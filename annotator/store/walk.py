"""Find and claim the next items of a person: what was returned, then what comes in order, then the put off.

A cursor never passes an item that this person could take now. What is passed because it is the person's
own, or full, is listed as returned once its seat comes back, under an id that no cursor has passed.
`Visit.lend` claims seats and leases the items at once: what is lent is the person's own from there on.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from annotator.domain import (
    Annotation,
    Cursor,
    Lease,
    Pool,
    Project,
    QueueEntry,
    Skip,
    User,
    metadata,
)
from annotator.store import seats, standing
from annotator.store.ready import Ready
from annotator.store.seats import Lent

WINDOW = 100  # entries looked at a time
LEASE, SKIP, ENTRY, RETURNED, CURSOR = (
    metadata.tables[name] for name in ("lease", "skip", "queue_entry", "returned", "cursor")
)


@dataclass(slots=True)
class Position:
    """How far a person has come in a pool's order and in its list of returned items."""

    rank: int  # of the last entry looked at
    returned: int  # the id of the last returned item looked at
    kept: tuple[int, int]  # both, as the database has them


@dataclass(frozen=True, slots=True)
class Visit:
    """One person who asks for items of a project's pools at a moment, to hold them until another."""

    session: Session
    project: Project
    user: User
    pools: list[Pool]
    moment: datetime
    until: datetime
    cursors: dict[int, Position] = field(default_factory=dict)  # by pool, as far as they were looked at

    def lend(self, items: Iterable[int]) -> list[Lent]:
        """Lease items to the person, those that have a free seat, in the order given."""
        return seats.lend(self.session, self.user, items, moment=self.moment, until=self.until)

    def lend_aside(self, items: Iterable[int], *, occasion: int = 0) -> list[Lent]:
        """Lease items that take no seat: repeats, checks, training."""
        same: dict[str, object] = {"occasion": occasion, "takes_seat": False, "user_id": self.user.id}
        same |= {"leased_at": self.moment, "expires_at": self.until}
        assert self.user.id is not None
        return seats.leased(self.session, self.user.id, [{"item_id": item, **same} for item in items])


Look = Callable[[Visit, Pool, Position], Sequence[tuple[Any, ...]]]  # (item id, place) after a cursor


def returned(visit: Visit, *, room: int) -> list[Lent]:
    """Seats that came back since this person looked last, the longest returned first."""
    return _along(visit, _unseen_returns, "returned", room)


def in_order(visit: Visit, *, room: int) -> list[Lent]:
    """The next items of the orders."""
    return _along(visit, window_after, "rank", room)


def skipped(visit: Visit, *, room: int) -> list[Lent]:
    """Items that this person put off once, when nothing else is left."""
    query = (
        sa.select(col(Skip.item_id))
        .join(QueueEntry, col(QueueEntry.item_id) == col(Skip.item_id))
        .where(
            sa.or_(sa.false(), *map(in_force, visit.pools)),
            col(Skip.user_id) == visit.user.id,
            col(Skip.times) == 1,
        )
        .order_by(col(Skip.skipped_at), col(Skip.item_id))
    )
    items = list(visit.session.execute(query).scalars())
    taken = _held_or_answered(visit, items)
    return visit.lend([item for item in items if item not in taken][:room])


def in_force(pool: Pool) -> sa.ColumnElement[bool]:
    """The entries with a free seat of a pool's order in force."""
    return sa.and_(in_order_of(pool), col(QueueEntry.free_seats) > 0)


def in_order_of(pool: Pool) -> sa.ColumnElement[bool]:
    """The entries of a pool's order in force, full ones too."""
    return sa.and_(col(QueueEntry.pool_id) == pool.id, col(QueueEntry.generation) == pool.generation)


def without_own(visit: Visit, items: list[int]) -> set[int]:
    """The items that this person has neither answered, nor holds, nor put off."""
    return set(items) - set(_OWN.values(visit.session, user=visit.user.id, items=items))


def is_own(visit: Visit, item: Mapped[int | None]) -> sa.ColumnElement[bool]:
    """Whether this person has answered the item, holds it, or has put it off. For use within a query."""
    user = visit.user.id
    return sa.or_(
        sa.exists().where(
            col(Annotation.item_id) == item, col(Annotation.annotator_id) == user, standing.is_current()
        ),
        sa.exists().where(
            col(Lease.item_id) == item, col(Lease.user_id) == user, col(Lease.ended_at).is_(None)
        ),
        sa.exists().where(col(Skip.item_id) == item, col(Skip.user_id) == user),
    )


def _along(visit: Visit, look: Look, place: Literal["returned", "rank"], room: int) -> list[Lent]:
    """Lend what is free after each pool's cursor, window by window, and move its `place` along."""
    lent: list[Lent] = []
    for pool in visit.pools:
        cursor = cursor_of(visit, pool)
        while len(lent) < room and (window := look(visit, pool, cursor)):
            free = without_own(visit, [item for item, _ in window])
            wanted = [(item, at) for item, at in window if item in free][: room - len(lent)]
            lent += visit.lend([item for item, _ in wanted])
            is_cut = len(wanted) < len(free)
            setattr(cursor, place, (wanted if is_cut else window)[-1][1])
    return lent


def _unseen_returns(visit: Visit, pool: Pool, cursor: Position) -> list[tuple[Any, ...]]:
    """(item id, place in the list of returned ones) of the next that this person has not looked at."""
    return _RETURNS.rows(visit.session, pool=pool.id, generation=pool.generation, after=cursor.returned)


def window_after(visit: Visit, pool: Pool, cursor: Position) -> list[tuple[Any, ...]]:
    """(item id, rank) of the next free entries after the person's cursor."""
    return _ENTRIES.rows(visit.session, pool=pool.id, generation=pool.generation, after=cursor.rank)


def cursor_of(visit: Visit, pool: Pool) -> Position:
    """How far the person has come in the pool's order in force; read once a visit, kept by `keep`."""
    assert visit.user.id is not None and pool.id is not None
    position = visit.cursors.get(pool.id)
    if position is None:
        row = _CURSOR.first(visit.session, user=visit.user.id, pool=pool.id, generation=pool.generation)
        if row is None:
            cursor = Cursor(user_id=visit.user.id, pool_id=pool.id, generation=pool.generation)
            visit.session.add(cursor)
            visit.session.flush()
            row = cursor.rank, cursor.returned
        rank, returned = row
        position = visit.cursors[pool.id] = Position(rank, returned, kept=(rank, returned))
    return position


def keep(visit: Visit) -> None:
    """Keep how far the person has come, where that is further than before."""
    for pool in visit.pools:
        position = visit.cursors.get(pool.id or 0)
        if position is not None and (position.rank, position.returned) != position.kept:
            whose = {"user": visit.user.id, "pool": pool.id, "generation": pool.generation}
            _MOVE.run(visit.session, **whose, rank=position.rank, returned=position.returned)
            position.kept = position.rank, position.returned


def _held_or_answered(visit: Visit, items: list[int]) -> set[int]:
    leased = sa.select(col(Lease.item_id)).where(
        col(Lease.user_id) == visit.user.id, col(Lease.item_id).in_(items), col(Lease.ended_at).is_(None)
    )
    answered = sa.select(col(Annotation.item_id)).where(
        col(Annotation.annotator_id) == visit.user.id,
        col(Annotation.item_id).in_(items),
        standing.is_current(),
    )
    return set(visit.session.execute(sa.union(leased, answered)).scalars())


_USER = sa.bindparam("user", type_=sa.Integer)
_OWN = Ready.of_many(
    "items",
    lambda items: sa.union_all(
        sa.select(LEASE.c.item_id).where(
            LEASE.c.user_id == _USER, LEASE.c.item_id.in_(items), LEASE.c.ended_at.is_(None)
        ),
        sa.select(col(Annotation.item_id)).where(
            col(Annotation.annotator_id) == _USER, col(Annotation.item_id).in_(items), standing.is_current()
        ),
        sa.select(SKIP.c.item_id).where(SKIP.c.user_id == _USER, SKIP.c.item_id.in_(items)),
    ),
)
_IS_OURS = sa.and_(
    CURSOR.c.user_id == _USER,
    CURSOR.c.pool_id == sa.bindparam("pool"),
    CURSOR.c.generation == sa.bindparam("generation"),
)
_CURSOR = Ready(sa.select(CURSOR.c.rank, CURSOR.c.returned).where(_IS_OURS))
_MOVE = Ready(
    sa.update(CURSOR).where(_IS_OURS).values(rank=sa.bindparam("rank"), returned=sa.bindparam("returned"))
)
_IN_FORCE = sa.and_(
    ENTRY.c.pool_id == sa.bindparam("pool"),
    ENTRY.c.generation == sa.bindparam("generation"),
    ENTRY.c.free_seats > sa.literal_column("0"),  # as the index of what is free says it
)
_RETURNS = Ready(
    sa.select(RETURNED.c.item_id, RETURNED.c.id)
    .join(ENTRY, ENTRY.c.item_id == RETURNED.c.item_id)
    .where(_IN_FORCE, RETURNED.c.pool_id == ENTRY.c.pool_id, RETURNED.c.id > sa.bindparam("after"))
    .order_by(RETURNED.c.id)
    .limit(WINDOW)
)
_ENTRIES = Ready(
    sa.select(ENTRY.c.item_id, ENTRY.c.rank)
    .where(_IN_FORCE, ENTRY.c.rank > sa.bindparam("after"))
    .order_by(ENTRY.c.rank)
    .limit(WINDOW)
)
