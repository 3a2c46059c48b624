"""The curators' pages of releases, without a script."""

import shutil
from pathlib import Path

import pytest
from flask import Flask
from sqlmodel import Session

from annotator.domain import Role
from annotator.store import erasing, projects
from exporters import release
from exporters.options import Options
from tests import application
from tests.exporters.made_project import Make

PAGE = "/projects/trains/releases"


@pytest.fixture
def app(make: Make, database_url: str, tmp_path: Path):
    """Two releases; the second one has an answer more."""
    for name, role in (("dee", Role.CURATOR), ("ada", Role.ANNOTATOR)):
        projects.join(make.session, make.project, make.user(name), role)
    make.answer(make.question("a"), "ada", "FAVOR")
    later = make.question("<i>later</i>")
    make.session.commit()
    with application.running(database_url) as app:
        engine = app.extensions["standpoint_engine"]
        release.write(engine, "trains", tmp_path / "1")
        make.answer(later, "ada", "AGAINST")
        make.session.commit()
        release.write(engine, "trains", tmp_path / "2", Options(aggregate="mace"))
        yield app


def shown(app: Flask, address: str, name: str = "dee") -> tuple[int, str]:
    client, _ = application.browser(app, name)
    answer = client.get(address)
    return answer.status_code, answer.get_data(as_text=True)


def test_curators_see_what_was_released_and_what_was_withdrawn(app: Flask, tmp_path: Path) -> None:
    """The one who is asked "which data was that?" finds number, hash and folder on one page."""

    def erase(session: Session) -> None:
        erasing.erase(session, projects.find(session, "trains"), "a")

    status, before = shown(app, PAGE)
    application.stored(app, erase)
    _, after = shown(app, PAGE)

    assert status == 200
    assert before.index("Release 2") < before.index("Release 1")
    assert str(tmp_path / "2") in before
    assert "aggregate: mace" in before
    assert f"{PAGE}/compare?old=1&amp;new=2" in before
    assert (before.count("Withdrawn on"), after.count("Withdrawn on")) == (0, 2)


def test_two_are_compared_on_a_page(app: Flask, tmp_path: Path) -> None:
    """What is new, and why; or one sentence that says what stands in the way."""
    status, page = shown(app, f"{PAGE}/compare?old=1&new=2")
    _, same = shown(app, f"{PAGE}/compare?old=2&new=2")
    shutil.rmtree(tmp_path / "1")
    _, without = shown(app, f"{PAGE}/compare?old=1&new=2")

    assert status == 200
    assert "item &lt;i&gt;later&lt;/i&gt;" in page
    assert "<td>new answers</td>" in page
    assert "No row of gold was added or removed" in same
    assert "They cannot be compared:" in without
    assert f"Release 1 of trains is not in {tmp_path / '1'}" in without


def test_large_ones_are_left_to_the_command(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that reads for minutes holds a thread that annotators need."""
    monkeypatch.setattr("exporters.button.pages.MOST", 2)

    _, page = shown(app, f"{PAGE}/compare?old=1&new=2")

    assert "standpoint releases trains --diff 1 2" in page
    assert "new answers" not in page


@pytest.mark.parametrize("query", ["", "?old=1&new=9", "?old=1&new=²", "?old=x&new=99999999999999999999"])
def test_what_is_no_release_is_not_found(app: Flask, query: str) -> None:
    """An address that somebody mistyped is no fault of the server."""
    assert shown(app, f"{PAGE}/compare{query}")[0] == 404


def test_annotators_are_not_let_in(app: Flask) -> None:
    """Gold shows what others answered."""
    assert shown(app, PAGE, "ada")[0] == 403
