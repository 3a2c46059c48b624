"""Erase a document for good: its words go, its ids and the trail stay.

Text, raw text, title, author, outlet, address, date, metadata, speakers and fingerprint are overwritten;
the text by as many blocks as it had characters, so that every offset still lies within it. Comments,
reasons, explanations, questions and replies about its items go too, because they may quote it; and every
word of jobs and imports that do. Rationales are offsets alone, and stay. Guidelines and names may quote it
as well; they are of the whole project, so they are named and left to the curator. The document is deleted,
its items are retired, an import of its id is refused, and the releases that held it are withdrawn.

A database keeps old bytes in free pages and in its log: `scrub` rewrites it once the erasure is committed.
"""

from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlmodel import Session, col, select

from annotator.domain import (
    Alias,
    Annotation,
    AuditEntry,
    Document,
    Guidelines,
    Inquiry,
    Item,
    Project,
    Release,
    Segment,
    now,
)
from annotator.errors import Invalid
from annotator.store import audit, near_duplicates, quoting, removing, search
from annotator.store.engine import BUSY_SECONDS

BLOCK = "█"
GONE = "[erased]"
HELD_WORDS = ("document", "segment", "annotation", "inquiry", "item", "alias", "job", "import", search.INDEX)


@dataclass(frozen=True, slots=True)
class Erasure:
    """What goes, and what is left to be done by hand."""

    document: str  # external id
    characters: int
    answers: int  # about its items, whose comments go
    releases: list[Release]
    folders: dict[int, str]  # number of a release → where its files were written, where that is known
    alike: list[str] = field(default_factory=list)  # near-duplicates: they hold nearly the same words
    guidelines: list[int] = field(default_factory=list)  # versions that quote it


def preview(session: Session, project: Project, external_id: str) -> Erasure:
    """What `erase` would do.

    Raises
    ------
    NotFound
        If there is no such document.
    Invalid
        If it was erased already.
    """
    found = removing.document(session, project, external_id)
    if found.erased_at is not None:
        raise Invalid(f"The document {external_id!r} was erased already.")
    releases = _releases(session, project, found)
    answers = sa.select(sa.func.count()).where(col(Annotation.item_id).in_(_items(found)))
    return Erasure(
        document=external_id,
        characters=len(found.text),
        answers=session.execute(answers).scalar_one(),
        releases=releases,
        folders=_folders(session, project, releases),
        alike=_alike(session, project, found),
        guidelines=_quoting(session, project, found),
    )


def erase(
    session: Session, project: Project, external_id: str, *, why: str | None = None, by_id: int | None = None
) -> Erasure:
    """Overwrite a document. It cannot be undone. Commit, then call `scrub`.

    Raises
    ------
    NotFound
        If there is no such document.
    Invalid
        If it was erased already.
    """
    erasure = preview(session, project, external_id)
    found = removing.document(session, project, external_id)
    if found.deleted_at is None:
        removing.take_away(session, project, found, by_id=by_id)
    _overwrite(session, found)
    moment = now()
    for release in erasure.releases:
        release.withdrawn_at = release.withdrawn_at or moment
        session.add(release)
    numbers = [release.number for release in erasure.releases]
    audit.note(
        session,
        "erase document",
        project=project,
        by_id=by_id,
        document=external_id,
        why=why,
        withdrawn_releases=numbers,
    )
    session.flush()
    return erasure


def scrub(engine: Engine, *, seconds: float = BUSY_SECONDS) -> bool:
    """Rewrite the database, so that no byte of what was overwritten is left.

    False: somebody read for longer than `seconds`, so that the log could not be emptied.

    SQLite is vacuumed and its log emptied; PostgreSQL rewrites the tables that held the words. Copies are
    not reached: backups, archives of the log, snapshots of the disk.
    """
    if engine.dialect.name == "sqlite":
        return _scrub_sqlite(engine, seconds)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in HELD_WORDS:
            connection.exec_driver_sql(f"VACUUM (FULL) {table}")
    return True


