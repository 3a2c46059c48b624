"""How long annotators wait for a save while a release is written, beside how long they wait otherwise.

    python -m benchmarks.release_beside_work [--answers 200000] [--people 8] [--every 0.2] [--database URL]

A server, so many people who each save an answer every so many seconds, and `standpoint release` in a process
of its own, on the made-up answers of made_up.py. First nobody but them for as long as `--quiet` says, then
until the release is there. What was acknowledged is counted in the database at the end. `--database` names
an empty one; without it, an SQLite file is used and thrown away.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from threading import Event, Thread
from urllib.request import Request, urlopen
from uuid import uuid4

import click
from sqlalchemy.engine import Engine
from sqlmodel import col, func, select

from annotator.domain import Annotation, Role
from annotator.store import accounts, projects
from annotator.store import engine as store
from benchmarks.made_up import SLUG, fill
from tests.services.served import serving

JUDGES = 5
PROGRAM = [sys.executable, "-c", "from annotator.cli import main; main()"]


class Person(Thread):
    """Saves an answer every so many seconds, and keeps how long each took."""

    def __init__(self, url: str, token: str, first: int, *, every: float, stop: Event) -> None:
        super().__init__(daemon=True)
        self.url, self.token, self.next = url, token, first
        self.every, self.stop = every, stop
        self.saves: list[tuple[float, float]] = []  # (when it began, seconds)
        self.errors: list[str] = []

    def run(self) -> None:
        """Until it is told to stop."""
        due = time.perf_counter()
        while not self.stop.wait(max(0, due - time.perf_counter())):
            began = time.perf_counter()
            try:
                self._save()
            except OSError as error:
                self.errors.append(str(error))
            self.saves.append((began, time.perf_counter() - began))
            due += self.every

    def _save(self) -> None:
        body = json.dumps({"item": f"i{self.next}", "stances": [{"label": "FAVOR"}], "seconds": 2.5})
        self.next += 1
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        address = f"{self.url}/api/v1/annotations/{uuid4()}"
        asked = Request(address, body.encode(), headers, method="PUT")
        with urlopen(asked, timeout=60) as answer:
            answer.read()


@click.command()
@click.option("--answers", default=200_000, show_default=True)
@click.option("--people", default=8, show_default=True)
@click.option(
    "--every", default=0.2, show_default=True, help="Seconds from one save of a person to the next."
)
@click.option("--quiet", default=20.0, show_default=True, help="Seconds without a release.")
@click.option("--database", help="An empty database; without it, an SQLite file that is thrown away.")
def main(answers: int, people: int, every: float, quiet: float, database: str | None) -> None:
    """Save, then save beside a release, and print both."""
    with tempfile.TemporaryDirectory() as folder:
        url = database or f"sqlite:///{folder}/speed.db"
        engine = store.create(url)
        store.migrate(engine)
        items = answers // JUDGES
        fill(engine, items=items, judges=JUDGES, sentences=1)
        tokens = [_annotator(engine, f"annotator {number}") for number in range(people)]
        before, stop = _stored(engine), Event()
        with serving(url) as server:
            working = [
                Person(server.url, token, first, every=every, stop=stop)
                for token, first in zip(tokens, range(0, items, items // people), strict=False)
            ]
            for person in working:
                person.start()
            time.sleep(quiet)
            begun = time.perf_counter()
            subprocess.run([*PROGRAM, "--database", url, "release", SLUG, f"{folder}/release"], check=True)
            ended = time.perf_counter()
            stop.set()
            for person in working:
                person.join()
        _tell(engine.dialect.name, working, begun, ended)
        saved = sum(len(person.saves) - len(person.errors) for person in working)
        click.echo(f"acknowledged {saved:,}, stored {_stored(engine) - before:,}")
        engine.dispose()


def _tell(name: str, working: list[Person], begun: float, ended: float) -> None:
    saves = [save for person in working for save in person.saves]
    for said, took in (
        ("quiet", [seconds for at, seconds in saves if at < begun]),
        (f"beside a release of {ended - begun:.0f} s", [seconds for at, seconds in saves if at >= begun]),
    ):
        hundredths = statistics.quantiles(took, n=100)
        click.echo(
            f"{name} {said}: {len(took):,} saves, median {1_000 * statistics.median(took):.0f} ms, "
            f"p99 {1_000 * hundredths[98]:.0f} ms, longest {1_000 * max(took):.0f} ms"
        )
    errors = [error for person in working for error in person.errors]
    click.echo(f"errors {len(errors)} {sorted(set(errors))[:3]}")


def _annotator(engine: Engine, name: str) -> str:
    """A token of somebody new who annotates."""
    with store.writing(engine) as session:
        user = accounts.add_user(session, name)
        projects.join(session, projects.find(session, SLUG), user, Role.ANNOTATOR)
        return accounts.create_token(session, user, name="benchmark", days=1)


def _stored(engine: Engine) -> int:
    with store.reading(engine) as session:
        return session.exec(select(func.count(col(Annotation.id)))).one()


if __name__ == "__main__":
    main()
