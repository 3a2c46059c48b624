"""What a release writes back, and the only way it does: its own row, and the splits it gave."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlmodel import Session

from annotator import domain
from annotator.errors import Conflict
from annotator.reading.rows import Project
from annotator.store import audit
from annotator.store import engine as store

BATCH = 10_000
DOCUMENT, RELEASE = domain.metadata.tables["document"], domain.metadata.tables["release"]
MEANWHILE = "Another release of {slug!r} was made meanwhile, and took number {number}: run the command again."


def record(
    engine: Engine,
    project: Project,
    *,
    sha256: str,
    options: Mapping[str, object],
    rows: Mapping[str, object],
    left_out: Mapping[str, int],
    splits: Mapping[str, Sequence[int]],
    created_at: datetime,
    folder: str | None = None,
    by_id: int | None = None,
) -> int:
    """Close a release in one transaction and return its number, the last one + 1.

    `splits` are the rows of documents that are released for the first time, by the split they were given;
    `folder` is where the files are, for the audit trail.

    Raises
    ------
    Conflict
        If another release was made since `project` was read: it may have given other splits.
    """
    number = project.last_release.number + 1 if project.last_release else 1
    release = domain.Release(
        project_id=project.row,
        number=number,
        sha256=sha256,
        options=dict(options),
        rows=dict(rows),
        left_out=dict(left_out),
        created_at=created_at,
        created_by_id=by_id,
    )
    meanwhile = Conflict(MEANWHILE.format(slug=project.slug, number=number))
    try:
        with store.writing(engine) as session:
            if _last_number(session, project) != number - 1:
                raise meanwhile
            session.add(release)
            session.flush()  # the number is unique: whoever comes second stops here
            if _store_splits(session, splits) != sum(map(len, splits.values())):
                raise meanwhile
            stored = session.get_one(domain.Project, project.row)
            said = {"number": number, "sha256": sha256, "folder": folder}
            audit.note(session, "release", project=stored, by_id=by_id, **said)
    except sa.exc.IntegrityError:
        raise meanwhile from None
    return number


def _last_number(session: Session, project: Project) -> int:
    last = sa.select(sa.func.max(RELEASE.c.number)).where(RELEASE.c.project_id == project.row)
    return session.connection().execute(last).scalar_one() or 0


def _store_splits(session: Session, splits: Mapping[str, Sequence[int]]) -> int:
    """Store the splits of documents that have none, and return how many had none."""
    update = sa.update(DOCUMENT).where(DOCUMENT.c.id == sa.bindparam("row", type_=sa.Integer))
    update = update.where(DOCUMENT.c.split.is_(None)).values(split=sa.bindparam("given", type_=sa.String))
    stored = 0
    for name, documents in splits.items():
        rest = iter(documents)
        while batch := [{"row": document, "given": name} for document in islice(rest, BATCH)]:
            stored += session.connection().execute(update, batch).rowcount
    return stored
