"""The folder of one test run: shared by its workers, gone afterwards with all that was started in it."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.services import postgres

NAME = "STANDPOINT_TEST_RUN"
STOPPING_SECONDS = 20


class Run:
    """Open for as long as the process that made it lives. Workers find the folder by the environment."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="standpoint-", dir=_short_folder()))
        os.mkfifo(self.folder / "alive")
        self._alive = os.open(self.folder / "alive", os.O_RDWR)
        os.environ[NAME] = str(self.folder)

    def close(self) -> None:
        """Let the server stop, wait for it, and remove the folder."""
        os.close(self._alive)
        deadline = time.monotonic() + STOPPING_SECONDS
        while (self.folder / "pg/data/postmaster.pid").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        shutil.rmtree(self.folder, ignore_errors=True)


def postgres_server() -> postgres.Server:
    """The run's PostgreSQL, started by the worker that asks first.

    Raises
    ------
    Missing
        If there is none; the reason is found once, and told to every worker.
    """
    folder = Path(os.environ[NAME])
    reason = folder / "no-postgres"
    with _alone(folder / "postgres.lock"):
        if reason.exists():
            raise postgres.Missing(reason.read_text(encoding="utf-8"))
        if (folder / "pg/data/postmaster.pid").exists():
            return postgres.Server(folder / "pg")
        try:
            return postgres.start(folder)
        except postgres.Missing as missing:
            reason.write_text(str(missing), encoding="utf-8")
            raise


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _short_folder() -> str | None:
    """A socket's path holds some 100 bytes: /tmp, where the machine's folder for such files is deep."""
    return "/tmp" if len(tempfile.gettempdir()) > 60 else None
