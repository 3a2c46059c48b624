"""A Dask scheduler and its workers, as processes of their own on 127.0.0.1."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

HERE = ["--host", "127.0.0.1", "--no-dashboard"]


class Cluster:
    """A scheduler and workers, of one thread each and without anybody to start them again."""

    def __init__(self, scheduler: subprocess.Popen[str], address: str) -> None:
        self.scheduler, self.address = scheduler, address
        self.workers: list[subprocess.Popen[str]] = []

    def work(self) -> None:
        """A worker more."""
        options = ["--nthreads", "1", "--no-nanny", *HERE]
        worker = _started("worker", self.address.replace("dask", "tcp"), *options)
        self.workers.append(worker)
        _line(worker, "Registered to")

    def close(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.communicate()


@contextmanager
def running(workers: int) -> Iterator[Cluster]:
    """A scheduler that so many workers wait at."""
    scheduler = _started("scheduler", "--port", "0", *HERE)
    address = _line(scheduler, "Scheduler at:").split("tcp://")[1].strip()
    cluster = Cluster(scheduler, f"dask://{address}")
    try:
        for _ in range(workers):
            cluster.work()
        yield cluster
    finally:
        cluster.close()


def _started(kind: str, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *options]
    return subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)


def _line(process: subprocess.Popen[str], said: str) -> str:
    """What it says, once it has said so."""
    assert process.stderr is not None
    lines: IO[str] = process.stderr
    found = []
    for line in lines:
        found.append(line)
        if said in line:
            return line
    raise RuntimeError("".join(found))
