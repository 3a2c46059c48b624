"""The seat of a project that has no items: what is so, and what to do about it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.engine import Engine
from sqlmodel import select

from annotator.domain import Project, Role
from annotator.store import accounts, projects
from annotator.store.engine import writing
from tests.browser.access import axe
from tests.browser.conftest import bring_in, fill

pytestmark = pytest.mark.browser

EMPTY = "There are no items here yet"


@pytest.fixture
def come(engine: Engine, server: str, browser_page: Page) -> Callable[..., Page]:
    """`come(Role.CURATOR)` signs ada in and opens the seat of a project without items."""

    def come(role: Role, language: str = "en") -> Page:
        with writing(engine) as session:
            ada = accounts.add_user(session, "ada")
            ada.locale = language
            projects.join(session, fill(session, "directed", []), ada, role)
            token = accounts.sign_in_link(session, ada)
        browser_page.goto(f"{server}/sign-in/{token}")
        browser_page.goto(f"{server}/projects/trains/annotate")
        browser_page.locator("[data-when=empty]").wait_for()
        return browser_page

    return come


def test_a_curator_is_sent_to_the_import(come: Callable[..., Page]) -> None:
    """Who has just made a project was told that all of it is answered."""
    page = come(Role.CURATOR)

    expect(page.get_by_role("heading", name=EMPTY)).to_be_visible()
    expect(page.get_by_text("You have answered every item")).to_be_hidden()
    assert axe.in_both_lights(page) == {}
    page.get_by_role("link", name="Import a file").click()
    page.wait_for_url("**/projects/trains/imports")


def test_an_annotator_is_told_whom_it_waits_for(come: Callable[..., Page], engine: Engine) -> None:
    """She may not import. Once there are items, the same page asks them, and then says that they are done."""
    page = come(Role.ANNOTATOR)
    expect(page.get_by_text("A curator has to import texts first.")).to_be_visible()
    expect(page.get_by_role("link", name="Import a file")).to_have_count(0)

    with writing(engine) as session:
        bring_in(session, session.exec(select(Project)).one(), [["Buses will do."]])
    page.get_by_role("button", name="Look now").click()
    expect(page.locator(".passage-segment")).to_have_text("Buses will do.")
    page.keyboard.press("1")

    expect(page.get_by_role("heading", name="Nothing is left for you here")).to_be_visible()
    expect(page.get_by_role("heading", name=EMPTY)).to_be_hidden()
