"""A ride without network: the page opens, the items are there, and everything arrives afterwards."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy.engine import Engine

from annotator.domain import Role
from annotator.store import accounts, projects
from annotator.store.engine import writing
from tests.browser.conftest import Seat
from tests.browser.test_no_lost_work import come, label, project, sign_in, stored
from tests.services.served import Served, serving

pytestmark = pytest.mark.browser

KEPT = "annotation-seat[data-kept]"  # the page and its files are in the browser


@pytest.fixture
def served(engine: Engine, sqlite_url: str) -> Iterator[Served]:
    """`standpoint serve` on the test's database."""
    with serving(sqlite_url) as server:
        yield server


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """A page of a browser that lets service workers work."""
    with browser.new_context() as context:
        context.set_default_timeout(60_000)
        yield context.new_page()


def test_a_closed_page_opens_again_without_a_network(engine: Engine, served: Served, tab: Page) -> None:
    """The train is in the tunnel, the tab was closed by mistake: the work goes on where it was."""
    come(tab, served.url, project(engine, 12))
    label(tab, 1)
    tab.locator(KEPT).wait_for()
    address = tab.url
    served.kill()

    again = tab.context.new_page()
    tab.close()
    again.goto(address)
    expect(again.locator(".passage-segment")).to_have_text("Sentence number 1.")
    label(again, 3)
    expect(again.locator("save-status")).to_contain_text("3 waiting, offline")
    again.reload()
    expect(again.locator(".passage-segment")).to_have_text("Sentence number 4.")
    served.start()
    label(again, 1)

    Seat(again, engine).wait_until_saved()
    assert stored(engine) == {f"{number}-0": 1 for number in range(5)}


def test_200_items_come_along_for_a_ride(engine: Engine, served: Served, tab: Page) -> None:
    """Six hours without network: what was taken along is there, and comes home whole."""
    come(tab, served.url, project(engine, 210))
    tab.keyboard.press("o")
    sheet = tab.get_by_role("dialog")
    sheet.get_by_role("button", name="Take them along").click()
    expect(sheet).to_contain_text("Items with you: 199")
    tab.keyboard.press("Escape")
    tab.locator(KEPT).wait_for()
    served.kill()
    tab.reload()

    given = label(tab, 200)
    expect(tab.locator("save-status")).to_contain_text("200 waiting, offline")
    served.start()

    Seat(tab, engine).wait_until_saved()
    assert len(set(given)) == 200
    assert stored(engine) == {f"{number}-0": 1 for number in range(200)}


def test_a_button_that_is_pressed_before_its_sheet_hears_it_waits(
    engine: Engine, served: Served, tab: Page
) -> None:
    """On a slow machine a sheet stands there before its code: its form reloaded the page, and it was gone."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    tab.route("**/elements/take-along.js", hold)
    come(tab, served.url, project(engine, 60))
    address = tab.url
    tab.keyboard.press("o")
    sheet = tab.get_by_role("dialog")
    sheet.get_by_label("Items").select_option("50")
    sheet.get_by_role("button", name="Take them along").click()
    expect(sheet).to_be_visible()
    assert held
    for route in held:
        route.continue_()

    expect(sheet).to_contain_text("Items with you: 49")
    assert tab.url == address


def test_what_was_not_done_is_given_back(engine: Engine, served: Served, tab: Page) -> None:
    """The ride was shorter than she thought; others must not wait half a day for her items."""
    come(tab, served.url, project(engine, 60))
    tab.keyboard.press("o")
    sheet = tab.get_by_role("dialog")
    sheet.get_by_label("Items").select_option("50")
    sheet.get_by_role("button", name="Take them along").click()
    expect(sheet).to_contain_text("Items with you: 49")
    tab.keyboard.press("Escape")
    label(tab, 5)

    tab.keyboard.press("o")
    sheet.get_by_role("button", name="Give back what I did not do").click()
    expect(sheet).to_contain_text("Items that go back: 44")
    sheet.get_by_role("button", name="Give them back").click()

    expect(sheet).to_contain_text("No items are with you.")
    assert stored(engine) == {f"{number}-0": 1 for number in range(5)}
    tab.keyboard.press("Escape")
    label(tab, 2)
    Seat(tab, engine).wait_until_saved()


def test_a_page_kept_for_one_person_is_not_shown_to_the_next(
    engine: Engine, served: Served, tab: Page
) -> None:
    """Two people share a laptop: who signs out leaves no page behind."""
    come(tab, served.url, project(engine, 12))
    tab.locator(KEPT).wait_for()
    address = tab.url

    tab.goto(served.url)
    tab.get_by_role("button", name="Sign out").click()
    served.kill()

    with pytest.raises(Exception, match=r"ERR_CONNECTION_REFUSED|ERR_FAILED"):
        tab.goto(address)


def test_answers_wait_for_their_person_and_are_named(engine: Engine, served: Served, tab: Page) -> None:
    """Bea sits down at the laptop where ada's answers wait: hers go out, ada's stay and are named."""
    come(tab, served.url, project(engine, 120))
    with writing(engine) as session:
        bea = accounts.add_user(session, "bea")
        projects.join(session, projects.find(session, "trains"), bea, Role.ANNOTATOR)
    tab.context.clear_cookies()
    label(tab, 2)
    expect(tab.locator("save-status")).to_contain_text("2 waiting: sign in again")

    come(tab, served.url, sign_in(engine, "bea"))
    expect(tab.locator("save-status")).to_contain_text("2 of ada wait here until they sign in")
    label(tab, 1)
    Seat(tab, engine).wait_until_saved()
    assert sum(stored(engine).values()) == 1
    tab.context.clear_cookies()
    come(tab, served.url, sign_in(engine, "ada"))

    Seat(tab, engine).wait_until_saved()
    assert sum(stored(engine).values()) == 3


def test_a_page_of_ada_lends_nothing_to_bea(engine: Engine, served: Served, tab: Page) -> None:
    """Tabs share the cookie: ada's page must not work in bea's name because bea signed in next door."""
    come(tab, served.url, project(engine, 120))
    with writing(engine) as session:
        bea = accounts.add_user(session, "bea")
        projects.join(session, projects.find(session, "trains"), bea, Role.ANNOTATOR)
    tab.context.clear_cookies()
    other = tab.context.new_page()
    come(other, served.url, sign_in(engine, "bea"))

    label(tab, 2)

    expect(tab.locator("save-status")).to_contain_text("2 waiting: bea is signed in here now")
    assert stored(engine) == {}
    other.close()
