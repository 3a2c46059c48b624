"""Imports that are under way: begun, stored, shown; settled by somebody else where their process is gone.

One at a time in a project. A process holds its import by a row that each of its parts looks at; once another
has settled it, no part of it can be stored any more. What was taken back leaves no row.
"""

import os
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlmodel import Session, col, select

from annotator.domain import Import, ImportState, Project, metadata, now
from annotator.errors import Conflict, Invalid
from annotator.importing import shown, stage, taken_back
from annotator.importing.report import Report
from annotator.importing.stage import INFO, Stage
from annotator.store import audit
from annotator.store import engine as store

SILENT_SECONDS = 300  # after which the process of an import is taken for dead
TOUCH_SECONDS = 10
IMPORT = metadata.tables["import"]
STORING, SHOWING, DONE = ImportState.STORING, ImportState.SHOWING, ImportState.DONE
LOST = "This import was taken for dead and taken back by another process: import the files again."
ANOTHER = "Another import into {slug!r} is under way: wait for its end, then import again."
CHANGED = "Somebody added the same texts or names while they were imported: import the files again."
BROUGHT = ("document", "item", "entity", "user")


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """Who imports what, what hears how many rows are stored, and what is kept of the report."""

    files: Sequence[str] = ()
    by_id: int | None = None
    job_id: int | None = None
    hear: Callable[[int], None] = lambda _: None
    tell: Callable[[Report], dict[str, Any]] = lambda report: {"figures": report.as_json()}


def run(
    engine: Engine, project_id: int, begun: Begun, load: Callable[[Session, Project], Report]
) -> dict[str, Any]:
    """Let `load` store, in parts, what is shown once it has returned; give what is kept of its report.

    If it raises, or this process is stopped, nothing of it stays. A job that has done it already, in an
    attempt whose end was not heard of, gets what was kept then.

    Raises
    ------
    Conflict
        If another import into the project is under way.
    """
    settle(engine, project_id=project_id, job_id=begun.job_id)
    if begun.job_id is not None and (told := _kept(engine, begun.job_id)) is not None:
        return told
    number = _begin(engine, project_id, begun)
    try:
        with _parts(engine, number, begun.hear) as (session, made):
            project = session.get_one(Project, project_id)
            report = load(session, project)
            told = begun.tell(report)
            _flip(session, project, made, report, told)
    except BaseException as error:
        _take_back(engine, number)
        if isinstance(error, sa.exc.IntegrityError):
            raise Conflict(CHANGED) from error
        raise
    _show(engine, number)
    return told


def settle(engine: Engine, *, project_id: int | None = None, job_id: int | None = None) -> int:
    """Bring imports whose process is gone to an end: shown if they were whole, else taken back.

    Those of `job_id` are this process's own, of an earlier attempt. Returns how many there were.
    """
    with store.reading(engine) as session:
        query = select(Import).where(col(Import.state).in_((STORING, SHOWING)))
        found = [
            (each.id or 0, each.state)
            for each in session.exec(query)
            if project_id in {None, each.project_id}
            and (_is_dead(each) or (job_id is not None and each.job_id == job_id))
        ]
    for number, state in found:
        (_show if state is SHOWING else _take_back)(engine, number)
    return len(found)


def _is_dead(each: Import) -> bool:
    host, _, process = each.owner.partition(" ")
    if host == socket.gethostname() and not _runs(int(process)):
        return True
    return each.touched_at < now() - timedelta(seconds=SILENT_SECONDS)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _owner() -> str:
    return f"{socket.gethostname()} {os.getpid()}"


def _kept(engine: Engine, job_id: int) -> dict[str, Any] | None:
    with store.reading(engine) as session:
        done = select(Import.told).where(Import.job_id == job_id, Import.state == DONE)
        kept = session.exec(done).first()
    return dict(kept) if kept is not None else None


