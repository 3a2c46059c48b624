"""One of several workers runs the jobs: whoever holds the lock of a file, which goes with its process."""

import fcntl
import threading
from pathlib import Path

from sqlalchemy.engine import Engine

from annotator.config import Settings
from annotator.jobs.runner import Runner

PAUSE = 1.0  # s between two tries


class Elected:
    """A thread that runs the jobs once no other worker does."""

    def __init__(self, engine: Engine, settings: Settings, lock: Path) -> None:
        self._engine, self._settings, self._lock = engine, settings, lock
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="election", daemon=True)

    def start(self) -> None:
        """Begin, in the background."""
        self._thread.start()

    def stop(self) -> None:
        """Run no more jobs; what runs is paused. Returns when that is done."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        with self._lock.open("a") as file:
            while not _taken(file.fileno()):
                if self._stopping.wait(PAUSE):
                    return
            runner = Runner(self._engine, self._settings)
            runner.start()
            self._stopping.wait()
            runner.stop()


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
