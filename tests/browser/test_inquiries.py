"""Asking the curator from the seat: the work goes on, and the reply comes with the item."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, expect
from sqlalchemy.engine import Engine
from sqlmodel import Session, select

from annotator.domain import Inquiry, Role
from annotator.store import accounts, inquiries, items, projects, queue
from annotator.store.engine import writing
from tests.browser.access.axe import violations
from tests.browser.test_guidelines import come_in

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
THREE = [["Bring the sleepers back.", "Buses will do.", "I had soup."]]
MANY = [[f"Sentence {number} of the text." for number in range(30)]]


def asked(engine: Engine) -> list[tuple[str, bool]]:
    """(text, taken back) of every question stored."""
    with Session(engine) as session:
        return [(row.text, row.withdrawn_at is not None) for row in session.exec(select(Inquiry))]


def reply(engine: Engine, text: str) -> None:
    """The curator's reply to whatever waits."""
    with writing(engine) as session:
        project = projects.find(session, "trains")
        dee = accounts.add_user(session, "dee")
        for each in inquiries.listed(session, project, is_open=True):
            inquiries.reply(session, each, text, by=dee)


def panel(seat: Any) -> Locator:
    return seat.page.get_by_role("region", name="Ask the curator")


def ask(seat: Any, text: str) -> None:
    seat.press("q")
    expect(panel(seat).get_by_role("textbox")).to_be_focused()
    seat.page.keyboard.type(text)
    seat.press("Control+Enter")
    expect(panel(seat)).to_be_hidden()


def test_asking_takes_three_keys_and_the_words(sit_down: Callable, engine: Engine) -> None:
    """Who doubts must not lose their pace over it; letters in the question are no labels."""
    seat = sit_down("directed", THREE)

    ask(seat, "123 sz: is it irony?")

    expect(seat.sentence).to_have_text("Buses will do.")
    expect(seat.page.get_by_text("Asked. The item comes back")).to_be_visible()
    seat.press("2")
    expect(seat.sentence).to_have_text("I had soup.")
    seat.wait_until_saved()
    assert asked(engine) == [("123 sz: is it irony?", False)]
    assert set(seat.answers()) == {"0-1"}


def test_the_reply_stands_above_the_sentence(sit_down: Callable, engine: Engine) -> None:
    """The question is forgotten by then: both must be there, and only with their item."""
    seat = sit_down("directed", THREE)
    ask(seat, "Is it irony?")
    seat.press("3")
    seat.wait_until_saved()
    reply(engine, "Yes.\nSee the emoji.")
    seat.press("3")

    expect(seat.sentence).to_have_text("Bring the sleepers back.")
    told = seat.page.locator("inquiry-reply")
    expect(told).to_contain_text("Is it irony?")
    expect(told).to_contain_text("See the emoji.")
    assert violations(seat.page) == []
    seat.press("2")
    expect(seat.page.get_by_text("Nothing is left for you here")).to_be_visible()
    expect(told).to_be_hidden()
    seat.wait_until_saved()
    assert set(seat.answers()) == {"0-0", "0-1", "0-2"}


def test_the_reply_comes_before_the_items_that_are_held(sit_down: Callable, engine: Engine) -> None:
    """Twenty items later, nobody remembers the case."""
    seat = sit_down("directed", MANY)
    ask(seat, "Who?")
    seat.wait_until_saved()
    reply(engine, "The author.")
    seat.page.evaluate("document.querySelector('annotation-seat').queue.fill()")
    seat.press("3")

    expect(seat.page.locator("inquiry-reply")).to_contain_text("The author.")
    expect(seat.sentence).to_have_text("Sentence 0 of the text.")


def test_a_question_is_asked_without_network(sit_down: Callable, engine: Engine) -> None:
    """In a train too: it waits like an answer does."""
    seat = sit_down("directed", THREE)
    seat.press("q")
    expect(panel(seat).get_by_role("textbox")).to_be_focused()
    seat.page.context.set_offline(True)
    seat.page.keyboard.type("Who")
    panel(seat).get_by_role("button", name="Ask, next item").click()
    expect(seat.sentence).to_have_text("Buses will do.")
    expect(seat.page.locator("save-status")).to_contain_text("1 waiting")
    seat.press("q")
    expect(panel(seat).get_by_role("region", name="Your questions that wait")).to_contain_text("Who")
    assert asked(engine) == []

    seat.page.context.set_offline(False)
    seat.wait_until_saved()
    assert asked(engine) == [("Who", False)]


