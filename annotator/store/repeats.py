"""Hidden repeats: an answered item comes back to its person, to tell how steady they are.

Drawn when the first answer is given, at the project's rate; due once the person has answered `gap` other
items since. It is lent for the next occasion and takes no seat; the earlier answer is hidden meanwhile,
see `history.py`. Every step names one row by its key, or a few by an index: none looks at all answers.
"""

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import Annotation, Item, Lease, Project, Purpose, Repeat, User
from annotator.domain.workforce import Workforce
from annotator.store import pacing, standing, walk
from annotator.store.asking import Asked
from annotator.store.pacing import Counts
from annotator.store.ready import Ready
from annotator.store.seats import Lent

OCCASION = 1


def lend(visit: walk.Visit, pace: Counts, *, room: int) -> list[Lent]:
    """Lend up to `room` items whose gap is over, the longest due first."""
    due = _DUE.values(
        visit.session,
        user=visit.user.id,
        project=visit.project.id,
        answered=pace.answered,
        room=max(room, 0),
    )
    return visit.lend_aside(due, occasion=OCCASION)


def answered(session: Session, user: User, asked: Asked, *, occasion: int, stands: bool, stood: bool) -> None:
    """Keep count of an answer that was just given or taken back, and draw whether it is to be repeated.

    `stood` is whether an answer stood on this occasion before, `stands` whether one does now.
    """
    if stands == stood:  # a correction
        return
    assert user.id is not None
    if occasion == OCCASION and stands:
        session.execute(_owed(user.id, asked.item_id))
    if occasion > 0:
        if occasion == OCCASION and not stands:
            _owe(session, user.id, asked, gap=0)
        return
    pacing.count_answer(session, asked.project_id, user.id, 1 if stands else -1)
    if stands and asked.purpose is Purpose.WORK:
        _draw(session, user, asked)


def put_off(session: Session, user: User, item: Item) -> None:
    """Somebody skipped it: it comes once more after another gap of other items."""
    assert user.id is not None and item.id is not None
    repeat = session.get(Repeat, (user.id, item.id))
    if repeat is not None:
        gap = Workforce.of(session.get_one(Project, item.project_id)).repeats.gap
        repeat.due = pacing.of(session, item.project_id, user.id).answered + gap
        session.add(repeat)


def _draw(session: Session, user: User, asked: Asked) -> None:
    wanted = Workforce.of(asked).repeats
    if not pacing.is_drawn(wanted.rate, asked, user, "repeat", asked.external_id):
        return
    assert user.id is not None
    repeated = sa.exists().where(
        col(Annotation.item_id) == asked.item_id,
        col(Annotation.annotator_id) == user.id,
        col(Annotation.occasion) == OCCASION,
        standing.stands(),
    )
    if not session.execute(sa.select(repeated)).scalar_one():
        _owe(session, user.id, asked, gap=wanted.gap)


def _owe(session: Session, user: int, asked: Asked, *, gap: int) -> None:
    repeat = session.get(Repeat, (user, asked.item_id)) or Repeat(
        user_id=user, item_id=asked.item_id, project_id=asked.project_id, due=0
    )
    repeat.due = pacing.of(session, asked.project_id, user).answered + gap
    session.add(repeat)


def _owed(user: int, item: int) -> sa.Delete:
    return sa.delete(Repeat).where(col(Repeat.user_id) == user, col(Repeat.item_id) == item)


def owed(session: Session, user: User) -> list[Repeat]:
    """What the person is to answer once more, the first due first."""
    query = select(Repeat).where(Repeat.user_id == user.id)
    return list(session.exec(query.order_by(col(Repeat.due), col(Repeat.item_id))))


_USER = sa.bindparam("user", type_=sa.Integer)
_HELD = sa.exists().where(
    col(Lease.user_id) == _USER, col(Lease.item_id) == col(Repeat.item_id), col(Lease.ended_at).is_(None)
)
_STANDS = sa.exists().where(
    col(Annotation.item_id) == col(Repeat.item_id),
    col(Annotation.annotator_id) == _USER,
    standing.is_current(),
)
_DUE = Ready(
    sa.select(col(Repeat.item_id))
    .join(Item, col(Item.id) == col(Repeat.item_id))
    .where(
        col(Repeat.user_id) == _USER,
        col(Repeat.project_id) == sa.bindparam("project"),
        col(Repeat.due) <= sa.bindparam("answered"),
        col(Item.retired_at).is_(None),
        col(Item.deleted_at).is_(None),
        _STANDS,
        ~_HELD,
    )
    .order_by(col(Repeat.due), col(Repeat.item_id))
    .limit(sa.bindparam("room", type_=sa.Integer))
)
