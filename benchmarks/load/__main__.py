"""Labels a second and server CPU a label, beside a bare Flask + sqlite3 application in the same run.

    python -m benchmarks.load [--clients 16] [--seconds 60] [--rate 0] [--bulk 0] [--items 20000]
                              [--database URL] [--alone]

Both are loaded in turns of twenty seconds, and served by waitress with the same threads, on SQLite with the
same pragmas and durability. Every client is an annotator in the loop "next items, save": it asks for 20 when
half of them are gone, and saves each label by its own PUT, or with `--bulk` so many of ours at a time, as
lines of one request. `--rate` paces all of them together at so many labels a second. The bare application is
asked twice: once as here, and once in the loop "next item, save", a request each. At the end what is stored
is held against what was acknowledged, and no item may have more counted answers than its overlap.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlmodel import select

from annotator.domain import Annotation, Item, Role
from annotator.store import accounts, projects, queue
from annotator.store import engine as store
from benchmarks.load import bare
from benchmarks.made_up import SLUG, fill
from tests.services.served import Served, free_port, serving

OVERLAP = 3
TURN = 20.0  # seconds that one is under load before the other
WARM = 5.0  # seconds of load before anything is measured
IDLE = 0.02  # of a core: a server that has started uses no more
TICKS = os.sysconf("SC_CLK_TCK")


@click.command()
@click.option("--clients", default=16, show_default=True)
@click.option("--seconds", default=60.0, show_default=True, help="How long each is under load.")
@click.option("--rate", default=0.0, show_default=True, help="Labels a second of all together; 0: saturated.")
@click.option("--items", default=20_000, show_default=True)
@click.option("--database", help="An empty one; without it, an SQLite file that is thrown away.")
@click.option("--bulk", default=0, help="Labels that ours saves at a time; 0: each by its own PUT.")
@click.option("--alone", is_flag=True, help="Without the bare application.")
def main(
    clients: int, seconds: float, rate: float, items: int, database: str | None, bulk: int, alone: bool
) -> None:
    """Load both in turns, so that what the machine does besides meets both, and print both."""
    plan = {"seconds": seconds, "rate": rate, "bulk": 0}
    with ExitStack() as running:
        folder = running.enter_context(tempfile.TemporaryDirectory())
        url = database or f"sqlite:///{folder}/load.db"
        engine = store.create(url)
        running.callback(engine.dispose)
        served = [] if alone else [_bare(folder, plan, clients, items, single) for single in (False, True)]
        served.append(_standpoint(engine, url, {**plan, "bulk": bulk}, clients, items))
        under_load = [running.enter_context(each) for each in served]
        for each in under_load:
            each.warm()
        turns = max(1, round(seconds / TURN))
        for turn in range(turns):
            for each in under_load if turn % 2 else reversed(under_load):
                each.load(seconds / turns)
        *peers, ours = [each.told() for each in under_load]
        stored, most = _stored(engine)
    print(
        f"  acknowledged {ours['saved']:,.0f}, stored {stored:,}; "
        f"most counted answers of an item {most}, overlap {OVERLAP}"
    )
    for name, peer in zip(("the same loop", "an item a request"), peers, strict=False):
        print(
            f"beside the bare application, {name}: {ours['rate'] / peer['rate']:.0%} of its labels a second, "
            f"{ours['each'] / peer['each']:.2f} x its CPU a label"
        )


@contextmanager
def _bare(folder: str, plan: dict[str, Any], clients: int, items: int, single: bool) -> Iterator["Loaded"]:
    file, port = f"{folder}/bare-{single}.db", free_port()
    bare.make(file, items)
    command = [sys.executable, "-m", "benchmarks.load.bare", file, str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None and process.stdout.readline().startswith("Serving")
        told = {
            **plan,
            "url": f"http://127.0.0.1:{port}",
            "kind": "bare",
            "queue": f"/queue?limit={1 if single else 20}",
            "refill": 0 if single else 10,
            "label": "/labels/",
            "tokens": [f"person-{number}" for number in range(clients)],
        }
        yield Loaded("bare, an item a request" if single else "bare", told, process.pid)
    finally:
        process.kill()
        process.communicate()


@contextmanager
def _standpoint(
    engine: Engine, url: str, plan: dict[str, Any], clients: int, items: int
) -> Iterator["Loaded"]:
    store.migrate(engine)
    fill(engine, items=items, judges=0, sentences=20)
    tokens = _people(engine, clients)
    with serving(url) as server:
        told = {
            **plan,
            "url": server.url,
            "kind": "standpoint",
            "queue": f"/api/v1/projects/{SLUG}/queue?limit=20",
            "refill": 10,
            "label": "/api/v1/annotations/",
            "many": f"/api/v1/projects/{SLUG}/annotations/bulk",
            "tokens": tokens,
        }
        yield Loaded(f"standpoint on {engine.dialect.name}", told, _pid(server))


@dataclass
class Loaded:
    """A server that is loaded now and then, and what it took."""

    name: str
    plan: dict[str, Any]
    pid: int
    used: float = 0.0  # CPU seconds under load
    before: int = 0  # labels saved before anything was measured
    done: list[dict[str, Any]] = field(default_factory=list)

    def warm(self) -> None:
        """Wait until it has started, and load it a little."""
        _wait_until_idle(self.pid)
        self.before = len(_done({**self.plan, "seconds": WARM})["saved"])

    def load(self, seconds: float) -> None:
        """Load it for so long."""
        before = _cpu(self.pid)
        self.done.append(_done({**self.plan, "seconds": seconds}))
        self.used += _cpu(self.pid) - before

    def told(self) -> dict[str, float]:
        """Print what it did; give labels a second and CPU seconds a label."""
        seconds = sum(each["seconds"] for each in self.done)
        saved, labels, queues, errors = (
            [one for each in self.done for one in each[name]]
            for name in ("saved", "labels", "queues", "errors")
        )
        if len(saved) < 2:
            raise click.ClickException(f"{self.name}: nothing was saved: {sorted(set(errors))[:3]}")
        hundredths = statistics.quantiles(labels, n=100)
        rate, each = len(saved) / seconds, self.used / len(saved)
        print(
            f"{self.name}: {rate:,.0f} labels/s, {1000 * each:.2f} ms of server CPU each; "
            f"save p50 {1000 * hundredths[49]:.0f}, p99 {1000 * hundredths[98]:.0f}, "
            f"longest {1000 * max(labels):.0f} ms; {_queues(queues)}; "
            f"errors {len(errors)} {sorted(set(errors))[:2]}; "
            f"clients' CPU {sum(one['cpu'] for one in self.done) / seconds:.2f}; {_rss(self.pid):.0f} MB",
            flush=True,
        )
        return {"rate": rate, "each": each, "saved": len(saved) + self.before}


def _wait_until_idle(pid: int) -> None:
    """A server that starts compiles templates and reads ahead: seconds of CPU that are no label's."""
    used = _cpu(pid)
    while True:
        time.sleep(1)
        if _cpu(pid) - used < IDLE:
            return
        used = _cpu(pid)


