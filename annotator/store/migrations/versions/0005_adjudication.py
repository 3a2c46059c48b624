"""adjudication: disagreements in their order, who looks at what, one chain of decisions an item."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

IS_ADJUDICATION = sa.text("kind = 'adjudication'")
IS_NEW = sa.text("weighed = false")


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "disagreement",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("entropy", sa.Float(), nullable=False),
        sa.Column("doubt", sa.Float(), nullable=True),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_disagreement_item_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_disagreement_project_id")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_disagreement")),
    )
    for by in ("entropy", "doubt"):
        columns = ["project_id", "settled", "complete", by, "item_id"]
        op.create_index(f"ix_disagreement_{by}", "disagreement", columns)
    op.create_table(
        "disagreement_mark",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "target",
                "pair",
                "flag",
                name="markkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_disagreement_mark_item_id")),
        sa.PrimaryKeyConstraint("item_id", "kind", "value", name=op.f("pk_disagreement_mark")),
    )
    op.create_table(
        "look",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_look_item_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_look_user_id")),
        sa.PrimaryKeyConstraint("item_id", "user_id", name=op.f("pk_look")),
    )
    op.add_column(
        "annotation", sa.Column("comment_released", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("annotation", sa.Column("accepted", sa.Uuid(), nullable=True))
    op.add_column("annotation", sa.Column("weighed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(
        "uq_annotation_adjudication",
        "annotation",
        ["item_id", "revision"],
        unique=True,
        sqlite_where=IS_ADJUDICATION,
        postgresql_where=IS_ADJUDICATION,
    )
    op.create_index(
        "ix_annotation_unweighed", "annotation", ["id"], sqlite_where=IS_NEW, postgresql_where=IS_NEW
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_index("ix_annotation_unweighed", "annotation")
    op.drop_index("uq_annotation_adjudication", "annotation")
    op.drop_column("annotation", "weighed")
    op.drop_column("annotation", "accepted")
    op.drop_column("annotation", "comment_released")
    op.drop_table("look")
    op.drop_table("disagreement_mark")
    for by in ("entropy", "doubt"):
        op.drop_index(f"ix_disagreement_{by}", "disagreement")
    op.drop_table("disagreement")
