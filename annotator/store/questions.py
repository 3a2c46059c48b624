"""Items as they are put to people: the segment, what stands around it, and what is already fixed."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import Arm, Document, Entity, Item, Lease, Project, Segment, SegmentType, User
from annotator.store import arms, named


@dataclass(frozen=True, slots=True)
class Question:
    """One item with all that its page shows. Offsets are code points into `document.text`."""

    item: Item
    occasion: int  # on which it is answered
    lease: Lease | None  # None where an answered item is opened again
    segment: Segment
    document: Document
    start: int  # of the context shown
    end: int
    around: list[Segment]  # the segments of this context, the one to be judged among them
    heading: str | None  # the nearest one above the segment
    place: tuple[int, int]  # (7, 24): the seventh of 24 body segments; (0, 24) for one that is not body
    target: Entity | None
    holder: Entity | None
    arm: Arm | None = None  # of the running experiment; what it hides is hidden here


@dataclass(frozen=True, slots=True)
class Asked:
    """An item that is to be put to a person, by its row's id."""

    item_id: int
    occasion: int
    lease: Lease | None = None


def of_leases(session: Session, project: Project, user: User, leases: Sequence[Lease]) -> list[Question]:
    """The questions of these leases, in their order, in four queries however many there are."""
    return put(session, project, user, [Asked(lease.item_id, lease.occasion, lease) for lease in leases])


def put(session: Session, project: Project, user: User, asked: Sequence[Asked]) -> list[Question]:
    """The questions of these items, in their order, in four queries however many there are.

    One more where an experiment runs.
    """
    drawn = arms.of(session, project, user, [each.item_id for each in asked])
    rows = session.execute(_ITEMS, {"items": [each.item_id for each in asked]}).all()
    by_item = {item.id: (item, document, position) for item, document, position in rows}
    documents = _documents(session, {document for _, document, _ in rows})
    fixed = {i for item, *_ in rows for i in (item.target_id, item.holder_id) if i}
    entities = named.standing(session, Entity, fixed)
    neighbours = _segments(session, documents)
    bodies = {document: _bodies(around) for document, around in neighbours.items()}
    questions = []
    for each in asked:
        item, document, position = by_item[each.item_id]
        around = neighbours[document]
        segment = around[position]
        arm = drawn.get(each.item_id)
        width = arms.width(arm, project)
        near = around[max(0, position - width) : position + width + 1]
        questions.append(
            Question(
                item=item,
                occasion=each.occasion,
                lease=each.lease,
                segment=segment,
                document=documents[document],
                start=near[0].start,
                end=near[-1].end,
                around=near,
                heading=_heading(documents[document].text, around[:position]),
                place=(bodies[document].get(segment.id or 0, 0), len(bodies[document])),
                target=entities.get(item.target_id or 0),
                holder=None if arms.masks_holder(arm) else entities.get(item.holder_id or 0),
                arm=arm,
            )
        )
    return questions


def _documents(session: Session, ids: set[int]) -> dict[int, Document]:
    return {row.id: row for row in session.execute(_DOCUMENTS, {"documents": list(ids)}).scalars()}


def _segments(session: Session, documents: dict[int, Document]) -> dict[int, list[Segment]]:
    """All segments of these documents; a segment's position is its place in its list."""
    grouped: dict[int, list[Segment]] = {document: [] for document in documents}
    for segment in session.execute(_SEGMENTS, {"documents": list(documents)}).scalars():
        grouped[segment.document_id].append(segment)
    return grouped


def _bodies(around: list[Segment]) -> dict[int, int]:
    """Which body segment of its document each is, from 1, by its row id."""
    body = (segment.id or 0 for segment in around if segment.type is SegmentType.BODY)
    return {segment: number for number, segment in enumerate(body, start=1)}


def _heading(text: str, above: list[Segment]) -> str | None:
    headings = [segment for segment in above if segment.type is SegmentType.HEADING]
    return text[headings[-1].start : headings[-1].end] if headings else None


_IDS: sa.BindParameter[list[int]] = sa.bindparam("documents", expanding=True)
_ITEMS = (
    sa.select(Item, col(Segment.document_id), col(Segment.position))
    .join(Segment, col(Segment.id) == col(Item.segment_id))
    .where(col(Item.id).in_(sa.bindparam("items", expanding=True)))
)
_DOCUMENTS = select(Document).where(col(Document.id).in_(_IDS))
_SEGMENTS = (
    select(Segment)
    .where(col(Segment.document_id).in_(_IDS))
    .order_by(col(Segment.document_id), col(Segment.position))
)
