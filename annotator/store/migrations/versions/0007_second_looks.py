"""A second look bears the version of the split that asks for it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One column; what was asked before bears none, and stays when a split is taken back."""
    with op.batch_alter_table("lease") as batch:
        batch.add_column(sa.Column("scheme_version", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Without it."""
    with op.batch_alter_table("lease") as batch:
        batch.drop_column("scheme_version")
