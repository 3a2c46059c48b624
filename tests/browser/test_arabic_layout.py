"""An Arabic keyboard: the same places do the same things, and the buttons show what is printed there."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.keys import press

pytestmark = pytest.mark.browser

TEXT = [["قالت رئيسة البلدية إن القطارات يجب أن تعود.", "وقالت إن الحافلات تكفي.", "شربت الشاي."]]


def legend(page: Page, action: str) -> str:
    """What the button of an action shows."""
    return page.locator(f"[data-action={action}] kbd").first.inner_text()


def test_a_day_under_an_arabic_layout(sit_down: Callable) -> None:
    """Skip, undo, select, mark, label: nobody switches the layout for every sentence."""
    seat = sit_down("directed", TEXT, language="ar")
    page = seat.page

    press(page, "KeyS", "س")  # skip
    expect(seat.sentence).to_have_text("وقالت إن الحافلات تكفي.")
    press(page, "KeyZ", "ئ")  # undo
    expect(seat.sentence).to_have_text("قالت رئيسة البلدية إن القطارات يجب أن تعود.")
    press(page, "ArrowLeft", "ArrowLeft")
    press(page, "ArrowLeft", "ArrowLeft")
    press(page, "KeyR", "ق")  # rationale
    expect(page.locator("mark")).to_have_text("رئيسة")
    press(page, "Digit1", "١")
    expect(seat.sentence).to_have_text("وقالت إن الحافلات تكفي.")

    seat.wait_until_saved()
    assert seat.answers() == {"0-0": ["author FAVOR night-trains"]}
    assert seat.spans() == [("rationale", "رئيسة")]


def test_the_buttons_show_the_letters_of_the_layout(sit_down: Callable) -> None:
    """A legend that is printed on no key has to be counted out on the keyboard."""
    seat = sit_down("directed", TEXT, language="ar")
    page = seat.page
    assert (legend(page, "skip"), legend(page, "undo")) == ("S", "Z")

    press(page, "KeyS", "س")

    expect(page.locator("[data-action=skip] kbd").first).to_have_text("س")
    assert [legend(page, action) for action in ("undo", "cannot", "guidelines", "narrower")] == [
        "ئ",
        "ؤ",
        "ل",
        "⇧ص",
    ]
    expect(page.locator("[data-action=undo]").first).to_have_attribute("aria-keyshortcuts", "ئ ع")
    page.reload()
    expect(page.locator("[data-action=undo] kbd").first).to_have_text("ئ")
    press(page, "KeyS", "s")  # back under the Latin layout
    expect(page.locator("[data-action=undo] kbd").first).to_have_text("Z")


def test_another_layout_is_learnt_key_by_key(sit_down: Callable) -> None:
    """A French Z stands where others have W."""
    seat = sit_down("directed", TEXT)

    press(seat.page, "KeyW", "z")

    expect(seat.page.locator("[data-action=wider] kbd")).to_have_text("Z")
    expect(seat.page.locator("[data-action=narrower] kbd")).to_have_text("⇧Z")


def test_the_layout_that_the_browser_tells_is_shown_from_the_start(sit_down: Callable) -> None:
    """Where the browser knows the layout, nothing has to be pressed first."""
    seat = sit_down("directed", TEXT)
    seat.page.add_init_script(
        "navigator.keyboard.getLayoutMap = async () =>"
        " new Map([['KeyQ', 'a'], ['KeyZ', 'w'], ['KeyS', 's'], ['KeyM', ',']])"
    )

    seat.page.reload()

    expect(seat.page.locator("[data-action=undo] kbd").first).to_have_text("W")
    expect(seat.page.locator("[data-action=ask] kbd").first).to_have_text("A")


def test_help_opens_by_the_sign_of_the_layout(sit_down: Callable) -> None:
    """؟ stands elsewhere than ?, and both mean help."""
    seat = sit_down("directed", TEXT)

    press(seat.page, "Slash", "؟", shift=True)

    expect(seat.page.get_by_role("dialog")).to_be_visible()
