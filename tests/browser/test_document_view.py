"""The whole text beside the work: in order, own stances in its margin, own sentences opened by a press."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy.engine import Engine
from sqlmodel import select

from annotator.domain import Annotation, Segment
from annotator.store.engine import writing
from tests.browser import printed
from tests.browser.access.axe import violations
from tests.browser.conftest import Seat

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}

MAYOR_FAVORS_TRAINS = ("2", "1", "1", "Enter")


@pytest.fixture
def read(engine: Engine, server: str, browser_page: Page) -> Callable[..., Seat]:
    """`read(article=ARTICLE, debate=DEBATE)` seats ada before these documents."""

    def sit(**documents: Any) -> Seat:
        more = {"language": documents.pop("language")} if "language" in documents else {}
        return printed.sit_down(engine, server, browser_page, documents, **more)

    return sit


def sentence(page: Page, words: str) -> Locator:
    """The sentence of the column that holds these words."""
    return page.locator(".sentence", has_text=words)


def margin(page: Page, words: str) -> Locator:
    """What stands beside it."""
    return page.locator(f".margin:has(+ .sentence:text({words!r}))")


def test_the_text_is_printed_as_it_was(read: Callable) -> None:
    """A reader needs title, headings and paragraphs to know what a sentence answers to."""
    seat = read(article=printed.ARTICLE)

    seat.press("v")

    text = seat.page.locator(".document-text")
    expect(text.get_by_role("heading", level=3)).to_have_text("Sleepers return to the north")
    expect(text.get_by_role("heading", level=4)).to_have_text("A purse that is empty")
    expect(text.locator(".document-paragraph")).to_have_count(3)
    expect(text.locator(".document-boilerplate")).to_have_count(2)
    expect(sentence(seat.page, "Mayor Anders")).to_have_attribute("aria-current", "true")
    expect(margin(seat.page, "Mayor Anders")).to_contain_text("to be judged now")


def test_speakers_are_named_once_a_turn(read: Callable) -> None:
    """In a debate the holder is whoever has the floor."""
    seat = read(debate=printed.DEBATE)

    seat.press("v")

    speakers = seat.page.locator(".document-speaker")
    expect(speakers).to_have_text(["Ms Okafor", "The minister", "Ms Okafor", "The chair"])


def test_own_stances_stand_in_the_margin_as_they_are_given(read: Callable) -> None:
    """What was said three sentences ago is part of judging this one."""
    seat = read(article=printed.ARTICLE)
    seat.press(*MAYOR_FAVORS_TRAINS)
    expect(seat.sentence).to_contain_text("State Railway")
    seat.press("v")
    expect(margin(seat.page, "Mayor Anders")).to_contain_text("Mayor Anders → FAVOR → More night trains")

    seat.press("x")

    expect(seat.sentence).to_contain_text("school roof")
    expect(margin(seat.page, "State Railway")).to_contain_text("No stance here")
    expect(sentence(seat.page, "school roof")).to_have_attribute("aria-current", "true")
    expect(seat.page.locator(".sentence[aria-current]")).to_have_count(1)
    seat.press("z")
    expect(margin(seat.page, "State Railway")).not_to_contain_text("No stance here")


def test_stepping_back_is_free(read: Callable) -> None:
    """The third sentence explains the first: back to it, and on where one was."""
    seat = read(article=printed.ARTICLE)
    seat.press("x", "x", "v")
    expect(sentence(seat.page, "school roof")).to_have_attribute("aria-current", "true")

    sentence(seat.page, "Mayor Anders").click()
    expect(seat.sentence).to_contain_text("Mayor Anders")
    expect(seat.sentence).to_be_focused()
    seat.press(*MAYOR_FAVORS_TRAINS)

    expect(seat.sentence).to_contain_text("school roof")
    expect(margin(seat.page, "Mayor Anders")).to_contain_text("FAVOR")
    seat.wait_until_saved()
    assert seat.rows() == 3
    assert seat.answers()["article:1"] == ["mayor FAVOR night-trains"]


def test_a_sentence_ahead_can_be_judged_first(read: Callable) -> None:
    """Whoever sees the stance two sentences on says so now; nothing is asked twice or left out."""
    seat = read(article=printed.ARTICLE)
    seat.press("v")

    sentence(seat.page, "It snowed.").click()
    expect(seat.sentence).to_have_text("It snowed.")
    seat.press("x")
    asked = []
    for _ in range(4):
        asked.append(seat.sentence.inner_text())
        seat.press("x")

    expect(seat.page.get_by_text("Nothing is left for you here")).to_be_visible()
    seat.wait_until_saved()
    assert [words.split()[0] for words in asked] == ["Mayor", "The", "Each", "Whoever"]
    assert seat.rows() == 5


def test_the_column_is_walked_with_keys(read: Callable) -> None:
    """Up and down from sentence to sentence; Enter opens one, and labels no other meanwhile."""
    seat = read(article=printed.ARTICLE)
    seat.press("x", "x", "v")
    sentence(seat.page, "school roof").focus()

    seat.press("ArrowUp", "ArrowUp")
    expect(sentence(seat.page, "Mayor Anders")).to_be_focused()
    seat.press("Enter")

    expect(seat.sentence).to_contain_text("Mayor Anders")
    seat.wait_until_saved()
    assert seat.rows() == 2


def test_answers_that_wait_stand_in_the_margin(read: Callable) -> None:
    """Without a network the margin goes on telling what was said."""
    seat = read(article=printed.ARTICLE)
    seat.press("v")
    expect(sentence(seat.page, "Mayor Anders")).to_be_visible()
    seat.page.context.set_offline(True)

    seat.press(*MAYOR_FAVORS_TRAINS)

    expect(margin(seat.page, "Mayor Anders")).to_contain_text("FAVOR")
    sentence(seat.page, "Mayor Anders").click()
    expect(seat.sentence).to_contain_text("Mayor Anders")
    expect(seat.page.locator(".stance")).to_contain_text("FAVOR")
    seat.page.context.set_offline(False)
    seat.wait_until_saved()


def test_what_the_view_showed_counts_as_shown(read: Callable, engine: Engine) -> None:
    """An answer given with the whole text in sight must not be published as one given with two sentences."""
    seat = read(article=printed.ARTICLE)
    seat.press("x", "v")
    expect(sentence(seat.page, "Whoever has slept")).to_be_in_viewport()
    seat.press("x", "v", "x", "x")
    seat.wait_until_saved()

    with writing(engine) as session:
        stored = session.exec(select(Annotation).order_by(Annotation.id)).all()
        without, with_view, _, after = [(each.context_start, each.context_end) for each in stored]
        [end] = session.exec(select(Segment.end).where(Segment.external_id == "article:6")).all()
    assert without[1] < end
    assert with_view[0] == 0 and with_view[1] >= end
    assert after[0] > 0


def test_the_place_in_the_text_is_told(read: Callable) -> None:
    """Who reads on wants to know how far it is."""
    seat = read(article=printed.ARTICLE)
    expect(seat.page.locator(".source")).to_contain_text("1 of 5 in this text")

    seat.press("x")

    expect(seat.page.locator(".source")).to_contain_text("2 of 5 in this text")


def test_the_next_document_takes_the_place_of_the_last(read: Callable) -> None:
    """The open view must not go on showing yesterday's paper."""
    seat = read(debate=printed.DEBATE, article=printed.ARTICLE)
    seat.press("v")
    expect(seat.page.locator(".document-speaker").first).to_be_visible()

    seat.press("x", "x", "x", "x", "x")

    expect(seat.sentence).to_contain_text("Mayor Anders")
    expect(seat.page.locator(".document-speaker")).to_have_count(0)
    expect(sentence(seat.page, "Mayor Anders")).to_have_attribute("aria-current", "true")


