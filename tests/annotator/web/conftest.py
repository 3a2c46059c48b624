"""The application with a directed and an open project that Ada works in."""

from collections.abc import Callable
from typing import Any

import pytest

from annotator.domain.project_file import ProjectFile
from annotator.store import projects
from tests import application, make


@pytest.fixture
def app(database_url):
    with application.running(database_url) as app:
        application.stored(app, _rows)
        yield app


@pytest.fixture
def ada(app):
    """Ada's browser and the CSRF token of her pages."""
    return application.browser(app, "ada")


@pytest.fixture
def send(ada) -> Callable[..., Any]:
    """`send({"theme": "dark"})` sends the form of preferences as Ada's browser does."""
    client, token = ada

    def sent(fields: dict[str, str]) -> Any:
        return client.post("/preferences", data={"single_keys": "on", **fields, "csrf_token": token})

    return sent


def _rows(session):
    ada = make.user(session, "ada")
    make.directed(session, "posts", items=2, members=[ada])
    make.open_document(session, "news", members=[ada])
    labels = [
        {"name": "FOR", "polarity": "favor", "key": "q"},
        {"name": "AGAINST", "polarity": "against", "key": "e"},
        {"name": "NONE", "polarity": "none"},
    ]
    letters = projects.create(session, ProjectFile(slug="letters", kind="directed", labels=labels))
    projects.join(session, letters, ada, "annotator")
