"""Who answers the questionnaire may agree that counts are published."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One column; who answered before was not asked, and so has not agreed."""
    op.add_column(
        "questionnaire", sa.Column("may_publish", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    """Without it."""
    with op.batch_alter_table("questionnaire") as batch:
        batch.drop_column("may_publish")
