"""Every step can be taken back, and nothing that was said is lost on the way."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from sqlmodel import Session, select

from annotator.domain import Inquiry
from tests.browser.conftest import Seat

pytestmark = pytest.mark.browser

MANY = [[f"Sentence number {number}." for number in range(12)]]


def test_a_correction_and_its_answer_are_taken_back_one_after_the_other(sit_down: Callable) -> None:
    """She corrects, thinks better of it, then takes the whole answer back: nothing disputes with her."""
    seat = sit_down("directed", MANY)
    seat.press("1")
    seat.wait_until_saved()
    seat.press("b")
    seat.page.locator("#history [data-reopen], #history li button").first.click()
    expect(seat.sentence).to_have_text("Sentence number 0.")
    seat.press("2")
    expect(seat.sentence).not_to_have_text("Sentence number 0.")
    seat.wait_until_saved()
    assert seat.answers() == {"0-0": ["author AGAINST night-trains"]}

    seat.press("z")
    expect(seat.sentence).to_have_text("Sentence number 0.")
    seat.wait_until_saved()
    assert seat.answers() == {"0-0": ["author FAVOR night-trains"]}
    seat.press("z")
    seat.wait_until_saved()

    assert seat.answers() == {}
    expect(seat.page.get_by_role("button", name="to choose")).to_be_hidden()


@pytest.mark.parametrize("sent", [True, False], ids=["sent", "offline"])
def test_a_question_is_taken_back_like_an_answer(sit_down: Callable, sent: bool) -> None:
    """She asked too soon; undo brings the item back, not the one before it."""
    seat = sit_down("directed", MANY)
    seat.press("1")
    seat.wait_until_saved()
    seat.press("q")
    field = seat.page.locator("inquiry-sheet textarea")
    expect(field).to_be_focused()
    seat.page.context.set_offline(not sent)
    field.fill("Whose view is this?")
    seat.press("Control+Enter")
    expect(seat.sentence).to_have_text("Sentence number 2.")
    if sent:
        seat.wait_until_saved()

    seat.press("z")
    expect(seat.sentence).to_have_text("Sentence number 1.")
    seat.press("2")
    seat.page.context.set_offline(False)
    seat.wait_until_saved()

    assert set(seat.answers()) == {"0-0", "0-1"}
    assert asked(seat) == ([True] if sent else [])


def test_what_the_browser_forgets_the_page_still_sends(sit_down: Callable) -> None:
    """A browser that runs out of space may empty its store; the answers are still in the page."""
    seat = sit_down("directed", MANY)
    seat.page.context.set_offline(True)
    seat.press("1", "2", "3")
    expect(seat.page.locator("save-status")).to_contain_text("3 waiting, offline")
    seat.page.evaluate(
        """async () => {
          for (const { name } of await indexedDB.databases()) {
            const opening = indexedDB.open(name)
            await new Promise((resolve) => { opening.onsuccess = resolve })
            const stores = [...opening.result.objectStoreNames]
            const work = opening.result.transaction(stores, "readwrite")
            for (const store of stores) work.objectStore(store).clear()
            await new Promise((resolve) => { work.oncomplete = resolve })
            opening.result.close()
          }
          document.dispatchEvent(new Event("visibilitychange"))
        }"""
    )

    seat.page.context.set_offline(False)
    seat.wait_until_saved()

    assert set(seat.answers()) == {"0-0", "0-1", "0-2"}


def asked(seat: Seat) -> list[bool]:
    """Of every question that was stored, whether it was taken back."""
    with Session(seat.engine) as session:
        return [inquiry.withdrawn_at is not None for inquiry in session.exec(select(Inquiry))]
