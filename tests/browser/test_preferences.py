"""The page of preferences in a browser: keys are pressed, light and size hold at once."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Seat
from tests.browser.keys import press

pytestmark = pytest.mark.browser

THREE = [["Bring the sleepers back.", "Buses will do.", "I had soup."]]


def to_preferences(seat: Seat, path: str = "/preferences?project=trains") -> Page:
    """Go to the page where she sets up her seat."""
    seat.page.goto(seat.page.url.split("/projects/")[0] + path)
    return seat.page


def change(page: Page, action: str, key: str) -> None:
    """Press the key that this action is to have."""
    page.get_by_role("button", name=f"Change: {action}", exact=True).click()
    expect(page.get_by_text("Press a key, or Escape").locator("visible=true")).to_be_visible()
    page.keyboard.press(key)


def save(page: Page) -> None:
    """Save and wait for the answer."""
    page.get_by_role("button", name="Save").click()
    page.wait_for_load_state()


def test_a_key_is_remapped_by_pressing_it(sit_down: Callable) -> None:
    """There and back: the new key works, the old one is silent, the default map comes again."""
    seat = sit_down("directed", THREE)
    page = to_preferences(seat)
    change(page, "Skip", "]")
    page.get_by_role("button", name="Another key: Skip").click()
    page.keyboard.press("Shift+J")
    change(page, "FAVOR", "8")
    save(page)
    expect(page.get_by_text("Saved.")).to_be_visible()

    page.get_by_role("link", name="Back to Night trains").click()
    seat.sentence.wait_for()
    seat.press("s", "1")
    expect(seat.sentence).to_have_text("Bring the sleepers back.")
    expect(page.locator("[data-action=skip] kbd")).to_have_text("]")
    seat.press("]")
    expect(seat.sentence).to_have_text("Buses will do.")
    seat.press("8")
    expect(seat.sentence).to_have_text("I had soup.")
    seat.press("Shift+J")
    expect(seat.sentence).to_have_text("Bring the sleepers back.")
    expect(page.locator("[data-explains=skip] kbd")).to_have_text(["]", "⇧J"])
    seat.wait_until_saved()

    to_preferences(seat).get_by_role("button", name="Default keys again").click()
    page.get_by_role("link", name="Back to Night trains").click()
    expect(page.locator("[data-action=skip] kbd")).to_have_text("S")


def test_a_clash_is_refused_with_both_named(sit_down: Callable) -> None:
    """Nothing is stored, and the form keeps what she pressed."""
    seat = sit_down("directed", THREE)
    page = to_preferences(seat)

    change(page, "Skip", "z")
    save(page)

    expect(page.get_by_role("alert")).to_have_text("Z would be both “Skip” and “Undo”: give one another key.")
    expect(page.locator("tr.is-wrong")).to_have_count(2)
    expect(page.locator("tr", has=page.get_by_text("Skip", exact=True)).locator("kbd")).to_have_text("Z")
    change(page, "Undo", "]")
    save(page)
    expect(page.get_by_text("Saved.")).to_be_visible()


def test_escape_and_tab_change_nothing(sit_down: Callable) -> None:
    """Who only looked must be able to leave."""
    seat = sit_down("directed", THREE)
    page = to_preferences(seat)
    skip = page.locator("tr", has=page.get_by_text("Skip", exact=True)).locator("kbd")

    change(page, "Skip", "Escape")
    expect(skip).to_have_text("S")
    change(page, "Skip", "Tab")
    expect(skip).to_have_text("S")
    expect(page.get_by_role("button", name="Another key: Skip")).to_be_focused()
    change(page, "Skip", "Space")
    expect(skip).to_have_text("␣")


def test_a_key_is_taken_by_its_place_under_any_layout(sit_down: Callable) -> None:
    """The finger chooses; what the key prints is only shown."""
    seat = sit_down("directed", THREE)
    page = to_preferences(seat)
    page.get_by_role("button", name="Change: Skip").click()
    press(page, "BracketLeft", "ج")
    save(page)
    page.get_by_role("link", name="Back to Night trains").click()

    seat.sentence.wait_for()
    seat.press("[")
    expect(seat.sentence).to_have_text("Buses will do.")


def test_light_and_size_hold_from_the_first_paint(sit_down: Callable) -> None:
    """A white page that turns dark is a flash in the eyes, item after item."""
    seat = sit_down("directed", THREE)
    seat.page.emulate_media(color_scheme="light")
    usual = seat.sentence.evaluate("element => parseFloat(getComputedStyle(element).fontSize)")
    page = to_preferences(seat)
    page.get_by_label("dark").check()
    page.get_by_label("150 %").check()
    save(page)
    page.get_by_role("link", name="Back to Night trains").click()
    seat.sentence.wait_for()

    html = page.locator("html")
    assert html.evaluate("element => getComputedStyle(element).colorScheme") == "dark"
    assert page.locator("meta[name=color-scheme]").get_attribute("content") == "dark"
    assert seat.sentence.evaluate("element => parseFloat(getComputedStyle(element).fontSize)") > 1.2 * usual
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_and_work_the_page(sit_down: Callable, scheme: Any) -> None:
    """Nothing is found by axe, also with a clash on it; on a phone nothing has to be pushed sideways."""
    seat = sit_down("open", THREE)
    page = to_preferences(seat)
    page.emulate_media(color_scheme=scheme)
    change(page, "Skip", "z")
    save(page)
    page.get_by_role("button", name="Change: Skip").click()

    found = Axe().run(page).response["violations"]
    assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_form_works_without_scripts(sit_down: Callable, browser: Any) -> None:
    """Every page but the seat does."""
    seat = sit_down("directed", THREE)
    state = seat.page.context.storage_state()
    with browser.new_context(java_script_enabled=False, storage_state=state) as plain:
        page = plain.new_page()
        page.goto(seat.page.url.split("/projects/")[0] + "/preferences")
        page.get_by_label("Skip").fill("]")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Saved.")).to_be_visible()
        expect(page.get_by_label("Skip")).to_have_value("]")
