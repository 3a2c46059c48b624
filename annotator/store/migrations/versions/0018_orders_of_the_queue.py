"""An order of a pool says how it was made and what it was before, so that it can be taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Three columns."""
    op.add_column("ordering", sa.Column("method", sa.String(), nullable=True))
    op.add_column("ordering", sa.Column("control", sa.Float(), nullable=False, server_default="0"))
    op.add_column("ordering", sa.Column("before", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Without them: an order stays as it is, and cannot be taken back."""
    for column in ("before", "control", "method"):
        op.drop_column("ordering", column)
