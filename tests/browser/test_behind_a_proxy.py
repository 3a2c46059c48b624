"""The annotator's seat under a prefix, behind a real reverse proxy: it labels, saves, and opens offline."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.engine import Engine

from tests.browser.conftest import Seat
from tests.browser.test_no_lost_work import come, label, project, stored
from tests.services.proxy import before
from tests.services.served import serving

pytestmark = pytest.mark.browser

KEPT = "annotation-seat[data-kept]"  # the page and its files are in the browser


@pytest.fixture
def tab(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A page that lets service workers work, and the addresses that it was refused."""
    lost: list[str] = []
    with browser.new_context() as context:
        context.set_default_timeout(60_000)
        context.on("response", lambda answer: lost.append(answer.url) if answer.status >= 400 else None)
        yield context.new_page(), lost


def test_work_goes_on_under_a_prefix(engine: Engine, sqlite_url: str, tab: tuple[Page, list[str]]) -> None:
    """A university has one host name, and Standpoint is a path of it: nothing may look outside."""
    page, lost = tab
    settings = {"STANDPOINT_PROXIES": "1"}
    with (
        serving(sqlite_url, settings=settings) as server,
        before(server.url, prefix="/standpoint") as outside,
    ):
        come(page, outside, project(engine, 12))
        label(page, 2)
        Seat(page, engine).wait_until_saved()
        page.locator(KEPT).wait_for()
        server.kill()

        page.reload()
        expect(page.locator(".passage-segment")).to_have_text("Sentence number 2.")
        label(page, 1)
        expect(page.locator("save-status")).to_contain_text("1 waiting")
        server.start()
        label(page, 1)
        Seat(page, engine).wait_until_saved()
        page.get_by_role("link", name="Standpoint").click()
        expect(page).to_have_url(f"{outside}/")

    assert stored(engine) == {f"{number}-0": 1 for number in range(4)}
    assert [url for url in lost if not url.startswith(f"{outside}/")] == []
    assert {name["path"] for name in page.context.cookies()} == {"/standpoint"}
