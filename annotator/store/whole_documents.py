"""Documents lent whole, in reading order: the work in them and, each in its place, the checks among it.

A check that stood alone would tell itself from work here. So those that stand beside work come with it,
whatever the rate, and count for it; a document of checks alone comes whole when its turn has come.
"""

from itertools import groupby
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from annotator.domain import Item, Pool, Purpose, QueueEntry, Segment
from annotator.store import belonging, walk
from annotator.store.seats import Lent


class Place(NamedTuple):
    """An item of a document, as it comes in reading order."""

    item: int
    is_check: bool


def lend(visit: walk.Visit, *, room: int, most: int) -> list[Lent]:
    """The next documents of the orders, until `room` is filled: each one's items, `most` in all."""
    lent: list[Lent] = []
    for pool in visit.pools:
        cursor = walk.cursor_of(visit, pool)
        while len(lent) < room and (window := walk.window_after(visit, pool, cursor)):
            free = walk.without_own(visit, [item for item, _ in window])
            first = next((entry for entry in window if entry[0] in free), None)
            if first is None:
                cursor.rank = window[-1][1]
                continue
            item, rank = first
            wanted = _around(visit, pool, item)[: most - len(lent)]
            lent += _lend(visit, wanted)
            if Place(item, is_check=False) in wanted:
                cursor.rank = rank
    return lent


def lend_checks(visit: walk.Visit, check: int, *, most: int) -> list[Lent]:
    """All checks of the document that this one is from, `most` at most."""
    checks = _new(visit, _in_order(visit.session, check, _is_check(visit)))
    return visit.lend_aside([place.item for place in checks[:most]])


def apart_from_work(visit: walk.Visit) -> sa.ColumnElement[bool]:
    """Whether no work that this person may still be lent stands in the item's document."""
    other, there = aliased(Item), aliased(Segment)
    document = sa.select(col(Segment.document_id)).where(col(Segment.id) == col(Item.segment_id))
    beside = (
        sa.select(col(QueueEntry.item_id))
        .join(other, col(other.id) == col(QueueEntry.item_id))
        .join(there, col(there.id) == col(other.segment_id))
        .where(
            sa.or_(sa.false(), *map(walk.in_force, visit.pools)),
            col(there.document_id) == document.correlate(Item).scalar_subquery(),
            ~walk.is_own(visit, col(other.id)),
        )
        .correlate(Item)
    )
    return ~beside.exists()


def _lend(visit: walk.Visit, places: list[Place]) -> list[Lent]:
    """In this order: it is the order in which the person reads."""
    lent: list[Lent] = []
    for is_check, run in groupby(places, key=lambda place: place.is_check):
        items = [place.item for place in run]
        lent += visit.lend_aside(items) if is_check else visit.lend(items)
    return lent


def _around(visit: walk.Visit, pool: Pool, item: int) -> list[Place]:
    """The free work of the document that this item is from, and its checks that are new to the person."""
    is_free = sa.exists().where(col(QueueEntry.item_id) == col(Item.id), walk.in_force(pool))
    return _new(visit, _in_order(visit.session, item, sa.or_(is_free, _is_check(visit))))


def _in_order(session: Session, item: int, are_wanted: sa.ColumnElement[bool]) -> list[Place]:
    mine = sa.select(col(Segment.document_id)).join(Item, col(Item.segment_id) == col(Segment.id))
    query = (
        sa.select(col(Item.id), col(Item.purpose) == Purpose.CHECK)
        .join(Segment, col(Segment.id) == col(Item.segment_id))
        .where(col(Segment.document_id) == mine.where(col(Item.id) == item).scalar_subquery(), are_wanted)
        .order_by(col(Segment.position), col(Item.id))
    )
    return [Place(item, bool(is_check)) for item, is_check in session.execute(query)]


def _new(visit: walk.Visit, places: list[Place]) -> list[Place]:
    new = walk.without_own(visit, [place.item for place in places])
    return [place for place in places if place.item in new]


def _is_check(visit: walk.Visit) -> sa.ColumnElement[bool]:
    return sa.and_(
        col(Item.purpose) == Purpose.CHECK,
        col(Item.retired_at).is_(None),
        col(Item.deleted_at).is_(None),
        belonging.to_any(visit.pools),
    )
