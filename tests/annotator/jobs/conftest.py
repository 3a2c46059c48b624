"""A package of somebody's that brings jobs, installed beside ours."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from annotator.config import Settings
from annotator.store import jobs
from annotator.store.engine import writing
from tests.services.running import running

ENTRIES = """[standpoint.jobs]
steps = bringing_jobs:steps
blocks = bringing_jobs:blocks
refuses = bringing_jobs:refuses
breaks = bringing_jobs:breaks
dies = bringing_jobs:dies
missing = bringing_no_jobs:steps
"""
MODULE = '''
import os
import signal
import threading
from pathlib import Path

from annotator.errors import Invalid


def steps(context, arguments):
    """Leaves a file while it works; ends when a file says so, and takes its own away when it is stopped."""
    begun, end, pause = Path(arguments["begun"]), Path(arguments["end"]), threading.Event()
    begun.touch()
    try:
        done = 0
        while not end.exists():
            done += 1
            context.report(done, 1_000_000, "steps")
            pause.wait(0.01)
    except BaseException:
        begun.unlink()
        raise
    return {"done": done > 0}


def blocks(context, arguments):
    """Says nothing and hears nothing: reads from a pipe until that is closed."""
    context.report(1, 2, "blocks")
    Path(arguments["pipe"]).read_bytes()
    return {}


def refuses(context, arguments):
    raise Invalid("There is nothing here: import texts first.")


def breaks(context, arguments):
    raise ZeroDivisionError("the secret of a stranger")


def dies(context, arguments):
    with Path(arguments["attempts"]).open("a") as file:
        file.write("I")
    os.kill(os.getpid(), signal.SIGKILL)
'''


@pytest.fixture
def brought(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts the package where processes find it."""
    package = tmp_path / "packages"
    (package / "bringing_jobs-1.dist-info").mkdir(parents=True)
    (package / "bringing_jobs.py").write_text(MODULE)
    (package / "bringing_jobs-1.dist-info" / "METADATA").write_text("Name: bringing-jobs\nVersion: 1\n")
    (package / "bringing_jobs-1.dist-info" / "entry_points.txt").write_text(ENTRIES)
    monkeypatch.setenv(
        "PYTHONPATH", os.pathsep.join(filter(None, [str(package), os.environ.get("PYTHONPATH")]))
    )


@pytest.fixture
def runner(brought: None, database_url: str) -> Iterator[None]:
    """A runner that knows the package."""
    with running(Settings(database=database_url)):
        yield


@pytest.fixture
def ask(engine: Engine) -> Callable[..., int]:
    """`ask("steps", begun=path)` asks for a job and gives its number."""

    def enqueue(name: str, **arguments: object) -> int:
        with writing(engine) as session:
            job, _ = jobs.enqueue(session, name, arguments={key: str(of) for key, of in arguments.items()})
            assert job.id is not None
            return job.id

    return enqueue
