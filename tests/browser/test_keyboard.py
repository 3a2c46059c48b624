"""One press, one thing done: which keys act, where, and what they are said to do."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from annotator.domain.keys import DEFAULT, OPEN_ONLY
from tests.browser.keys import COMPOSING, dispatch, press

pytestmark = pytest.mark.browser

THREE = [["Bring the sleepers back.", "Buses will do.", "I had soup."]]


@pytest.mark.parametrize("kind", ["directed", "open"])
def test_every_action_has_one_button_and_is_explained(sit_down: Callable, kind: str) -> None:
    """A key without a button shuts out who cannot press it; an action that is not told is not found."""
    seat = sit_down(kind, THREE)
    seat.wait_until_complete()
    mine = sorted(action for action in DEFAULT if kind == "open" or action not in OPEN_ONLY)

    buttons = seat.page.evaluate(
        "[document, ...[...document.querySelectorAll('template')].map(({ content }) => content)]"
        ".flatMap((part) => [...part.querySelectorAll('[data-action]')])"
        ".filter((each) => !each.closest('.rest')).map(({ dataset }) => [dataset.action, dataset.code])"
    )
    told = seat.page.eval_on_selector_all("[data-explains]", "all => all.map(each => each.dataset.explains)")

    assert sorted(action for action, _ in buttons) == mine
    assert all(codes.split() == list(DEFAULT[action]) for action, codes in buttons)
    assert sorted(told) == mine


def test_keys_with_shift_are_other_keys(sit_down: Callable) -> None:
    """⇧W is not W; and ⇧S, which means nothing here, is not S."""
    seat = sit_down("directed", THREE, labels=[{"name": "A", "polarity": "favor", "key": "1"}])

    seat.press("Shift+M")
    expect(seat.sentence).to_have_text("Bring the sleepers back.")
    seat.press("s")
    expect(seat.sentence).to_have_text("Buses will do.")


def test_number_pad_and_other_digits_choose_labels(sit_down: Callable) -> None:
    """Accountants' hands live on the number pad; Arabic and Persian keyboards have digits of their own."""
    seat = sit_down("directed", [["One.", "Two.", "Three.", "Four.", "Five.", "Six."]])

    press(seat.page, "Numpad1", "1")
    press(seat.page, "Digit2", "٢")
    press(seat.page, "Numpad3", "٣")
    press(seat.page, "", "۱")  # a virtual keyboard, which has no places
    press(seat.page, "Numpad2", "ArrowDown", text=False)  # without NumLock
    expect(seat.sentence).to_have_text("Five.")

    seat.wait_until_saved()
    assert [told[0].split()[1] for told in seat.answers().values()] == ["FAVOR", "AGAINST", "NONE", "FAVOR"]


@pytest.mark.parametrize(
    "event",
    [
        {"isComposing": True},
        {"keyCode": COMPOSING},
        {"repeat": True},
        {"ctrlKey": True},
        {"altKey": True},
        {"metaKey": True},
        {"modifierAltGraph": True},
    ],
    ids=lambda event: next(iter(event)),
)
def test_what_is_meant_for_somebody_else_does_nothing(sit_down: Callable, event: dict) -> None:
    """Typing in an input method, a shortcut of the browser, a key held down: none of them is an answer."""
    seat = sit_down("directed", THREE)

    for code, key in (("Digit1", "1"), ("KeyS", "s"), ("KeyX", "x")):
        dispatch(seat.page, code=code, key=key, **event)

    expect(seat.sentence).to_have_text("Bring the sleepers back.")
    assert seat.rows() == 0


def test_typing_in_any_field_is_no_key_press(sit_down: Callable) -> None:
    """What is typed into a comment or a search must not become labels, nor what an input method composes."""
    seat = sit_down("open", THREE)
    seat.press("a")
    session = seat.page.context.new_cdp_session(seat.page)
    session.send("Input.imeSetComposition", {"text": "س1", "selectionStart": 2, "selectionEnd": 2})
    session.send("Input.insertText", {"text": "سكة 1s"})

    expect(seat.page.get_by_role("combobox").first).to_have_value("سكة 1s")
    expect(seat.sentence).to_have_text("Bring the sleepers back.")
    assert seat.answers() == {}


def test_space_after_a_click_is_the_key_of_the_page(sit_down: Callable) -> None:
    """A button that was clicked must not be pressed again by the key that ends the sentence."""
    seat = sit_down("open", [["Mayor Anders wants night trains.", "It rained."]])
    seat.press("2", "1", "1")

    seat.page.locator("[data-action=guidelines]").click()
    seat.press("Space")

    expect(seat.sentence).to_have_text("It rained.")
    seat.wait_until_saved()
    assert seat.answers() == {"0-0": ["mayor FAVOR night-trains"]}


def test_space_on_a_button_that_was_tabbed_to_presses_it(sit_down: Callable) -> None:
    """Who walks through the page with Tab presses what has the focus, as everywhere."""
    seat = sit_down("directed", THREE)
    seat.page.get_by_role("button", name="AGAINST").focus()

    seat.press("Tab", "Shift+Tab", "Space")

    expect(seat.sentence).to_have_text("Buses will do.")
    seat.wait_until_saved()
    assert seat.answers() == {"0-0": ["author AGAINST night-trains"]}
    expect(seat.page.get_by_role("button", name="AGAINST")).to_be_focused()


def test_switched_off_keys_stay_off_in_the_next_session(sit_down: Callable) -> None:
    """It is kept with the person: whoever dictates must not switch it off on each machine, each morning."""
    seat = sit_down("directed", THREE)
    seat.press("?")
    with seat.page.expect_response("**/me/preferences"):
        seat.page.get_by_label("Single keys act").uncheck()
    seat.page.wait_for_function("() => document.querySelector('label-keys').dataset.single === 'off'")
    seat.page.evaluate("localStorage.clear()")
    seat.page.wait_for_load_state("networkidle")
    seat.page.reload()
    seat.sentence.wait_for()
    seat.press("1", "s", "ArrowRight")

    expect(seat.sentence).to_have_text("Bring the sleepers back.")
    assert seat.page.evaluate("String(getSelection())") == ""
    assert seat.page.locator("[aria-keyshortcuts][data-action]").count() == 0
    expect(seat.sentence).to_be_focused()  # a screen reader begins where the work is


def test_cannot_judge_and_help_have_the_keyboard_to_themselves(sit_down: Callable) -> None:
    """Behind an open sheet nothing may happen that is not seen."""
    seat = sit_down("directed", THREE)
    seat.press("?", "1", "s", "z")
    expect(seat.page.get_by_role("dialog")).to_be_visible()
    seat.press("Escape", "c", "9", "s", "Escape")

    expect(seat.sentence).to_have_text("Bring the sleepers back.")
    assert seat.rows() == 0
