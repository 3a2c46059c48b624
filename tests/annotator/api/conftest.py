"""The application with one directed and one open project that Ada works in."""

import pytest

from tests import application, make


@pytest.fixture
def app(database_url):
    with application.running(database_url) as app:
        yield app


@pytest.fixture
def rows(app):
    def store(session):
        ada = make.user(session, "ada")
        make.directed(session, "posts", items=4, members=[ada])
        make.open_document(session, "news", heading="Harbour", members=[ada])
        make.directed(session, "others", items=1)

    application.stored(app, store)


@pytest.fixture
def ada(app, rows):
    """Ada's script."""
    return application.script(app, "ada")
