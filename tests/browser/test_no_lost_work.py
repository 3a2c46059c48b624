"""Nothing is lost, nothing is doubled: servers are killed, networks cut, browsers shot, disks full."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.engine import Engine
from sqlmodel import Session, select

from annotator.config import Settings
from annotator.domain import Annotation, Item, Role
from annotator.store import accounts, projects
from annotator.store.engine import writing
from annotator.web import create_app
from tests.browser.conftest import Seat, fill
from tests.services import chromium, web
from tests.services.served import Served, serving

pytestmark = pytest.mark.browser

FEW = [[f"Sentence number {number}." for number in range(12)]]


def sign_in(engine: Engine, name: str) -> str:
    """A new link for this person."""
    with writing(engine) as session:
        return accounts.sign_in_link(session, accounts.find_user(session, name))


def project(engine: Engine, count: int) -> str:
    """A directed project of so many items with ada in it; gives a sign-in link."""
    with writing(engine) as session:
        texts = [[f"Sentence number {number}."] for number in range(count)]
        projects.join(
            session, fill(session, "directed", texts), accounts.add_user(session, "ada"), Role.ANNOTATOR
        )
    return sign_in(engine, "ada")


@pytest.fixture
def served(engine: Engine, sqlite_url: str) -> Iterator[Served]:
    """`standpoint serve` on the test's database."""
    with serving(sqlite_url) as server:
        yield server


def come(page: Page, server: str, link: str) -> None:
    """Sign in and sit down."""
    page.goto(f"{server}/sign-in/{link}")
    page.goto(f"{server}/projects/trains/annotate")
    page.locator(".passage-segment").wait_for()


def label(page: Page, count: int) -> list[str]:
    """Label so many items, as fast as the page draws them; gives their sentences."""
    seen = []
    for _ in range(count):
        expect(page.locator("annotation-seat")).to_have_attribute("data-state", "asking", timeout=180_000)
        seen.append(page.locator(".passage-segment").inner_text())
        page.keyboard.press(str(len(seen) % 3 + 1))
    return seen


def stored(engine: Engine) -> dict[str, int]:
    """{item: how many rows it has}."""
    counts: dict[str, int] = {}
    with Session(engine) as session:
        query = select(Item.external_id).join(Annotation, Annotation.item_id == Item.id)
        for item in session.exec(query):
            counts[item] = counts.get(item, 0) + 1
    return counts


def test_200_answers_survive_a_killed_server_and_a_cut_network(
    engine: Engine, served: Served, browser_page: Page
) -> None:
    """A morning of work through four crashes and four tunnels: every answer is there, once."""
    come(browser_page, served.url, project(engine, 200))
    seat, given = Seat(browser_page, engine), []
    for _ in range(4):
        given += label(browser_page, 10)
        _fill(seat)
        served.kill()
        given += label(browser_page, 15)  # of those that the page holds
        served.start()
        given += label(browser_page, 10)
        _fill(seat)
        browser_page.context.set_offline(True)
        given += label(browser_page, 15)
        browser_page.context.set_offline(False)

    seat.wait_until_saved()
    assert len(set(given)) == 200
    assert stored(engine) == {f"{number}-0": 1 for number in range(200)}


def test_a_killed_browser_keeps_what_waits(
    engine: Engine, served: Served, browser: Browser, tmp_path: Path
) -> None:
    """The laptop's battery dies in the train, with three answers that nobody has but this browser."""
    link = project(engine, 12)
    profile = tmp_path / "profile"
    context = chromium.with_profile(browser, profile)
    come(context.pages[0], served.url, link)
    context.pages[0].wait_for_function("() => customElements.get('work-progress')")
    served.kill()
    label(context.pages[0], 3)
    expect(context.pages[0].locator("save-status")).to_contain_text("3 waiting, offline")
    _kill_browser(profile)
    served.start()

    again = chromium.with_profile(browser, profile)
    page = again.pages[0]
    come(page, served.url, sign_in(engine, "ada"))  # a cookie of the last seconds dies with its browser
    expect(page.locator(".passage-segment")).to_have_text("Sentence number 3.")
    Seat(page, engine).wait_until_saved()
    again.close()

    assert stored(engine) == {"0-0": 1, "1-0": 1, "2-0": 1}


def test_a_full_disk_is_told_and_outlived(engine: Engine, sqlite_url: str, browser_page: Page) -> None:
    """The word "saved" must not stand there while the server's disk is full."""
    link = project(engine, 60)
    app = create_app(Settings(database=sqlite_url))
    pages = _limited(app.extensions["standpoint_engine"])
    with web.serving(app) as address:
        come(browser_page, address, link)
        pages.append(1)  # no page more than there are
        given, status = 0, browser_page.locator("save-status")
        while "the server is in trouble" not in status.inner_text():
            given += len(label(browser_page, 1))
        before = sum(stored(engine).values())
        pages.append(10**6)
        label(browser_page, 3)
        Seat(browser_page, engine).wait_until_saved()
        expect(status).to_contain_text("Saved")
    app.extensions["standpoint_engine"].dispose()

    assert before < given
    assert stored(engine) == {f"{number}-0": 1 for number in range(given + 3)}


