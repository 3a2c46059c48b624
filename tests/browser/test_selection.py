"""Selecting words: by word, by character, past Arabic clitics; by keys, mouse and touch."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import HeldBack, Seat

pytestmark = pytest.mark.browser

FAMILY = "👨‍👩‍👧"


def selected(seat: Seat) -> str:
    """The words that the page takes as selected."""
    return seat.page.evaluate(
        "() => { const passage = document.querySelector('passage-text');"
        " return passage.span ? passage.quote(passage.span) : '' }"
    )


def steps(seat: Seat, *keys: str) -> list[str]:
    """What is selected after each key."""
    told = []
    for key in keys:
        seat.press(key)
        seat.page.wait_for_function("() => !document.querySelector('passage-text').pending")
        told.append(selected(seat))
    return told


def test_words_are_selected_widened_and_given_back(sit_down: Callable) -> None:
    """A selection that went one word too far takes one key to mend."""
    seat = sit_down("directed", [["Bring the sleepers back now."]])

    keys = [
        "ArrowRight",
        "ArrowRight",
        "Shift+ArrowRight",
        "Shift+ArrowRight",
        "Shift+ArrowLeft",
        "Shift+ArrowLeft",
        "Shift+ArrowLeft",
        "ArrowRight",
    ]
    assert steps(seat, *keys) == [
        "Bring",
        "the",
        "the sleepers",
        "the sleepers back",
        "the sleepers",
        "the",
        "Bring the",
        "sleepers",
    ]
    assert steps(seat, "Escape", "ArrowLeft", "Shift+A", "Shift+Z") == ["", "now", "back", "sleepers back"]


def test_both_edges_go_by_one_character(sit_down: Callable) -> None:
    """A compound word holds the target in its half; the full stop belongs to no reason."""
    seat = sit_down("directed", [["The nighttrains pay."]])

    assert steps(seat, "ArrowRight", "ArrowRight", *["Shift+>"] * 5) == [
        "The",
        "nighttrains",
        "ighttrains",
        "ghttrains",
        "httrains",
        "ttrains",
        "trains",
    ]
    assert steps(seat, ",", ",", ".", "Shift+<", ".", ".") == [
        "train",
        "trai",
        "train",
        "ttrain",
        "ttrains",
        "ttrains p",
    ]
    assert steps(seat, "Shift+ArrowRight", ".", ".") == ["ttrains pay", "ttrains pay.", "ttrains pay."]


def test_what_is_seen_as_one_character_is_never_cut(sit_down: Callable) -> None:
    """Half a family, or an accent without its letter, is garbage in the dataset."""
    seat = sit_down("directed", [[f"Cafe\u0301 {FAMILY}🇱🇧 nachts.", "Two."]])

    assert steps(seat, "ArrowRight", ",", ".", ".", ".", ".") == [
        "Cafe\u0301",
        "Caf",
        "Cafe\u0301",
        f"Cafe\u0301 {FAMILY}",
        f"Cafe\u0301 {FAMILY}🇱🇧",
        f"Cafe\u0301 {FAMILY}🇱🇧 n",
    ]
    seat.press("r", "1")
    seat.wait_until_saved()
    assert seat.spans() == [("rationale", f"Cafe\u0301 {FAMILY}🇱🇧 n")]


def test_clitics_are_split_off_one_by_one(sit_down: Callable) -> None:
    """“And by the ministry” is one word in Arabic; the holder is the ministry."""
    seat = sit_down("open", [["رحب الوزير وبالوزارة أيضا."]], language="ar")

    assert steps(seat, "ArrowLeft", "ArrowLeft", "ArrowLeft") == ["رحب", "الوزير", "وبالوزارة"]
    expect(seat.page.locator("[data-action=clitic]")).to_be_visible()
    assert steps(seat, "/", "/", "/", "/", "/") == ["بالوزارة", "الوزارة", "وزارة", "وبالوزارة", "بالوزارة"]
    assert steps(seat, "/", "Shift+ArrowLeft") == ["الوزارة", "الوزارة أيضا"]
    seat.press("Escape", "ArrowRight")
    assert selected(seat) == "أيضا"
    expect(seat.page.locator("[data-action=clitic]")).to_be_hidden()


def test_vowel_signs_go_with_their_clitic(sit_down: Callable) -> None:
    """Vocalised texts have a mark on each letter."""
    seat = sit_down("directed", [["وَبِالْوِزَارَةِ قال."]], language="ar")

    assert steps(seat, "ArrowLeft", "/", "/", "/") == ["وَبِالْوِزَارَةِ", "بِالْوِزَارَةِ", "الْوِزَارَةِ", "وِزَارَةِ"]


def test_left_is_left_in_mixed_directions(sit_down: Callable) -> None:
    """A Latin name in an Arabic sentence: reading goes on to the left, the edges in the order of the text."""
    seat = sit_down("directed", [["قال Anders نعم 👩‍🚒 اليوم."]], language="ar")

    assert steps(seat, "ArrowLeft", "ArrowLeft", "Shift+>", ",", "ArrowLeft", "ArrowRight") == [
        "قال",
        "Anders",
        "nders",
        "nder",
        "نعم",
        "Anders",
    ]
    seat.press("Shift+ArrowLeft", "r", "1")
    seat.wait_until_saved()
    assert seat.spans() == [("rationale", "Anders نعم")]


def test_several_spans_are_marked_and_taken_back(sit_down: Callable) -> None:
    """A reason is often split: "not … ever"."""
    seat = sit_down("directed", [["Not now, not ever."]])

    seat.press("ArrowRight", "r", "ArrowLeft", "r", "ArrowRight", "ArrowRight", "r")
    expect(seat.page.locator("mark")).to_have_text(["Not", "now", "ever"])
    seat.press("ArrowRight", "ArrowRight", "r", "1")

    seat.wait_until_saved()
    assert sorted(seat.spans()) == [("rationale", "Not"), ("rationale", "ever")]


def test_buttons_do_what_keys_do(sit_down: Callable) -> None:
    """No step of a selection may need a keyboard."""
    seat = sit_down("directed", [["Bring the nighttrains back."]])
    press = lambda name: seat.page.get_by_role("button", name=name).click()  # noqa: E731

    press("Select the word on the right")
    press("Select the word on the right")
    press("Selection to the right by a word")
    assert selected(seat) == "the nighttrains"
    press("Start one character later")
    press("End one character earlier")
    assert selected(seat) == "he nighttrain"
    press("Start one character earlier")
    press("End one character later")
    press("Selection to the left by a word")
    press("Select the word on the left")
    assert selected(seat) == "Bring"
    press("Rationale")
    expect(seat.page.locator("mark")).to_have_text("Bring")


def test_a_double_tap_selects_a_word(sit_down: Callable, browser: Browser) -> None:
    """On a phone a finger marks the word, and what can be done with it comes to the finger."""
    seat = sit_down("directed", [["Bring the sleepers back."] + ["The railway says no."] * 12])
    with browser.new_context(
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        storage_state=seat.page.context.storage_state(),
    ) as phone:
        page = phone.new_page()
        page.goto(seat.page.url)
        page.locator(".passage-segment").wait_for()
        box = page.locator(".passage-segment").bounding_box()
        for _ in range(2):
            page.touchscreen.tap(box["x"] + 12, box["y"] + 12)
        page.wait_for_function("() => String(getSelection()) === 'Bring'")
        rationale = page.get_by_role("button", name="Rationale")
        expect(rationale).to_be_in_viewport(ratio=1)
        later = page.get_by_role("button", name="Selection to the right by a word").bounding_box()
        page.touchscreen.tap(later["x"] + 10, later["y"] + 10)
        page.wait_for_function("() => String(getSelection()) === 'Bring the'")
        place = rationale.bounding_box()
        page.touchscreen.tap(place["x"] + 10, place["y"] + 10)
        expect(page.locator("mark")).to_have_text("Bring the")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_first_keys_are_not_lost_while_their_code_comes(sit_down: Callable) -> None:
    """Who presses → and R in one breath on a slow network must not label without the mark."""
    seat = sit_down("directed", [["Bring the sleepers back."]])

    late = HeldBack(seat.page, "**/selecting.js")
    seat.press("ArrowRight", "Shift+ArrowRight", "r", "1")
    expect(seat.sentence).to_have_text("Bring the sleepers back.")
    late.let_go()

    seat.wait_until_saved()
    assert seat.spans() == [("rationale", "Bring the")]
