"""Every page can be read and worked by everybody: axe finds nothing, by day or by night."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.engine import Engine
from sqlmodel import select

from annotator.domain import Document
from annotator.store import accounts, inquiries, items, projects, queue
from annotator.store.engine import writing
from tests import application
from tests.browser.access import axe

pytestmark = pytest.mark.browser

ADDRESSES = {  # a page's rule → an address that shows it
    "/": "/",
    "/sign-in": "/sign-in",
    "/sign-in/<token>": "/sign-in/used",
    "/account": "/account",
    "/account/password": "/account/password",
    "/projects/<slug>/annotate": "/projects/trains/annotate",
    "/preferences": "/preferences?project=trains",
    "/timesheet": "/timesheet",
    "/projects/<slug>/guidelines": "/projects/trains/guidelines",
    "/projects/<slug>/inquiries": "/projects/trains/inquiries",
    "/projects/<slug>": "/projects/trains",
    "/projects/<slug>/items": "/projects/trains/items",
    "/projects/<slug>/dashboard": "/projects/trains/dashboard",
    "/projects/<slug>/agreement": "/projects/trains/agreement?view=figures",
    "/projects/new": "/projects/new",
    "/projects/<slug>/scheme": "/projects/trains/scheme",
    "/projects/<slug>/registry": "/projects/trains/registry",
    "/projects/<slug>/audit": "/projects/trains/audit",
    "/projects/<slug>/removal": "/projects/trains/removal",
    "/projects/<slug>/releases": "/projects/trains/releases",
    "/projects/<slug>/releases/compare": "/projects/trains/releases/compare?old=1&new=2",
    "/projects/<slug>/models": "/projects/trains/models",
    "/projects/<slug>/doubts": "/projects/trains/doubts",
    "/projects/<slug>/people": "/projects/trains/people",
    "/projects/<slug>/questionnaire": "/projects/trains/questionnaire",
    "/projects/<slug>/rounds": "/projects/trains/rounds",
    "/projects/<slug>/suggestions": "/projects/trains/suggestions",
    "/projects/<slug>/suggestions/report": "/projects/trains/suggestions/report",
    "/projects/<slug>/adjudicate": "/projects/trains/adjudicate",
    "/projects/<slug>/adjudicate/item": "/projects/trains/adjudicate/item?id=0-0",
}
FOR_MACHINES = {"/healthz", "/readyz", "/metrics"}
ELSEWHERE = {
    "/projects/<slug>/imports",  # and its undoing, in test_imports.py
    "/projects/<slug>/imports/<int:number>/undo",
    "/projects/<slug>/webhooks",  # in test_webhooks.py, which has some
    "/projects/<slug>/jobs/<int:number>",
    "/projects/<slug>/models/<int:number>/why",  # its form is looked at in test_models.py
}  # looked at in test_releases.py, which makes jobs
IS_NO_PAGE = re.compile(
    r"/api/|/static/|/sign-in/single-sign-on|.*/annotate/parts$|.*/download$|.*/models/.*/report$|.*\.(css|csv|js|json|jsonl|toml)$"
)


def test_every_page_has_its_address_here(sqlite_url: str):
    """A page that nobody has looked at with axe is one that somebody cannot use."""
    with application.running(sqlite_url) as app:
        rules = {rule.rule for rule in app.url_map.iter_rules() if "GET" in rule.methods}

    assert {rule for rule in rules if not IS_NO_PAGE.match(rule) and rule not in FOR_MACHINES} == set(
        ADDRESSES
    ) | ELSEWHERE


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("address", sorted(ADDRESSES.values()))
def test_axe_finds_nothing(sign_in: Callable[[str], Page], address: str, language: str):
    """Contrast, names, roles and the size of targets hold by day and by night, and in both directions."""
    page = sign_in(language)
    page.goto(page.url.rstrip("/") + address)
    if address.endswith("/annotate"):
        page.locator("#help").wait_for(state="attached")  # the last part to come

    assert page.locator("html").get_attribute("lang") == language
    assert axe.in_both_lights(page) == {}


@pytest.mark.parametrize("address", ["/", "/projects/new", "/projects/trains/removal?document={}"])
def test_axe_finds_nothing_for_administrators(sign_in: Callable[[str], Page], engine: Engine, address: str):
    """What only they may do must be as clear as the rest."""
    page = sign_in("en")
    with writing(engine) as session:
        accounts.find_user(session, "ada").is_admin = True
        document = session.exec(select(Document)).first().external_id
    page.goto(page.url.rstrip("/") + address.format(document), wait_until="networkidle")

    assert page.get_by_role("heading", name="not yours").count() == 0
    assert axe.in_both_lights(page) == {}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing_where_questions_wait(
    sign_in: Callable[[str], Page], engine: Engine, language: str
):
    """An empty page has little to find; the curator's has questions, forms and replies."""
    page = sign_in(language)
    home = page.url.rstrip("/")
    with writing(engine) as session:
        project, ada = projects.find(session, "trains"), accounts.find_user(session, "ada")
        queue.serve(session, project, ada, limit=10, minutes=30)
        for item, reply in (("0-0", None), ("0-1", "Yes: see the guidelines, part 2."), ("0-1", None)):
            asked = uuid4()
            inquiries.ask(
                session, ada, items.find(session, project, item), asked, "Is it a stance? <b>هل</b>"
            )
            if reply:
                inquiries.reply(session, inquiries.find(session, project, asked), reply, by=ada)

    page.goto(f"{home}/projects/trains/inquiries")

    expect(page.get_by_text("Yes: see the guidelines, part 2.")).to_be_attached()
    assert page.locator("main form textarea").count() == 2
    assert axe.in_both_lights(page) == {}


