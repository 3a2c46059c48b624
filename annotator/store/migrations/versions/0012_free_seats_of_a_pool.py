"""A pool knows how many seats are free in it: counting them takes seconds where there are millions."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

COUNT = """
UPDATE pool SET free_seats = (
    SELECT coalesce(sum(queue_entry.free_seats), 0) FROM queue_entry
    WHERE queue_entry.pool_id = pool.id AND queue_entry.generation = pool.generation
)
"""


def upgrade() -> None:
    """One column, counted for the pools that are there."""
    op.add_column("pool", sa.Column("free_seats", sa.Integer(), nullable=False, server_default="0"))
    op.execute(COUNT)


def downgrade() -> None:
    """Without it."""
    op.drop_column("pool", "free_seats")  # not by a new table: others refer to this one
