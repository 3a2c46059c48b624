"""How steady the people of a project are: on checks, on repeats, and over time. For curators alone."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import Annotation, Item, Kind, Project, Purpose, Stance
from annotator.quality import drift
from annotator.store import expected, history, standing

LOOKED_AT = 600  # newest answers of a person

Condition = sa.ColumnElement[bool]


@dataclass(slots=True)
class Steadiness:
    """What is known of one person."""

    checks: list[bool] = field(default_factory=list)  # whether each was met, in the order given
    same: int = 0  # repeats that say the same as the first answer
    repeats: int = 0
    warnings: list[drift.Warning] = field(default_factory=list)


def of_people(
    session: Session, project: Project, among: Sequence[int] | None = None
) -> dict[int, Steadiness]:
    """By the person's row id, of all or of these. Three queries, and one for each who has answered."""
    found: dict[int, Steadiness] = defaultdict(Steadiness)
    theirs = [col(Annotation.annotator_id).in_(among)] if among is not None else []
    _checks(session, project, found, theirs)
    _repeats(session, project, found, theirs)
    for user in _annotators(session, project, theirs):
        labels, seconds = _newest(session, project, user)
        found[user].warnings = drift.warnings(checks=found[user].checks, labels=labels, seconds=seconds)
    return dict(found)


def _checks(
    session: Session, project: Project, found: dict[int, Steadiness], theirs: Sequence[Condition]
) -> None:
    query = (
        select(Annotation)
        .join(Item, col(Item.id) == col(Annotation.item_id))
        .where(Item.project_id == project.id, Item.purpose == Purpose.CHECK, standing.is_current(), *theirs)
        .order_by(col(Annotation.created_at), col(Annotation.id))
        .options(*history.whole())
    )
    answers = list(session.exec(query))
    known = expected.of(session, list({answer.item_id for answer in answers}))
    for answer in answers:
        if answer.item_id in known:
            found[answer.annotator_id].checks.append(expected.is_met(answer, known[answer.item_id]))


def _repeats(
    session: Session, project: Project, found: dict[int, Steadiness], theirs: Sequence[Condition]
) -> None:
    repeated = sa.orm.aliased(Annotation)
    query = (
        select(Annotation, repeated)
        .join(
            repeated,
            sa.and_(
                col(repeated.item_id) == col(Annotation.item_id),
                col(repeated.annotator_id) == col(Annotation.annotator_id),
                col(repeated.occasion) == 1,
                standing.stands(repeated),
            ),
        )
        .join(Item, col(Item.id) == col(Annotation.item_id))
        .where(Item.project_id == project.id, Item.purpose == Purpose.WORK, standing.is_current(), *theirs)
    )
    for first, again in session.exec(query):
        person = found[first.annotator_id]
        person.repeats += 1
        person.same += expected.is_met(again, first)


def _annotators(session: Session, project: Project, theirs: Sequence[Condition]) -> list[int]:
    query = (
        sa.select(col(Annotation.annotator_id))
        .join(Item, col(Item.id) == col(Annotation.item_id))
        .where(col(Item.project_id) == project.id, col(Annotation.kind) == Kind.ANNOTATION, *theirs)
        .distinct()
    )
    return list(session.execute(query).scalars())


def _newest(session: Session, project: Project, user: int) -> tuple[list[str], list[float]]:
    """Labels (or "-" for no stance) and seconds of the person's newest answers, the oldest first."""
    newest = (
        sa.select(col(Annotation.id), col(Annotation.seconds), col(Annotation.created_at))
        .join(Item, col(Item.id) == col(Annotation.item_id))
        .where(
            col(Item.project_id) == project.id,
            col(Annotation.annotator_id) == user,
            col(Item.purpose) == Purpose.WORK,
            standing.is_current(),
        )
        .order_by(col(Annotation.created_at).desc(), col(Annotation.id).desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    rows = session.execute(
        sa.select(newest.c.id, newest.c.seconds, sa.func.min(col(Stance.label_id)))
        .outerjoin(Stance, col(Stance.annotation_id) == newest.c.id)
        .group_by(newest.c.id, newest.c.seconds, newest.c.created_at)
        .order_by(newest.c.created_at, newest.c.id)
    ).all()
    labels = ["-" if label is None else str(label) for _, _, label in rows]
    return labels, [seconds for _, seconds, _ in rows if seconds is not None]
