"""Releases, and what changed between them, can be read by everybody."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.engine import Engine
from sqlmodel import Session, select

from annotator.domain import Release, Role, now
from annotator.store import accounts, jobs, projects
from exporters import release
from exporters.options import Options
from tests.browser.access import axe
from tests.exporters.made_project import Make

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing_where_releases_are(
    server: str, browser_page: Page, engine: Engine, session: Session, tmp_path: Path, language: str
):
    """A withdrawn release, tables of changes, long hashes and folders: all of it can be read."""
    make = Make(session)
    dee = make.user("dee", locale=language)
    projects.join(session, make.project, dee, Role.CURATOR)
    items = [make.question(f"{number}") for number in range(4)]
    make.answer(items[0], "ada", "FAVOR")
    make.answer(items[1], "ada", "NONE")
    link = accounts.sign_in_link(session, dee)
    session.commit()
    release.write(engine, "trains", tmp_path / "1")
    session.exec(select(Release)).one().withdrawn_at = now()
    make.answer(items[0], "dee", "AGAINST", kind="adjudication")
    make.answer(items[2], "ada", "AGAINST")
    items[1].retired_at = now()
    session.commit()
    release.write(engine, "trains", tmp_path / "2", Options(aggregate="mace"))
    browser_page.goto(f"{server}/sign-in/{link}")

    browser_page.goto(f"{server}/projects/trains/releases")
    expect(browser_page.locator("article")).to_have_count(2)
    assert axe.in_both_lights(browser_page) == {}

    browser_page.locator("article a[href*='/compare']").click()
    expect(browser_page.locator("tbody tr")).to_have_count(6)
    assert axe.in_both_lights(browser_page) == {}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing_on_the_page_of_a_job(
    server: str, browser_page: Page, engine: Engine, session: Session, language: str
):
    """Waiting, running, stopping, failed, done: each can be read and operated."""
    make = Make(session)
    dee = make.user("dee", locale=language)
    projects.join(session, make.project, dee, Role.CURATOR)
    make.question("a")
    link = accounts.sign_in_link(session, dee)
    failed, running, done, waiting = (
        jobs.enqueue(session, "release", project=make.project, by=dee)[0].id for _ in range(4)
    )
    rows = {"gold": {"train": 1_200, "test": 30}, "documents": {"train": 12}}
    for id_ in (failed, running, done):
        assert jobs.claim(session, f"{id_}") == id_
    jobs.fail(session, failed, f"{failed}", "Something is not as it should be.")
    jobs.beat(session, running, f"{running}", jobs.Progress(1_200, 5_000, "rows"))
    result = {"number": 3, "rows": rows, "left_out": {"tie": 4}, "sha256": "0" * 64}
    jobs.finish(session, done, f"{done}", result)
    session.commit()
    browser_page.goto(f"{server}/sign-in/{link}")

    for id_ in (waiting, running, failed, done):
        browser_page.goto(f"{server}/projects/trains/jobs/{id_}")
        assert axe.in_both_lights(browser_page) == {}, id_
    browser_page.goto(f"{server}/projects/trains/releases?hold_out=target")
    assert axe.in_both_lights(browser_page) == {}
