"""The releases that a project has made, and what became of documents since.

Files stand on a disk of somebody's; the database knows a release by its row, and by its entry in the
trail where its folder was when it was written.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlmodel import Session

from annotator import domain
from annotator.errors import NotFound
from annotator.store import engine as store
from annotator.store import projects

RELEASE, USER = domain.metadata.tables["release"], domain.metadata.tables["user"]
DOCUMENT, TRAIL = domain.metadata.tables["document"], domain.metadata.tables["audit_entry"]
ERASED, DELETED = "erased", "deleted"


class Made(NamedTuple):
    """A release as the database knows it."""

    number: int
    created_at: datetime
    by: str | None  # who made it; None: the command line
    sha256: str  # over the hashes of its files
    options: dict[str, object]
    rows: dict[str, dict[str, int]]  # {config: {split: n}}
    left_out: dict[str, int]  # {reason: n}
    withdrawn_at: datetime | None  # a document that it holds was erased then
    folder: str | None  # where it was written, on the machine that wrote it


def made(engine: Engine, slug: str) -> list[Made]:
    """The releases of a project, the first one first.

    Raises
    ------
    NotFound
        If there is no such project.
    """
    with store.reading(engine) as session:
        return of(session, projects.find(session, slug))


def of(session: Session, project: domain.Project) -> list[Made]:
    """The releases of a project, the first one first."""
    connection, folders = session.connection(), written_to(session.connection(), cast(int, project.id))
    r = RELEASE.c
    columns = (r.number, r.created_at, USER.c.name, r.sha256, r.options, r.rows, r.left_out, r.withdrawn_at)
    query = sa.select(*columns).outerjoin_from(RELEASE, USER, USER.c.id == r.created_by_id)
    found = connection.execute(query.where(r.project_id == project.id).order_by(r.number))
    return [Made(*row, folder=folders.get(row.number)) for row in found]


def written_to(connection: Connection, project: int) -> dict[int, str]:
    """Where each release was written, as the trail says; by its number."""
    noted = sa.select(TRAIL.c.detail).where(TRAIL.c.project_id == project, TRAIL.c.action == "release")
    details = connection.execute(noted.order_by(TRAIL.c.id)).scalars()
    return {detail["number"]: detail["folder"] for detail in details if detail.get("folder")}


def numbered(releases: Sequence[Made], number: int, slug: str) -> Made:
    """The release of that number.

    Raises
    ------
    NotFound
        If there is none; says which there are.
    """
    for release in releases:
        if release.number == number:
            return release
    there = ", ".join(str(release.number) for release in releases) or "none"
    raise NotFound(f"{slug} has no release {number}; there are: {there}.")


def gone(engine: Engine, slug: str) -> dict[str, str]:
    """Documents that are not in the project any more: external id → ERASED or DELETED."""
    with store.reading(engine) as session:
        return gone_of(session, projects.find(session, slug))


def gone_of(session: Session, project: domain.Project) -> dict[str, str]:
    """Documents that are not in the project any more: external id → ERASED or DELETED."""
    d = DOCUMENT.c
    query = sa.select(d.external_id, d.erased_at.is_not(None)).where(
        d.project_id == project.id, d.deleted_at.is_not(None)
    )
    return {id_: ERASED if erased else DELETED for id_, erased in session.connection().execute(query)}
