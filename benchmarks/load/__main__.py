"""Labels a second and server CPU a label, beside a bare Flask + sqlite3 application in the same run.

    python -m benchmarks.load [--clients 16] [--seconds 60] [--rate 0] [--bulk 0] [--items 20000]
                              [--database URL] [--alone]

Both are served by waitress with the same threads, on SQLite with the same pragmas and durability. Every
client is an annotator in the loop "next items, save": it asks for 20 when half of them are gone, and saves
each label by its own PUT, or with `--bulk` so many of ours at a time, as lines of one request. `--rate` paces
all of them together at so many labels a second. The bare application is asked twice: once as here, and once
in the loop "next item, save", a request each. At the end what is stored is held against what was
acknowledged, and no item may have more counted answers than its overlap.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
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
    """Load both, one after the other, and print both."""
    plan = {"seconds": seconds, "rate": rate, "bulk": 0}
    with tempfile.TemporaryDirectory() as folder:
        peers = [] if alone else [_bare(folder, plan, clients, items, single) for single in (False, True)]
        ours = _standpoint(database or f"sqlite:///{folder}/load.db", {**plan, "bulk": bulk}, clients, items)
    for name, peer in zip(("the same loop", "an item a request"), peers, strict=False):
        print(
            f"beside the bare application, {name}: {ours['rate'] / peer['rate']:.0%} of its labels a second, "
            f"{ours['each'] / peer['each']:.2f} x its CPU a label"
        )


def _bare(folder: str, plan: dict[str, Any], clients: int, items: int, single: bool) -> dict[str, float]:
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
        return _told("bare, an item a request" if single else "bare", told, process.pid)
    finally:
        process.kill()
        process.communicate()


def _standpoint(url: str, plan: dict[str, Any], clients: int, items: int) -> dict[str, float]:
    engine = store.create(url)
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
        found = _told(f"standpoint on {engine.dialect.name}", told, _pid(server))
    stored, most = _stored(engine)
    engine.dispose()
    print(
        f"  acknowledged {found['saved']:,.0f}, stored {stored:,}; "
        f"most counted answers of an item {most}, overlap {OVERLAP}"
    )
    return found


def _told(name: str, plan: dict[str, Any], pid: int) -> dict[str, float]:
    """Load a server, print what it did, and give labels a second and CPU seconds a label."""
    _wait_until_idle(pid)
    warm = _done({**plan, "seconds": WARM})
    before = _cpu(pid)
    done = _done(plan)
    used, saved = _cpu(pid) - before, len(done["saved"])
    if saved < 2:
        raise click.ClickException(f"{name}: nothing was saved: {sorted(set(done['errors']))[:3]}")
    hundredths = statistics.quantiles(done["labels"], n=100)
    print(
        f"{name}: {saved / done['seconds']:,.0f} labels/s, {1000 * used / saved:.2f} ms of server CPU each; "
        f"save p50 {1000 * hundredths[49]:.0f}, p99 {1000 * hundredths[98]:.0f}, "
        f"longest {1000 * max(done['labels']):.0f} ms; {_queues(done['queues'])}; "
        f"errors {len(done['errors'])} {sorted(set(done['errors']))[:2]}; "
        f"clients' CPU {done['cpu'] / done['seconds']:.2f}; {_rss(pid):.0f} MB",
        flush=True,
    )
    return {
        "rate": saved / done["seconds"],
        "each": used / saved,
        "saved": saved + len(warm["saved"]),
    }


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