def test_a_full_browser_says_to_keep_the_tab_open(engine: Engine, server: str, browser_page: Page) -> None:
    """Where the browser stores nothing any more, only this tab has the answers, and its person must know."""
    client = browser_page.context.new_cdp_session(browser_page)
    client.send("Storage.overrideQuotaForOrigin", {"origin": server, "quotaSize": 1})
    come(browser_page, server, project(engine, 12))
    seat = Seat(browser_page, engine)
    browser_page.context.set_offline(True)
    label(seat.page, 2)

    status = seat.page.locator("save-status")
    expect(status).to_contain_text("2 waiting: keep this tab open")
    client.send("Storage.overrideQuotaForOrigin", {"origin": server})
    label(seat.page, 1)
    expect(status).to_contain_text("3 waiting, offline")
    seat.page.context.set_offline(False)

    seat.wait_until_saved()
    assert stored(engine) == {"0-0": 1, "1-0": 1, "2-0": 1}


def test_a_browser_that_refuses_to_store_still_saves(engine: Engine, server: str, browser_page: Page) -> None:
    """Some browsers keep nothing in private windows; work goes to the server all the same."""
    browser_page.add_init_script("delete IDBFactory.prototype.open")
    come(browser_page, server, project(engine, 3))

    label(browser_page, 3)

    browser_page.get_by_text("Nothing is left for you here").wait_for()
    assert stored(engine) == {"0-0": 1, "1-0": 1, "2-0": 1}


def test_what_an_older_page_left_is_sent(sit_down: Callable, engine: Engine) -> None:
    """An update comes at noon: what waited since the morning is in the old layout, and goes out too."""
    seat = sit_down("directed", FEW)
    address = seat.page.url
    seat.page.goto(address.split("/projects/")[0])
    seat.page.evaluate(OLDER)
    seat.page.goto(address)

    expect(seat.sentence).to_have_text("Sentence number 1.")
    seat.wait_until_saved()
    assert seat.answers() == {"0-0": ["author FAVOR night-trains"]}


def test_another_project_s_answers_go_out_from_here(sit_down: Callable, engine: Engine) -> None:
    """She changed the project in the tunnel; whichever page is open brings the answers home."""
    seat = sit_down("directed", FEW)
    with writing(engine) as session:
        other = fill(session, "directed", FEW, slug="buses", name="Buses")
        projects.join(session, other, accounts.find_user(session, "ada"), Role.ANNOTATOR)
    blocked = "**/api/v1/**/annotations**"
    seat.page.route(blocked, lambda route: route.abort())
    label(seat.page, 2)
    expect(seat.page.locator("save-status")).to_contain_text("2 waiting, offline")
    address = seat.page.url
    seat.page.goto("about:blank")
    seat.page.unroute(blocked)

    seat.page.goto(address.replace("trains", "buses"))

    seat.sentence.wait_for()
    seat.wait_until_saved()
    assert set(stored(engine)) == {"0-0", "0-1"}


OLDER = """() => new Promise((resolve, reject) => {
  indexedDB.deleteDatabase("standpoint").onsuccess = () => {
    const opening = indexedDB.open("standpoint", 1)
    opening.onupgradeneeded = () => opening.result.createObjectStore("outbox", { keyPath: "uuid" })
    opening.onsuccess = () => {
      const uuid = crypto.randomUUID()
      const transaction = opening.result.transaction("outbox", "readwrite")
      transaction.objectStore("outbox").put({
        uuid, method: "PUT", path: `/api/v1/annotations/${uuid}`, item: "0-0", user: "ada", order: 1,
        body: { item: "0-0", project: "trains", stances: [{ label: "FAVOR" }] },
      })
      transaction.oncomplete = () => { opening.result.close(); resolve() }
    }
    opening.onerror = reject
  }
})"""


def _fill(seat: Seat) -> None:
    """Let the page hold as many items as it may."""
    seat.wait_until_saved()
    seat.page.evaluate("() => document.querySelector('annotation-seat').queue.refill()")


def _kill_browser(profile: Path) -> None:
    """End all processes of the browser with this profile, as a power cut would."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                command = (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if f"--user-data-dir={profile}".encode() in command:
                os.kill(int(folder.name), signal.SIGKILL)


def _limited(engine: Engine) -> list[int]:
    """The most pages that the file may have; the last one of the list holds. A file never shrinks by it."""
    pages: list[int] = []

    @sa.event.listens_for(engine, "checkout")
    def limit(connection: Any, _record: Any, _proxy: Any) -> None:
        if pages:
            connection.execute(f"PRAGMA max_page_count={pages[-1]}")

    return pages
