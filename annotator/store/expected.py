"""The answer that training and check items expect: their imported gold, or what a curator decided."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import Annotation, Kind
from annotator.store import history

Tuples = frozenset[tuple[int, int, bool, int]]  # (holder, target, former, label), by row id


def of(session: Session, items: Sequence[int]) -> dict[int, Annotation]:
    """The expected answer by item, where there is one. A curator's decision goes before gold."""
    later = sa.orm.aliased(Annotation)
    superseded = sa.exists().where(
        col(later.item_id) == col(Annotation.item_id),
        col(later.annotator_id) == col(Annotation.annotator_id),
        col(later.kind) == col(Annotation.kind),
        col(later.revision) > col(Annotation.revision),
    )
    query = (
        select(Annotation)
        .where(
            col(Annotation.item_id).in_(items),
            col(Annotation.kind).in_([Kind.GOLD, Kind.ADJUDICATION]),
            col(Annotation.withdrawn).is_(False),
            ~superseded,
        )
        .order_by(sa.case((col(Annotation.kind) == Kind.GOLD, 0), else_=1), col(Annotation.id))
        .options(*history.whole())
    )
    return {answer.item_id: answer for answer in session.exec(query)} if items else {}


def is_met(answer: Annotation, expected: Annotation) -> bool:
    """Whether an answer says what is expected: the same outcome and the same stances."""
    return (answer.outcome, tuples(answer)) == (expected.outcome, tuples(expected))


def tuples(answer: Annotation) -> Tuples:
    """What an answer says, without the words that show it."""
    return frozenset(
        (stance.holder_id, stance.target_id, stance.former, stance.label_id) for stance in answer.stances
    )
