"""The application in the test's own process, and people who talk to it as scripts and browsers do."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import Session

from annotator.config import Settings
from annotator.store import accounts
from annotator.store.engine import writing
from annotator.web import create_app
from tests.services.compiled import COMPILED


@contextmanager
def running(url: str, **settings: Any) -> Iterator[Flask]:
    """The application on this database."""
    app = create_app(Settings(database=url, **settings))
    app.jinja_env.bytecode_cache = COMPILED
    yield app
    app.extensions["standpoint_engine"].dispose()


def stored(app: Flask, store: Callable[..., Any]) -> Any:
    """What `store(session)` gives, its writes committed. Rows are expired then: give plain values."""
    with writing(app.extensions["standpoint_engine"]) as session:
        return store(session)


def script(app: Flask, name: str, **token: Any) -> FlaskClient:
    """A client that sends an API token of this user."""

    def create(session: Session) -> str:
        return accounts.create_token(session, accounts.find_user(session, name), name="tests", **token)

    secret = stored(app, create)
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return client


def browser(app: Flask, name: str) -> tuple[FlaskClient, str]:
    """A client that came in by a sign-in link, and the CSRF token of its pages."""
    link = stored(app, lambda session: accounts.sign_in_link(session, accounts.find_user(session, name)))
    client = app.test_client()
    assert client.get(f"/sign-in/{link}").status_code == 303
    page = client.get("/").get_data(as_text=True)
    return client, re.search(r'name="csrf-token" content="([^"]+)"', page)[1]


@contextmanager
def counted_queries(app: Flask) -> Iterator[list[str]]:
    """The statements that the application sends to its database meanwhile."""
    statements: list[str] = []
    engine = app.extensions["standpoint_engine"]

    def note(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    yield statements
    sa.event.remove(engine, "before_cursor_execute", note)
