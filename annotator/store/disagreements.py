"""The queue of items where answers differ, the widest apart first, and who looks at which just now.

A page costs one walk down an index from where it begins, however long the queue is; a filter adds a probe
of a primary key for each item that is passed. What came since is weighed first (`weighing.weigh_new`).
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import (
    Disagreement,
    DisagreementMark,
    Document,
    Entity,
    Item,
    Look,
    MarkKind,
    Project,
    Segment,
    User,
    now,
)
from annotator.errors import Invalid
from annotator.store import items, projects
from annotator.store.weighing import ABSENT

MINUTES = 10  # that a look lasts, unless it is renewed
LISTED = 50
NOBODY = "-"  # in place of a label's name: the vote "absent"


class Order(StrEnum):
    """By how far answers lie apart, or by how unsure the newest suggestion is."""

    ENTROPY = "entropy"
    DOUBT = "doubt"


class State(StrEnum):
    """Open: no decision stands."""

    OPEN = "open"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a queue is to hold, and in which order. `pair` is of label names, NOBODY for absent."""

    order: Order = Order.ENTROPY
    state: State = State.OPEN
    target: str | None = None  # key of an entity
    pair: tuple[str, str] | None = None
    flag: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """An item of the queue."""

    item: Item
    apart: Disagreement
    text: str  # of the segment
    title: str | None
    language: str | None
    target: Entity | None  # that the item fixes
    looking: tuple[User, ...]  # others who have it open


def page(
    session: Session,
    project: Project,
    wanted: Wanted,
    *,
    user: User,
    limit: int = LISTED,
    after: str | None = None,
    unseen: bool = False,
) -> tuple[list[Waiting], bool]:
    """Up to `limit` items in order, and whether more follow: complete ones first. Two queries.

    `after` is the external id of an item: those behind it follow. `unseen` leaves out what other curators
    have open.

    Raises
    ------
    NotFound
        If there is no such item.
    Invalid
        If the project has no such label or target.
    """
    rank = _rank(wanted.order)
    query = (
        sa.select(Item, Disagreement, _text(), col(Document.title), col(Document.language), Entity)
        .join(Item, col(Item.id) == col(Disagreement.item_id))
        .join(Segment, col(Segment.id) == col(Item.segment_id))
        .join(Document, col(Document.id) == col(Segment.document_id))
        .outerjoin(Entity, col(Entity.id) == col(Item.target_id))
        .where(*_in(session, project, wanted))
        .order_by(*(part.desc() for part in rank))
    )
    if after is not None:
        query = query.where(sa.tuple_(*rank) < _place(session, project, after, wanted.order))
    if unseen:
        query = query.where(~_looked_at(user))
    rows = session.execute(query.limit(limit + 1)).all()
    looking = lookers(session, [row[0].id for row in rows[:limit]], user=user)
    found = [
        Waiting(item, apart, text, title, language, target, tuple(looking.get(item.id, ())))
        for item, apart, text, title, language, target in rows[:limit]
    ]
    return found, len(rows) > limit


def count(session: Session, project: Project, wanted: Wanted) -> int:
    """How many items there are: one query over an index."""
    query = sa.select(sa.func.count()).select_from(Disagreement)
    joined = query.join(Item, col(Item.id) == col(Disagreement.item_id))
    return int(session.execute(joined.where(*_in(session, project, wanted))).scalar_one())


def look(session: Session, user: User, item: Item, *, minutes: int = MINUTES) -> None:
    """Tell others for a while that this curator has the item open, and no other one any more."""
    others = sa.delete(Look).where(col(Look.user_id) == user.id, col(Look.item_id) != item.id)
    session.execute(others)
    until = now() + timedelta(minutes=minutes)
    mine = sa.update(Look).where(col(Look.user_id) == user.id, col(Look.item_id) == item.id)
    if session.execute(mine.values(until=until).returning(col(Look.item_id))).first() is None:
        try:
            with session.begin_nested():
                session.execute(sa.insert(Look).values(item_id=item.id, user_id=user.id, until=until))
        except sa.exc.IntegrityError:  # another tab of theirs, in this moment
            return


