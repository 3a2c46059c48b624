"""The text around a segment: what is put before an annotator's eyes."""

from sqlmodel import Session, col, select

from annotator.domain import Segment


def span(session: Session, segment: Segment, neighbours: int) -> tuple[int, int]:
    """The span of a document that holds a segment and this many neighbours on each side."""
    near = (
        select(Segment.start, Segment.end)
        .where(
            Segment.document_id == segment.document_id,
            col(Segment.position).between(segment.position - neighbours, segment.position + neighbours),
        )
        .order_by(col(Segment.position))
    )
    spans = session.exec(near).all()
    return min(start for start, _ in spans), max(end for _, end in spans)
