"""Everything can be reached: on a narrow page, in large letters, by the keyboard alone, in forced colours."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.access.test_pages import ADDRESSES

pytestmark = pytest.mark.browser

TEXT = [["Mayor Anders wants night trains, and she attacked the railway.", "It rained."]]
NARROW = {"width": 320, "height": 640}
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
LARGE = "document.documentElement.style.fontSize = '30px'"  # twice the size that the page gives itself
WIDTH = "document.documentElement.scrollWidth"
FOCUS = """() => {
  const element = document.activeElement
  if (!element || element === document.body) return null
  const { left, top, right, bottom } = element.getBoundingClientRect()
  const seen = [[.5, .5], [.1, .5], [.9, .5], [.5, .1], [.5, .9]].some(([x, y]) => {
    const hit = document.elementFromPoint(left + x * (right - left), top + y * (bottom - top))
    return hit && (element.contains(hit) || hit.contains(element) && !hit.closest(".panel, dialog") ||
      hit.closest("label")?.control === element)
  })
  const style = getComputedStyle(element)
  const drawn = style.outlineStyle !== "none" || style.boxShadow !== "none"
  return { what: element.outerHTML.slice(0, 120), seen, drawn }
}"""


@pytest.mark.parametrize("language", ["en", "ar"])
def test_nothing_is_wider_than_a_narrow_page(sign_in: Callable[[str], Page], language: str):
    """At 400 % on a laptop a page is 320 px wide; who reads so scrolls in one direction only."""
    page = sign_in(language)
    page.set_viewport_size(NARROW)
    home = page.url.rstrip("/")

    widths = {}
    for address in ADDRESSES.values():
        page.goto(home + address, wait_until="networkidle")
        widths[address] = page.evaluate(WIDTH)

    assert {address: width for address, width in widths.items() if width > NARROW["width"]} == {}


@pytest.mark.parametrize("kind", ["directed", "open"])
def test_twice_the_text_size_fits(sit_down: Callable, kind: str):
    """Large letters push nothing off the page."""
    seat = sit_down(kind, TEXT)
    seat.page.evaluate(LARGE)

    widths = {}
    for size in (NARROW, PHONE, DESK):
        seat.page.set_viewport_size(size)
        widths[size["width"]] = seat.page.evaluate(WIDTH)

    assert {size: width for size, width in widths.items() if width > size} == {}


def test_labels_are_at_hand_on_a_phone(sit_down: Callable):
    """Who labels in a train holds the phone upright, and has one thumb."""
    seat = sit_down("directed", TEXT)
    seat.page.set_viewport_size(PHONE)

    for label in ("FAVOR", "AGAINST", "NONE"):
        expect(seat.page.get_by_role("button", name=label)).to_be_in_viewport(ratio=1)


def test_nothing_moves_on_a_phone_when_the_first_answer_is_saved(sit_down: Callable):
    """The word “Saved” took a line of its own: the sentence jumped away from under the eyes."""
    seat = sit_down("directed", [[f"Sentence {number}."] for number in range(150)])  # three digits are wider
    seat.page.set_viewport_size(PHONE)
    bar = seat.page.locator("header.bar")
    before = bar.bounding_box()

    seat.press("1")
    expect(seat.page.locator("[data-words]").first).to_contain_text("Saved")

    assert bar.bounding_box() == before


def test_a_phone_shows_which_page_of_the_project_it_is(sign_in: Callable[..., Page]):
    """Where one is lay beside the screen on the last pages."""
    page = sign_in("en")
    home = page.url.rstrip("/")
    page.set_viewport_size(PHONE)

    for path in ("", "/suggestions", "/releases", "/webhooks"):
        page.goto(f"{home}/projects/trains{path}")
        for current in page.locator(".curating [aria-current]").all():
            expect(current).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("size", [PHONE, DESK])
@pytest.mark.parametrize("kind", ["directed", "open"])
def test_what_has_the_focus_is_seen(sit_down: Callable, kind: str, size: Any):
    """A bar that stays on the screen must not cover what the keyboard has reached."""
    seat = sit_down(kind, TEXT)
    seat.page.set_viewport_size(size)
    if kind == "open":
        seat.press("2", "1", "1")

    stops = list(walk(seat.page))

    assert len(stops) > 8
    assert [stop["what"] for stop in stops if not stop["seen"]] == []
    assert [stop["what"] for stop in stops if not stop["drawn"]] == []


def test_forced_colours_keep_what_is_pressed_and_marked(sit_down: Callable):
    """Where the system paints everything in its own colours, a chosen label still looks chosen."""
    seat = sit_down("directed", TEXT)
    seat.press("ArrowRight", "r", "1", "z")
    seat.page.emulate_media(forced_colors="active")
    looks = (
        "(element) => { const style = getComputedStyle(element); return style.backgroundColor + style.color }"
    )
    pressed = seat.page.locator('.choice[aria-pressed="true"]').evaluate(looks)
    other = seat.page.locator('.choice[aria-pressed="false"]').first.evaluate(looks)
    marked = seat.page.locator("mark").evaluate(looks)

    assert pressed != other
    assert marked != seat.sentence.evaluate(looks)


def test_nothing_moves_for_who_wants_no_motion(sit_down: Callable):
    """Motion makes some people ill."""
    seat = sit_down("open", TEXT)
    seat.page.emulate_media(reduced_motion="reduce")
    moving = """() => [...document.querySelectorAll("*")].filter((element) => {
      const { animationName, transitionDuration } = getComputedStyle(element)
      return animationName !== "none" || parseFloat(transitionDuration) > 0
    }).length"""

    assert seat.page.evaluate(moving) == 0


def walk(page: Page) -> Any:
    """Every stop of the Tab key, until it leaves the page or comes back to its first stop."""
    seen: set[str] = set()
    for _ in range(80):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None:
            return
        key = page.evaluate("[...document.querySelectorAll('*')].indexOf(document.activeElement)")
        if key in seen:
            return
        seen.add(key)
        yield stop
