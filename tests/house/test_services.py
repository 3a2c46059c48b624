"""The ground that all other tests stand on."""

import urllib.request
from urllib.error import HTTPError

import pytest
import sqlalchemy as sa

from annotator.store import engine as store
from tests.services import web


def test_a_fresh_database_is_migrated_and_empty(engine):
    """A test that meets another's rows, or another schema than users have, proves nothing."""
    store.require_current(engine)
    with engine.connect() as connection:
        people = connection.execute(sa.text('SELECT count(*) FROM "user"')).scalar_one()

    assert people == 0


def test_the_database_is_the_one_that_was_asked_for(engine, request):
    """The suite would otherwise call itself green on PostgreSQL without having seen it."""
    assert engine.url.get_backend_name() == request.config.getoption("--database")


def test_two_databases_of_a_test_are_two(sqlite_url, postgres_url):
    """Moving a project from one database to the other needs both at once."""
    urls = [sqlite_url, postgres_url]
    engines = [store.create(url) for url in urls]
    for engine in engines:
        store.require_current(engine)
        engine.dispose()

    assert [engine.url.get_backend_name() for engine in engines] == ["sqlite", "postgresql"]


def test_a_real_browser_reads_a_real_server(browser_page):
    """Without this every browser test could pass on a page that never loaded."""
    with web.serving(_greeting) as address:
        with urllib.request.urlopen(address, timeout=10) as response:
            body = response.read()
        browser_page.goto(address)

        assert body == b"<h1>hello</h1>"
        assert browser_page.inner_text("h1") == "hello"


def _greeting(_environ, start_response):
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", "14")])
    return [b"<h1>hello</h1>"]


def test_the_application_is_served(server):
    """Every browser test asks for its pages here."""
    with pytest.raises(HTTPError) as refused:
        urllib.request.urlopen(f"{server}/api/v1/projects/none/queue", timeout=10)
    with refused.value as response:
        assert response.code == 401
