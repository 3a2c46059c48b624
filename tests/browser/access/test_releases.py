"""Releases, and what changed between them, can be read by everybody."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.engine import Engine
from sqlmodel import Session, select

from annotator.domain import Release, Role, now
from annotator.store import accounts, projects
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

    browser_page.locator("article a").click()
    expect(browser_page.locator("tbody tr")).to_have_count(6)
    assert axe.in_both_lights(browser_page) == {}