def lookers(session: Session, of: list[int], *, user: User) -> dict[int, list[User]]:
    """Item id → the others who have it open, where there are any. One query."""
    query = (
        sa.select(col(Look.item_id), User)
        .join(User, col(User.id) == col(Look.user_id))
        .where(col(Look.item_id).in_(of), col(Look.until) > now(), col(Look.user_id) != user.id)
        .order_by(col(User.name))
    )
    found: dict[int, list[User]] = {}
    for item, person in session.execute(query):
        found.setdefault(item, []).append(person)
    return found


def _in(session: Session, project: Project, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    """What the items of this queue have in common."""
    row = Disagreement
    conditions = [
        col(row.project_id) == project.id,
        col(row.settled).is_(wanted.state is State.SETTLED),
        col(Item.deleted_at).is_(None),
        col(Item.retired_at).is_(None),
    ]
    if wanted.order is Order.DOUBT:
        conditions.append(col(row.doubt).is_not(None))
    elif wanted.state is State.OPEN:
        conditions.append(col(row.entropy) > 0)
    marks = [(MarkKind.TARGET, _target(session, project, wanted.target)) if wanted.target else None]
    marks += [(MarkKind.PAIR, _pair(session, project, wanted.pair)) if wanted.pair else None]
    marks += [(MarkKind.FLAG, wanted.flag) if wanted.flag else None]
    return conditions + [_marked(*mark) for mark in marks if mark is not None]


def _rank(order: Order) -> tuple[Any, ...]:
    by: Any = Disagreement.doubt if order is Order.DOUBT else Disagreement.entropy
    return (col(Disagreement.complete), col(by), col(Disagreement.item_id))


def _place(session: Session, project: Project, after: str, order: Order) -> sa.Tuple:
    item = items.find(session, project, after)
    row = session.get(Disagreement, item.id)
    if row is None:  # nobody has said anything of it: it would stand at the end
        return sa.tuple_(sa.false(), sa.literal(0.0), sa.literal(0))
    value = row.doubt if order is Order.DOUBT else row.entropy
    return sa.tuple_(
        sa.literal(row.complete), sa.literal(0.0 if value is None else value), sa.literal(item.id)
    )


def _marked(kind: MarkKind, value: str) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        col(DisagreementMark.item_id) == col(Disagreement.item_id),
        col(DisagreementMark.kind) == kind,
        col(DisagreementMark.value) == value,
    )


def _target(session: Session, project: Project, key: str) -> str:
    query = select(Entity.id).where(
        Entity.project_id == project.id, Entity.key == key, col(Entity.deleted_at).is_(None)
    )
    found = session.exec(query).first()
    if found is None:
        raise Invalid(f"target: {key!r} is not in the registry of this project.", {"target": "is unknown"})
    return str(found)


def _pair(session: Session, project: Project, pair: tuple[str, str]) -> str:
    ids = {label.name: label.id or 0 for label in projects.labels(session, project)} | {NOBODY: ABSENT}
    for name in pair:
        if name not in ids:
            raise Invalid(f"{name!r} is no label of this project.", {"label": "is unknown"})
    one, other = sorted(ids[name] for name in pair)
    return f"{one}:{other}"


def _looked_at(user: User) -> sa.ColumnElement[bool]:
    """By another curator, just now."""
    return sa.exists().where(
        col(Look.item_id) == col(Disagreement.item_id), col(Look.user_id) != user.id, col(Look.until) > now()
    )


def _text() -> sa.ColumnElement[str]:
    return sa.func.substr(
        col(Document.text), col(Segment.start) + 1, col(Segment.end) - col(Segment.start), type_=sa.String
    )
