"""From the button to the zip, as a curator goes it."""

import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.engine import Engine
from sqlmodel import Session

from annotator.config import Settings
from annotator.domain import Role
from annotator.store import accounts, projects
from tests.exporters.made_project import Make
from tests.services.running import held_up, processes, running
from tests.services.waiting import until

pytestmark = pytest.mark.browser


@pytest.fixture
def link(session: Session, server: str) -> str:
    """Signs Dee in, whose project can be released."""
    make = Make(session)
    dee = make.user("dee")
    projects.join(session, make.project, dee, Role.CURATOR)
    for number in range(6):
        make.answer(make.question(f"{number}", f"Post {number}."), "ada", "FAVOR")
    token = accounts.sign_in_link(session, dee)
    session.commit()
    return f"{server}/sign-in/{token}"


def test_pressed_watched_and_downloaded(
    link: str, server: str, browser_page: Page, engine: Engine, database_url: str, tmp_path: Path
):
    """The page moves by itself, is not drawn anew while one reads it, and ends with the dataset."""
    page = browser_page
    page.goto(link)
    page.goto(f"{server}/projects/trains/releases")
    page.get_by_label("Gold once more, held out").select_option("document")
    page.get_by_role("button", name="Make release").click()
    page.wait_for_url(re.compile(r"/jobs/\d+$"))
    number = int(page.url.rpartition("/")[2])

    expect(page.get_by_text("Waits for its turn")).to_be_visible()
    page.evaluate("window.isTheSame = true")
    with running(Settings(database=database_url)):
        until(lambda: processes(database_url, number))
        with held_up(engine):
            expect(page.get_by_text("Running")).to_be_visible()
            assert page.evaluate("window.isTheSame")
        expect(page.get_by_role("heading", name="Release 1 is made")).to_be_visible(timeout=180_000)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as zip").click()
    download.value.save_as(tmp_path / "release.zip")

    with zipfile.ZipFile(tmp_path / "release.zip") as archive:
        assert archive.testzip() is None
        assert "trains-1/data/gold_by_document/train-00000-of-00001.parquet" in archive.namelist()
    page.get_by_role("link", name="Release 1 in the list").click()
    expect(page.locator("article")).to_contain_text("Held out: gold_by_document")


def test_without_a_script_a_link_looks_again(link: str, server: str, browser: Browser, session: Session):
    """Some companies turn scripts off; the work is the same."""
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(link)
        page.goto(f"{server}/projects/trains/releases")
        page.get_by_role("button", name="Make release").click()
        page.get_by_role("link", name="Look again how far it is").click()
        expect(page.get_by_text("Waits for its turn")).to_be_visible()
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_text("Cancelled.")).to_be_visible()
        page.get_by_role("link", name="Choose and try again").click()
        expect(page.get_by_role("button", name="Make release")).to_be_visible()
