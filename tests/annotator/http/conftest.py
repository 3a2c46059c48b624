"""The application with a project that Ada works in and Cara curates."""

import pytest

from tests import application, make


@pytest.fixture
def app(database_url):
    with application.running(database_url) as app:
        application.stored(app, _rows)
        yield app


def _rows(session):
    people = {name: make.user(session, name) for name in ("ada", "bob")}
    make.directed(session, "posts", members=[people["ada"]])
