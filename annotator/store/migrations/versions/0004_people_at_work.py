"""people at work: what is mixed in among a person's items, and items that come back to them, pools of several."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MIXED = sa.text("purpose != 'work'")


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "pace",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("lent", sa.Integer(), nullable=False),
        sa.Column("checks_owed", sa.Integer(), nullable=False),
        sa.Column("last_check_id", sa.Integer(), nullable=False),
        sa.Column("trained_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("training", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_pace_project_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_pace_user_id")),
        sa.PrimaryKeyConstraint("user_id", "project_id", name=op.f("pk_pace")),
    )
    op.create_table(
        "repeat",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("due", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_repeat_item_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_repeat_project_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_repeat_user_id")),
        sa.PrimaryKeyConstraint("user_id", "item_id", name=op.f("pk_repeat")),
    )
    op.create_index("ix_repeat_due", "repeat", ["user_id", "project_id", "due"])
    op.create_table(
        "questionnaire",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("consented", sa.Boolean(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_questionnaire_project_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_questionnaire_user_id")),
        sa.PrimaryKeyConstraint("user_id", "project_id", name=op.f("pk_questionnaire")),
    )
    op.add_column("pool", sa.Column("name", sa.String(), nullable=True))
    op.create_index(
        "ix_item_mixed_in",
        "item",
        ["project_id", "purpose", "id"],
        sqlite_where=MIXED,
        postgresql_where=MIXED,
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_index("ix_item_mixed_in", "item")
    op.drop_column("pool", "name")
    op.drop_table("questionnaire")
    op.drop_index("ix_repeat_due", "repeat")
    op.drop_table("repeat")
    op.drop_table("pace")
