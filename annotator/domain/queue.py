"""Who answers what next: pools, their orderings, cursors, leases, skips and arms."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from annotator.domain.base import SoftlyDeleted, UTCDateTime, now, one_of, partial
from annotator.domain.project import Order


class PoolKind(StrEnum):
    """Whom or what a pool is for."""

    ALL = "all"
    PEOPLE = "people"
    TARGET = "target"
    GROUP = "group"
    LANGUAGE = "language"


class Pool(SoftlyDeleted, table=True):
    """A set of items that the same people may answer, in one order at a time."""

    id: int | None = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="project.id", index=True)
    kind: PoolKind = Field(default=PoolKind.ALL, sa_type=one_of(PoolKind))
    target_id: int | None = Field(default=None, foreign_key="entity.id")
    group_id: int | None = Field(default=None, foreign_key="group.id")
    language: str | None = None
    name: str | None = None  # of a pool of named people: several may hold the same items
    generation: int = 0  # of the ordering in force
    free_seats: int = Field(default=0, sa_column_kwargs={"server_default": "0"})  # of all its entries


class PoolMember(SQLModel, table=True):
    """A person a pool of named people is for."""

    __tablename__ = "pool_member"

    pool_id: int = Field(foreign_key="pool.id", primary_key=True)
    user_id: int = Field(foreign_key="user.id", primary_key=True, index=True)


class Ordering(SQLModel, table=True):
    """A generation of a pool's order: how it was made, by whom and when."""

    pool_id: int = Field(foreign_key="pool.id", primary_key=True)
    generation: int = Field(primary_key=True)
    order: Order = Field(sa_type=one_of(Order))
    method: str | None = None  # of `store/reordering.py`; None: as it came about
    control: float = Field(default=0.0, sa_column_kwargs={"server_default": "0"})  # share drawn by chance
    before: bytes | None = None  # item ids in the order before, deflated: what taking it back needs
    seed: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    created_by_id: int | None = Field(default=None, foreign_key="user.id")


_FREE = sa.text("free_seats > 0")


class QueueEntry(SQLModel, table=True):
    """An item's place in one generation of a pool, with the seats still free."""

    __tablename__ = "queue_entry"
    __table_args__ = (
        sa.CheckConstraint("free_seats >= 0", name="seats_not_negative"),
        partial("ix_queue_entry_free", "pool_id", "generation", "rank", where=_FREE),
    )

    pool_id: int = Field(foreign_key="pool.id", primary_key=True)
    generation: int = Field(primary_key=True)
    rank: int = Field(primary_key=True)
    item_id: int = Field(foreign_key="item.id", index=True)
    free_seats: int


class Cursor(SQLModel, table=True):
    """How far a person has walked one generation of a pool, and its list of returned items."""

    user_id: int = Field(foreign_key="user.id", primary_key=True)
    pool_id: int = Field(foreign_key="pool.id", primary_key=True)
    generation: int = Field(primary_key=True)
    rank: int = -1  # the last entry looked at
    returned: int = 0  # the id of the last returned item looked at


class Returned(SQLModel, table=True):
    """An item whose seat came back behind the cursors of some: they look here first.

    It stands once a pool; returned again, it gets a new and higher id, so that a cursor can pass over ids.
    """

    __table_args__ = {"sqlite_autoincrement": True}  # an id is never used twice

    id: int | None = Field(default=None, primary_key=True)
    pool_id: int = Field(foreign_key="pool.id", index=True)
    item_id: int = Field(foreign_key="item.id", index=True)
    returned_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)


_LIVE = sa.text("ended_at IS NULL")


class Lease(SQLModel, table=True):
    """An item lent to an annotator for a while. It holds a seat until it ends or expires.

    While its person waits for the curator's word on it, it is parked: it keeps its seat and is not served.
    """

    __table_args__ = (
        partial("uq_lease_live", "user_id", "item_id", unique=True, where=_LIVE),
        partial("ix_lease_expiry", "expires_at", where=_LIVE),
    )

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="item.id", index=True)
    user_id: int = Field(foreign_key="user.id")
    occasion: int = 0
    takes_seat: bool = True  # a correction, a repeat or a check takes none
    leased_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    parked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    unparked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)  # from then on it is served first
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    scheme_version: int | None = None  # of the split that asks for a second look; None: nothing of the kind


class Skip(SQLModel, table=True):
    """An item that a person put off. Never an answer: it comes back once, at the end."""

    user_id: int = Field(foreign_key="user.id", primary_key=True)
    item_id: int = Field(foreign_key="item.id", primary_key=True)
    times: int = 1
    uuid: UUID | None = None  # of the last request, made by its client: sent twice it counts once
    skipped_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)


class Arm(SQLModel, table=True):
    """The level of an experiment's factor drawn for an annotator and item when it was lent."""

    __table_args__ = (sa.UniqueConstraint("experiment", "factor", "user_id", "item_id"),)

    id: int | None = Field(default=None, primary_key=True)
    experiment: str
    factor: str
    level: str
    seed: int
    user_id: int = Field(foreign_key="user.id")
    item_id: int = Field(foreign_key="item.id", index=True)
    drawn_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
