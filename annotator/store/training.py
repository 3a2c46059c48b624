"""Training: items that a person answers before any work, each explained after its answer.

A person who has answered all of them as expected often enough goes on to work. Who has not gets a clear
message, and the curator sees them among the people: they let them go on, or have them train once more, on
the next occasion. What counts is the first thing a person said, for the expected answer is shown after it.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import Annotation, Item, Kind, Lease, Pace, Project, Purpose, Skip, User, metadata, now
from annotator.domain.workforce import Workforce
from annotator.errors import Conflict
from annotator.store import audit, expected, history, pacing, seats, walk
from annotator.store.pacing import Counts
from annotator.store.ready import Ready
from annotator.store.seats import Lent

ITEM = metadata.tables["item"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a person is in their training."""

    of: int  # training items
    answered: int
    correct: int  # of those answered
    pass_mark: float  # share that lets them go on
    failed: bool  # all answered, and too few as expected


def is_owed(session: Session, project: Project, pace: Counts) -> bool:
    """Whether the person has still to pass. One query by an index, none for those who have."""
    if pace.trained_at is not None:
        return False
    return _ANY.first(session, project=project.id) is not None


def lend(visit: walk.Visit, pace: Counts, *, room: int) -> list[Lent]:
    """The next training items, those put off last; none where all are answered."""
    held = sa.exists().where(
        col(Lease.user_id) == visit.user.id,
        col(Lease.item_id) == col(Item.id),
        col(Lease.ended_at).is_(None),
    )
    query = (
        sa.select(col(Item.id))
        .outerjoin(Skip, sa.and_(col(Skip.item_id) == col(Item.id), col(Skip.user_id) == visit.user.id))
        .where(*_items(visit.project), ~_answered(visit.user, pace), ~held)
        .order_by(sa.func.coalesce(col(Skip.times), 0), col(Item.id))
        .limit(max(room, 0))
    )
    return visit.lend_aside(visit.session.execute(query).scalars(), occasion=pace.training)


def standing(session: Session, project: Project, user: User) -> Standing | None:
    """How far the person is; None if they have passed, or nothing is to be passed."""
    assert project.id is not None and user.id is not None
    pace = pacing.counts(session, project.id, user.id)
    if not is_owed(session, project, pace):
        return None
    items = list(session.execute(sa.select(col(Item.id)).where(*_items(project))).scalars())
    known = expected.of(session, items)
    first = _first_answers(session, user, pace, items)
    correct = sum(item in first and expected.is_met(first[item], known[item]) for item in known)
    return Standing(
        len(items),
        len(first),
        correct + sum(item not in known for item in first),  # nothing is expected there: all answers fit
        Workforce.of(project).training.pass_mark,
        pace.failed_at is not None,
    )


def answered(session: Session, user: User, item: Item) -> None:
    """After an answer to a training item: with the last one, tell whether the person has passed."""
    assert user.id is not None
    project = session.get_one(Project, item.project_id)
    pace = pacing.of(session, item.project_id, user.id)
    session.flush()
    now_at = standing(session, project, user)
    if now_at is None or now_at.answered < now_at.of or now_at.failed:
        return
    told = {"name": user.name, "correct": now_at.correct, "of": now_at.of}
    if now_at.correct >= now_at.pass_mark * now_at.of:
        pace.trained_at = now()
        audit.note(session, "pass training", project=project, by_id=user.id, **told)
    else:
        pace.failed_at = now()
        audit.note(session, "fail training", project=project, by_id=user.id, **told)
    session.add(pace)
    session.flush()


def let_on(session: Session, project: Project, user: User, *, by: User) -> None:
    """A curator lets somebody work who has not passed."""
    pace = _pace(session, project, user)
    pace.trained_at, pace.failed_at = now(), None
    session.add(pace)
    audit.note(session, "let work without passing", project=project, by_id=by.id, name=user.name)
    session.flush()


def again(session: Session, project: Project, user: User, *, by: User) -> None:
    """A curator has somebody train once more, from the first item, on the next occasion.

    Raises
    ------
    Conflict
        If they have not failed: their answers so far are in the making.
    """
    pace = _pace(session, project, user)
    if pace.failed_at is None:
        raise Conflict(f"{user.shown_name} has not failed the training: there is nothing to do again.")
    pace.training, pace.failed_at = pace.training + 1, None
    session.add(pace)
    audit.note(session, "train again", project=project, by_id=by.id, name=user.name)
    session.flush()


def _pace(session: Session, project: Project, user: User) -> Pace:
    assert project.id is not None and user.id is not None
    seats.lock(session, user)
    return pacing.of(session, project.id, user.id)


def _items(project: Project) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        col(Item.project_id) == project.id,
        col(Item.purpose) == Purpose.TRAINING,
        col(Item.purpose) != sa.text("'work'"),  # so that the index of what is mixed in serves
        col(Item.retired_at).is_(None),
        col(Item.deleted_at).is_(None),
    )


def _answered(user: User, pace: Counts) -> sa.Exists:
    return sa.exists().where(
        col(Annotation.item_id) == col(Item.id),
        col(Annotation.annotator_id) == user.id,
        col(Annotation.kind) == Kind.ANNOTATION,
        col(Annotation.occasion) == pace.training,
        col(Annotation.withdrawn).is_(False),
    )


def _first_answers(session: Session, user: User, pace: Counts, items: list[int]) -> dict[int, Annotation]:
    query = (
        select(Annotation)
        .where(
            col(Annotation.item_id).in_(items),
            Annotation.annotator_id == user.id,
            Annotation.kind == Kind.ANNOTATION,
            Annotation.occasion == pace.training,
            Annotation.revision == 0,
        )
        .options(*history.whole())
    )
    return {answer.item_id: answer for answer in session.exec(query)}


_ANY = Ready(
    sa.select(sa.literal(1))
    .where(
        ITEM.c.project_id == sa.bindparam("project"),
        ITEM.c.purpose == Purpose.TRAINING,
        ITEM.c.purpose != sa.text("'work'"),  # as in `_items`
        ITEM.c.retired_at.is_(None),
        ITEM.c.deleted_at.is_(None),
    )
    .limit(1)
)
