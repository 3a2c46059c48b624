"""What a person has read of a project's guidelines, and what must be read before the next item."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col

from annotator.domain import Annotation, GuidelinesRead, Item, Kind, Project, User, metadata, now
from annotator.errors import Invalid
from annotator.store import seats
from annotator.store.ready import Ready

READ, GUIDELINES = metadata.tables["guidelines_read"], metadata.tables["guidelines"]
LAST = 100  # answers that are looked at for the version somebody works under


@dataclass(frozen=True, slots=True)
class News:
    """Where a person stands, in versions of the project's guidelines."""

    read: int  # the newest they have said to have read; 0: none
    known: int  # the newest whose text they need not be told
    must_read: int | None  # the newest that has to be read before work goes on


def of(session: Session, project: Project, user: User) -> News:
    """Where this person stands.

    Who never said to have read any knows what they have worked under. Who has not worked yet begins with
    what is in force: to them all of it is new, and no change of it is.
    """
    session.flush()
    read = _READ.values(session, user=user.id, project=project.id)
    if not read and project.guidelines_version == 0:
        return News(read=0, known=0, must_read=None)
    known = read[0] if read else _worked_under(session, project, user)
    [must_read] = _MUST_READ.values(session, project=project.id, known=known)
    return News(read=read[0] if read else 0, known=known, must_read=must_read)


def mark_read(session: Session, project: Project, user: User, version: int) -> int:
    """Note that a person has read up to a version, never backwards; give what is noted then.

    Raises
    ------
    Invalid
        If there is no such version yet.
    """
    if version > project.guidelines_version:
        raise Invalid(
            f"The guidelines of {project.slug!r} are at version {project.guidelines_version}: "
            f"{version} cannot have been read.",
            {"version": "is not there yet"},
        )
    assert user.id is not None and project.id is not None
    seats.lock(session, user)
    row = session.get(GuidelinesRead, (user.id, project.id), populate_existing=True)
    row = row or GuidelinesRead(user_id=user.id, project_id=project.id, version=0)
    if version > row.version:
        row.version, row.read_at = version, now()
        session.add(row)
        session.flush()
    return row.version


def _worked_under(session: Session, project: Project, user: User) -> int:
    """The newest version that their last answers were given under; what is in force, if there is none."""
    last = (
        sa.select(col(Annotation.guidelines_version).label("version"))
        .join(Item, col(Item.id) == col(Annotation.item_id))
        .where(
            col(Annotation.annotator_id) == user.id,
            col(Annotation.kind) == Kind.ANNOTATION,
            col(Item.project_id) == project.id,
        )
        .order_by(col(Annotation.created_at).desc())
        .limit(LAST)
        .subquery()
    )
    found: int | None = session.execute(sa.select(sa.func.max(last.c.version))).scalar_one()
    return found if found is not None else project.guidelines_version


_READ = Ready(
    sa.select(READ.c.version).where(
        READ.c.user_id == sa.bindparam("user"), READ.c.project_id == sa.bindparam("project")
    )
)
_MUST_READ = Ready(
    sa.select(sa.func.max(GUIDELINES.c.version)).where(
        GUIDELINES.c.project_id == sa.bindparam("project"),
        GUIDELINES.c.must_read,
        GUIDELINES.c.version > sa.bindparam("known"),
    )
)