def _begin(engine: Engine, project_id: int, begun: Begun) -> int:
    try:
        with store.writing(engine) as session:
            made = Import(
                project_id=project_id,
                files=list(begun.files),
                owner=_owner(),
                started_by_id=begun.by_id,
                job_id=begun.job_id,
                before={name: _highest(session, metadata.tables[name]) for name in BROUGHT},
            )
            session.add(made)
            session.flush()
            assert made.id is not None
            return made.id
    except sa.exc.IntegrityError:
        with store.reading(engine) as session:
            slug = session.get_one(Project, project_id).slug
        raise Conflict(ANOTHER.format(slug=slug)) from None


def _highest(session: Session, table: sa.Table) -> int:
    return session.execute(sa.select(sa.func.max(table.c.id))).scalar_one() or 0


def _is_there(engine: Engine, number: int) -> bool:
    """Whether nobody else has settled it."""
    with store.reading(engine) as session:
        return session.get(Import, number) is not None


@contextmanager
def _parts(
    engine: Engine, number: int, hear: Callable[[int], None] = lambda _: None, *, is_mine: bool = True
) -> Iterator[tuple[Session, Import]]:
    """A session whose parts are committed; of one's own import as long as nobody else has settled it."""
    with store.in_parts(engine) as session:
        made = session.get_one(Import, number)
        held = sa.select(IMPORT.c.id).where(IMPORT.c.id == number, IMPORT.c.state == made.state)
        held = held.where(IMPORT.c.owner == _owner())
        touched = 0.0

        def end() -> None:
            nonlocal touched
            is_quiet = time.monotonic() < touched + TOUCH_SECONDS
            if is_quiet and not session.in_transaction():
                return
            session.flush()
            if is_mine and session.execute(held.with_for_update(key_share=True)).first() is None:
                session.rollback()
                raise Conflict(LOST)
            if not is_quiet:
                session.execute(sa.update(IMPORT).where(IMPORT.c.id == number).values(touched_at=now()))
                touched = time.monotonic()
            session.commit()
            hear(stage.of(session).stored)

        session.info[INFO] = Stage(moment=made.started_at, end_part=end)
        end()
        yield session, made


def _flip(session: Session, project: Project, made: Import, report: Report, told: dict[str, Any]) -> None:
    """From here on the import is whole: all that could not be hidden changes in this transaction."""
    session.add_all(stage.of(session).later)
    shown.entities(session, made)
    if report.changes:
        figures = report.as_json()
        audit.note(session, "import", project=project, by_id=made.started_by_id, files=made.files, **figures)
        made.told = told
    is_whole = sa.update(IMPORT).where(
        IMPORT.c.id == made.id, IMPORT.c.state == STORING, IMPORT.c.owner == made.owner
    )
    if session.execute(is_whole.values(state=SHOWING, touched_at=now())).rowcount != 1:  # type: ignore[attr-defined]
        session.rollback()
        raise Conflict(LOST)
    session.commit()


def _show(engine: Engine, number: int) -> None:
    if not _is_there(engine, number):
        return
    with _parts(engine, number, is_mine=False) as (session, made):
        fault = None
        try:
            shown.all_of(session, session.get_one(Project, made.project_id), made)
        except Invalid as error:
            fault = error
        shown_here = (IMPORT.c.id == number, IMPORT.c.state == SHOWING)
        if made.told:
            session.execute(sa.update(IMPORT).where(*shown_here).values(state=DONE, finished_at=now()))
        else:  # nothing was new
            session.execute(sa.delete(IMPORT).where(*shown_here))
        session.commit()
        if fault is not None:
            raise fault


def _take_back(engine: Engine, number: int) -> None:
    if not _is_there(engine, number):
        return
    with _parts(engine, number, is_mine=False) as (session, made):
        if made.state is STORING:
            taken_back.all_of(session, made)
            session.execute(sa.delete(IMPORT).where(IMPORT.c.id == number, IMPORT.c.state == STORING))
            session.commit()
