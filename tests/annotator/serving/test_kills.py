"""Servers and databases are killed under load: what was acknowledged is there, once, and all adds up."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from random import Random
from uuid import uuid4

import pytest
from sqlmodel import Session, select

from annotator.config import Settings
from annotator.domain import Annotation
from annotator.keeping.doctor import examination
from annotator.keeping.doctor.finding import State
from annotator.store import accounts
from annotator.store import engine as store
from annotator.store.engine import reading, writing
from tests import make
from tests.services import killed_postgres, postgres
from tests.services.load import Client, Crowd
from tests.services.served import Served, serving
from tests.services.waiting import until
from tests.services.warm import Warm

PEOPLE = ("ada", "bob", "cy", "dee")
BETWEEN = 5, 40  # answers acknowledged between two kills


def test_a_killed_server_loses_and_doubles_nothing(database_url, soak):
    """The machine that serves is switched off at the worst moment, again and again."""
    kills = 100 if soak else 3
    tokens = project(database_url, items=40 * (kills + 1))
    with serving(database_url, kind=Warm) as server, Crowd(server.port, "posts", tokens) as crowd:
        for number in range(kills):
            work_a_while(crowd, number)
            server.kill()
            server.start()
        work_a_while(crowd, kills)

    assert crowd.breaks > 0
    check(database_url, crowd)


def test_a_killed_database_loses_and_doubles_nothing(soak):
    """PostgreSQL dies under a server that goes on, and comes back; nobody lends a hand."""
    kills = 10 if soak else 2
    try:
        with killed_postgres.running() as database:
            url = database.url()
            engine = store.create(url)
            store.migrate(engine)
            engine.dispose()
            tokens = project(url, items=40 * (kills + 1))
            with serving(url) as server, Crowd(server.port, "posts", tokens) as crowd:
                for number in range(kills):
                    work_a_while(crowd, number)
                    database.kill()
                    until(partial(_notices, crowd, crowd.breaks))
                    database.start()
                work_a_while(crowd, kills)
            check(url, crowd)
    except postgres.Missing as missing:
        pytest.skip(str(missing))


def test_the_same_answer_twice_at_the_same_moment_is_one(database_url, soak):
    """A page that heard nothing sends again while the first is still on its way."""
    times = 1_000 if soak else 50
    [token, *_] = project(database_url, items=times)
    with serving(database_url) as server:
        pairs = list(sent_twice(server, token, times))

    assert pairs == [[200, 201]] * times
    with opened(database_url) as session:
        rows = session.exec(select(Annotation.item_id)).all()
    assert len(rows) == len(set(rows)) == times
    assert problems(database_url) == []


def project(url: str, *, items: int) -> list[str]:
    """The project posts, and a token for each of its people."""
    engine = store.create(url)
    with writing(engine) as session:
        people = [make.user(session, name) for name in PEOPLE]
        make.directed(session, items=items, overlap=2, members=people)
        tokens = [accounts.create_token(session, person, name="tests") for person in people]
    engine.dispose()
    return tokens


def work_a_while(crowd: Crowd, seed: int) -> None:
    """Return in the middle of somebody's saving, once a few more answers are acknowledged."""
    wanted = len(crowd.acknowledged) + Random(seed).randint(*BETWEEN)
    until(lambda: len(crowd.acknowledged) >= wanted or not crowd.at_work())
    assert crowd.at_work(), crowd.refused


def check(url: str, crowd: Crowd) -> None:
    """What is stored is what was acknowledged, and at most what was on its way when it ended."""
    with opened(url) as session:
        rows = session.exec(select(Annotation)).all()
    stored = {str(row.uuid) for row in rows}

    assert crowd.refused == []
    assert crowd.acknowledged - stored == set()
    assert stored - crowd.sent == set()
    assert len({(row.item_id, row.annotator_id) for row in rows}) == len(rows) == len(stored)
    assert problems(url) == []


@contextmanager
def opened(url: str) -> Iterator[Session]:
    """A session that reads."""
    engine = store.create(url)
    try:
        with reading(engine) as session:
            yield session
    finally:
        engine.dispose()


def _notices(crowd: Crowd, breaks: int) -> bool:
    """Whether somebody has met a server that is away since there were so many breaks."""
    return crowd.breaks > breaks


def problems(url: str) -> list[object]:
    """What the doctor calls a problem, and all that it says of seats."""
    return [
        finding
        for finding in examination.examine(Settings(database=url), {})
        if finding.state is State.PROBLEM or (finding.check == "seats" and finding.state is not State.OK)
    ]


def sent_twice(server: Served, token: str, times: int) -> Iterator[list[int]]:
    """The two statuses of each answer, both of whose requests are on their way at once."""
    clients = Client(server.port, token), Client(server.port, token)
    with ThreadPoolExecutor(2) as threads:
        for number in range(times):
            path = f"/api/v1/annotations/{uuid4()}"
            body = {"item": f"posts-{number}-0", "stances": [{"label": "FAVOR"}]}
            answers = [threads.submit(client.send, "PUT", path, body) for client in clients]
            yield sorted(answer.result().status for answer in answers)
    for client in clients:
        client.close()
