"""Releases by the API: listed, downloaded, held against each other; and told to webhooks as they are made."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.engine import Engine
from sqlmodel import select

from annotator.domain import Delivery, Role
from annotator.store import happenings, projects, webhooks
from annotator.store.happenings import SETTLED
from exporters import release
from exporters.options import Options
from tests import application
from tests.exporters.made_project import Make

RELEASES = "/api/v1/projects/trains/releases"


@pytest.fixture
def app(make: Make, database_url: str):
    """A project that Dee curates, with an answer, and a second one after the first release."""
    projects.join(make.session, make.project, make.user("dee"), Role.CURATOR)
    make.answer(make.question("a", "Post a."), "ada", "FAVOR")
    make.session.commit()
    with application.running(database_url) as app:
        yield app


@pytest.fixture
def publish(make: Make, engine: Engine, tmp_path: Path) -> Callable[[str], release.Release]:
    """`publish("1")` writes a release of what was made so far into that folder."""

    def publish(name: str) -> release.Release:
        make.session.commit()
        return release.write(engine, "trains", tmp_path / name, Options())

    return publish


def test_releases_are_listed_shown_downloaded_and_compared(app: Flask, make: Make, publish) -> None:
    """A pipeline that trains on each new release needs no page."""
    first = publish("1")
    make.answer(make.question("b", "Post b."), "ada", "AGAINST")
    publish("2")
    dee = application.script(app, "dee")

    page = dee.get(f"{RELEASES}?limit=1").json
    assert ([each["number"] for each in page["releases"]], page["next"]) == ([2], 2)
    assert [each["number"] for each in dee.get(f"{RELEASES}?before=2").json["releases"]] == [1]
    one = dee.get(f"{RELEASES}/1")
    assert (one.json["sha256"], one.json["is_here"]) == (first.sha256, True)
    assert dee.get(f"{RELEASES}/1", headers={"If-None-Match": one.headers["ETag"]}).status_code == 304
    answer = dee.get(f"{RELEASES}/1/download")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        assert "trains-1/release.json" in archive.namelist()
    compared = dee.get(f"{RELEASES}/compare?old=1&new=2").json
    assert [(each["kind"], each["rows"]) for each in compared["counts"]] == [("added", 1)]
    assert compared["first"][0]["new"] == "AGAINST"
    assert dee.get(f"{RELEASES}/3").status_code == dee.get(f"{RELEASES}/compare?old=1").status_code == 404


def test_a_webhook_is_told_of_a_release_as_it_is_made(app: Flask, make: Make, publish) -> None:
    """With its number and hash, and not where it lies."""
    hook = webhooks.create(make.session, make.project, "https://example.org/", ["release.published"])
    made = publish("1")
    at = hook.created_at + 2 * SETTLED
    while happenings.gather(make.session, at=at):
        pass

    [delivery] = make.session.exec(select(Delivery)).all()
    assert delivery.data == {"project": "trains", "number": 1, "sha256": made.sha256, "rows": made.rows}
