"""A database in which something of everything stands, and the other kind of database beside it."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from sqlalchemy.engine import Engine
from sqlmodel import Session

from annotator.cli import main
from annotator.domain import (
    AuditEntry,
    EntityKind,
    Installation,
    Job,
    Returned,
    Segment,
    User,
    metadata,
    now,
)
from annotator.store import accounts, annotations, queue, search
from annotator.store import engine as store
from annotator.store.engine import writing
from tests import make

Rows = dict[str, list[tuple[Any, ...]]]


def fill(engine: Engine) -> None:
    """Two projects with people at work, and values that are hard to carry over."""
    with writing(engine) as session:
        ada, bob = make.user(session, "ada", is_admin=True), make.user(session, "bob")
        posts = make.directed(session, items=4, overlap=2, members=[ada, bob])
        news = make.open_document(session, documents=2, members=[ada])
        session.add(Installation())
        accounts.create_token(session, ada, name="a script")
        for person in (ada, bob):
            accounts.sign_in_link(session, person)
        _answer(session, ada, posts, news)
        _hard_values(session, ada, posts, news)
        search.put(session, _texts(session))


def _answer(session: Session, ada: User, posts: make.Directed, news: make.Opened) -> None:
    queue.serve(session, posts.project, ada, limit=3, minutes=30)
    for item in posts.items[:2]:
        annotations.append(session, ada, uuid4(), make.answer(item, "FAVOR", seconds=1.1))
    start = session.get_one(Segment, news.items[0].segment_id).start
    stance = {"holder": "council", "target": "delay", "label": "AGAINST", "rationales": [[start, start + 3]]}
    sources = [{"holder": "residents", "target": "delay", "label": "FAVOR", "flags": ["hedged"]}]
    said = make.answer(news.items[0], stances=[stance, *sources], comment="“ﷺ” 😀\t\\N")
    annotations.append(session, ada, uuid4(), said)


def _hard_values(session: Session, ada: User, posts: make.Directed, news: make.Opened) -> None:
    made = make.entity(session, news.project, "vote", kind=EntityKind.EVENT)
    made.happened_on, made.names = date(1999, 12, 31), {"ar": "تصويت"}
    news.documents[0].fingerprint = bytes(range(256))
    news.documents[1].published_at = datetime(1970, 1, 1, tzinfo=UTC)
    ada.updated_at, ada.updated_by_id = now().replace(microsecond=0), ada.id + 1  # names a later row
    detail = {"ä": [1, 2.5, None], "quote": '"\\'}
    session.add_all([AuditEntry(action="", detail=detail), Job(name="release", result={"n": 1e-7})])
    pool = make.pool(session, posts.project)
    given = [Returned(pool_id=pool.id, item_id=item.id) for item in posts.items]
    session.add_all(given)
    session.flush()
    session.delete(given[-1])  # its number is not to be given again


def _texts(session: Session) -> list[tuple[int, str]]:
    query = sa.text(
        'SELECT s.id, substr(d.text, s.start + 1, s."end" - s.start) FROM segment s '
        "JOIN document d ON d.id = s.document_id"
    )
    return [tuple(row) for row in session.connection().execute(query)]


def rows(url: str) -> Rows:
    """All that is in a database, as the models read it: this knows nothing of the plain form."""
    engine = store.create(url)
    with engine.connect() as connection:
        found = {
            table.name: sorted(map(tuple, connection.execute(sa.select(table))), key=repr)
            for table in metadata.sorted_tables
        }
    engine.dispose()
    return found


def standpoint(*arguments: object) -> Result:
    """What a command comes to."""
    return CliRunner().invoke(main, list(map(str, arguments)), catch_exceptions=False)


@pytest.fixture
def filled(engine: Engine, database_url: str) -> str:
    """The URL of the filled database, which nobody has open."""
    fill(engine)
    engine.dispose()
    return database_url


@pytest.fixture(params=["sqlite", "postgresql"])
def other_url(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[str]:
    """An empty database of each kind: SQLite's is not there yet, PostgreSQL's has its tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'other.db'}"
        return
    server, template = request.getfixturevalue("_postgres_template")
    with server.database(f"{template}_other", template=template) as url:
        yield url


@pytest.fixture
def opened() -> Iterator[Callable[[str], Engine]]:
    """Engines that are closed when the test ends."""
    engines: list[Engine] = []

    def open_(url: str) -> Engine:
        engines.append(store.create(url))
        return engines[-1]

    yield open_
    for engine in engines:
        engine.dispose()
