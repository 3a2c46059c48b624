"""No answer is lost: it waits in the browser until the server has it, and is stored once."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Route, expect
from sqlalchemy.engine import Engine
from sqlmodel import select

from annotator.domain import Item, Role, now
from annotator.store import accounts, projects
from annotator.store.engine import writing

pytestmark = pytest.mark.browser

ANSWERS = re.compile(r"/api/v1/(projects/\w+/)?annotations")  # one by one, or several in one request
OCCUPIED = """() => new Promise((resolve) => {  // another write goes on until window.isOver
  indexedDB.open("standpoint").onsuccess = ({ target: { result: database } }) => {
    const outbox = database.transaction("outbox", "readwrite").objectStore("outbox")
    const again = () => {
      resolve()
      if (!window.isOver) outbox.count().onsuccess = again
    }
    outbox.count().onsuccess = again
  }
})"""
MANY = [[f"Sentence number {number}." for number in range(12)]]


def test_dead_network_loses_nothing(sit_down: Callable) -> None:
    """In a tunnel the work goes on; after it, every answer arrives once."""
    seat = sit_down("directed", MANY)
    seat.page.context.set_offline(True)

    seat.press("1", "2", "3")
    expect(seat.page.locator("save-status")).to_contain_text("3 waiting, offline")
    expect(seat.sentence).to_have_text("Sentence number 3.")
    assert seat.rows() == 0
    seat.page.context.set_offline(False)

    expect(seat.page.locator("save-status")).to_contain_text("Saved")
    assert seat.answers() == {
        "0-0": ["author FAVOR night-trains"],
        "0-1": ["author AGAINST night-trains"],
        "0-2": ["author NONE night-trains"],
    }
    assert seat.rows() == 3


def test_waiting_is_said_once_the_browser_has_written_it_down(sit_down: Callable) -> None:
    """Who reads "1 waiting" may shut the laptop: it must be on the disk by then."""
    seat = sit_down("directed", MANY)
    seat.wait_until_complete()
    status = seat.page.locator("save-status")
    seat.page.context.set_offline(True)
    seat.page.evaluate(OCCUPIED)

    seat.press("1")
    expect(status).to_contain_text("Saving 1")
    seat.page.evaluate("() => { window.isOver = true }")
    expect(status).to_contain_text("1 waiting, offline")
    seat.page.context.set_offline(False)

    seat.wait_until_saved()
    assert seat.rows() == 1


def test_closed_tab_keeps_what_waits(sit_down: Callable) -> None:
    """A laptop is shut in mid-work; the answers go out when the page is opened again."""
    seat = sit_down("directed", MANY)
    blocked = ANSWERS
    seat.page.route(blocked, lambda route: route.abort())
    seat.press("1", "2")
    expect(seat.page.locator("save-status")).to_contain_text("2 waiting, offline")
    address = seat.page.url
    seat.page.goto("about:blank")
    seat.page.unroute(blocked)

    seat.page.goto(address)

    expect(seat.sentence).to_have_text("Sentence number 2.")
    seat.wait_until_saved()
    assert seat.rows() == 2


def test_server_error_is_told_and_tried_again(sit_down: Callable) -> None:
    """The word "saved" must not stand there while the server's disk is full."""
    seat = sit_down("directed", MANY)
    failing = True

    def answer(route: Route) -> None:
        if failing:
            route.fulfill(status=503, json={"detail": "The database does not answer now."})
        else:
            route.continue_()

    seat.page.route(ANSWERS, answer)
    seat.press("1")
    expect(seat.page.locator("save-status")).to_contain_text("1 waiting, the server is in trouble")
    failing = False
    seat.press("2")

    expect(seat.page.locator("save-status")).to_contain_text("Saved")
    assert set(seat.answers()) == {"0-0", "0-1"}


def test_lost_acknowledgement_saves_once(sit_down: Callable) -> None:
    """The server stored it, its word got lost, the page repeats itself: still one answer."""
    seat = sit_down("directed", MANY)
    lost: list[Any] = []

    def answer(route: Route) -> None:
        response = route.fetch()
        if lost:
            route.fulfill(response=response)
        else:
            lost.append(response)
            route.abort()

    seat.page.route(ANSWERS, answer)
    seat.press("1", "1")

    seat.wait_until_saved()
    assert len(lost) == 1
    assert seat.rows() == 2


def test_refused_answer_is_shown_and_holds_up_nobody(sit_down: Callable, engine: Engine) -> None:
    """An answer that can never be stored must not block those behind it, nor vanish silently."""
    seat = sit_down("directed", MANY)
    with writing(engine) as session:
        item = session.exec(select(Item).where(Item.external_id == "0-0")).one()
        item.deleted_at = now()
    seat.press("1", "2")

    status = seat.page.locator("save-status")
    expect(status).to_contain_text("1 refused")
    status.get_by_text("Why").click()
    expect(status).to_contain_text("There is no item '0-0' in your projects.")
    expect(status).to_contain_text('"label": "FAVOR"')  # her words are not lost
    assert set(seat.answers()) == {"0-1"}


def test_answers_go_out_after_signing_in_again(sit_down: Callable, engine: Engine) -> None:
    """A session ends at noon; whoever signs in again goes on where she was, with nothing lost."""
    seat = sit_down("directed", MANY)
    seat.page.context.clear_cookies()
    seat.press("1")
    expect(seat.page.locator("save-status")).to_contain_text("sign in again")

    _sign_in(seat, engine, "ada")
    seat.press("2")

    seat.wait_until_saved()
    assert set(seat.answers()) == {"0-0", "0-1"}


def test_answers_never_go_out_as_another_person(sit_down: Callable, engine: Engine) -> None:
    """Two people share a laptop: the one's answers must wait while the other is signed in."""
    seat = sit_down("directed", MANY)
    seat.page.route(ANSWERS, lambda route: route.abort())
    seat.press("1")
    expect(seat.page.locator("save-status")).to_contain_text("1 waiting")
    with writing(engine) as session:
        project = projects.find(session, "trains")
        projects.join(session, project, accounts.add_user(session, "bea"), Role.ANNOTATOR)
    seat.page.unroute(ANSWERS)
    seat.page.context.clear_cookies()

    _sign_in(seat, engine, "bea")
    seat.press("1")
    expect(seat.page.locator("save-status")).to_contain_text("2 waiting: bea is signed in here now")
    seat.page.reload()

    expect(seat.page.locator("save-status")).to_contain_text("2 of ada wait here until they sign in")
    assert seat.rows() == 0


def _sign_in(seat: Any, engine: Engine, name: str) -> None:
    with writing(engine) as session:
        token = accounts.sign_in_link(session, accounts.find_user(session, name))
    other = seat.page.context.new_page()
    other.goto(f"{seat.page.url.split('/projects/')[0]}/sign-in/{token}")
    other.close()
