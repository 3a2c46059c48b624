"""What the adjudication queue costs: weighing answers, and each request of a curator.

    adjudication_speed.py [--items 100000] [--judges 3] [--database URL]

The answers are those of `made_up.py`: every label drawn anew, so that nearly all items are disputed.
Prints milliseconds for each request's share in the store, the median of some; weighing once, in full.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from uuid import uuid4

import click
from made_up import fill
from sqlmodel import Session, select

from annotator.domain import Item, Project, User
from annotator.domain.deciding import DecisionIn
from annotator.store import adjudication, cases, disagreements, engine, weighing
from annotator.store.disagreements import Wanted

TIMES = 15
DEEP = "i50000"


@click.command()
@click.option("--items", default=100_000, show_default=True)
@click.option("--judges", default=3, show_default=True)
@click.option("--database", help="An empty database; without it, an SQLite file that is thrown away.")
def main(items: int, judges: int, database: str | None) -> None:
    """Fill a database, weigh it, and print what each request costs."""
    with tempfile.TemporaryDirectory() as folder:
        base = engine.create(database or f"sqlite:///{folder}/speed.db")
        engine.migrate(base)
        fill(base, items=items, judges=judges, sentences=1)
        started, worked, requests = time.perf_counter(), time.process_time(), 1
        while _committed(base, weighing.weigh_new):
            requests += 1
        seconds, worked = time.perf_counter() - started, time.process_time() - worked
        told = f"{seconds:.1f} s ({worked:.1f} s of CPU) in {requests} requests"
        click.echo(f"weighing {items * judges:,} answers: {told}")
        with engine.writing(base) as session:
            measure(session)
        base.dispose()


def measure(session: Session) -> None:
    """Print the median of each request."""
    project = session.exec(select(Project)).one()
    user = session.exec(select(User)).first()
    item = (
        session.exec(select(Item).where(Item.external_id == DEEP)).first() or session.exec(select(Item)).one()
    )
    numbers = iter(range(TIMES))

    def page(**more: object) -> object:
        wanted = Wanted(**{name: more.pop(name) for name in ("target", "pair") if name in more})  # type: ignore[arg-type]
        return disagreements.page(session, project, wanted, user=user, **more)  # type: ignore[arg-type]

    def decide() -> object:
        given = DecisionIn.model_validate({"item": f"i{next(numbers)}", "stances": [{"label": "FAVOR"}]})
        return adjudication.decide(session, project, user, uuid4(), given)

    requests: dict[str, Callable[[], object]] = {
        "nothing new to weigh": lambda: weighing.weigh_new(session),
        "first page": page,
        "next item": lambda: page(limit=1, after=item.external_id, unseen=True),
        "deep page": lambda: page(after=item.external_id),
        "page of a target": lambda: page(target="target-3"),
        "page of a pair": lambda: page(pair=("FAVOR", "NONE")),
        "count": lambda: disagreements.count(session, project, Wanted()),
        "case": lambda: cases.of(session, project, item, user=user),
        "look": lambda: disagreements.look(session, user, item),
        "decide": decide,
    }
    for name, request in requests.items():
        click.echo(f"{name}: {statistics.median(_timed(request) for _ in range(TIMES)) * 1000:.1f} ms")


def _timed(request: Callable[[], object]) -> float:
    started = time.perf_counter()
    request()
    return time.perf_counter() - started


def _committed(base: object, act: Callable[[Session], bool]) -> bool:
    with engine.writing(base) as session:  # type: ignore[arg-type]
        return act(session)


if __name__ == "__main__":
    main()