def test_a_question_can_be_taken_back(sit_down: Callable, engine: Engine) -> None:
    """The next sentence often makes it clear."""
    seat = sit_down("directed", THREE)
    ask(seat, "Who?")
    seat.wait_until_saved()
    seat.press("q")
    own = panel(seat).get_by_role("region", name="Your questions that wait")
    expect(own).to_contain_text("Bring the sleepers back.")

    own.get_by_role("button", name="Take it back").click()

    expect(own).to_be_hidden()
    seat.wait_until_saved()
    assert asked(engine) == [("Who?", True)]
    seat.press("Escape", "3", "3")
    expect(seat.sentence).to_have_text("Bring the sleepers back.")


def test_what_was_begun_stays_with_its_item(sit_down: Callable) -> None:
    """A question half written must not go out about the next sentence."""
    seat = sit_down("directed", THREE)
    seat.press("q")
    panel(seat).get_by_role("button", name="Is this irony?").click()
    expect(panel(seat).get_by_role("textbox")).to_have_value("Is this irony?")

    seat.page.get_by_role("button", name="NONE").click()
    expect(panel(seat).get_by_role("textbox")).to_have_value("")
    seat.page.get_by_role("button", name="Undo").click()

    expect(panel(seat).get_by_role("textbox")).to_have_value("Is this irony?")


def test_where_nothing_is_left_it_says_what_waits(sit_down: Callable, engine: Engine) -> None:
    """Done is not done while a reply is out; once it comes, the work must be there."""
    seat = sit_down("directed", THREE)
    ask(seat, "Who?")
    seat.press("3", "3")

    waiting = seat.page.get_by_text("Items that wait for the curator's reply: 1")
    expect(waiting).to_be_visible()
    assert violations(seat.page) == []
    waiting.get_by_role("button", name="Your questions").click()
    expect(panel(seat).get_by_role("region", name="Your questions that wait")).to_contain_text("Who?")
    reply(engine, "The author.")
    seat.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(seat.sentence).to_have_text("Bring the sleepers back.")


def test_nobodys_question_is_shown_to_another(sit_down: Callable, engine: Engine) -> None:
    """Bea's doubt about the same sentence is hers."""
    seat = sit_down("directed", THREE, overlap=2)
    with writing(engine) as session:
        project = projects.find(session, "trains")
        bea = accounts.add_user(session, "bea")
        projects.join(session, project, bea, Role.ANNOTATOR)
        queue.serve(session, project, bea, limit=1, minutes=30)
        inquiries.ask(session, bea, items.find(session, project, "0-0"), uuid4(), "Bea's question?")
    reply(engine, "Bea's reply.")
    seat.page.reload()
    expect(seat.sentence).to_have_text("Bring the sleepers back.")
    seat.press("q")

    expect(panel(seat).get_by_role("textbox")).to_be_focused()
    expect(seat.page.get_by_text("Bea's")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_curators_reply_on_a_page_of_their_own(
    sit_down: Callable, engine: Engine, server: str, scheme: Any
) -> None:
    """From the first page to the reply in two steps, for every reader, on a phone too."""
    seat = sit_down("directed", THREE)
    ask(seat, "Who holds it")
    seat.wait_until_saved()
    page = come_in(seat, engine, server)
    page.emulate_media(color_scheme=scheme)
    page.get_by_role("link", name="1 question").click()
    expect(page.get_by_role("article")).to_contain_text("Bring the sleepers back.")
    assert violations(page) == []
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    page.get_by_label("Your reply").fill("The author.")
    page.get_by_role("button", name="Reply").click()

    expect(page.get_by_role("region", name="Replied")).to_contain_text("The author.")
    expect(page.get_by_role("region", name="0 questions wait")).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_ask(sit_down: Callable, scheme: Any) -> None:
    """The sheet holds no barrier, on the phone neither."""
    seat = sit_down("directed", THREE)
    ask(seat, "Who?")
    seat.wait_until_saved()
    seat.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    seat.press("q")
    expect(panel(seat).get_by_role("region", name="Your questions that wait")).to_contain_text("Who?")

    assert violations(seat.page) == []
    seat.page.set_viewport_size(PHONE)
    assert seat.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert violations(seat.page) == []
