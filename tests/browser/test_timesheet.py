"""The first page and the timesheet as people see them, at any width, in any light."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.engine import Engine

from annotator.store import accounts
from annotator.store.engine import writing
from tests.browser.access.axe import violations
from tests.browser.conftest import Seat

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}

THREE = [["Bring the sleepers back.", "Buses will do.", "I had soup."]]


@pytest.fixture
def worked(sit_down: Callable, engine: Engine) -> Seat:
    """Ada, who has answered one of three and lives in Berlin."""
    seat = sit_down("directed", THREE)
    seat.press("1")
    seat.wait_until_saved()
    with writing(engine) as session:
        accounts.find_user(session, "ada").preferences = {"time_zone": "Europe/Berlin"}
    return seat


def root(seat: Seat) -> str:
    """The address of the first page."""
    return seat.page.url.split("/projects/")[0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ["/", "/timesheet"])
def test_axe_finds_nothing(worked: Seat, address: str, scheme: Any) -> None:
    """Both pages are for everybody, and need no scripts."""
    page = worked.page
    page.emulate_media(color_scheme=scheme)
    page.goto(root(worked) + address)

    assert violations(page) == []
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert violations(page) == []


def test_from_the_first_page_to_the_own_time_and_back_to_work(worked: Seat) -> None:
    """Who stops for the day looks at the day; who begins goes on where they were."""
    page = worked.page
    page.goto(root(worked))
    expect(page.get_by_role("listitem").filter(has_text="Night trains")).to_contain_text("1 answered by you")

    page.get_by_role("link", name="Your time").click()
    row = page.get_by_role("row").filter(has=page.get_by_role("cell", name="Night trains"))
    expect(row).to_contain_text("1")
    expect(page.get_by_text("Europe/Berlin")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    assert download.value.suggested_filename.startswith("timesheet-")
    page.get_by_role("link", name="Projects").click()
    page.get_by_role("link", name="Continue: Night trains").click()

    expect(worked.sentence).to_have_text("Buses will do.")


def test_a_range_is_chosen_without_scripts(worked: Seat, browser: Any) -> None:
    """On an old machine of the university the form still works."""
    with browser.new_context(java_script_enabled=False) as context:
        context.add_cookies(worked.page.context.cookies())
        page: Page = context.new_page()
        page.goto(f"{root(worked)}/timesheet")
        page.get_by_label("From").fill("2020-02-01")
        page.get_by_label("To").fill("2020-02-29")
        page.get_by_role("button", name="Show").click()

        expect(page.get_by_text("You answered nothing in these days.")).to_be_visible()
        assert "from=2020-02-01&to=2020-02-29" in page.url
        page.get_by_role("link", name="This week").click()
        expect(page.get_by_role("link", name="This week")).to_have_attribute("aria-current", "page")
        expect(page.get_by_role("cell", name="Night trains")).to_be_visible()
