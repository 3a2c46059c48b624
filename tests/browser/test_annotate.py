"""Directed projects: one key, one label, the next item; nothing is lost on the way."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy.engine import Engine
from sqlmodel import select

from annotator.domain import Lease, Role, now
from annotator.store import accounts, projects, queue
from annotator.store.engine import writing

pytestmark = pytest.mark.browser

THREE = [["Bring the sleepers back.", "Buses will do.", "I had soup."]]


def test_labels_with_keys_only(sit_down: Callable) -> None:
    """Whoever labels 3,000 sentences a day never reaches for the mouse."""
    seat = sit_down("directed", THREE)
    expect(seat.sentence).to_have_text("Bring the sleepers back.")

    seat.press("1")
    expect(seat.sentence).to_have_text("Buses will do.")
    seat.press("2", "3")

    expect(seat.page.get_by_text("Nothing is left for you here")).to_be_visible()
    seat.wait_until_saved()
    assert seat.answers() == {
        "0-0": ["author FAVOR night-trains"],
        "0-1": ["author AGAINST night-trains"],
        "0-2": ["author NONE night-trains"],
    }
    expect(seat.page.locator("save-status")).to_contain_text("Saved")


def test_target_is_explained_beside_the_sentence(sit_down: Callable) -> None:
    """Without its definition, everybody labels towards another target."""
    seat = sit_down("directed", THREE)

    card = seat.page.locator(".question")
    for words in ("More night trains", "Whether the railway", "more of them, or more money", "fewer of them"):
        expect(card).to_contain_text(words)
    expect(seat.page.locator(".source")).to_contain_text("Sleepers return to the north")
    expect(seat.page.locator(".passage-after")).to_contain_text("Buses will do.")


def test_undo_goes_back_any_number_of_steps(sit_down: Callable) -> None:
    """A slip of the finger is noticed one item later, or two."""
    seat = sit_down("directed", THREE)
    seat.press("1", "1", "z", "z")

    expect(seat.sentence).to_have_text("Bring the sleepers back.")
    expect(seat.page.get_by_role("button", name="FAVOR")).to_have_attribute("aria-pressed", "true")
    seat.press("2", "3", "3")

    seat.wait_until_saved()
    assert seat.answers() == {
        "0-0": ["author AGAINST night-trains"],
        "0-1": ["author NONE night-trains"],
        "0-2": ["author NONE night-trains"],
    }


def test_the_way_back_survives_a_reload(sit_down: Callable) -> None:
    """A page that was reloaded by accident must still take the last answer back."""
    seat = sit_down("directed", THREE)
    seat.press("1")
    seat.wait_until_saved()
    seat.page.reload()
    expect(seat.sentence).to_have_text("Buses will do.")

    seat.press("u")

    expect(seat.sentence).to_have_text("Bring the sleepers back.")
    seat.wait_until_saved()
    assert seat.answers() == {}


def test_skipped_item_comes_back_at_the_end(sit_down: Callable) -> None:
    """A skip is no answer: the item must not be lost, nor come back at once."""
    seat = sit_down("directed", THREE)

    seat.press("s", "1", "1")

    expect(seat.sentence).to_have_text("Bring the sleepers back.")
    seat.wait_until_saved()
    assert set(seat.answers()) == {"0-1", "0-2"}
    seat.press("1")
    seat.wait_until_saved()
    assert set(seat.answers()) == {"0-0", "0-1", "0-2"}


def test_cannot_judge_needs_a_reason(sit_down: Callable) -> None:
    """A curator can only mend an item if she is told what is wrong with it."""
    seat = sit_down("directed", THREE)

    seat.press("c", "3")

    expect(seat.sentence).to_have_text("Buses will do.")
    seat.wait_until_saved()
    assert seat.answers() == {"0-0": ["?", "garbled"]}


def test_rationale_is_stored_in_code_points(sit_down: Callable) -> None:
    """An emoji is two units in the browser and one character in the dataset: offsets must not drift."""
    seat = sit_down("directed", [["🚂🌙 First.", "👩‍🚒 Bring the sleepers back."]])
    seat.press("s")
    expect(seat.sentence).to_have_text("👩‍🚒 Bring the sleepers back.")

    seat.press("ArrowRight", "ArrowRight", "ArrowRight", "Shift+ArrowRight", "r", "1")

    seat.wait_until_saved()
    assert seat.spans() == [("rationale", "sleepers back")]


def test_rationale_by_mouse(sit_down: Callable) -> None:
    """Not everybody likes keys; a double click is the fastest way to one word."""
    seat = sit_down("directed", THREE)

    seat.sentence.dblclick(position={"x": 12, "y": 12})
    seat.page.get_by_role("button", name="Rationale").click()
    expect(seat.page.locator("mark")).to_have_text("Bring")
    seat.page.get_by_role("button", name="FAVOR").click()

    seat.wait_until_saved()
    assert seat.spans() == [("rationale", "Bring")]


def test_keys_can_be_switched_off(sit_down: Callable) -> None:
    """Dictation and screen readers send single letters that are not meant for us."""
    seat = sit_down("directed", THREE)
    seat.press("?")
    seat.page.get_by_label("Single keys act").uncheck()
    seat.press("Escape", "1", "s")

    expect(seat.sentence).to_have_text("Bring the sleepers back.")
    seat.page.get_by_role("button", name="FAVOR").click()
    expect(seat.sentence).to_have_text("Buses will do.")


def test_arabic_text_runs_from_right_to_left(sit_down: Callable) -> None:
    """The left arrow means "on" there, and the page must know."""
    seat = sit_down("directed", [["قالت رئيسة البلدية إن القطارات يجب أن تعود."]], language="ar")

    assert seat.sentence.evaluate("element => getComputedStyle(element).direction") == "rtl"
    seat.press("ArrowLeft", "ArrowLeft", "r", "1")

    seat.wait_until_saved()
    assert seat.spans() == [("rationale", "رئيسة")]


def test_guidelines_open_beside_the_work(sit_down: Callable) -> None:
    """A rule is looked up in mid-item; the item and its keys stay."""
    seat = sit_down("directed", THREE)

    seat.press("g")

    guidelines = seat.page.get_by_role("region", name="Guidelines")
    expect(guidelines).to_contain_text("A reporting verb is not a stance")
    seat.press("1", "g")
    expect(seat.sentence).to_have_text("Buses will do.")
    expect(guidelines).to_be_hidden()


def test_selection_begins_in_the_sentence_and_widens_into_its_context(sit_down: Callable) -> None:
    """The words that show a stance may stand in the sentence before."""
    seat = sit_down("directed", [["They want sleepers.", "Bring them back."]])
    seat.press("s")
    expect(seat.sentence).to_have_text("Bring them back.")

    seat.press("Shift+ArrowRight", "r")
    expect(seat.page.locator("mark")).to_have_text("Bring")
    seat.press("ArrowRight", "ArrowLeft", "ArrowLeft", "Shift+ArrowLeft", "r", "1")

    seat.wait_until_saved()
    assert sorted(seat.spans()) == [("rationale", "Bring"), ("rationale", "They want")]


def test_nothing_to_undo_is_said(sit_down: Callable) -> None:
    """A key that does nothing, silently, is pressed again and again."""
    seat = sit_down("directed", THREE)

    seat.press("z")

    expect(seat.page.get_by_text("There is nothing to undo.")).to_be_visible()
    seat.press("1")
    expect(seat.page.get_by_text("There is nothing to undo.")).to_have_count(0)


def test_late_answer_is_saved_and_told_to_be_surplus(sit_down: Callable, engine: Engine) -> None:
    """Whoever comes too late for a seat must hear it, and hear that it was work all the same."""
    seat = sit_down("directed", THREE)
    with writing(engine) as session:
        project = projects.find(session, "trains")
        bea = accounts.add_user(session, "bea")
        projects.join(session, project, bea, Role.ANNOTATOR)
        for lease in session.exec(select(Lease)):
            lease.expires_at = now() - timedelta(minutes=1)
        session.flush()
        queue.serve(session, project, bea, limit=3, minutes=30)

    seat.press("1")

    expect(seat.page.get_by_text("others were faster")).to_be_visible()
    assert seat.answers() == {"0-0": ["author FAVOR night-trains"]}
