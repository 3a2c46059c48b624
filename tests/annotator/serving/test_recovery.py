"""What fails around a server: it says so in a sentence, stores nothing by halves, and goes on by itself."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import select

from annotator.domain import Annotation, Job, now
from annotator.store import engine as store
from annotator.store import jobs
from annotator.store.engine import reading, writing
from tests import application, make
from tests.services import postgres

ITEMS = 400
NOW = "The database does not answer now; nothing was stored. Try again."


@contextmanager
def at_work(url: str) -> Iterator[tuple]:
    """The application, and Ada's script, with items to answer."""
    with application.running(url) as app:

        def rows(session):
            make.directed(session, items=ITEMS, members=[make.user(session, "ada")])

        application.stored(app, rows)
        yield app, application.script(app, "ada")


def answer(ada, number, uuid=None):
    """What the server says to an answer to this item."""
    body = {"item": f"posts-{number}-0", "stances": [{"label": "FAVOR"}]}
    return ada.put(f"/api/v1/annotations/{uuid or uuid4()}", json=body)


def stored(url):
    """The uuids of all answers."""
    engine = store.create(url)
    try:
        with reading(engine) as session:
            return {str(uuid) for uuid in session.exec(select(Annotation.uuid))}
    finally:
        engine.dispose()


def is_told(answer):
    """Whether an answer says that the server cannot store now, as scripts and people can read it."""
    return (answer.status_code, answer.headers.get("Retry-After")) == (503, "5") and (
        NOW in answer.get_data(as_text=True)
    )


# PostgreSQL is away


@pytest.fixture
def own_postgres() -> Iterator[postgres.Server]:
    """A PostgreSQL that a test may stop; nobody else uses it."""
    run = Path(tempfile.mkdtemp(prefix="standpoint-", dir="/tmp"))
    os.mkfifo(run / "alive")
    alive = os.open(run / "alive", os.O_RDWR)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, run, ignore_errors=True)
        stack.callback(os.close, alive)
        try:
            server = postgres.start(run)
        except postgres.Missing as missing:
            pytest.skip(str(missing))
        stack.callback(_halted, server)
        yield server


def _halted(server):
    if (server.folder / "data" / "postmaster.pid").exists():
        postgres.halt(server)


@pytest.mark.postgresql
def test_a_database_that_was_away_is_used_again_when_it_is_back(own_postgres, database_url):
    """PostgreSQL gets an update at noon: half a minute of waiting, no call to an administrator."""
    with own_postgres.database("away", template="template0") as url:
        engine = store.create(url)
        store.migrate(engine)
        engine.dispose()
        with at_work(url) as (app, ada):
            anonymous, kept = app.test_client(), uuid4()
            assert answer(ada, 0).status_code == 201
            postgres.halt(own_postgres)

            assert is_told(answer(ada, 1, kept))
            assert is_told(ada.get("/"))
            assert anonymous.get("/healthz").status_code == 200
            assert anonymous.get("/readyz").status_code == 503
            assert "standpoint_database_answers 0.0" in app.extensions["standpoint_metrics"].told().decode()

            postgres.resume(own_postgres)
            assert anonymous.get("/readyz").status_code == 200
            assert answer(ada, 1, kept).status_code == 201
            assert len(stored(url)) == 2


# The disk is full, or cannot be written


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    """A disk of 16 MB, mounted for the test alone."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "standpoint", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a disk of its own can only be mounted by root")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder):
    """Leave no byte free."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (2**16, 2**12, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                pass
    return ballast


@pytest.mark.sqlite
def test_a_full_disk_loses_no_answer_that_was_acknowledged(small_disk, sqlite_url):
    """Somebody copies a video onto the server: work stops with a sentence, and goes on when it is gone."""
    url = f"sqlite:///{shutil.copy(sqlite_url.removeprefix('sqlite:///'), small_disk)}"
    with at_work(url) as (app, ada):
        ballast, acknowledged, refused = fill(small_disk), set(), None
        for number in range(ITEMS):
            uuid = uuid4()
            said = answer(ada, number, uuid)
            if said.status_code != 201:
                refused = number, uuid, said
                break
            acknowledged.add(str(uuid))
        assert refused is not None, "the disk was never full"
        number, uuid, said = refused
        assert is_told(said)
        assert app.test_client().get("/healthz").status_code == 200
        assert stored(url) == acknowledged

        ballast.unlink()
        assert answer(ada, number, uuid).status_code == 201
        assert stored(url) == {*acknowledged, str(uuid)}
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.sqlite
def test_a_disk_that_cannot_be_written_is_told_and_used_again_once_it_can(small_disk, sqlite_url):
    """A disk with a fault is made read-only by the system, until somebody has looked at it."""
    url = f"sqlite:///{shutil.copy(sqlite_url.removeprefix('sqlite:///'), small_disk)}"
    with at_work(url) as (app, ada):
        kept = uuid4()
        assert answer(ada, 0).status_code == 201
        app.extensions["standpoint_engine"].dispose()
        subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
        refused = answer(ada, 1, kept)
        app.extensions["standpoint_engine"].dispose()
        subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)

        assert is_told(refused)
        assert answer(ada, 1, kept).status_code == 201


# The clock is put back


def test_work_goes_on_after_the_clock_was_put_back(database_url):
    """A server's battery is flat, and all that was stored yesterday seems to be of tomorrow."""
    with at_work(database_url) as (app, ada):
        first, second = uuid4(), uuid4()
        assert answer(ada, 0, first).status_code == 201
        leased = ada.get("/api/v1/projects/posts/queue?limit=2").json["items"]
        with writing(app.extensions["standpoint_engine"]) as rows:
            for table, column in [
                ("annotation", "created_at"),
                ("lease", "leased_at"),
                ("lease", "expires_at"),
            ]:
                later = now() + timedelta(days=1)
                rows.execute(sa.table(table, sa.column(column)).update().values({column: later}))

        body = {"item": "posts-0-0", "replaces": str(first), "stances": [{"label": "AGAINST"}]}
        changed = ada.put(f"/api/v1/annotations/{second}", json=body)
        assert (changed.status_code, changed.json["revision"]) == (201, 1)
        assert answer(ada, int(leased[0]["id"].split("-")[1])).status_code == 201
        assert ada.get("/api/v1/projects/posts/queue?limit=20").json["items"]


def test_a_dead_job_is_taken_up_again_after_the_clock_was_put_back(engine):
    """Its last sign of life is of tomorrow: it would be waited for until then."""
    with writing(engine) as session:
        job, _ = jobs.enqueue(session, "release")
        assert jobs.claim(session, "the first") == job.id
        number = job.id
    with writing(engine) as session:
        assert jobs.claim(session, "too early") is None
        session.get_one(Job, number).heartbeat_at = now() + timedelta(days=1)
    with writing(engine) as session:
        assert jobs.claim(session, "the second") == number
