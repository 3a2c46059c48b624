"""Jobs under a real runner in the test's process, with real processes beneath it."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from annotator.config import Settings
from annotator.domain import Job
from annotator.jobs.runner import Runner
from annotator.store import engine as store
from annotator.store import jobs
from annotator.store.engine import writing
from tests.services.waiting import until


@contextmanager
def running(settings: Settings) -> Iterator[Runner]:
    """A runner on the settings' database, stopped at the end as a server stops its own."""
    engine = store.create(settings.database)
    runner = Runner(engine, settings)
    runner.start()
    try:
        yield runner
    finally:
        runner.stop()
        engine.dispose()


def processes(url: str, number: int) -> list[int]:
    """The processes that run this job of this database, by their ids."""
    wanted, place = ["annotator.jobs.child", str(number)], f"STANDPOINT_DATABASE={url}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
            is_it = words[2:4] == wanted and place in (process / "environ").read_bytes().split(b"\0")
        except OSError:  # it has ended meanwhile, or is of somebody else
            continue
        if is_it:
            found.append(int(process.name))
    return found


def kill(url: str, number: int) -> None:
    """End the process of this job at once, in the middle of whatever it does."""
    [process] = processes(url, number)
    os.kill(process, signal.SIGKILL)


@contextmanager
def held_up(engine: Engine) -> Iterator[None]:
    """Meanwhile no release can end: SQLite takes no other writer, PostgreSQL gives nobody the documents."""
    with writing(engine) as session:
        if engine.dialect.name == "postgresql":
            session.execute(sa.text("LOCK TABLE document IN ACCESS EXCLUSIVE MODE"))
        yield


def ended(url: str, number: int) -> Job:
    """The job, once it has ended."""
    return until(lambda: _stands(url, number, lambda job: job.finished_at is not None))


def reached(url: str, number: int, doing: str) -> Job:
    """The job, once it does this."""
    return until(lambda: _stands(url, number, lambda job: job.doing == doing))


def _stands(url: str, number: int, is_so: Callable[[Job], bool]) -> Job | None:
    engine = store.create(url)
    try:
        with store.reading(engine) as session:
            job = jobs.find(session, number)
            session.expunge(job)
    finally:
        engine.dispose()
    return job if is_so(job) else None
