"""Beside a web server: looks for what happened, and sends it to the webhooks that wait for it.

A thread and no job of the queue: a release of an hour must not hold a message up, and a receiver that is slow
must not hold a release up. Where no project has a webhook it asks a small table every few seconds, and that
is all. Several hosts share the work, because a message is claimed before it is sent.
"""

import logging
import threading
import time

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlmodel import Session

from annotator.config import Settings
from annotator.jobs import sending
from annotator.store import happenings, post
from annotator.store.engine import reading, writing
from annotator.store.post import Letter

PAUSE = 2.0  # s between two looks
TIDYING = 3_600.0  # s between two times that what is old is forgotten

log = logging.getLogger(__name__)


class Postman:
    """A thread that tells webhooks of the settings' database."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine = engine
        self._allowed = frozenset(settings.webhook_hosts.split())
        self._stopping = threading.Event()
        self._tidied = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)

    def start(self) -> None:
        """Begin, in the background."""
        self._thread.start()

    def stop(self) -> None:
        """Send nothing more. Returns when what is being sent is over."""
        self._stopping.set()
        self._thread.join(sending.SECONDS)

    def look(self) -> int:
        """Gather what happened, and send what is due; how many messages were sent."""
        with reading(self._engine) as session:
            is_new, is_due = happenings.is_any(session), post.is_any(session)
        while is_new and not self._stopping.is_set():
            with writing(self._engine) as session:
                is_new = happenings.gather(session) > 0
                is_due = True
        sent = 0
        while is_due and not self._stopping.is_set() and self._send():
            sent += 1
        return sent

    def _send(self) -> bool:
        """Send the message that is due next; False if none is."""
        with writing(self._engine) as session:
            letter = post.claim(session)
        if letter is None:
            return False
        outcome = sending.send(letter, allowed=self._allowed)
        with writing(self._engine) as session:
            self._note(session, letter, outcome)
        return True

    @staticmethod
    def _note(session: Session, letter: Letter, outcome: sending.Outcome) -> None:
        if outcome.problem is None and outcome.status is not None:
            post.arrived(session, letter, outcome.status)
        else:
            post.failed(session, letter, outcome.problem or "", status=outcome.status)
            log.warning("webhook message %s was not taken: %s", letter.uuid, outcome.problem)

    def _run(self) -> None:
        while not self._stopping.wait(PAUSE):
            try:
                self.look()
                if time.monotonic() - self._tidied > TIDYING:
                    self._tidied = time.monotonic()
                    with writing(self._engine) as session:
                        post.tidy(session)
            except sa.exc.SQLAlchemyError as error:
                log.warning("webhooks cannot be looked after now: %s", error)
