"""The text around a segment: what is put before an annotator's eyes."""

import sqlalchemy as sa
from sqlmodel import Session

from annotator.domain import Segment, metadata
from annotator.store.ready import Ready

SEGMENT = metadata.tables["segment"]


def span(session: Session, segment: Segment, neighbours: int) -> tuple[int, int]:
    """The span of a document that holds a segment and this many neighbours on each side."""
    return around(session, segment.document_id, segment.position, neighbours)


def around(session: Session, document: int, position: int, neighbours: int) -> tuple[int, int]:
    """The same of a segment by its place: the row id of its document, and the segments before it."""
    [(start, end)] = _SPAN.rows(
        session, document=document, first=position - neighbours, last=position + neighbours
    )
    return start, end


_SPAN = Ready(
    sa.select(sa.func.min(SEGMENT.c.start), sa.func.max(SEGMENT.c.end)).where(
        SEGMENT.c.document_id == sa.bindparam("document"),
        SEGMENT.c.position.between(sa.bindparam("first"), sa.bindparam("last")),
    )
)
