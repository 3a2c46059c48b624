"""The sign of life of a job's process, and the way by which it hears that it is to stop."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from annotator.jobs.context import Stopped
from annotator.store import jobs
from annotator.store.engine import writing
from annotator.store.jobs import Progress, Wanted

SECONDS = 1.0  # between two writes, at the least
REST = 3  # so often nothing is written where nothing changed

log = logging.getLogger(__name__)


class Heart:
    """Beats in a thread of its own: a write a second while the job gets on, every few while it does not."""

    def __init__(self, engine: Engine, number: int, worker: str) -> None:
        self._engine, self._number, self._worker = engine, number, worker
        self._end = threading.Event()
        self._told = self._progress = Progress()
        self._rested = 0
        self.wanted: Wanted = Wanted.GO_ON
        self.must_pause = False  # the server stops; set by a signal

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Beat for as long as the block lasts."""
        thread = threading.Thread(target=self._run, name="heart", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._end.set()
            thread.join()

    def hear(self, done: int, total: int | None, doing: str | None) -> None:
        """Take note of the progress, for the next beat.

        Raises
        ------
        Stopped
            If the job is to stop.
        """
        self._progress = Progress(done, total, doing)
        self.look()

    def look(self) -> None:
        """Nothing, as long as the job is to go on.

        Raises
        ------
        Stopped
            If it is to stop.
        """
        if self.must_pause or self.wanted is not Wanted.GO_ON:
            raise Stopped

    def beat(self) -> None:
        """Write if there is something to tell, or if it has been quiet for long."""
        progress = self._progress
        if progress == self._told and self._rested < REST:
            self._rested += 1
            return
        with writing(self._engine) as session:
            self.wanted = jobs.beat(session, self._number, self._worker, progress)
        self._told, self._rested = progress, 0

    def _run(self) -> None:
        while not self._end.wait(SECONDS):
            try:
                self.beat()
            except sa.exc.SQLAlchemyError as error:  # it may come back before the job is taken for dead
                log.warning("job %s could not tell how far it is: %s", self._number, error)
