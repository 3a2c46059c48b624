"""The button that makes a release: what is asked, what becomes of it, what can be downloaded."""

import io
import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.engine import Engine
from sqlmodel import select

from annotator.config import Settings
from annotator.domain import Job, JobState, Release, Role
from annotator.errors import Invalid
from annotator.plugin.jobs import Context, Stopped
from annotator.store import projects
from annotator.store.engine import reading
from exporters import choices, profiles
from exporters.button import job
from exporters.button.pages import DOWNLOADS
from exporters.files import new_folder
from exporters.options import Options
from exporters.schema import SPLITS
from tests import application
from tests.exporters.made_project import Make
from tests.services.running import ended, held_up, kill, processes, running
from tests.services.waiting import until

PAGE = "/projects/trains/releases"


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database=database_url, releases=str(tmp_path / "releases"))


@pytest.fixture
def app(make: Make, settings: Settings):
    """A project with an answer that a curator decided, one that is gold as it is, one that is open."""
    for name, role in (("dee", Role.CURATOR), ("ada", Role.ANNOTATOR)):
        projects.join(make.session, make.project, make.user(name), role)
    make.user("eve")
    first, second, third, _ = (make.question(each, f"Post {each}.") for each in "abcd")
    make.answer(first, "ada", "FAVOR")
    make.answer(first, "dee", "AGAINST", kind="adjudication")
    make.answer(second, "ada", "FAVOR")
    make.answer(third, "ada", "FAVOR")
    make.answer(third, "ben", "AGAINST")
    make.session.commit()
    with application.running(settings.database, releases=settings.releases) as app:
        yield app


@pytest.fixture
def press(app: Flask) -> Callable[..., int]:
    """`press(aggregate="mace")` sends the form as Dee's browser does, and gives the number of the job."""

    def send(**choices: str) -> int:
        client, token = application.browser(app, "dee")
        answer = client.post(PAGE, data={**choices, "csrf_token": token})
        assert answer.status_code == 303
        return int(re.fullmatch(r"/projects/trains/jobs/(\d+)", answer.headers["Location"])[1])

    return send


def shown(app: Flask, address: str, name: str = "dee") -> str:
    client, _ = application.browser(app, name)
    answer = client.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def made(engine: Engine) -> list[Release]:
    with reading(engine) as session:
        return list(session.exec(select(Release)))


def test_what_would_be_released_is_told_before(app: Flask) -> None:
    """A first release fixes the splits of its documents for good: nobody should learn that afterwards."""
    page = shown(app, PAGE)

    for count, words in ((4, "items"), (4, "answers"), (1, "decided by a curator"), (1, "all answers alike")):
        assert f"<b>{count}</b> {words}" in page
    assert "<b>1</b> answers differ" in page
    assert "<b>1</b> without an answer" in page
    assert "4 documents have no split yet" in page


def test_every_option_can_be_chosen(app: Flask) -> None:
    """What the command line can, the page can; an option that is new there must not be forgotten here."""
    page = shown(app, PAGE)

    for field in fields(Options):
        assert re.search(rf'<(?:select|input)[^>]* name="{field.name}"', page), field.name


def test_the_names_on_the_page_are_those_of_the_code() -> None:
    """The web process knows them by name only: it must not learn of a profile that is gone."""
    assert tuple(profiles.PROFILES) == choices.PROFILES


def test_pressed_made_downloaded(
    app: Flask, press: Callable[..., int], settings: Settings, engine: Engine, tmp_path: Path
) -> None:
    """The whole way, without a command line and without a script."""
    number = press(aggregate="mace", scan="yes")
    with running(settings):
        found = ended(settings.database, number)
    page = shown(app, f"/projects/trains/jobs/{number}")
    client, _ = application.browser(app, "dee")
    answer = client.get(f"{PAGE}/1/download")

    assert (found.state, found.result["number"], found.failure) == (JobState.DONE, 1, None)
    [release_] = made(engine)
    assert release_.options == {"aggregate": "mace", "scan": True}
    assert release_.created_by_id == found.created_by_id is not None
    assert "Release 1 is made" in page
    told = re.search(r'<code dir="ltr">annotations</code></th>(.*?)</tr>', page)[1]
    rows = found.result["rows"]["annotations"]
    assert re.findall(r">(\d+)</td>", told) == [str(rows.get(each, 0)) for each in SPLITS]
    [folder] = (tmp_path / "releases" / "trains").iterdir()
    assert answer.headers["Content-Disposition"] == 'attachment; filename="trains-1.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        held = {name.removeprefix("trains-1/"): archive.read(name) for name in archive.namelist()}
    on_disk = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    assert held == {name: path.read_bytes() for name, path in on_disk.items()}
    again = shown(app, PAGE)
    assert "aggregate: mace" in again
    assert "near-duplicates across splits: 0" in again


def test_a_second_press_leads_to_the_same_job(press: Callable[..., int], app: Flask) -> None:
    """Who waits presses again."""
    assert press() == press(aggregate="mace")
    assert "A release is being made" in shown(app, PAGE)


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"aggregate": "dice"}, "is no way to aggregate"),
        ({"profile": "../../etc"}, "is no profile"),
        ({"hold_out": "moon"}, "cannot be held out"),
    ],
)
def test_what_cannot_be_made_is_refused_where_it_was_chosen(
    app: Flask, choices: dict[str, str], words: str
) -> None:
    """And the rest of what was chosen stays."""
    client, token = application.browser(app, "dee")
    answer = client.post(PAGE, data={**choices, "scan": "yes", "csrf_token": token})
    page = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert words in page
    assert re.search(r'id="scan"[^>]* checked', page)


