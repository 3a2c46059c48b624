"""Requests to a real server, and a way to keep one waiting."""

import http.client
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from annotator.store.engine import writing

TOKEN = "a token of these tests alone"
USED = re.compile(r"^standpoint_database_connections_used ([\d.]+)$", re.MULTILINE)


class Answer(NamedTuple):
    """What a server said."""

    status: int
    headers: http.client.HTTPMessage
    text: str


def ask(url: str, path: str, *, method: str = "GET", body: str | None = None, **headers: str) -> Answer:
    """The answer to one request, on a connection of its own."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=180)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, {"Connection": "close", **named})
    response = connection.getresponse()
    answer = Answer(response.status, response.headers, response.read().decode())
    connection.close()
    return answer


def figures(url: str) -> str:
    """What /metrics tells."""
    told = ask(url, "/metrics", Authorization=f"Bearer {TOKEN}")
    assert told.status == 200, told
    return told.text


def under_way(url: str) -> bool:
    """Whether a request holds a connection to the database: it waits for its turn there."""
    found = USED.search(figures(url))
    return found is not None and float(found[1]) >= 1


@contextmanager
def held_up(engine: Engine) -> Iterator[None]:
    """Meanwhile nobody can sign in: who tries waits."""
    with writing(engine) as session:
        if engine.dialect.name == "postgresql":
            session.execute(sa.text("LOCK TABLE sign_in_link IN ACCESS EXCLUSIVE MODE"))
        yield
