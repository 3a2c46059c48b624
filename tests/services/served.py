"""`standpoint serve` as a process of its own on one port, so that it can be killed and started again."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

PROGRAM = "from annotator.cli import main; main()"


class Served:
    """A server that comes back on the same address."""

    def __init__(
        self,
        database: str,
        options: tuple[str, ...] = (),
        *,
        settings: Mapping[str, str] | None = None,
        log: Path | None = None,
    ) -> None:
        self.database = database
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._options, self._settings, self._log = options, dict(settings or {}), log
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it, and return once it takes requests."""
        options = ["--database", self.database, "serve", "--port", str(self.port), *self._options]
        log = self._log.open("ab") if self._log is not None else None
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *options],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=os.environ | self._settings,
        )
        if log is not None:
            log.close()
        assert self.process.stdout is not None
        assert self.process.stdout.readline().startswith("Serving")

    def send(self, number: signal.Signals) -> None:
        """Send its first process a signal."""
        assert self.process is not None
        self.process.send_signal(number)

    def wait(self) -> int:
        """Its exit status, once it has ended by itself."""
        assert self.process is not None
        self.process.communicate(timeout=180)
        status, self.process = self.process.returncode, None
        return status

    def stop(self) -> None:
        """End it as a service manager does, and return once it is gone."""
        if self.process is not None:
            self.process.terminate()
            self.process.communicate()
            self.process = None

    def kill(self) -> None:
        """End it at once, in the middle of whatever it does."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


@contextmanager
def serving(
    database: str, options: tuple[str, ...] = (), *, kind: type[Served] | None = None, **more: object
) -> Iterator[Served]:
    """A started server on this database; gone at the end."""
    server = (kind or Served)(database, options, **more)
    try:
        server.start()
        yield server
    finally:
        server.kill()


def free_port() -> int:
    """A port of this machine that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
