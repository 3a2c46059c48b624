"""Two tabs and two devices: of two answers to one item the person chooses, and nothing is lost meanwhile."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy.engine import Engine

from annotator.store import accounts
from annotator.store.engine import writing
from tests.browser.access import axe
from tests.browser.conftest import Seat

pytestmark = pytest.mark.browser

MANY = [[f"Sentence number {number}." for number in range(12)]]


@pytest.fixture
def phone(browser: Browser, engine: Engine) -> Iterator[Callable[[Seat], Seat]]:
    """`phone(seat)` signs ada in on another device and opens the page that `seat` shows."""
    contexts, errors = [], []

    def pick_up(seat: Seat) -> Seat:
        with writing(engine) as session:
            link = accounts.sign_in_link(session, accounts.find_user(session, "ada"))
        context = browser.new_context(service_workers="block")
        context.on("weberror", lambda error: errors.append(str(error.error)))
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{seat.page.url.split('/projects/')[0]}/sign-in/{link}")
        page.goto(seat.page.url)
        other = Seat(page, engine)
        other.sentence.wait_for()
        return other

    yield pick_up
    for context in contexts:
        context.close()
    assert errors == []


def test_the_person_chooses_between_two_answers(sit_down: Callable, phone: Callable) -> None:
    """She labelled on the phone in the train, and the laptop did not know: both are shown, she decides."""
    laptop = sit_down("directed", MANY)
    train = phone(laptop)
    laptop.press("1", "1")
    laptop.wait_until_saved()

    train.press("2", "2", "3")

    choose = train.page.get_by_role("button", name="2 to choose")
    expect(choose).to_be_visible()
    expect(train.sentence).to_have_text("Sentence number 3.")  # the work goes on
    train.page.keyboard.press("n")
    sheet = train.page.get_by_role("dialog")
    expect(sheet).to_contain_text("Sentence number 0.")
    expect(sheet.get_by_role("region", name="What stands")).to_contain_text("FAVOR")
    expect(sheet.get_by_role("region", name="Yours from here")).to_contain_text("AGAINST")
    expect(sheet).to_contain_text("1 more to choose")
    assert axe.in_both_lights(train.page) == {}
    train.press("1")
    expect(sheet).to_contain_text("Sentence number 1.")
    train.press("2")
    expect(sheet).to_be_hidden()

    train.wait_until_saved()
    assert train.answers() == {
        "0-0": ["author FAVOR night-trains"],
        "0-1": ["author AGAINST night-trains"],
        "0-2": ["author NONE night-trains"],
    }


def test_the_same_answer_twice_is_no_conflict(sit_down: Callable, phone: Callable) -> None:
    """Nobody wants to be asked to choose between favor and favor."""
    laptop = sit_down("directed", MANY)
    train = phone(laptop)
    laptop.press("1")
    laptop.wait_until_saved()

    train.press("1")

    train.page.wait_for_function("() => document.querySelector('annotation-seat').outbox.savedAt")
    train.wait_until_saved()
    expect(train.page.get_by_role("button", name="to choose")).to_have_count(0)
    assert train.rows() == 1


def test_a_choice_waits_over_a_reload(sit_down: Callable, phone: Callable) -> None:
    """She closes the laptop before she decides; her answer is not decided for her."""
    laptop = sit_down("directed", MANY)
    train = phone(laptop)
    laptop.press("1")
    laptop.wait_until_saved()
    train.press("2")
    expect(train.page.get_by_role("button", name="1 to choose")).to_be_visible()

    train.page.reload()
    train.page.get_by_role("button", name="1 to choose").click()
    train.page.get_by_role("button", name="Yours replaces it").click()

    train.wait_until_saved()
    assert train.answers() == {"0-0": ["author AGAINST night-trains"]}


def test_an_answer_in_one_tab_leaves_the_other_tab_s_queue(sit_down: Callable) -> None:
    """Two tabs of one browser never ask the same twice."""
    seat = sit_down("directed", MANY)
    second = Seat(seat.page.context.new_page(), seat.engine)
    second.page.goto(seat.page.url)
    second.sentence.wait_for()

    second.press("1", "1")
    second.wait_until_saved()
    seat.page.bring_to_front()
    seat.press("1", "1")  # the first one is what this tab showed; the next is not what the other one answered

    seat.wait_until_saved()
    assert seat.rows() <= 4
    assert set(seat.answers()) >= {"0-0", "0-1", "0-2"}


def test_undoing_a_correction_puts_the_earlier_answer_back(sit_down: Callable) -> None:
    """She reopens an answer, changes it by mistake, and takes the change back: the answer is not gone."""
    seat = sit_down("directed", MANY)
    seat.press("1")
    seat.wait_until_saved()
    seat.page.evaluate(
        "async () => { const seat = document.querySelector('annotation-seat');"
        " const got = await fetch(`${seat.api}/items?id=0-0`); seat.reopen(await got.json()) }"
    )
    expect(seat.sentence).to_have_text("Sentence number 0.")
    seat.press("2", "z")

    expect(seat.sentence).to_have_text("Sentence number 0.")
    expect(seat.page.get_by_role("button", name="FAVOR")).to_have_attribute("aria-pressed", "true")
    seat.wait_until_saved()
    assert seat.answers() == {"0-0": ["author FAVOR night-trains"]}
    assert seat.rows() == 3


def test_undo_goes_beyond_what_this_tab_remembers(sit_down: Callable, phone: Callable) -> None:
    """What was answered on the laptop yesterday can be taken back on the phone today."""
    laptop = sit_down("directed", MANY)
    laptop.press("1", "2", "3")
    laptop.wait_until_saved()
    train = phone(laptop)

    train.press("z")
    expect(train.sentence).to_have_text("Sentence number 2.")
    expect(train.page.get_by_role("button", name="NONE")).to_have_attribute("aria-pressed", "true")
    train.press("z")
    expect(train.sentence).to_have_text("Sentence number 1.")
    train.press("1", "1")

    train.wait_until_saved()
    assert train.answers() == {
        "0-0": ["author FAVOR night-trains"],
        "0-1": ["author FAVOR night-trains"],
        "0-2": ["author FAVOR night-trains"],
    }
