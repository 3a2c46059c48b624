"""A suggestion may speak of the whole item: how probable it is that there is no stance in it."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A column; what is stored is left as it is, so that this takes no time however many answers there are."""
    op.add_column("annotation", sa.Column("p_absent", sa.Float(), nullable=True))


def downgrade() -> None:
    """Without it: such a suggestion keeps its uncertainty alone."""
    op.drop_column("annotation", "p_absent")
