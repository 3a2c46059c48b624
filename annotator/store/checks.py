"""Check items: questions whose answer is known, lent among the work at a rate.

To their annotators they are work: the same fields, an id as others have it, a place in the middle, and
counts that fall by one as for an item of work. Where documents come whole, `whole_documents` gives them their
place in one. They take no seat and stand in no pool. A person walks the
project's checks in one order with a cursor, and begins anew at its end, where what they gave back waits.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import Session, col

from annotator.domain import (
    Annotation,
    Item,
    Lease,
    Pool,
    Project,
    Purpose,
    Serve,
    Skip,
    User,
    metadata,
)
from annotator.store import belonging, pacing, standing, walk, whole_documents
from annotator.store.pacing import Counts
from annotator.store.ready import Ready
from annotator.store.seats import Lent

ITEM = metadata.tables["item"]
WINDOW = 50  # checks looked at for one that is lent


def run_length(visit: walk.Visit, pace: Counts, rate: float, *, most: int) -> int:
    """How many items of work come up to and with the next one that a check follows; `most` at most."""
    for ahead in range(1, most):
        if pacing.is_drawn(rate, visit.project, visit.user, "check", pace.lent + ahead):
            return ahead
    return most


def count(visit: walk.Visit, pace: Counts, rate: float, *, after: int, beside: int = 0) -> None:
    """Count `after` items of work as lent; the checks that fall among them are owed from now on.

    `beside` of them came already, in the same document.
    """
    first, pace.lent = pace.lent + 1, pace.lent + after
    slots = range(first, pace.lent + 1)
    drawn = sum(pacing.is_drawn(rate, visit.project, visit.user, "check", slot) for slot in slots)
    pace.checks_owed = max(0, pace.checks_owed + drawn - beside)


def lend(visit: walk.Visit, pace: Counts, *, room: int, most: int) -> list[Lent]:
    """Lend the checks that are owed, `room` at most. Where there is none that is new, none is owed.

    Where documents come whole, so does a check's, with `most` checks at most.
    """
    lent: list[Lent] = []
    while pace.checks_owed and len(lent) < room:
        item = _next(visit, pace)
        if item is None:
            pace.checks_owed = 0
            break
        if visit.project.serve is Serve.DOCUMENT:
            came = whole_documents.lend_checks(visit, item, most=most - len(lent))
        else:
            came = visit.lend_aside([item])
        pace.checks_owed = max(0, pace.checks_owed - len(came))
        lent += came
    return lent


def skipped(visit: walk.Visit, *, room: int) -> list[Lent]:
    """Checks that the person put off once: they come again at the end, as work does."""
    query = (
        sa.select(col(Skip.item_id))
        .join(Item, col(Item.id) == col(Skip.item_id))
        .where(
            *_open(visit.project, visit.pools),
            col(Skip.user_id) == visit.user.id,
            col(Skip.times) == 1,
            ~_answered(visit.user),
            ~_held(visit.user),
        )
        .order_by(col(Skip.skipped_at), col(Skip.item_id))
        .limit(max(room, 0))
    )
    return visit.lend_aside(visit.session.execute(query).scalars())


def unmet(session: Session, project: Project, user: User, pools: Sequence[Pool]) -> int:
    """How many checks of these pools this person has not answered: they are counted as open, as work is."""
    query = sa.select(sa.func.count()).select_from(Item).where(*_open(project, pools), ~_answered(user))
    return int(session.execute(query).scalar_one())


def unlent(visit: walk.Visit) -> int:
    """How many checks this person has neither answered nor holds; a probe where there are none."""
    if _ANY.first(visit.session, project=visit.project.id) is None:
        return 0
    query = sa.select(sa.func.count()).select_from(Item)
    mine = query.where(*_open(visit.project, visit.pools), ~_answered(visit.user), ~_held(visit.user))
    return int(visit.session.execute(mine).scalar_one())


def _next(visit: walk.Visit, pace: Counts) -> int | None:
    """The next check after the person's cursor that is new to them, once around at most."""
    for start in dict.fromkeys((pace.last_check_id, 0)):
        window = (
            sa.select(col(Item.id))
            .where(*_open(visit.project, visit.pools), col(Item.id) > start, *_apart(visit))
            .order_by(col(Item.id))
            .limit(WINDOW)
        )
        items: list[int] = list(visit.session.execute(window).scalars())
        new = walk.without_own(visit, items)
        found = next((item for item in items if item in new), None)
        if items:
            pace.last_check_id = found if found is not None else items[-1]
        if found is not None:
            return found
    return None


def _open(project: Project, pools: Sequence[Pool]) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        col(Item.project_id) == project.id,
        col(Item.purpose) == Purpose.CHECK,
        col(Item.purpose) != sa.text("'work'"),  # so that the index of what is mixed in serves
        col(Item.retired_at).is_(None),
        col(Item.deleted_at).is_(None),
        belonging.to_any(pools),
    )


def _apart(visit: walk.Visit) -> list[sa.ColumnElement[bool]]:
    """What stands beside work that is still to come comes with it."""
    return [whole_documents.apart_from_work(visit)] if visit.project.serve is Serve.DOCUMENT else []


def _answered(user: User) -> sa.Exists:
    return sa.exists().where(
        col(Annotation.item_id) == col(Item.id),
        col(Annotation.annotator_id) == user.id,
        standing.is_current(),
    )


def _held(user: User) -> sa.Exists:
    return sa.exists().where(
        col(Lease.item_id) == col(Item.id), col(Lease.user_id) == user.id, col(Lease.ended_at).is_(None)
    )


_ANY = Ready(
    sa.select(sa.literal(1))
    .where(
        ITEM.c.project_id == sa.bindparam("project"),
        ITEM.c.purpose == Purpose.CHECK,
        ITEM.c.purpose != sa.text("'work'"),  # as in `_open`
        ITEM.c.retired_at.is_(None),
        ITEM.c.deleted_at.is_(None),
    )
    .limit(1)
)
