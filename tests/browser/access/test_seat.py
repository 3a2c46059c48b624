"""The annotator's seat in every state that it can be in: axe finds nothing, by day or by night."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy.engine import Engine

from annotator.store import guidelines, projects
from annotator.store.engine import writing
from tests.browser.access import axe

pytestmark = pytest.mark.browser

TEXT = [["Mayor Anders wants night trains, and she attacked the railway.", "It rained.", "It snowed."]]
KINDS = ("directed", "open")


@pytest.mark.parametrize("kind", KINDS)
def test_at_work(sit_down: Callable, kind: str):
    """With stances, marks and a selection: what is drawn all day."""
    seat = sit_down(kind, TEXT)
    assert axe.in_both_lights(seat.page) == {}

    if kind == "open":
        seat.press("2", "1", "1")
    seat.press("ArrowRight", "r", "ArrowRight")

    assert axe.in_both_lights(seat.page) == {}


@pytest.mark.parametrize("kind", KINDS)
def test_every_panel_and_dialog(sit_down: Callable, kind: str):
    """Whatever a button of the page opens; a new panel is found by itself."""
    seat = sit_down(kind, TEXT)
    seat.press(*(["2", "1", "1", "Space"] if kind == "open" else ["1"]))
    seat.wait_until_saved()

    seat.wait_until_complete()
    panels, dialogs = (_ids(seat.page, selector) for selector in ("side-panel[id]", "dialog[id]"))
    assert len(panels) >= 3 and len(dialogs) >= 3
    for panel in panels:
        _press(seat.page, f'[data-toggles="{panel}"]')
        expect(seat.page.locator(f"#{panel}")).to_be_visible()
        seat.page.wait_for_load_state("networkidle")
        assert axe.in_both_lights(seat.page) == {}, panel
        _press(seat.page, f'[data-toggles="{panel}"]')
    for dialog in dialogs:
        seat.page.locator(f"dialog#{dialog}").evaluate("(dialog) => dialog.showModal()")
        seat.page.wait_for_load_state("networkidle")
        assert axe.in_both_lights(seat.page) == {}, dialog
        seat.press("Escape")


def test_what_is_folded(sit_down: Callable):
    """Details of a stance, flags and a comment: one key away, and as readable."""
    seat = sit_down("open", TEXT)
    seat.press("2", "1", "1")
    for key, shown in (("f", "#item-flags"), ("d", "stance-details"), ("m", "#comment-field")):
        seat.press(key)
        expect(seat.page.locator(shown)).to_be_visible()
        assert axe.in_both_lights(seat.page) == {}, shown


def test_guidelines_that_must_be_read(sit_down: Callable, engine: Engine):
    """What interrupts everybody must be readable by everybody."""
    seat = sit_down("directed", TEXT)
    seat.press("1")
    seat.wait_until_saved()
    with writing(engine) as session:
        guidelines.publish(session, projects.find(session, "trains"), "# New\n\nRead *this*.", must_read=True)
    seat.page.reload()

    expect(seat.page.get_by_role("dialog")).to_be_visible()
    assert axe.in_both_lights(seat.page) == {}


def test_nothing_left(sit_down: Callable):
    """The end of the work is a page too."""
    seat = sit_down("directed", [["One."]])
    seat.press("1")

    expect(seat.page.locator('[data-when="done"]')).to_be_visible()
    assert axe.in_both_lights(seat.page) == {}


@pytest.mark.parametrize("state", ["lent", "unreachable", "stranger"])
def test_no_items_come(sit_down: Callable, state: str):
    """Who waits, or has to sign in again, must be able to read why."""
    seat = sit_down("directed", [["One.", "Two."]])

    def answer(route: Route) -> None:
        if state == "lent":
            report = route.fetch().json() | {"items": [], "retry_after": 60}
            route.fulfill(json=report)
        elif state == "stranger":
            route.fulfill(status=401, json={"detail": "Sign in first."})
        else:
            route.abort()

    seat.page.route("**/queue?*", answer)
    seat.press("1", "1")

    expect(seat.page.locator(f'annotation-seat[data-state="{state}"]')).to_be_visible()
    assert axe.in_both_lights(seat.page) == {}


def _ids(page: Page, selector: str) -> list[str]:
    return page.locator(selector).evaluate_all("(elements) => elements.map(({ id }) => id)")


def _press(page: Page, selector: str) -> None:
    page.locator(selector).filter(visible=True).first.evaluate("(button) => button.click()")
