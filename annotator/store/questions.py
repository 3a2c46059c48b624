"""Items as they are put to people: the segment, what stands around it, and what is already fixed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from annotator.domain import Arm, Project, SegmentType, User, metadata
from annotator.store import arms, named
from annotator.store.named import EntityRow
from annotator.store.ready import Ready
from annotator.store.seats import Lent

ITEM, SEGMENT, DOCUMENT = (metadata.tables[name] for name in ("item", "segment", "document"))


class ItemRow(NamedTuple):
    """As much of an item as putting it to somebody needs."""

    id: int
    external_id: str
    target_id: int | None
    holder_id: int | None


class SegmentRow(NamedTuple):
    """As much of a segment; offsets are code points into its document's text."""

    id: int
    document_id: int
    start: int
    end: int
    type: SegmentType
    speaker: str | None
    paragraph: int


class DocumentRow(NamedTuple):
    """As much of a document."""

    id: int
    external_id: str
    title: str | None
    author: str | None
    outlet: str | None
    url: str | None
    published_at: datetime | None
    language: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """One item with all that its page shows. Offsets are code points into `document.text`."""

    item: ItemRow
    occasion: int  # on which it is answered
    lease: Lent | None  # None where an answered item is opened again
    segment: SegmentRow
    document: DocumentRow
    start: int  # of the context shown
    end: int
    around: list[SegmentRow]  # the segments of this context, the one to be judged among them
    heading: str | None  # the nearest one above the segment
    place: tuple[int, int]  # (7, 24): the seventh of 24 body segments; (0, 24) for one that is not body
    target: EntityRow | None
    holder: EntityRow | None
    arm: Arm | None = None  # of the running experiment; what it hides is hidden here


@dataclass(frozen=True, slots=True)
class Asked:
    """An item that is to be put to a person, by its row's id."""

    item_id: int
    occasion: int
    lease: Lent | None = None


def of_leases(session: Session, project: Project, user: User, leases: Sequence[Lent]) -> list[Question]:
    """The questions of these leases, in their order, in four queries however many there are."""
    return put(session, project, user, [Asked(lease.item_id, lease.occasion, lease) for lease in leases])


def put(session: Session, project: Project, user: User, asked: Sequence[Asked]) -> list[Question]:
    """The questions of these items, in their order, in four queries however many there are.

    One more where an experiment runs.
    """
    drawn = arms.of(session, project, user, [each.item_id for each in asked])
    rows = _ITEMS.rows(session, items=[each.item_id for each in asked])
    by_item = {row[0]: (ItemRow(*row[:-2]), *row[-2:]) for row in rows}
    documents = {row[0]: DocumentRow(*row) for row in _DOCUMENTS.rows(session, documents=_of(rows))}
    fixed = {i for item, *_ in by_item.values() for i in (item.target_id, item.holder_id) if i}
    entities = named.entities(session, fixed)
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
                place=(bodies[document].get(segment.id, 0), len(bodies[document])),
                target=entities.get(item.target_id or 0),
                holder=None if arms.masks_holder(arm) else entities.get(item.holder_id or 0),
                arm=arm,
            )
        )
    return questions


def _of(rows: Iterable[tuple[Any, ...]]) -> list[int]:
    """The documents of items, each once."""
    return list({document for *_, document, _ in rows})


def _segments(session: Session, documents: Iterable[int]) -> dict[int, list[SegmentRow]]:
    """All segments of these documents; a segment's position is its place in its list."""
    grouped: dict[int, list[SegmentRow]] = {document: [] for document in documents}
    for row in _SEGMENTS.rows(session, documents=list(grouped)):
        grouped[row[1]].append(SegmentRow(*row))
    return grouped


def _bodies(around: list[SegmentRow]) -> dict[int, int]:
    """Which body segment of its document each is, from 1, by its row id."""
    body = (segment.id for segment in around if segment.type is SegmentType.BODY)
    return {segment: number for number, segment in enumerate(body, start=1)}


def _heading(text: str, above: list[SegmentRow]) -> str | None:
    headings = [segment for segment in above if segment.type is SegmentType.HEADING]
    return text[headings[-1].start : headings[-1].end] if headings else None


_ITEMS = Ready.of_many(
    "items",
    lambda items: (
        sa.select(*(ITEM.c[name] for name in ItemRow._fields), SEGMENT.c.document_id, SEGMENT.c.position)
        .join(SEGMENT, SEGMENT.c.id == ITEM.c.segment_id)
        .where(ITEM.c.id.in_(items))
    ),
)
_DOCUMENTS = Ready.of_many(
    "documents",
    lambda documents: sa.select(*(DOCUMENT.c[name] for name in DocumentRow._fields)).where(
        DOCUMENT.c.id.in_(documents)
    ),
)
_SEGMENTS = Ready.of_many(
    "documents",
    lambda documents: (
        sa.select(*(SEGMENT.c[name] for name in SegmentRow._fields))
        .where(SEGMENT.c.document_id.in_(documents))
        .order_by(SEGMENT.c.document_id, SEGMENT.c.position)
    ),
)
