"""scheme events: names as they were, restoring, and where merged labels and entities are read."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BEFORE = ("rename", "merge", "split", "retire")


def upgrade() -> None:
    """Apply the change. Nothing has written events yet: their table is made anew."""
    op.drop_table("scheme_event")
    _create((*BEFORE, "restore"), sa.Column("names", sa.JSON(), nullable=False))
    op.add_column("label", sa.Column("merged_into_id", sa.Integer(), nullable=True))
    op.add_column("entity", sa.Column("merged_into_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take the change back; the events are lost, and merged entries are read as themselves."""
    op.drop_column("entity", "merged_into_id")
    op.drop_column("label", "merged_into_id")
    op.drop_table("scheme_event")
    _create(BEFORE)


def _create(changes: tuple[str, ...], *more: sa.Column[object]) -> None:
    kind = sa.Enum(*changes, name="schemechange", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "scheme_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change", kind, nullable=False),
        sa.Column("of", sa.String(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        *more,
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_scheme_event_created_by_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_scheme_event_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme_event")),
        sa.UniqueConstraint("project_id", "version", name=op.f("uq_scheme_event_project_id_version")),
    )
