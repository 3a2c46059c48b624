"""doubts: gold that models contradict."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "doubt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(), nullable=True),
        sa.Column("target", sa.String(), nullable=True),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("predicted", sa.String(), nullable=False),
        sa.Column("p_label", sa.Float(), nullable=False),
        sa.Column("p_predicted", sa.Float(), nullable=False),
        sa.Column("doubt", sa.Float(), nullable=False),
        sa.Column("is_confident", sa.Boolean(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("release", sa.String(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("doubt >= 0 AND doubt <= 1", name=op.f("ck_doubt_doubt_a_share")),
        sa.CheckConstraint(
            "p_label >= 0 AND p_label <= 1 AND p_predicted >= 0 AND p_predicted <= 1",
            name=op.f("ck_doubt_shares"),
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_doubt_item_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_doubt_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doubt")),
    )
    op.create_index("ix_doubt_queue", "doubt", ["project_id", "doubt", "id"])
    op.create_index(op.f("ix_doubt_item_id"), "doubt", ["item_id"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_index(op.f("ix_doubt_item_id"), table_name="doubt")
    op.drop_index("ix_doubt_queue", table_name="doubt")
    op.drop_table("doubt")
