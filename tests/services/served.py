"""`standpoint serve` as a process of its own on one port, so that it can be killed and started again."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


class Served:
    """A server that comes back on the same address."""

    def __init__(self, database: str) -> None:
        self.database = database
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it, and return once it takes requests."""
        program = "from annotator.cli import main; main()"
        options = ["--database", self.database, "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(
            [sys.executable, "-c", program, *options], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline().startswith("Serving")

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
def serving(database: str) -> Iterator[Served]:
    """A started server on this database; gone at the end."""
    server = Served(database)
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
