"""near-duplicates: the bands of fingerprints, and a fingerprint for every document that is there."""

import sqlalchemy as sa
from alembic import op
from sqlmodel import Session

from annotator.domain.near_duplicates import fingerprint
from annotator.store import near_duplicates

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

CHUNK = 1_000


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "near_duplicate",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("band", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_near_duplicate_document_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_near_duplicate_project_id")),
        sa.PrimaryKeyConstraint("project_id", "band", name=op.f("pk_near_duplicate")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_near_duplicate_document_id"), "near_duplicate", ["document_id"])
    _find_what_is_there()


def downgrade() -> None:
    """Take the change back."""
    op.drop_index(op.f("ix_near_duplicate_document_id"), "near_duplicate")
    op.drop_table("near_duplicate")
    op.execute("UPDATE document SET fingerprint = NULL, cluster = NULL")


def _find_what_is_there() -> None:
    """Fingerprint all documents that still have their words, a chunk at a time, in the order they came."""
    query = sa.text(
        "SELECT id, project_id, text FROM document WHERE id > :last AND erased_at IS NULL ORDER BY id LIMIT :chunk"
    )
    put = sa.text("UPDATE document SET fingerprint = :fingerprint WHERE id = :id")
    with Session(op.get_bind()) as session:
        last = 0
        while rows := session.connection().execute(query, {"last": last, "chunk": CHUNK}).all():
            found = [(id_, project, fingerprint(text)) for id_, project, text in rows]
            session.connection().execute(put, [{"id": id_, "fingerprint": of} for id_, _, of in found])
            for project in sorted({project for _, project, _ in found}):
                near_duplicates.link(
                    session, project, [(id_, of) for id_, own, of in found if own == project]
                )
            last = rows[-1][0]
        session.flush()
