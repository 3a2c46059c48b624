"""Open projects: several stances in a sentence, by few keys."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

TEXT = [["Mayor Anders wants night trains, and she attacked the railway.", "It rained.", "It snowed."]]


def test_two_stances_in_one_sentence(sit_down: Callable) -> None:
    """Three keys a stance and one to go on: news sentences have more stances than clicks are worth."""
    seat = sit_down("open", TEXT)

    seat.press("2", "1", "1")  # the mayor, towards what the sentence names first, FAVOR
    seat.press("2", "2", "2")
    expect(seat.page.locator(".stance-line").nth(0)).to_have_text("Mayor Anders → FAVOR → More night trains")
    expect(seat.page.locator(".stance-line").nth(1)).to_have_text("Mayor Anders → AGAINST → State Railway")
    seat.press("Enter")

    expect(seat.sentence).to_have_text("It rained.")
    seat.wait_until_saved()
    assert seat.answers() == {"0-0": ["mayor FAVOR night-trains", "mayor AGAINST railway"]}


def test_no_stance_is_one_key(sit_down: Callable) -> None:
    """Most sentences of the news hold none, and that is an answer."""
    seat = sit_down("open", TEXT)

    seat.press("0")

    expect(seat.sentence).to_have_text("It rained.")
    seat.wait_until_saved()
    assert seat.answers() == {"0-0": []}


def test_typing_in_a_field_triggers_no_label(sit_down: Callable) -> None:
    """An "s" in a name must not skip the item, nor "1" choose anybody."""
    seat = sit_down("open", TEXT)

    seat.press("a")
    seat.page.keyboard.type("zs10 anders", delay=5)
    expect(seat.page.get_by_role("combobox")).to_have_value("zs10 anders")
    seat.page.get_by_role("combobox").fill("anders")
    seat.press("Enter")

    expect(seat.sentence).to_contain_text("Mayor Anders wants")
    expect(seat.page.locator("[data-slot=holder]")).to_contain_text("Mayor Anders")
    assert seat.answers() == {}


def test_new_entity_is_proposed(sit_down: Callable) -> None:
    """The news names people whom no registry knows yet."""
    seat = sit_down("open", TEXT)

    seat.press("a")
    seat.page.keyboard.type("Passengers' Union")
    seat.press("Enter")
    expect(seat.page.locator("[data-slot=holder]")).to_contain_text("Passengers' Union")
    seat.press("2", "1", "Enter")

    seat.wait_until_saved()
    assert list(seat.answers().values()) == [["passengers-union FAVOR night-trains"]]


def test_spans_name_holder_target_and_reason(sit_down: Callable) -> None:
    """A stance is shown by words: who, towards what, and why."""
    seat = sit_down("open", TEXT)

    seat.press("ArrowRight", "Shift+ArrowRight", "h")
    expect(seat.page.get_by_role("combobox")).to_have_value("Mayor Anders")
    seat.press("1", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "Shift+ArrowRight", "t", "1", "1")
    seat.press("ArrowRight", "ArrowRight", "ArrowRight", "r", "Enter")

    seat.wait_until_saved()
    assert sorted(seat.spans()) == [
        ("holder", "Mayor Anders"),
        ("rationale", "wants"),
        ("target", "night trains"),
    ]
    assert seat.answers() == {"0-0": ["mayor FAVOR night-trains"]}


def test_undo_goes_through_the_answer_in_the_making(sit_down: Callable) -> None:
    """Undo takes back what was done last, be it a label, a holder or a whole item."""
    seat = sit_down("open", TEXT)
    seat.press("2", "1", "1", "Enter", "2")
    expect(seat.sentence).to_have_text("It rained.")

    seat.press("z")
    expect(seat.page.locator("[data-slot=holder]")).to_contain_text("…")
    seat.press("z")

    expect(seat.sentence).to_contain_text("Mayor Anders wants")
    expect(seat.page.locator(".stance-line")).to_have_text("Mayor Anders → FAVOR → More night trains")
    seat.press("Enter")
    seat.wait_until_saved()
    assert seat.answers() == {"0-0": ["mayor FAVOR night-trains"]}


def test_stances_are_built_and_removed_by_mouse(sit_down: Callable) -> None:
    """Every key has a button, for a phone in a train."""
    seat = sit_down("open", TEXT)
    page = seat.page

    page.get_by_role("option", name="State Railway").click()
    page.get_by_role("option", name="Lower fares").click()
    page.get_by_role("button", name="AGAINST").click()
    page.get_by_role("button", name="Remove this stance").click()
    expect(page.locator(".stance")).to_have_count(0)
    page.get_by_role("button", name="No stance here").click()

    seat.wait_until_saved()
    assert seat.answers() == {"0-0": []}


def test_half_a_stance_is_not_sent(sit_down: Callable) -> None:
    """Enter pressed too early must neither lose the half nor send it."""
    seat = sit_down("open", TEXT)

    seat.press("2", "1", "Enter", "0")

    expect(seat.sentence).to_contain_text("Mayor Anders wants")
    expect(seat.page.locator("[data-slot=target]")).to_contain_text("More night trains")
    assert seat.answers() == {}
