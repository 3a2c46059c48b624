"""`standpoint serve`, forked from a process that has imported all of it and done nothing else.

It opens the database, recovers and listens as a server does that was started from nothing. Only the imports
are spared: five seconds of CPU on a slow machine, which were three quarters of the time of a test that kills
a server a hundred times.
"""

import multiprocessing
import os
import socket
from contextlib import closing, suppress
from multiprocessing.context import ForkServerProcess

from annotator.cli import main
from tests.services.served import Served
from tests.services.waiting import until

CONTEXT = multiprocessing.get_context("forkserver")
IMPORTED = ["annotator.commands.serve", "annotator.web", "annotator.serving.embedded", "tests.services.warm"]
IMPORTED += ["sqlalchemy.dialects.sqlite", "psycopg", "exporters.button.pages", "baselines.button.pages"]


class Warm(Served):
    """A server that comes back quickly on the same address."""

    forked: ForkServerProcess | None = None

    def start(self) -> None:
        """Start it, and return once it listens: who comes now waits until it answers."""
        CONTEXT.set_forkserver_preload(IMPORTED)
        options = ["--database", self.database, "serve", "--port", str(self.port), *self._options]
        self.forked = CONTEXT.Process(target=_serve, args=(options,), daemon=True)
        self.forked.start()
        until(self._listens)

    def kill(self) -> None:
        """End it at once, in the middle of whatever it does."""
        if self.forked is not None:
            self.forked.kill()
            self.forked.join()
            self.forked = None

    def _listens(self) -> bool:
        assert self.forked is not None
        assert self.forked.is_alive(), self.forked.exitcode
        with suppress(OSError), closing(socket.create_connection(("127.0.0.1", self.port), timeout=10)):
            return True
        return False


def _serve(options: list[str]) -> None:
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)  # "Serving …" is for people
    main(options)
