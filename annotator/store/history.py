"""A person's own answers as they stand, the newest first. Nobody is shown another's.

The earlier answer to an item that is put to them once more is hidden until they have answered again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.interfaces import ORMOption
from sqlmodel import Session, col, select

from annotator.domain import (
    Annotation,
    Document,
    Item,
    Kind,
    Lease,
    Project,
    Segment,
    Stance,
    User,
    UTCDateTime,
)
from annotator.errors import Invalid
from annotator.store import arms, finding, standing
from annotator.store.ready import Ready


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """An answer with what it was given to."""

    annotation: Annotation
    item: Item
    text: str  # of the segment
    document: str  # external id
    title: str | None


def page(
    session: Session,
    project: Project,
    user: User,
    *,
    limit: int,
    before: UUID | None = None,
    words: str | None = None,
    label: str | None = None,
) -> tuple[list[OwnAnswer], bool]:
    """Up to `limit` answers that stand, the newest first, and whether there are more. Four queries.

    `before` is the uuid of an answer of theirs, current or not: those given before it follow. `words`
    are looked for in the text, the title, the comment, the labels and the names of entities. One more
    query for each of the three. An index holds a person's answers in this order; words that are rare
    cost a walk through all of them.

    Raises
    ------
    Invalid
        If `before` is no answer of theirs, or the project has no such label.
    """
    query = _own(project, user)
    if before is not None:
        query = query.where(_place() < _place_of(session, user, before))
    if label is not None:
        query = query.where(finding.with_label(session, project, label))
    if words is not None:
        masked = arms.is_masked(project, user)
        query = query.where(finding.with_words(session, project, words, text=_text(), masked=masked))
    newest_first = query.order_by(col(Annotation.created_at).desc(), col(Annotation.id).desc())
    rows = session.execute(newest_first.options(*whole()).limit(limit + 1)).all()
    return [OwnAnswer(*row) for row in rows[:limit]], len(rows) > limit


def of_items(session: Session, user: User, occasions: Mapping[int, int]) -> dict[int, Annotation]:
    """The person's current answer by item, on the occasion that is given for it.

    One query, and four more for answers, stances, spans and sources where there are some.
    """
    session.flush()
    answers = _STANDING.values(session, user=user.id, items=list(occasions))
    if not answers:
        return {}
    query = sa.select(Annotation).where(col(Annotation.id).in_(answers)).options(*whole())
    found = session.execute(query).scalars()
    return {each.item_id: each for each in found if each.occasion == occasions[each.item_id]}


def answered(session: Session, user: User, items: Sequence[int]) -> dict[int, int]:
    """On which occasion the person answered last, by item, though they withdrew it: one query."""
    query = (
        sa.select(col(Annotation.item_id), sa.func.max(Annotation.occasion))
        .where(
            col(Annotation.annotator_id) == user.id,
            col(Annotation.item_id).in_(items),
            col(Annotation.kind) == Kind.ANNOTATION,
        )
        .group_by(col(Annotation.item_id))
    )
    return dict(session.execute(query).all())


def held(session: Session, user: User, items: Sequence[int]) -> dict[int, int]:
    """For which occasion an item is lent to the person, by item: one query."""
    query = sa.select(col(Lease.item_id), col(Lease.occasion)).where(
        col(Lease.user_id) == user.id, col(Lease.item_id).in_(items), col(Lease.ended_at).is_(None)
    )
    return dict(session.execute(query).all())


def whole() -> list[ORMOption]:
    """Load answers with their stances, spans and sources: three queries however many there are."""
    stances = selectinload(Annotation.stances)  # type: ignore[arg-type]
    return [
        stances.selectinload(Stance.spans),  # type: ignore[arg-type]
        stances.selectinload(Stance.sources),  # type: ignore[arg-type]
    ]


def _own(project: Project, user: User) -> sa.Select[Annotation, Item, str, str, str | None]:
    asked_again = sa.exists().where(
        col(Lease.user_id) == user.id,
        col(Lease.item_id) == col(Annotation.item_id),
        col(Lease.ended_at).is_(None),
        col(Lease.occasion) > col(Annotation.occasion),
    )
    return (
        sa.select(Annotation, Item, _text(), col(Document.external_id), col(Document.title))
        .join(Item, col(Item.id) == col(Annotation.item_id))
        .join(Segment, col(Segment.id) == col(Item.segment_id))
        .join(Document, col(Document.id) == col(Segment.document_id))
        .where(
            col(Item.project_id) == project.id,
            col(Item.deleted_at).is_(None),
            col(Annotation.annotator_id) == user.id,
            standing.stands(),
            ~asked_again,
        )
    )


def _text() -> sa.ColumnElement[str]:
    return sa.func.substr(
        col(Document.text), col(Segment.start) + 1, col(Segment.end) - col(Segment.start), type_=sa.String
    )


def _place() -> sa.Tuple:
    return sa.tuple_(col(Annotation.created_at), col(Annotation.id))


def _place_of(session: Session, user: User, uuid: UUID) -> sa.Tuple:
    query = select(Annotation).where(Annotation.uuid == uuid, Annotation.annotator_id == user.id)
    answer = session.exec(query).first()
    if answer is None:
        raise Invalid(f"before: {uuid} is no answer of yours.", {"before": "is no answer of yours"})
    return sa.tuple_(sa.literal(answer.created_at, UTCDateTime()), sa.literal(answer.id))


_STANDING = Ready.of_many(
    "items",
    lambda items: sa.select(col(Annotation.id)).where(
        col(Annotation.annotator_id) == sa.bindparam("user", type_=sa.Integer),
        col(Annotation.item_id).in_(items),
        standing.stands(),
    ),
)
