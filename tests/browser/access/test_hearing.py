"""Who hears the page instead of seeing it is told what matters, once, and nothing besides."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

TEXT = [["One.", "Two.", "Three.", "Four."]]
LISTEN = """() => {
  window.heard = []
  for (const region of document.querySelectorAll("[aria-live], [role=status], [role=alert]")) {
    const hear = () => {
      const said = region.textContent.trim()
      if (said && region.checkVisibility()) window.heard.push(said)
    }
    new MutationObserver(hear).observe(region, { childList: true, characterData: true, subtree: true })
  }
}"""


def heard(page: Page) -> list[str]:
    """What a screen reader was given to say since LISTEN."""
    return page.evaluate("window.heard")


def test_next_item_is_told_once_with_its_target(sit_down: Callable):
    """Two voices at once are none; every save told is two thousand a day."""
    seat = sit_down("directed", TEXT)
    seat.page.evaluate(LISTEN)

    for key in ("1", "2"):
        seat.press(key)
        seat.wait_until_saved()
    expect(seat.page.locator("save-status")).to_contain_text("Saved")

    assert heard(seat.page) == [
        "Next item. More night trains Two.",
        "Next item. More night trains Three.",
    ]


def test_trouble_is_told_when_it_begins_and_when_it_is_over(sit_down: Callable):
    """Who cannot see the sign must still know that the answers wait, and not at each of them."""
    seat = sit_down("directed", TEXT)
    seat.page.evaluate(LISTEN)

    seat.page.context.set_offline(True)
    seat.press("1")
    expect(seat.page.locator("save-status")).to_contain_text("1 waiting, offline")
    seat.press("1")
    expect(seat.page.locator("save-status")).to_contain_text("2 waiting, offline")
    seat.page.context.set_offline(False)
    seat.wait_until_saved()
    expect(seat.page.locator("save-status [data-words]")).to_contain_text("Saved")

    told = [sentence for sentence in heard(seat.page) if not sentence.startswith("Next item")]
    assert [re.sub(r"\d+:\d+", "14:03", sentence) for sentence in told] == [
        "1 waiting, offline",
        "Saved 14:03",
    ]


def test_single_keys_can_be_switched_off(sit_down: Callable):
    """Who dictates says letters; none of them may label anything."""
    seat = sit_down("directed", TEXT)
    seat.press("?")
    seat.page.get_by_role("dialog").get_by_role("checkbox").uncheck()
    seat.press("Escape", "1")

    expect(seat.sentence).to_have_text("One.")
    seat.page.get_by_role("button", name="FAVOR").click()
    expect(seat.sentence).to_have_text("Two.")
