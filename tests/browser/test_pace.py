"""Pace without pressure: how time is counted, when a break is offered."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.engine import Engine
from sqlmodel import Session, select

from annotator.domain import Annotation
from annotator.store import accounts
from annotator.store.engine import writing
from tests.browser.access.axe import violations
from tests.browser.conftest import Seat

pytestmark = pytest.mark.browser

MANY = [[f"Sentence {number}."] for number in range(12)]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def seconds(engine: Engine) -> list[float | None]:
    """The seconds stored with each answer, in the order given."""
    with Session(engine) as session:
        return list(session.exec(select(Annotation.seconds).order_by(Annotation.id)))


def timed(seat: Seat, *, stands: bool = False) -> Seat:
    """The page once more, its clock in the test's hands. It goes on by itself, too, unless it stands."""
    seat.page.clock.install(time=NOON)
    if stands:
        seat.page.clock.pause_at(NOON + timedelta(seconds=1))
    reload(seat)
    return seat


def reload(seat: Seat) -> None:
    """Until the page is whole: what counts the time comes after what draws the first item."""
    seat.page.reload()
    seat.sentence.wait_for()
    seat.page.clock.run_for(2_000)
    seat.page.wait_for_function(
        "() => document.querySelector('annotation-seat').activity"
        " && !document.querySelector('break-reminder:not(:defined)')"
    )


def work(seat: Seat, minutes: int) -> None:
    """So many minutes at the keyboard, a key every 20 s."""
    for _ in range(minutes * 3):
        seat.page.clock.run_for(20_000)
        seat.press("Shift")


def hide(page: Page, is_hidden: bool) -> None:
    """What a switch to another tab does to the page."""
    page.evaluate(
        "is => { Object.defineProperty(document, 'hidden', { get: () => is, configurable: true });"
        " document.dispatchEvent(new Event('visibilitychange')) }",
        is_hidden,
    )


def test_time_is_counted_without_pauses(sit_down: Callable, engine: Engine) -> None:
    """Ten seconds of reading, then a telephone call: the call is not work on this sentence."""
    seat = timed(sit_down("directed", MANY), stands=True)

    seat.page.clock.run_for(10_000)
    seat.press("Shift")
    seat.page.clock.run_for(600_000)
    seat.press("1")
    seat.wait_until_saved()

    assert seconds(engine) == [pytest.approx(2 + 10 + 30, abs=1)]


def test_time_in_another_tab_is_not_counted(sit_down: Callable, engine: Engine) -> None:
    """Looked up something, came back: only the time on the page counts."""
    seat = timed(sit_down("directed", MANY), stands=True)

    seat.page.clock.run_for(5_000)
    hide(seat.page, True)
    seat.page.clock.run_for(25_000)
    hide(seat.page, False)
    seat.page.clock.run_for(3_000)
    seat.press("1")
    seat.wait_until_saved()

    assert seconds(engine) == [pytest.approx(2 + 5 + 3, abs=1)]


def test_each_item_has_its_own_time(sit_down: Callable, engine: Engine) -> None:
    """Seconds of one sentence must not leak into the next."""
    seat = timed(sit_down("directed", MANY), stands=True)

    for pause in (4_000, 9_000):
        seat.page.clock.run_for(pause)
        seat.press("1")
    seat.wait_until_saved()

    assert seconds(engine) == [pytest.approx(2 + 4, abs=1), pytest.approx(9, abs=1)]


def test_no_break_is_spoken_of_unasked(sit_down: Callable) -> None:
    """Some work in one go and like it; the page does not even carry the reminder."""
    seat = timed(sit_down("directed", MANY))

    work(seat, 60)
    seat.press("1")

    assert seat.page.locator("break-reminder").count() == 0


@pytest.fixture
def reminded(sit_down: Callable, engine: Engine) -> Seat:
    """Ada, who wants to hear after 50 minutes."""
    seat = sit_down("directed", MANY)
    with writing(engine) as session:
        accounts.find_user(session, "ada").preferences = {"break_reminder": 50}
    return timed(seat)


def test_a_break_is_offered_between_two_items(reminded: Seat) -> None:
    """The word comes after an answer, never over a sentence; it takes no focus and holds nothing up."""
    work(reminded, 51)
    expect(reminded.page.get_by_text("A short break?")).to_have_count(0)

    reminded.press("1")

    expect(reminded.page.get_by_text("You have worked 51 minutes. A short break?")).to_be_visible()
    expect(reminded.sentence).to_have_text("Sentence 1.")
    assert violations(reminded.page) == []
    reminded.press("2")
    expect(reminded.sentence).to_have_text("Sentence 2.")


def test_the_offer_is_put_off_or_sent_away(reminded: Seat) -> None:
    """Ten minutes more, or none at all: the page does what it is told, and labelling goes on by keys."""
    work(reminded, 50)
    reminded.press("1")
    reminded.page.get_by_role("button", name="Ask again in 10 minutes").click()
    reminded.press("1")
    expect(reminded.page.get_by_text("A short break?")).to_have_count(0)
    expect(reminded.sentence).to_have_text("Sentence 2.")

    work(reminded, 10)
    reminded.press("1")
    expect(reminded.page.get_by_text("You have worked 60 minutes")).to_be_visible()
    reminded.page.get_by_role("button", name="No, thanks").click()
    work(reminded, 40)
    reminded.press("1")
    expect(reminded.page.get_by_text("A short break?")).to_have_count(0)


def test_a_break_that_was_taken_is_noticed(reminded: Seat) -> None:
    """Back from the coffee machine, nobody wants to be told to go there."""
    work(reminded, 49)
    reminded.page.clock.run_for(400_000)
    reminded.press("Shift")
    work(reminded, 5)
    reminded.press("1")

    expect(reminded.sentence).to_have_text("Sentence 1.")
    expect(reminded.page.get_by_text("A short break?")).to_have_count(0)


def test_a_reload_is_no_break(reminded: Seat) -> None:
    """Work before a reload was work."""
    work(reminded, 30)
    reload(reminded)
    work(reminded, 21)
    reminded.press("1")

    expect(reminded.page.get_by_text("A short break?")).to_be_visible()


def test_today_is_counted_along(sit_down: Callable) -> None:
    """Progress is told to who makes it; a correction or an undo does not puff it up."""
    seat = sit_down("directed", MANY)
    progress = seat.page.locator("work-progress")

    seat.press("1", "1", "1", "z", "2")

    expect(progress).to_contain_text("3 answered")
    expect(progress).to_contain_text("3 today")
    seat.wait_until_saved()
    seat.page.reload()
    expect(progress).to_contain_text("3 answered")
    expect(progress).to_contain_text("9 open")


def test_today_begins_at_midnight(sit_down: Callable) -> None:
    """A night shift must not carry yesterday's count into the morning."""
    seat = timed(sit_down("directed", MANY))
    seat.press("1", "1")
    expect(seat.page.locator("work-progress")).to_contain_text("2 today")

    seat.page.clock.fast_forward("13:00:00")
    seat.press("1")

    expect(seat.page.locator("work-progress")).to_contain_text("3 answered")
    expect(seat.page.locator("work-progress")).to_contain_text("1 today")