def test_a_failure_says_what_to_do(app: Flask, settings: Settings) -> None:
    """A curator who reads a sentence can help themselves."""
    client, token = application.browser(app, "dee")
    address = client.post(PAGE, data={"hold_out": "target", "csrf_token": token}).headers["Location"]
    with running(settings):
        found = ended(settings.database, int(address.rpartition("/")[2]))
    page = shown(app, address)

    assert found.state == JobState.FAILED
    assert found.failure in page.replace("&#39;", "'")
    assert "Traceback" not in page
    assert f'href="{PAGE}?aggregate=majority&amp;hold_out=target#make"' in page
    assert '<option value="target" selected>' in shown(app, f"{PAGE}?hold_out=target")


def test_a_killed_release_is_made_once(
    press: Callable[..., int], settings: Settings, tmp_path: Path, engine: Engine
) -> None:
    """Killed in the middle, then taken up again: one release, one folder, nothing half-written."""
    place = tmp_path / "releases" / "trains"
    number = press()
    with running(settings):
        until(lambda: processes(settings.database, number))
        with held_up(engine):
            until(lambda: list(place.glob("*.part")))
            kill(settings.database, number)
        found = ended(settings.database, number)

    assert (found.state, found.attempts) == (JobState.DONE, 2)
    assert len(made(engine)) == 1
    assert [path.suffix for path in place.iterdir()] == [""]


def test_one_that_was_killed_at_its_very_end_is_not_made_again(
    press: Callable[..., int], settings: Settings, engine: Engine
) -> None:
    """Its release is there; only the job did not hear of it."""
    number = press()
    first = job.release(_context(engine, settings, number), {})

    assert job.release(_context(engine, settings, number), {}) == first
    assert len(made(engine)) == 1


@pytest.mark.parametrize("doing", ["reading", "rows", "measuring", "closing"])
def test_a_cancelled_release_leaves_nothing(
    press: Callable[..., int],
    settings: Settings,
    engine: Engine,
    tmp_path: Path,
    doing: str,
) -> None:
    """At whatever stage: no number is taken, and no folder stays."""

    def stop(_done: int, _total: int | None, now: str | None) -> None:
        if now == doing:
            raise Stopped

    with pytest.raises(Stopped):
        job.release(_context(engine, settings, press(), heard=stop), {})

    assert made(engine) == []
    assert list((tmp_path / "releases").rglob("*-*")) == []


def test_a_changed_file_breaks_the_download_off(
    app: Flask, press: Callable[..., int], settings: Settings, engine: Engine, tmp_path: Path
) -> None:
    """Nobody gets another release than was made."""
    job.release(_context(engine, settings, press()), {})
    [card] = (tmp_path / "releases").rglob("README.md")
    card.write_text(card.read_text() + "!")
    client, _ = application.browser(app, "dee")

    with pytest.raises(Invalid, match="is not as it was"):
        _ = client.get(f"{PAGE}/1/download").data
    shutil.rmtree(card.parent)
    assert client.get(f"{PAGE}/1/download").status_code == 404
    assert "Download as zip" not in shown(app, PAGE)


def test_downloads_leave_threads_for_those_who_label(
    app: Flask, press: Callable[..., int], settings: Settings, engine: Engine
) -> None:
    """Eight slow networks would otherwise stop a whole project."""
    job.release(_context(engine, settings, press()), {})
    client, _ = application.browser(app, "dee")
    address = f"{PAGE}/1/download"

    slow = [client.get(address, buffered=False) for _ in range(DOWNLOADS)]
    assert client.get(address).status_code == 503
    for each in slow:
        each.close()
    for ask in (client.get, client.head) * (DOWNLOADS + 1):
        with ask(address) as answer:
            assert answer.status_code == 200


def test_what_a_killed_attempt_left_is_cleared_away(
    press: Callable[..., int], settings: Settings, engine: Engine, tmp_path: Path
) -> None:
    """A job that was given up cannot do it itself; gigabytes would stay for ever."""
    place = tmp_path / "releases" / "trains"
    (place / "2026-01-01-0000-7.part" / "data").mkdir(parents=True)
    with new_folder(place / "other") as part:
        job.release(_context(engine, settings, press()), {})
        assert part.exists()
    assert not (place / "2026-01-01-0000-7.part").exists()


@pytest.mark.parametrize("path", ["releases", "releases/1/download", "jobs/1"])
def test_only_curators_come_in(app: Flask, press: Callable[..., int], path: str) -> None:
    """A release holds what everybody answered."""
    press()
    for name, status in (("ada", 403), ("eve", 404)):
        client, token = application.browser(app, name)
        assert client.get(f"/projects/trains/{path}").status_code == status
        for action in ("releases", "jobs/1/cancel"):
            sent = client.post(f"/projects/trains/{action}", data={"csrf_token": token})
            assert sent.status_code == status


def test_a_waiting_job_is_cancelled_on_its_page(app: Flask, press: Callable[..., int]) -> None:
    """Pressed too early: at once the button is there again."""
    number = press(hold_out="target")
    client, token = application.browser(app, "dee")
    address = f"/projects/trains/jobs/{number}"
    for _ in range(2):
        assert client.post(f"{address}/cancel", data={"csrf_token": token}).status_code == 303

    page = shown(app, address)
    assert "Cancelled." in page
    assert "hold_out=target#make" in page
    assert "A release is being made" not in shown(app, PAGE)


def _context(engine: Engine, settings: Settings, number: int, heard: Any = lambda *_: None) -> Context:
    with reading(engine) as session:
        created_at = session.get_one(Job, number).created_at
    return Context(engine, settings, number, "trains", None, created_at, heard)
