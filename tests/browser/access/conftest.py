"""Ada on any page, in any language of the interface."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from sqlalchemy.engine import Engine

from annotator.domain import Role
from annotator.store import accounts, projects
from annotator.store.engine import writing
from tests.browser.conftest import fill

TEXT = [["Mayor Anders wants night trains, and she attacked the railway.", "It rained."]]


@pytest.fixture
def sign_in(engine: Engine, server: str, browser_page: Page) -> Callable[[str], Page]:
    """`sign_in("ar")` gives the first page of Ada, who curates a project, in Arabic."""

    def come(language: str = "en") -> Page:
        with writing(engine) as session:
            ada = accounts.add_user(session, "ada")
            ada.locale = language
            projects.join(session, fill(session, "open", TEXT), ada, Role.CURATOR)
            token = accounts.sign_in_link(session, ada)
        browser_page.goto(f"{server}/sign-in/{token}")
        return browser_page

    return come