def test_notes_stand_in_the_margin_or_under_the_sentence(read: Callable) -> None:
    """On a laptop beside it; on a phone there is no margin, and the note comes under the line."""
    seat = read(article=printed.ARTICLE)
    seat.press(*MAYOR_FAVORS_TRAINS, "v")
    note, words = margin(seat.page, "Mayor Anders"), sentence(seat.page, "Mayor Anders")
    expect(note).to_be_visible()
    seat.page.wait_for_function("() => document.querySelector('.margin').getBoundingClientRect().width < 300")
    beside, column = note.bounding_box(), words.bounding_box()
    assert beside and column and beside["x"] >= column["x"] + column["width"] - 30

    seat.page.set_viewport_size(PHONE)

    expect(note).to_be_visible()
    under = note.bounding_box()
    assert under and under["x"] < 60
    assert seat.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_arabic_runs_from_right_to_left_with_its_margin_on_the_left(read: Callable) -> None:
    """The column is mirrored, margin and all."""
    seat = read(article=printed.ARABIC, language="ar")
    seat.press("x", "v")

    note, words = margin(seat.page, "قالت"), sentence(seat.page, "قالت")
    expect(note).to_contain_text("No stance here")
    beside, column = note.bounding_box(), words.bounding_box()
    assert beside and column and beside["x"] + beside["width"] <= column["x"] + 30


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_view(read: Callable, scheme: Any) -> None:
    """Who reads with a screen reader steps through the same column."""
    seat = read(article=printed.ARTICLE)
    seat.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    seat.press(*MAYOR_FAVORS_TRAINS, "v")
    expect(margin(seat.page, "Mayor Anders")).to_contain_text("FAVOR")

    assert violations(seat.page) == []
    seat.page.set_viewport_size(PHONE)
    assert violations(seat.page) == []
