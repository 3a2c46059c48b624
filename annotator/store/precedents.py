"""Curators' decisions that annotators may look up once they no longer owe the item, or one like it.

Likeness is by the cluster of the document, or by the same words. The words are compared at each look-up,
among segments of the same length: an index of hashes would cost every import a column, for a page that is
opened now and then.

What a person owes is wider than what is free now: a seat that somebody else holds may come back, a hidden
repeat is to be answered without help, and training and check items stand in no pool. So an item is owed
until enough people have answered it, or this person has and is not to answer once more.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import sqlalchemy as sa
from sqlmodel import Session, col

from annotator.domain import (
    Annotation,
    Batch,
    Document,
    Entity,
    Item,
    Kind,
    Label,
    Lease,
    Pace,
    Project,
    Purpose,
    QueueEntry,
    Repeat,
    Segment,
    Stance,
    User,
)
from annotator.domain.naming import normalise
from annotator.store import history, named, queue, standing, walk

LISTED = 50
CHUNK = 200  # precedents looked at together


@dataclass(frozen=True, slots=True)
class Precedent:
    """A decision with the words that it is about."""

    decision: Annotation
    item: Item
    document: Document
    segment: Segment
    target: Entity | None  # that the item fixes
    entities: dict[int, Entity]
    labels: dict[int, Label]

    @property
    def text(self) -> str:
        """The words that were judged."""
        return self.document.text[self.segment.start : self.segment.end]

    @property
    def words(self) -> str:
        """All that a search looks in, normalised."""
        said = [self.text, self.decision.reason, self.decision.comment, self.document.title]
        for stance in self.decision.stances:
            said += [self.entities[each].name for each in (stance.holder_id, stance.target_id)]
        said += [self.labels[each.label_id].name for each in self.decision.stances]
        return normalise(" ".join(part for part in said if part))


def search(
    session: Session, project: Project, user: User, *, words: str = "", target: str | None = None
) -> tuple[list[Precedent], bool]:
    """The newest precedents that this person may see, LISTED at most, and whether there are more.

    `words` must all be in the text, the reason, the comment, the title or a name; `target` is the key of
    an entity that the item fixes or a stance is towards.
    """
    wanted = normalise(words).split()
    visible = (
        precedent
        for chunk in _chunks(session, project, target)
        for precedent in _visible(session, project, user, chunk)
        if all(word in precedent.words for word in wanted)
    )
    found = list(islice(visible, LISTED + 1))
    return found[:LISTED], len(found) > LISTED


def _chunks(session: Session, project: Project, target: str | None) -> Iterator[list[Precedent]]:
    """The current precedents, newest first."""
    later = sa.orm.aliased(Annotation)
    superseded = sa.exists().where(
        col(later.item_id) == col(Annotation.item_id),
        col(later.kind) == Kind.ADJUDICATION,
        col(later.id) > col(Annotation.id),
    )
    query = (
        sa.select(col(Annotation.id))
        .join(Item, col(Item.id) == col(Annotation.item_id))
        .where(
            col(Item.project_id) == project.id,
            col(Annotation.kind) == Kind.ADJUDICATION,
            col(Annotation.precedent),
            col(Annotation.withdrawn).is_(False),
            ~superseded,
        )
        .order_by(col(Annotation.id).desc())
    )
    if target is not None:
        query = query.where(_about(project, target))
    ids = session.execute(query).scalars().all()
    for start in range(0, len(ids), CHUNK):
        yield _loaded(session, ids[start : start + CHUNK])


def _about(project: Project, target: str) -> sa.ColumnElement[bool]:
    keyed = sa.select(col(Entity.id)).where(col(Entity.project_id) == project.id, col(Entity.key) == target)
    entity = sa.select(col(Entity.id)).where(
        col(Entity.project_id) == project.id,
        sa.or_(col(Entity.id).in_(keyed), col(Entity.merged_into_id).in_(keyed)),
    )
    named = sa.exists().where(
        col(Stance.annotation_id) == col(Annotation.id), col(Stance.target_id).in_(entity)
    )
    return sa.or_(col(Item.target_id).in_(entity), named)


def _loaded(session: Session, ids: Iterable[int]) -> list[Precedent]:
    query = (
        sa.select(Annotation, Item, Segment, Document, Entity)
        .join(Item, col(Item.id) == col(Annotation.item_id))
        .join(Segment, col(Segment.id) == col(Item.segment_id))
        .join(Document, col(Document.id) == col(Segment.document_id))
        .outerjoin(Entity, col(Entity.id) == col(Item.target_id))
        .where(col(Annotation.id).in_(list(ids)))
        .order_by(col(Annotation.id).desc())
        .options(*history.whole())
    )
    rows = session.execute(query).all()
    entities, labels = named.of(session, [decision for decision, *_ in rows])
    return [
        Precedent(decision, item, document, segment, target, entities, labels)
        for decision, item, segment, document, target in rows
    ]


def _visible(
    session: Session, project: Project, user: User, precedents: Sequence[Precedent]
) -> list[Precedent]:
    """Those of which this person owes neither the item nor one like it."""
    owed = _owed(session, project, user, precedents)
    items, clusters, texts = ({row[part] for row in owed} for part in range(3))
    clusters.discard(None)
    return [
        each
        for each in precedents
        if each.item.id not in items and each.document.cluster not in clusters and each.text not in texts
    ]


def _owed(
    session: Session, project: Project, user: User, precedents: Sequence[Precedent]
) -> list[tuple[int, str | None, str]]:
    """(item id, cluster, words) of what this person is still to answer among these and those like them."""
    texts = {each.text for each in precedents}
    length = col(Segment.end) - col(Segment.start)
    words = sa.func.substr(Document.text, col(Segment.start) + 1, length)
    is_alike = sa.or_(
        col(Item.id).in_({each.item.id for each in precedents}),
        col(Document.cluster).in_({each.document.cluster for each in precedents} - {None}),
        sa.and_(length.in_({len(text) for text in texts}), words.in_(texts)),
    )
    query = (
        sa.select(col(Item.id), col(Document.cluster), words)
        .join(Segment, col(Segment.id) == col(Item.segment_id))
        .join(Document, col(Document.id) == col(Segment.document_id))
        .where(col(Item.project_id) == project.id, is_alike, _owes(session, project, user))
    )
    return [(item, cluster, text) for item, cluster, text in session.execute(query)]


def _owes(session: Session, project: Project, user: User) -> sa.ColumnElement[bool]:
    """Whether an item is lent to this person, or they may still be the one to answer it, also once more."""
    held = sa.exists().where(
        col(Lease.item_id) == col(Item.id), col(Lease.user_id) == user.id, col(Lease.ended_at).is_(None)
    )
    to_repeat = sa.exists().where(col(Repeat.item_id) == col(Item.id), col(Repeat.user_id) == user.id)
    answered = sa.exists().where(
        col(Annotation.item_id) == col(Item.id),
        col(Annotation.annotator_id) == user.id,
        standing.is_current(),
    )
    can_come = sa.or_(_is_wanted(session, project, user), col(Item.purpose) == Purpose.CHECK)
    in_use = sa.and_(col(Item.retired_at).is_(None), col(Item.deleted_at).is_(None))
    return sa.or_(held, sa.and_(in_use, sa.or_(to_repeat, sa.and_(~answered, can_come), _is_lesson(user))))


def _is_wanted(session: Session, project: Project, user: User) -> sa.ColumnElement[bool]:
    """Whether a pool open to this person has the item, and it wants more answers than it has."""
    pools = queue.open_pools(session, project, user)
    listed = sa.exists().where(
        col(QueueEntry.item_id) == col(Item.id), sa.or_(sa.false(), *map(walk.in_order_of, pools))
    )
    given = sa.select(sa.func.count()).where(
        col(Annotation.item_id) == col(Item.id), col(Annotation.counted), standing.is_current()
    )
    of_batch = sa.select(col(Batch.overlap)).where(col(Batch.id) == col(Item.batch_id))
    overlap = sa.func.coalesce(
        col(Item.overlap), of_batch.correlate(Item).scalar_subquery(), sa.literal(project.overlap)
    )
    return sa.and_(listed, given.correlate(Item).scalar_subquery() < overlap)


def _is_lesson(user: User) -> sa.ColumnElement[bool]:
    """Whether it is a training item, and the person has not passed yet: they may have to train once more."""
    passed = sa.exists().where(
        col(Pace.user_id) == user.id,
        col(Pace.project_id) == col(Item.project_id),
        col(Pace.trained_at).is_not(None),
    )
    return sa.and_(col(Item.purpose) == Purpose.TRAINING, ~passed)
