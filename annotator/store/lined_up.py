"""What stands in a pool, with what an order is made from."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col

from annotator.domain import Batch, Disagreement, Document, Item, Pool, Project, QueueEntry, Segment
from annotator.domain.workforce import Workforce
from annotator.store import weighing


@dataclass(frozen=True, slots=True)
class Row:
    """An item of a pool; ids are those of rows, but for its name."""

    item: int
    free: int  # seats
    name: str  # external id
    batch: int | None
    target: int | None
    cluster: str  # of near-duplicates, each one's own where it has none
    doubt: float | None  # of the newest suggestion


def rows(session: Session, pool: Pool) -> list[Row]:
    """All that stands in the pool, in its order. What models have said lately is weighed first."""
    while weighing.weigh_new(session):
        pass
    query = (
        sa.select(
            col(QueueEntry.item_id),
            col(QueueEntry.free_seats),
            col(Item.external_id),
            col(Item.batch_id),
            col(Item.target_id),
            sa.func.coalesce(Document.cluster, Document.external_id),
            col(Disagreement.doubt),
        )
        .join(Item, col(Item.id) == col(QueueEntry.item_id))
        .join(Segment, col(Segment.id) == col(Item.segment_id))
        .join(Document, col(Document.id) == col(Segment.document_id))
        .outerjoin(Disagreement, col(Disagreement.item_id) == col(Item.id))
        .where(col(QueueEntry.pool_id) == pool.id, col(QueueEntry.generation) == pool.generation)
        .order_by(col(QueueEntry.rank))
    )
    return [Row(*row) for row in session.execute(query)]


def rounds(session: Session, project: Project) -> list[int]:
    """Batch ids in the order of the rounds."""
    query = sa.select(col(Batch.name), col(Batch.id)).where(
        col(Batch.project_id) == project.id, col(Batch.deleted_at).is_(None)
    )
    known = dict(session.execute(query).all())
    return [known[entry.name] for entry in Workforce.of(project).rounds if entry.name in known]


def texts(session: Session, items: Sequence[int]) -> dict[int, str]:
    """The words of each item's segment."""
    words = sa.func.substr(Document.text, Segment.start + 1, Segment.end - Segment.start)
    query = (
        sa.select(col(Item.id), words)
        .join(Segment, col(Segment.id) == col(Item.segment_id))
        .join(Document, col(Document.id) == col(Segment.document_id))
        .where(col(Item.id).in_(items))
    )
    return dict(session.execute(query).all())
