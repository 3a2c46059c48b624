"""Several processes on one socket: gunicorn forks them, and starts another where one dies.

Context: Python runs one thread at a time, so one process is one core. Choice: gunicorn's threaded workers, by
its own application class; it is plain Python, so it stands wherever Standpoint does, and a worker's threads
are what the embedded server has. granian, the alternative, is faster at what costs us nothing (parsing HTTP)
and brings a compiled runtime. Cost: an extra, `server`.

Nothing is opened before the fork: each worker makes its own application with its own connections. One of
them, whoever holds the lock, runs the jobs of this host.
"""

import logging
import os
import shutil
import signal
import socket
import tempfile
import time
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import sqlalchemy as sa
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger

from annotator.config import Settings
from annotator.errors import Unusable
from annotator.http import metrics
from annotator.serving.election import Elected
from annotator.web import create_app, warming

GRACE = 30  # s that requests under way may take after the end was asked for
SILENT = 120  # s without a sign of life, after which a worker is taken for dead
KEEP_ALIVE = 30  # s
LONGEST_LINE = 8190  # bytes of a request's first line, at the most that gunicorn takes
PAUSE = 2.0  # s between two tries to begin
# gunicorn makes a file of its own there, and unlinks it
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  # nosec B108

log = logging.getLogger(__name__)


def serve(settings: Settings, listener: socket.socket, *, workers: int, threads: int) -> NoReturn:
    """Serve the settings' application on the socket by so many processes, until Ctrl-C or SIGTERM.

    Requests under way are answered then; a second signal ends at once. SIGHUP replaces the workers, one
    after another. Ends this process.
    """
    folder = Path(tempfile.mkdtemp(prefix="standpoint-"))
    metrics.share(folder)
    listener.setblocking(False)
    Looking(Served(settings, folder, workers=workers, threads=threads), listener).run()
    raise AssertionError("gunicorn ends the process itself")


class Log(Logger):  # type: ignore[misc]
    """What gunicorn says goes the way of all logs."""

    def setup(self, cfg: Any) -> None:
        """Neither files nor formats of its own."""
        self.cfg = cfg
        self._access_log_enabled = False
        self.loglevel = logging.INFO
        self.error_log.propagate = True


class Served(BaseApplication):  # type: ignore[misc]
    """Our application and its configuration, as gunicorn asks for them."""

    def __init__(self, settings: Settings, folder: Path, *, workers: int, threads: int) -> None:
        self._settings, self._folder = settings, folder
        self._numbers = {"workers": workers, "threads": threads}
        self._elected: Elected | None = None
        super().__init__()

    def load_config(self) -> None:
        """Ours alone: no file, no environment; what a proxy forwards is for the application to judge."""
        chosen: dict[str, Any] = self._numbers | {
            "worker_class": "gthread",
            "timeout": SILENT,
            "graceful_timeout": GRACE,
            "keepalive": KEEP_ALIVE,
            "limit_request_line": LONGEST_LINE,
            "logger_class": Log,
            "proc_name": "standpoint",
            "forwarded_allow_ips": "",
            "secure_scheme_headers": {},
            "forwarder_headers": "",
            "control_socket_disable": True,
            "worker_tmp_dir": str(SHARED_MEMORY) if SHARED_MEMORY.is_dir() else None,
            "post_worker_init": self._begin,
            "worker_exit": self._end,
            "child_exit": lambda _arbiter, worker: metrics.forget(worker.pid),
            "on_exit": lambda _arbiter: shutil.rmtree(self._folder, ignore_errors=True),
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application of one worker, made in it. Without a database it ends, and another is tried."""
        try:
            return create_app(self._settings)
        except (Unusable, sa.exc.SQLAlchemyError) as error:  # the other workers go on meanwhile
            log.warning("a worker cannot begin now: %s", error)
            time.sleep(PAUSE)
            raise SystemExit(1) from None

    def _begin(self, _worker: Any) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's Ctrl-C goes to all: the first one decides
        app = self.wsgi()
        warming.begin(app)
        lock = self._folder / "jobs.lock"
        self._elected = Elected(app.extensions["standpoint_engine"], self._settings, lock)
        self._elected.start()

    def _end(self, _arbiter: Any, _worker: Any) -> None:
        if self._elected is not None:
            self._elected.stop()


class Looking(Arbiter):  # type: ignore[misc]
    """The process that looks after the workers."""

    def __init__(self, app: Served, listener: socket.socket) -> None:
        super().__init__(app)
        self.LISTENERS = [listener]

    def handle_int(self) -> None:
        """Ctrl-C is as SIGTERM: those who wait for an answer get it."""
        self.handle_term()

    def stop(self, graceful: bool = True) -> None:
        """End the workers; a signal that comes meanwhile does not wait for them."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._end_at_once)
        super().stop(graceful)

    def _end_at_once(self, number: int, _frame: FrameType | None) -> None:
        self.kill_workers(signal.SIGKILL)
        os._exit(128 + number)
