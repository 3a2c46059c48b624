"""Rows of a release made by the workers of a Dask cluster, in the order and with the bytes of one process.

Context: a part of the documents is read and shaped without the others. Choice: each worker opens the database
by itself and sees the release's own snapshot, which PostgreSQL hands on by name; what it makes comes back as
columns and is written here, in order, so no worker needs the release's folder. Cost: PostgreSQL alone, and
the database's address goes to the workers with its password. SQLite's snapshots cannot be shared: a worker
would see what was saved a moment later.

A part of a worker that dies is made by another one. If none is left, the release ends and leaves nothing.
"""

import platform
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from importlib import import_module, metadata
from typing import Any

import pyarrow as pa

from annotator.errors import Invalid, Unusable
from annotator.reading import Snapshot, tabular
from annotator.reading.shared import Shared, joined, share
from exporters import shaping
from exporters.shaping import Places, Rows

SCHEME = "dask://"
PATIENCE = 10  # s: for a scheduler to answer, and between two looks whether there is anybody left


class Cluster:
    """A connection to a scheduler that has workers like this process."""

    def __init__(self, address: str, client: Any, lost: tuple[type[BaseException], ...]) -> None:
        self.address, self.client, self.lost = address, client, lost

    def made(self, snapshot: Snapshot, schema: pa.Schema, places: Places) -> Generator[Rows]:
        """The rows of all parts, in order. Two parts a thread are under way at most: memory holds these.

        Raises
        ------
        Unusable
            If nobody is left who can make them.
        """
        try:
            yield from self._made(share(snapshot), snapshot, schema, places)
        except self.lost as error:
            raise self._gone() from error

    def _made(self, shared: Shared, snapshot: Snapshot, schema: pa.Schema, places: Places) -> Generator[Rows]:
        wide = 2 * max(sum(self.client.nthreads().values()), 1)
        under_way: deque[Any] = deque()
        done = 0
        for ids in tabular.cut(snapshot):
            of = places[done : done + len(ids)]
            done += len(ids)
            under_way.append(self.client.submit(part, shared, schema, ids, of, pure=False))
            if len(under_way) >= wide:
                yield self._result(under_way.popleft())
        while under_way:
            yield self._result(under_way.popleft())

    def _result(self, future: Any) -> Rows:
        """What a worker made, or another in its place."""
        while True:
            try:
                found: Rows = future.result(timeout=PATIENCE)
                return found
            except TimeoutError:
                if not self.client.nthreads():
                    raise self._gone() from None

    def _gone(self) -> Unusable:
        return Unusable(
            f"The workers of {self.address} are gone, or die of what they are given: nothing was published. "
            "See their logs, then make the release again; without --workers this machine does the work."
        )


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """A cluster by the address of its scheduler, `dask://HOST:PORT`.

    Raises
    ------
    Invalid
        If this is no such address.
    Unusable
        If nobody answers there, no worker is there, one is not like this process, or `distributed` is
        missing.
    """
    host = address.removeprefix(SCHEME)
    if host == address or not host.rpartition(":")[2].isdecimal():
        raise Invalid(f"{address!r} is no address of workers: give dask://HOST:PORT, that of a scheduler.")
    try:
        distributed = import_module("distributed")
    except ImportError as error:
        raise Unusable("--workers needs Dask: install the extra `dask` ('.[postgres,dask]').") from error
    try:
        client = distributed.Client(f"tcp://{host}", timeout=PATIENCE, set_as_default=False)
    except OSError as error:
        raise Unusable(
            f"No Dask scheduler answers at {address}: start one, or leave out --workers."
        ) from error
    lost = (OSError, CancelledError, distributed.KilledWorker)
    with client:
        _look(address, client)
        yield Cluster(address, client, lost)


def versions() -> dict[str, str]:
    """What must be the same here and there, for the rows to be."""
    names = ("standpoint", "pyarrow", "numpy", "sqlalchemy")
    return {"Python": platform.python_version()} | {name: metadata.version(name) for name in names}


def part(shared: Shared, schema: pa.Schema, ids: list[int], of: Places) -> Rows:
    """Runs in a worker: the rows of these documents."""
    with joined(shared) as snapshot:
        return shaping.made(shaping.Shape(snapshot, schema), tabular.Reading(snapshot).of(ids), of)


def _look(address: str, client: Any) -> None:
    """Raises Unusable unless there are workers, all of them like this process."""
    try:
        there = client.run(versions)
    except ImportError as error:
        raise Unusable(f"A worker of {address} has no Standpoint ({error}): install it there.") from error
    if not there:
        raise Unusable(f"The scheduler {address} has no workers: start one with `dask worker`.")
    here = versions()
    for worker, found in there.items():
        if different := [
            f"{name} {found[name]}, here {own}" for name, own in here.items() if found[name] != own
        ]:
            raise Unusable(f"The worker {worker} has other versions: {'; '.join(different)}.")
