"""the curator's boards: an index of words, changes of many items at once."""

import sqlalchemy as sa
from alembic import op
from sqlmodel import Session

from annotator.store import search

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

CHUNK = 1_000


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "bulk_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["user.id"], name=op.f("fk_bulk_change_made_by_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_bulk_change_project_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["user.id"], name=op.f("fk_bulk_change_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_change")),
    )
    op.create_index(op.f("ix_bulk_change_project_id"), "bulk_change", ["project_id"])
    for statement in search.SQLITE if op.get_bind().dialect.name == "sqlite" else search.POSTGRESQL:
        op.execute(statement)
    _index_what_is_there()


def downgrade() -> None:
    """Take the change back."""
    op.execute(f"DROP TABLE {search.INDEX}")
    op.drop_index(op.f("ix_bulk_change_project_id"), "bulk_change")
    op.drop_table("bulk_change")


def _index_what_is_there() -> None:
    """Put the words of all segments into the index, a chunk at a time."""
    query = sa.text(
        'SELECT segment.id, substr(document.text, segment.start + 1, segment."end" - segment.start) '
        "FROM segment JOIN document ON document.id = segment.document_id "
        "WHERE segment.id > :last ORDER BY segment.id LIMIT :chunk"
    )
    with Session(op.get_bind()) as session:
        last = 0
        while rows := session.connection().execute(query, {"last": last, "chunk": CHUNK}).all():
            search.put(session, [(segment, text) for segment, text in rows])
            last = rows[-1][0]
        session.flush()
