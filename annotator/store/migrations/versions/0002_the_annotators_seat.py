"""the annotator's seat: questions to the curator, guidelines that were read, parked leases, candidates."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "guidelines_read",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_guidelines_read_project_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_guidelines_read_user_id")),
        sa.PrimaryKeyConstraint("user_id", "project_id", name=op.f("pk_guidelines_read")),
    )
    op.create_table(
        "inquiry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply", sa.String(), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replied_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_inquiry_item_id")),
        sa.ForeignKeyConstraint(["replied_by_id"], ["user.id"], name=op.f("fk_inquiry_replied_by_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_inquiry_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry")),
        sa.UniqueConstraint("uuid", name=op.f("uq_inquiry_uuid")),
    )
    op.create_index(op.f("ix_inquiry_item_id"), "inquiry", ["item_id"])
    op.create_index(op.f("ix_inquiry_user_id"), "inquiry", ["user_id"])
    op.add_column("annotation", sa.Column("candidates_shown", sa.Integer(), nullable=True))
    op.add_column("guidelines", sa.Column("note", sa.String(), nullable=True))
    op.add_column("lease", sa.Column("parked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("lease", sa.Column("unparked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("skip", sa.Column("uuid", sa.Uuid(), nullable=True))
    op.add_column("stance", sa.Column("candidate", sa.String(), nullable=True))
    op.drop_index(op.f("ix_annotation_annotator_id"), "annotation")
    op.create_index("ix_annotation_annotator_id_created_at", "annotation", ["annotator_id", "created_at"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_index("ix_annotation_annotator_id_created_at", "annotation")
    op.create_index(op.f("ix_annotation_annotator_id"), "annotation", ["annotator_id"])
    op.drop_column("stance", "candidate")
    op.drop_column("skip", "uuid")
    op.drop_column("lease", "unparked_at")
    op.drop_column("lease", "parked_at")
    op.drop_column("guidelines", "note")
    op.drop_column("annotation", "candidates_shown")
    op.drop_index(op.f("ix_inquiry_user_id"), "inquiry")
    op.drop_index(op.f("ix_inquiry_item_id"), "inquiry")
    op.drop_table("inquiry")
    op.drop_table("guidelines_read")
