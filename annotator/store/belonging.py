"""Which items a pool is of, as a condition on the table of items."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import col

from annotator.domain import Document, GroupDocument, Item, Pool, PoolKind, Project, Segment


def to(pool: Pool) -> sa.ColumnElement[bool]:
    """Whether an item belongs to a pool."""
    of_item = sa.select(col(Segment.document_id)).where(col(Segment.id) == col(Item.segment_id))
    document = of_item.correlate(Item).scalar_subquery()
    if pool.kind is PoolKind.TARGET:
        return col(Item.target_id) == pool.target_id
    if pool.kind is PoolKind.GROUP:
        return sa.exists().where(
            col(GroupDocument.group_id) == pool.group_id, col(GroupDocument.document_id) == document
        )
    if pool.kind is PoolKind.LANGUAGE:
        own = sa.select(col(Document.language)).where(col(Document.id) == document).scalar_subquery()
        usual = sa.select(col(Project.language)).where(col(Project.id) == pool.project_id).scalar_subquery()
        return sa.func.coalesce(own, usual) == pool.language
    return sa.true()


def to_any(pools: Sequence[Pool]) -> sa.ColumnElement[bool]:
    """Whether an item belongs to one of these pools."""
    return sa.or_(sa.false(), *map(to, pools))
