"""What is told of an item in a list: its words, where they stand, who answered what. A page at a time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import Annotation, Document, Entity, Inquiry, Item, Kind, Label, Outcome, Segment, User
from annotator.store import standing


@dataclass(frozen=True, slots=True)
class Said:
    """A stance in a few words; what the item fixes is not said again."""

    label: Label
    holder: Entity | None
    target: Entity | None


@dataclass(frozen=True, slots=True)
class Given:
    """Somebody's answer to an item, as it stands."""

    answer: Annotation
    author: User
    said: list[Said]

    @property
    def is_judged(self) -> bool:
        """Whether they could judge it."""
        return self.answer.outcome is Outcome.JUDGED


@dataclass(frozen=True, slots=True)
class Glance:
    """An item in a list."""

    item: Item
    text: str
    document: str  # external id
    title: str | None
    language: str | None
    target: Entity | None
    holder: Entity | None
    given: list[Given] = field(default_factory=list)
    questions: list[tuple[Inquiry, User]] = field(default_factory=list)  # that wait


def of(session: Session, items: Sequence[int]) -> list[Glance]:
    """These items, in order of id; six queries."""
    words = sa.func.substr(Document.text, col(Segment.start) + 1, col(Segment.end) - col(Segment.start))
    query = (
        sa.select(Item, words, col(Document.external_id), col(Document.title), col(Document.language))
        .join(Segment, col(Segment.id) == col(Item.segment_id))
        .join(Document, col(Document.id) == col(Segment.document_id))
        .where(col(Item.id).in_(items))
        .order_by(col(Item.id))
    )
    rows: list[Any] = list(session.execute(query).all())
    answers = _answers(session, items)
    stances = [stance for answer, _ in answers for stance in answer.stances]
    named = {each for item, *_ in rows for each in (item.target_id, item.holder_id)}
    named |= {each for stance in stances for each in (stance.target_id, stance.holder_id)}
    entities = _by_id(session, Entity, named)
    labels = _by_id(session, Label, {stance.label_id for stance in stances})
    questions = _questions(session, items)
    found = {}
    for item, text, document, title, language in rows:
        target, holder = entities.get(item.target_id), entities.get(item.holder_id)
        found[item.id] = Glance(
            item, text, document, title, language, target, holder, questions=questions[item.id]
        )
    for answer, author in answers:
        glance = found[answer.item_id]
        glance.given.append(Given(answer, author, _said(glance.item, answer, entities, labels)))
    return list(found.values())


def _said(
    item: Item, answer: Annotation, entities: dict[Any, Entity], labels: dict[Any, Label]
) -> list[Said]:
    return [
        Said(
            labels[stance.label_id],
            entities[stance.holder_id] if stance.holder_id != item.holder_id else None,
            entities[stance.target_id] if stance.target_id != item.target_id else None,
        )
        for stance in answer.stances
    ]


def _answers(session: Session, items: Sequence[int]) -> list[tuple[Annotation, User]]:
    """First answers that stand, and decisions, in the order in which they came."""
    later = sa.orm.aliased(Annotation)
    overruled = sa.exists().where(
        col(later.item_id) == col(Annotation.item_id),
        col(later.kind) == Kind.ADJUDICATION,
        col(later.id) > col(Annotation.id),
    )
    decided = sa.and_(
        col(Annotation.kind) == Kind.ADJUDICATION, col(Annotation.withdrawn).is_(False), ~overruled
    )
    query = (
        select(Annotation, User)
        .join(User, col(User.id) == col(Annotation.annotator_id))
        .where(col(Annotation.item_id).in_(items), sa.or_(standing.is_current(), decided))
        .order_by(col(Annotation.kind) == Kind.ADJUDICATION, col(Annotation.id))
        .options(sa.orm.selectinload(Annotation.stances))  # type: ignore[arg-type]
    )
    return list(session.exec(query).all())


def _questions(session: Session, items: Sequence[int]) -> dict[int | None, list[tuple[Inquiry, User]]]:
    query = (
        select(Inquiry, User)
        .join(User, col(User.id) == col(Inquiry.user_id))
        .where(
            col(Inquiry.item_id).in_(items),
            col(Inquiry.replied_at).is_(None),
            col(Inquiry.withdrawn_at).is_(None),
        )
        .order_by(col(Inquiry.id))
    )
    found: dict[int | None, list[tuple[Inquiry, User]]] = defaultdict(list)
    for inquiry, asker in session.exec(query):
        found[inquiry.item_id].append((inquiry, asker))
    return found


def _by_id(session: Session, table: Any, ids: set[int | None]) -> dict[Any, Any]:
    wanted = [each for each in ids if each is not None]
    return {row.id: row for row in session.exec(select(table).where(col(table.id).in_(wanted)))}
