"""Own past answers beside the work: found, read, opened again, corrected."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy.engine import Engine
from sqlmodel import Session, select

from annotator.domain import Annotation, Role, Skip, User
from annotator.store import accounts, annotations, projects
from annotator.store.engine import writing
from tests import make
from tests.browser.access.axe import violations

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}

FOUR = [["Bring the sleepers back."], ["Buses will do."], ["I had soup."], ["Trains, by all means."]]
OPEN = [["Mayor Anders wants night trains, and she attacked the railway.", "It rained.", "It snowed."]]


def answers(page: Page) -> Locator:
    """The answers that the panel lists."""
    return page.locator(".history-answer")


def test_answers_are_listed_in_words(sit_down: Callable) -> None:
    """Whoever doubts an answer wants to read what they said, not a key they pressed."""
    seat = sit_down("directed", FOUR)
    seat.press("1", "2", "c", "3")
    seat.wait_until_saved()

    seat.press("b")

    expect(answers(seat.page)).to_have_count(3)
    expect(answers(seat.page).nth(0)).to_contain_text("Cannot judge: garbled")
    expect(answers(seat.page).nth(1)).to_contain_text("AGAINST towards More night trains")
    expect(answers(seat.page).nth(2)).to_contain_text("Bring the sleepers back.")
    expect(answers(seat.page).nth(2).locator("[data-polarity=favor]")).to_be_visible()
    expect(seat.page.get_by_text("Answers: 3")).to_be_visible()
    expect(seat.page.get_by_role("searchbox")).to_be_focused()


def test_tuples_are_listed_in_words(sit_down: Callable) -> None:
    """In an open project a stance is who, how and towards what, and none is an answer too."""
    seat = sit_down("open", OPEN)
    seat.press("2", "1", "1", "Enter", "0")
    seat.wait_until_saved()

    seat.press("b")

    expect(answers(seat.page).nth(0)).to_contain_text("No stance here")
    expect(answers(seat.page).nth(1)).to_contain_text("Mayor Anders → FAVOR → More night trains")


def test_correction_is_a_new_revision_of_the_answer(sit_down: Callable, engine: Engine) -> None:
    """A slip seen ten items later is mended in place; both answers stay on record, one of them stands."""
    seat = sit_down("directed", FOUR)
    seat.press("1", "2")
    seat.wait_until_saved()
    seat.press("b")
    answers(seat.page).nth(1).click()
    expect(seat.sentence).to_have_text("Bring the sleepers back.")
    expect(seat.sentence).to_be_focused()
    expect(seat.page.locator(".choice[data-label=FAVOR]")).to_have_attribute("aria-pressed", "true")
    expect(answers(seat.page).nth(1)).to_have_attribute("aria-current", "true")

    seat.press("3")

    expect(seat.sentence).to_have_text("I had soup.")
    seat.wait_until_saved()
    expect(answers(seat.page).nth(0)).to_contain_text("NONE towards")
    expect(answers(seat.page)).to_have_count(2)
    assert seat.answers() == {"0-0": ["author NONE night-trains"], "1-0": ["author AGAINST night-trains"]}
    with writing(engine) as session:
        first, second = session.exec(select(Annotation).where(Annotation.item_id == 1)).all()
        assert (second.revision, second.replaces) == (1, first.uuid)
    expect(seat.page.locator("work-progress")).to_contain_text("2 answered")


def test_opened_by_mistake_an_answer_stays_as_it_is(sit_down: Callable, engine: Engine) -> None:
    """Looking must cost nothing: skip leaves the answer alone and goes on with what came next."""
    seat = sit_down("directed", FOUR)
    seat.press("1", "2")
    seat.wait_until_saved()
    seat.press("b")
    answers(seat.page).nth(1).click()
    expect(seat.sentence).to_have_text("Bring the sleepers back.")
    answers(seat.page).nth(0).click()
    expect(seat.sentence).to_have_text("Buses will do.")

    seat.press("s", "1", "1")

    expect(seat.page.get_by_text("Nothing is left for you here")).to_be_visible()
    seat.wait_until_saved()
    assert seat.rows() == 4
    assert seat.answers()["0-0"] == ["author FAVOR night-trains"]
    assert seat.answers()["1-0"] == ["author AGAINST night-trains"]
    with writing(engine) as session:
        assert session.exec(select(Skip)).all() == []


def test_search_and_label_narrow_the_list(sit_down: Callable) -> None:
    """After a month the list is 60,000 long: it is asked, not scrolled."""
    seat = sit_down("directed", FOUR)
    seat.press("1", "2", "3")
    seat.wait_until_saved()
    seat.press("b")
    expect(answers(seat.page)).to_have_count(3)

    seat.page.keyboard.type("BUSES", delay=20)
    expect(answers(seat.page)).to_have_count(1)
    expect(answers(seat.page)).to_contain_text("Buses will do.")
    seat.page.get_by_role("searchbox").fill("zebra")
    expect(seat.page.get_by_text("None of your answers match.")).to_be_visible()
    seat.page.get_by_role("searchbox").fill("")
    seat.page.get_by_role("search").get_by_label("Label").select_option("NONE")
    expect(answers(seat.page)).to_have_count(1)
    expect(answers(seat.page)).to_contain_text("I had soup.")

    expect(seat.sentence).to_have_text("Trains, by all means.")  # what was typed has labelled nothing


def test_the_list_goes_on_page_by_page(sit_down: Callable) -> None:
    """Each page costs the same, however long somebody has worked here."""
    seat = sit_down("directed", [[f"Sentence {number}." for number in range(30)]], context=0)
    for number in range(25):
        expect(seat.sentence).to_have_text(f"Sentence {number}.")
        seat.press("1")
    seat.wait_until_saved()
    seat.press("b")
    expect(answers(seat.page)).to_have_count(20)
    expect(seat.page.get_by_text("Answers: 20, and there are more")).to_be_visible()

    seat.page.get_by_role("button", name="More", exact=True).click()

    expect(answers(seat.page)).to_have_count(25)
    expect(answers(seat.page).last).to_contain_text("Sentence 0.")
    expect(seat.page.get_by_role("button", name="More", exact=True)).to_be_hidden()


def test_the_list_is_walked_with_keys(sit_down: Callable) -> None:
    """From the search down into the list, through it, and into the seat, without a mouse."""
    seat = sit_down("directed", FOUR)
    seat.press("1", "2", "3")
    seat.wait_until_saved()
    seat.press("b")
    expect(answers(seat.page)).to_have_count(3)

    seat.press("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp")
    expect(answers(seat.page).nth(1)).to_be_focused()
    seat.press("Enter")

    expect(seat.sentence).to_have_text("Buses will do.")
    seat.press("1")
    expect(seat.sentence).to_have_text("Trains, by all means.")
    seat.wait_until_saved()
    assert seat.answers()["1-0"] == ["author FAVOR night-trains"]
    seat.press("b")
    expect(answers(seat.page).first).to_be_hidden()


def test_answers_that_wait_are_on_top_and_can_be_corrected(sit_down: Callable) -> None:
    """In a tunnel the last answers are in the browser only: they are there, and there they are mended."""
    seat = sit_down("directed", FOUR)
    seat.press("1")
    seat.wait_until_saved()
    seat.press("b")
    expect(answers(seat.page)).to_have_count(1)
    seat.page.context.set_offline(True)
    seat.sentence.click()
    seat.press("2")
    expect(answers(seat.page)).to_have_count(2)
    expect(answers(seat.page).first).to_contain_text("Buses will do.")
    expect(answers(seat.page).first).to_contain_text("waiting to be sent")
    expect(answers(seat.page).nth(1).get_by_text("waiting to be sent")).to_be_hidden()

    answers(seat.page).first.click()
    expect(seat.sentence).to_have_text("Buses will do.")
    seat.press("3")
    expect(answers(seat.page).first).to_contain_text("NONE")
    expect(answers(seat.page)).to_have_count(2)
    seat.page.context.set_offline(False)

    seat.wait_until_saved()
    assert seat.answers() == {"0-0": ["author FAVOR night-trains"], "1-0": ["author NONE night-trains"]}
    expect(seat.page.get_by_text("waiting to be sent").first).to_be_hidden()


def test_an_answer_on_its_way_is_the_one_that_is_corrected(sit_down: Callable) -> None:
    """The server gives out items and takes no answers yet: what it does not know must not be asked twice."""
    seat = sit_down("directed", FOUR)
    seat.page.route("**/annotations**", lambda route: route.abort())
    seat.press("1")
    expect(seat.sentence).to_have_text("Buses will do.")
    seat.press("b")
    answers(seat.page).first.click()
    expect(seat.page.locator(".choice[data-label=FAVOR]")).to_have_attribute("aria-pressed", "true")
    seat.press("2")
    expect(seat.sentence).to_have_text("Buses will do.")

    seat.page.unroute("**/annotations**")

    seat.wait_until_saved()
    assert seat.answers() == {"0-0": ["author AGAINST night-trains"]}
    assert seat.rows() == 2


def test_what_was_taken_back_is_not_listed(sit_down: Callable) -> None:
    """An answer that was undone does not stand, so it must not look as if it did."""
    seat = sit_down("directed", FOUR)
    seat.press("1", "2")
    seat.wait_until_saved()
    seat.press("z", "b")

    expect(answers(seat.page)).to_have_count(1)
    expect(answers(seat.page)).to_contain_text("Bring the sleepers back.")


def test_nobody_finds_the_answers_of_another(sit_down: Callable, engine: Engine) -> None:
    """A glance at a colleague's labels makes two votes one."""
    seat = sit_down("directed", FOUR, overlap=2)
    with writing(engine) as session:
        project = projects.find(session, "trains")
        bea = accounts.add_user(session, "bea")
        projects.join(session, project, bea, Role.ANNOTATOR)
        _answer(session, bea, "2-0", "FAVOR", comment="zebra")
    seat.press("b")

    expect(seat.page.get_by_text("You have answered nothing here yet.")).to_be_visible()
    seat.page.keyboard.type("zebra")
    expect(seat.page.get_by_text("None of your answers match.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_panel(sit_down: Callable, scheme: str) -> None:
    """The panel is read by everybody who works here, by whatever means."""
    seat = sit_down("open", OPEN)
    seat.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    seat.press("2", "1", "1", "Enter", "0")
    seat.wait_until_saved()
    seat.press("b")
    expect(answers(seat.page)).to_have_count(2)
    answers(seat.page).nth(1).click()
    expect(seat.sentence).to_be_focused()

    assert violations(seat.page) == []
    seat.page.set_viewport_size(PHONE)
    assert violations(seat.page) == []
    assert seat.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def _answer(session: Session, person: User, item: str, label: str, **more: object) -> None:
    annotations.append(session, person, uuid4(), make.answer(item, label, **more))
