"""A PostgreSQL of one test, as durable as people's own, that can be killed and comes back where it was."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.services import postgres
from tests.services.waiting import until

SETTINGS = ("max_connections=60", "listen_addresses=")


class Killable:
    """A server in a folder of its own; a child of the test, so that its id is known."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._user = postgres._user()
        self._binaries = postgres._for_user(postgres.binaries_found(), folder.parent, self._user)
        postgres._initialise(self._binaries, folder, self._user)
        self._process: subprocess.Popen[bytes] | None = None

    def url(self) -> str:
        """The SQLAlchemy URL of its database."""
        return postgres.Server(self.folder).url("postgres")

    def start(self) -> None:
        """Start it, and return once it takes connections: what was killed leaves its memory for a moment."""
        until(self._is_started)

    def kill(self) -> None:
        """End it at once, in the middle of whatever it does; its processes see that, and end."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """End it in order."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()

    def _is_started(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            settings = [
                word
                for setting in (*SETTINGS, f"unix_socket_directories={self.folder}")
                for word in ("-c", setting)
            ]
            with (self.folder / "log").open("ab") as log:
                self._process = subprocess.Popen(
                    [self._binaries / "postgres", "-D", self.folder / "data", *settings],
                    cwd=self.folder,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    **postgres._as(self._user),
                )
        try:
            psycopg.connect(f"host={self.folder} user=standpoint dbname=postgres", connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def running() -> Iterator[Killable]:
    """A started server; gone at the end, with its folder.

    Raises
    ------
    postgres.Missing
        If there is none here.
    """
    run = Path(tempfile.mkdtemp(prefix="standpoint-", dir="/tmp"))
    folder, user = run / "pg", postgres._user()
    folder.mkdir(mode=0o700)
    if user:
        run.chmod(0o711)
        os.chown(folder, user.pw_uid, user.pw_gid)
    server = None
    try:
        server = Killable(folder)
        server.start()
        yield server
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(run, ignore_errors=True)