def _scrub_sqlite(engine: Engine, seconds: float) -> bool:
    raw = engine.raw_connection()
    try:
        connection = raw.driver_connection
        assert connection is not None
        connection.execute(f"PRAGMA busy_timeout={seconds * 1000:.0f}")
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute(f"INSERT INTO {search.INDEX} ({search.INDEX}) VALUES ('optimize')")  # noqa: S608
        connection.execute("VACUUM")
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        connection.execute("PRAGMA secure_delete=OFF")
        connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    finally:
        raw.close()
    return not busy


def _overwrite(session: Session, found: Document) -> None:
    assert found.id is not None
    quoting.take_out(session, found.project_id, _words(session, found), GONE)
    found.text = BLOCK * len(found.text)
    found.title = found.author = found.outlet = found.url = None
    found.raw_text = found.fingerprint = found.published_at = None
    found.raw_sha256, found.repairs, found.extra = GONE, [], {}
    found.erased_at = now()
    session.add(found)
    session.flush()
    search.forget(session, found.id)
    near_duplicates.forget(session, found.id)
    segments = sa.update(Segment).where(col(Segment.document_id) == found.id)
    session.execute(segments.values(speaker=None, extra={}))
    items = _items(found)
    about = sa.update(Annotation).where(col(Annotation.item_id).in_(items))
    session.execute(about.values(comment=None, reason=None))
    session.execute(sa.update(Item).where(col(Item.id).in_(items)).values(explanation=None))
    asked = sa.update(Inquiry).where(col(Inquiry.item_id).in_(items))
    replied = sa.case((col(Inquiry.reply).is_not(None), GONE))
    session.execute(asked.values(text=GONE, reply=replied))
    local = sa.delete(Alias).where(
        col(Alias.project_id) == found.project_id, col(Alias.document) == found.external_id
    )
    session.execute(local)
    session.expire_all()


def _items(found: Document) -> sa.Select[int | None]:
    segments = sa.select(col(Segment.id)).where(col(Segment.document_id) == found.id)
    return sa.select(col(Item.id)).where(col(Item.segment_id).in_(segments))


def _releases(session: Session, project: Project, found: Document) -> list[Release]:
    """Those made since the document came in, and until it was deleted; none if it never had a split."""
    if found.split is None:
        return []
    query = select(Release).where(Release.project_id == project.id, Release.created_at >= found.created_at)
    if found.deleted_at is not None:
        query = query.where(Release.created_at <= found.deleted_at)
    return list(session.exec(query.order_by(col(Release.number))))


def _folders(session: Session, project: Project, releases: list[Release]) -> dict[int, str]:
    query = select(AuditEntry).where(AuditEntry.project_id == project.id, AuditEntry.action == "release")
    numbers = {release.number for release in releases}
    noted = [entry.detail for entry in session.exec(query)]
    return {
        number: str(detail["folder"])
        for detail in noted
        if isinstance(number := detail.get("number"), int) and number in numbers and detail.get("folder")
    }


def _alike(session: Session, project: Project, found: Document) -> list[str]:
    query = sa.select(col(Document.external_id)).where(
        col(Document.project_id) == project.id,
        col(Document.cluster) == found.cluster,
        col(Document.id) != found.id,
        col(Document.erased_at).is_(None),
    )
    return sorted(session.execute(query).scalars())


def _words(session: Session, found: Document) -> quoting.Words:
    segments = session.exec(select(Segment).where(Segment.document_id == found.id))
    return quoting.Words(found.text, frozenset(found.text[each.start : each.end] for each in segments))


def _quoting(session: Session, project: Project, found: Document) -> list[int]:
    """Versions of the guidelines that hold a segment of it."""
    words = _words(session, found)
    texts = select(Guidelines).where(Guidelines.project_id == project.id).order_by(col(Guidelines.version))
    return [each.version for each in session.exec(texts) if words.stand_in(each.text)]
