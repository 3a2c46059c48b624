"""Everybody can read and work the page: axe finds nothing, light or dark, large or small."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

TEXT = [["Mayor Anders wants night trains, and she attacked the railway.", "It rained."]]
PHONE = {"width": 390, "height": 844}


def violations(page: Page) -> list[Any]:
    """What axe finds: (rule, the elements it names)."""
    found = Axe().run(page).response["violations"]
    return [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["directed", "open"])
def test_axe_finds_nothing(sit_down: Callable, kind: str, scheme: Any) -> None:
    """Contrast, names and roles hold in both lights, with marks, stances and the guidelines open."""
    seat = sit_down(kind, TEXT)
    seat.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    if kind == "open":
        seat.press("2", "1", "1")
    seat.press("ArrowRight", "r", "g")
    expect(seat.page.locator("guidelines-panel")).to_contain_text("A reporting verb")

    assert violations(seat.page) == []
    for key in ("?", "c"):
        seat.press(key)
        expect(seat.page.get_by_role("dialog")).to_be_visible()
        assert violations(seat.page) == []
        seat.press("Escape")


@pytest.mark.parametrize("kind", ["directed", "open"])
def test_phone_shows_all_without_sideways_scrolling(sit_down: Callable, kind: str) -> None:
    """Who labels in a train holds the phone upright."""
    seat = sit_down(kind, TEXT)
    seat.page.set_viewport_size(PHONE)

    width = seat.page.evaluate("document.documentElement.scrollWidth")

    assert width <= PHONE["width"]
    assert violations(seat.page) == []
    if kind == "directed":
        expect(seat.page.get_by_role("button", name="FAVOR")).to_be_in_viewport(ratio=1)


def test_home_lists_projects_with_progress(sit_down: Callable) -> None:
    """The first page says where work waits, and leads there."""
    seat = sit_down("directed", TEXT)
    seat.press("1")
    seat.wait_until_saved()

    seat.page.goto(seat.page.url.split("/projects/")[0])

    expect(seat.page.get_by_text("1 answered by you")).to_be_visible()
    assert violations(seat.page) == []
    seat.page.get_by_role("link", name="Label").click()
    expect(seat.sentence).to_have_text("It rained.")


def test_strangers_are_told_how_to_come_in(server: str, browser_page: Page) -> None:
    """Without a link nobody comes in, and the page says what to ask for."""
    browser_page.goto(server)

    expect(browser_page.get_by_role("main")).to_contain_text("a link that is yours alone")
    assert violations(browser_page) == []
    answer = browser_page.goto(f"{server}/projects/trains/annotate")
    assert answer is not None and answer.status == 401


def test_next_item_is_announced(sit_down: Callable) -> None:
    """Who cannot see the page must hear that it moved on."""
    seat = sit_down("directed", TEXT)

    seat.press("1")

    expect(seat.page.locator("[aria-live]")).to_contain_text("Next item. More night trains It rained.")


def test_nothing_stands_inline(sit_down: Callable) -> None:
    """A text that smuggles markup in finds no policy to slip through: ours needs no exception."""
    seat = sit_down("open", [["<img src=x onerror=alert(1)> wants night trains.", "It rained."]])

    expect(seat.sentence).to_have_text("<img src=x onerror=alert(1)> wants night trains.")
    assert seat.page.locator("[style], style, script:not([src]), [onclick], .passage img").count() == 0