@pytest.mark.parametrize("address", ["/", "/nothing", "/sign-in/used", "/projects/trains/annotate"])
def test_axe_finds_nothing_for_who_is_not_signed_in(server: str, browser_page: Page, address: str):
    """The way in, and what is said where there is none, are pages too."""
    browser_page.goto(server + address)

    assert axe.in_both_lights(browser_page) == {}


def test_home_tells_the_progress_and_leads_to_the_work(sit_down: Callable):
    """The first page says where work waits."""
    seat = sit_down("directed", [["One.", "Two."]])
    seat.press("1")
    seat.wait_until_saved()

    seat.page.goto(seat.page.url.split("/projects/")[0])

    expect(seat.page.get_by_text("1 answered by you")).to_be_visible()
    seat.page.get_by_role("link", name="Continue").click()
    expect(seat.sentence).to_have_text("Two.")


def test_strangers_are_told_how_to_come_in_and_choose_their_language(server: str, browser_page: Page):
    """Without a link nobody comes in; the page says what to ask for, in words that are understood."""
    browser_page.goto(server)
    expect(browser_page.get_by_role("main")).to_contain_text("a link that is yours alone")

    browser_page.get_by_role("button", name="العربية").click()

    expect(browser_page.locator("html")).to_have_attribute("dir", "rtl")
    expect(browser_page.get_by_role("main")).to_contain_text("رابط")
    expect(browser_page.get_by_role("button", name="العربية")).to_have_attribute("aria-current", "true")


def test_nothing_stands_inline(sit_down: Callable):
    """A text that smuggles markup in finds no policy to slip through: ours needs no exception."""
    seat = sit_down("open", [["<img src=x onerror=alert(1)> wants night trains.", "It rained."]])
    expect(seat.sentence).to_have_text("<img src=x onerror=alert(1)> wants night trains.")

    inline = "[style], style, script:not([src]), [onclick], .passage img"
    home = seat.page.url.split("/projects/")[0]
    for address in (seat.page.url.removeprefix(home), *ADDRESSES.values()):
        seat.page.goto(home + address)
        assert seat.page.locator(inline).count() == 0, address
