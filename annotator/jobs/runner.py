"""Beside a web server: claims jobs, one at a time, and runs each in a process of its own.

The process is of a session of its own, so Ctrl-C on the server's terminal does not reach it. If the server
is stopped, it is asked to pause: it takes back what it began and the job waits for the next start, or for
another host. If the server is killed, it goes on, tells the database itself how far it is, and ends as ever.
If it is killed itself, the job is taken up again, `jobs.MOST_ATTEMPTS` times in all.
"""

import logging
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from annotator.config import Settings
from annotator.errors import StandpointError
from annotator.importing import under_way
from annotator.jobs.postman import Postman
from annotator.store import jobs
from annotator.store.engine import reading, writing

SETTLING = 60.0  # s between two looks for imports whose process is gone, and for jobs to forget
PAUSE = 1.0  # s between two looks at the queue
GLANCE = 0.1  # s between two looks at a process
GRACE = 10.0  # s that a process has to take back what it began

log = logging.getLogger(__name__)


class Runner:
    """A thread that works through the queue of the settings' database."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine = engine
        self._environment = os.environ | settings.environment()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)
        self._postman = Postman(engine, settings)

    def start(self) -> None:
        """Begin, in the background."""
        self._thread.start()
        self._postman.start()

    def stop(self) -> None:
        """Claim nothing more; what runs is paused. Returns when that is done."""
        self._stopping.set()
        self._postman.stop()
        self._thread.join()

    def _run(self) -> None:
        settled = -SETTLING
        while not self._stopping.wait(PAUSE):
            try:
                if time.monotonic() >= settled + SETTLING:
                    self._settle()
                    settled = time.monotonic()
                while not self._stopping.is_set() and self._step():
                    pass
            except sa.exc.SQLAlchemyError as error:
                log.warning("the queue of jobs cannot be read now: %s", error)
            except StandpointError as error:
                log.warning("an import could not be brought to its end: %s", error)
            except OSError as error:
                log.warning("no process could be started for a job: %s", error)

    def _settle(self) -> None:
        under_way.settle(self._engine)
        with reading(self._engine) as session:
            old = jobs.to_forget(session)
        if old:
            with writing(self._engine) as session:
                jobs.forget(session, old)

    def _step(self) -> bool:
        """Run the next job to its end; False if none waits."""
        with reading(self._engine) as session:
            if not jobs.is_any(session):
                return False
        worker = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        with writing(self._engine) as session:
            number = jobs.claim(session, worker)
        if number is not None:
            self._accompany(number, worker)
        return number is not None

    def _accompany(self, number: int, worker: str) -> None:
        """Start the job's process and wait for its end."""
        command = [sys.executable, "-m", "annotator.jobs.child", str(number), worker]
        with subprocess.Popen(  # noqa: S603 - our own module; what was asked for stands in the database
            command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        ) as process:
            while process.poll() is None and not self._stopping.wait(GLANCE):
                pass
            if process.poll() is None:
                _pause(process)
        with writing(self._engine) as session:  # changes nothing where the process has stored an outcome
            if process.returncode == -signal.SIGTERM:  # it was just beginning, or ending
                jobs.give_back(session, number, worker)
            else:
                jobs.lost(session, number, worker)
        if process.returncode not in {0, -signal.SIGTERM}:
            log.warning("the process of job %s ended with %s", number, process.returncode)


def _pause(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
