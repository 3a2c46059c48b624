"""How fast the curators' pages answer at 100,000 items × 3 annotations, from a warm server.

    dashboard_speed.py [--items 100000] [--requests 7] [--database URL]

Made-up answers as in made_up.py, three judges an item. Of each page: the first request after the
server's start, the median of several that follow, and the median of as many with a new answer before each,
which the page tells. Agreement is measured behind its page; how long that takes is told too. `words` is what
the index of words adds to an import of these texts. `--database` names an empty one.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from http.cookiejar import CookieJar
from typing import Any
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener
from uuid import uuid4

import click
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlmodel import col, func, select

from annotator.domain import Annotation, Document, Item, Label, Role, Segment, Stance, User
from annotator.store import accounts, projects, search
from annotator.store import engine as store
from benchmarks.made_up import fill
from tests.services.served import serving

JUDGES = 3
PAGES = {
    "dashboard": "/dashboard",
    "items": "/items",
    "items, answers differ": "/items?votes=differ",
    "items, four conditions": "/items?votes=agree&label=FAVOR&annotator=judge+1&status=done",
    "items, rare words": "/items?words=%22strike+strike+strike%22",
    "items, words of nearly all": "/items?words=minister",
    "items, in the middle": "/items?after=50000",
    "agreement": "/agreement",
    "overview": "",
    "timesheets.csv": "/dashboard/timesheets.csv",
}


@click.command()
@click.option("--items", default=100_000, show_default=True)
@click.option("--requests", default=7, show_default=True, help="Of each page; the median is told.")
@click.option("--database", help="An empty database; without it, an SQLite file that is thrown away.")
def main(items: int, requests: int, database: str | None) -> None:
    """Fill a database, serve it, ask for each page and print a table."""
    with tempfile.TemporaryDirectory() as folder:
        url = database or f"sqlite:///{folder}/speed.db"
        engine = store.create(url)
        store.migrate(engine)
        fill(engine, items=items, judges=JUDGES, sentences=1)
        click.echo(f"{engine.dialect.name}: {items:,} items × {JUDGES}; words: {_index(engine):.1f} s")
        link = _curator(engine)
        with serving(url) as server:
            browser = build_opener(HTTPCookieProcessor(CookieJar()))
            browser.open(f"{server.url}/sign-in/{link}").read()
            _measure(browser, f"{server.url}/projects/speed", engine, requests)
        engine.dispose()


def _measure(browser: OpenerDirector, project: str, engine: Engine, requests: int) -> None:
    for name, path in PAGES.items():
        ask = _asking(browser, project + path)
        first = _seconds(ask)
        if name == "agreement":
            click.echo(f"  measured behind the page in {_until_measured(ask):.1f} s")
        warm = statistics.median(_seconds(ask) for _ in range(requests))
        fresh = []
        for _ in range(requests):
            _answer(engine)
            fresh.append(_seconds(ask))
        told = f"{name:28} first {first:6.2f} s  warm {warm:6.3f} s  after a new answer"
        click.echo(f"{told} {statistics.median(fresh):6.3f} s  longest {max(fresh):6.3f} s")


def _asking(browser: OpenerDirector, address: str) -> Callable[[], bytes]:
    return lambda: bytes(browser.open(address, timeout=120).read())


def _seconds(ask: Callable[[], bytes]) -> float:
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began


def _until_measured(ask: Callable[[], bytes]) -> float:
    began = time.perf_counter()
    while b"headline" not in ask():
        time.sleep(0.1)
    return time.perf_counter() - began


def _answer(engine: Engine) -> None:
    """One answer more, as if somebody had labelled in this moment."""
    with store.writing(engine) as session:
        last = session.exec(select(func.max(Annotation.id))).one()
        item, judge, label = (session.exec(select(func.max(table.id))).one() for table in (Item, User, Label))
        answer = Annotation(
            id=last + 1,
            uuid=uuid4(),
            item_id=item,
            annotator_id=judge,
            revision=last,
            seconds=2,
            body_sha256="",
        )
        known = session.exec(select(Stance).limit(1)).one()
        top = session.exec(select(func.max(Stance.id))).one()
        session.add(answer)
        session.flush()
        own = {"holder_id": known.holder_id, "target_id": known.target_id, "label_id": label}
        session.add(Stance(id=top + 1, annotation_id=answer.id, position=0, **own))


def _index(engine: Engine) -> float:
    """Seconds that the index of words takes, which an import writes."""
    with store.writing(engine) as session:
        length = col(Segment.end) - col(Segment.start)
        query = sa.select(col(Segment.id), sa.func.substr(Document.text, col(Segment.start) + 1, length))
        query = query.join(Document, col(Document.id) == col(Segment.document_id))
        rows: list[Any] = list(session.execute(query))
        began = time.perf_counter()
        for start in range(0, len(rows), 1_000):
            search.put(session, [(segment, words) for segment, words in rows[start : start + 1_000]])
    return time.perf_counter() - began


def _curator(engine: Engine) -> str:
    """A one-time link of a new curator."""
    with store.writing(engine) as session:
        curator = accounts.add_user(session, "curator")
        projects.join(session, projects.find(session, "speed"), curator, Role.CURATOR)
        return accounts.sign_in_link(session, curator)


if __name__ == "__main__":
    main()