def _done(plan: dict[str, Any]) -> dict[str, Any]:
    """What the clients of a plan tell."""
    command = [sys.executable, "-m", "benchmarks.load.clients"]
    told = subprocess.run(command, input=json.dumps(plan), capture_output=True, text=True, check=True)
    return dict(json.loads(told.stdout))


def _queues(took: list[float]) -> str:
    hundredths = statistics.quantiles(took, n=100)
    return f"queue p50 {1000 * hundredths[49]:.0f}, p99 {1000 * hundredths[98]:.0f} ms ({len(took):,})"


def _people(engine: Engine, clients: int) -> list[str]:
    tokens = []
    with store.writing(engine) as session:
        project = projects.find(session, SLUG)
        project.overlap = OVERLAP
        session.add(project)
        session.flush()
        [pool] = queue.open_pools(session, project, accounts.add_user(session, "nobody"))
        items = session.exec(select(Item.id).where(Item.project_id == project.id).order_by(Item.id))
        queue.enqueue(session, pool, [(item, OVERLAP) for item in items if item is not None])
        for number in range(clients):
            user = accounts.add_user(session, f"annotator {number}")
            projects.join(session, project, user, Role.ANNOTATOR)
            tokens.append(accounts.create_token(session, user, name="load", days=1))
    return tokens


def _stored(engine: Engine) -> tuple[int, int]:
    """Answers stored, and the most counted ones that an item has."""
    with store.reading(engine) as session:
        each = select(sa.func.count().label("n")).where(Annotation.counted).group_by(Annotation.item_id)
        counted = each.subquery()
        stored = session.execute(select(sa.func.count()).select_from(Annotation)).scalar_one()
        return stored, session.execute(select(sa.func.max(counted.c.n))).scalar_one() or 0


def _cpu(pid: int) -> float:
    """CPU seconds of a process, and of those it started, so far."""
    return sum(_own_cpu(each) for each in _family(pid))


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            yield from _family(int(child))


def _own_cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _rss(pid: int) -> float:
    """MB in memory of a process and those it started."""
    pages = sum(int(Path(f"/proc/{each}/statm").read_text().split()[1]) for each in _family(pid))
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _pid(server: Served) -> int:
    assert server.process is not None
    return server.process.pid


if __name__ == "__main__":
    main()
