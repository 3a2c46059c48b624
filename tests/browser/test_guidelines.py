"""Guidelines beside the work: what applies to the item, what changed, what must be read before going on."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy.engine import Engine
from sqlmodel import Session, select

from annotator.domain import Annotation, GuidelinesRead, Role
from annotator.store import accounts, guidelines, projects
from annotator.store.engine import writing
from annotator.store.guidelines import Scope
from tests.browser.access.axe import violations

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
MANY = [[f"Sentence {number} of the text." for number in range(30)]]
TWO = "# How to decide\n\nA reporting verb is **never** a stance.\n\n- Bad news is no stance.\n"


def publish(engine: Engine, text: str, about: tuple[Scope, str] | None = None, **more: Any) -> None:
    with writing(engine) as session:
        project = projects.find(session, "trains")
        subject = guidelines.subject(session, project, *(about or (Scope.PROJECT,)))
        guidelines.publish(session, project, text, subject=subject, **more)


def read(engine: Engine) -> list[int]:
    with Session(engine) as session:
        return [row.version for row in session.exec(select(GuidelinesRead))]


def panel(seat: Any) -> Locator:
    return seat.page.get_by_role("region", name="Guidelines", exact=True)


def news(seat: Any) -> Locator:
    return seat.page.get_by_role("dialog", name="The guidelines have changed")


def work_on(seat: Any, items: int) -> None:
    """Answer items until the page has asked for more."""
    for _ in range(items):
        seat.press("3")
    seat.wait_until_saved()


def test_notes_about_the_item_stand_on_top(sit_down: Callable, engine: Engine) -> None:
    """The rule of this target is what one opens the guidelines for."""
    seat = sit_down("directed", MANY)
    publish(engine, "Sleepers count, *couchettes* do not.", (Scope.ENTITY, "night-trains"))
    publish(engine, "Fares alone are another target.", (Scope.ENTITY, "fares"))
    publish(engine, "Only if the author wants it.", (Scope.LABEL, "FAVOR"))

    seat.press("g")

    about = panel(seat).get_by_role("region", name="About this item")
    expect(about).to_contain_text("couchettes")
    expect(about.locator("em")).to_have_text("couchettes")
    expect(about).not_to_contain_text("Fares alone")
    expect(panel(seat).get_by_role("region", name="Labels")).to_contain_text("Only if the author")
    expect(panel(seat).get_by_role("region", name="Targets and holders")).to_contain_text("Lower fares")


def test_a_mark_tells_of_a_version_until_the_panel_was_open(sit_down: Callable, engine: Engine) -> None:
    """A new rule must be noticed without stopping anybody."""
    seat = sit_down("directed", MANY)
    button = seat.page.get_by_role("button", name="Guidelines (new version)")
    expect(button).to_be_visible()  # she has read none yet

    seat.press("g")
    expect(panel(seat)).to_contain_text("A reporting verb is not a stance")
    expect(button).to_have_count(0)
    seat.press("g")
    seat.wait_until_saved()
    publish(engine, TWO, note="Clearer")
    work_on(seat, 25)

    expect(button).to_be_visible()
    expect(news(seat)).to_be_hidden()
    seat.press("g")
    changed = panel(seat).get_by_role("region", name="What changed")
    expect(changed).to_contain_text("Clearer")
    expect(changed.locator("del")).to_contain_text("not ")
    expect(changed.locator("ins")).to_contain_text("**never** ")
    expect(button).to_have_count(0)
    seat.press("g", "g")
    expect(panel(seat)).to_contain_text("never a stance")
    expect(changed).to_be_hidden()
    assert read(engine) == [2]


def test_a_must_read_version_stops_between_two_items(sit_down: Callable, engine: Engine) -> None:
    """Whoever labels on by the old rule labels for the bin; nothing in the making may be lost for it."""
    seat = sit_down("directed", MANY)
    seat.press("3")
    seat.wait_until_saved()
    publish(engine, TWO, note="Never means never", must_read=True)
    seat.page.evaluate(
        "() => document.querySelector('annotation-seat').queue.refill()"
    )  # as it does when it runs low
    seat.page.locator("guidelines-news:defined").wait_for(state="attached")
    seat.press("ArrowRight", "r")
    expect(news(seat)).to_be_hidden()
    before = seat.sentence.inner_text()
    seat.press("1")

    expect(news(seat)).to_contain_text("Never means never")
    expect(news(seat).locator("ins")).to_contain_text("never")
    asked = seat.sentence.inner_text()
    assert asked != before
    seat.press("1", "3")  # labels do not act beneath it
    expect(news(seat).get_by_role("button")).to_be_focused()
    seat.press("Enter")
    expect(news(seat)).to_be_hidden()
    expect(seat.sentence).to_have_text(asked)
    seat.press("2")
    seat.wait_until_saved()

    assert read(engine) == [2]
    with Session(engine) as session:
        rows = session.exec(select(Annotation).order_by(Annotation.id)).all()
    assert [row.guidelines_version for row in rows][-2:] == [1, 2]
    assert len(seat.spans()) == 1


def test_a_must_read_version_waits_for_who_comes_back(sit_down: Callable, engine: Engine) -> None:
    """It was published overnight: the first item of the morning is asked after it was read."""
    seat = sit_down("directed", MANY)
    seat.press("3")
    seat.wait_until_saved()
    publish(engine, TWO, must_read=True)
    seat.page.reload()

    expect(news(seat).locator("ins")).to_contain_text("never")
    expect(news(seat).get_by_role("button")).to_be_focused()
    seat.press(" ")
    expect(news(seat)).to_be_hidden()
    seat.press("3")
    seat.wait_until_saved()
    seat.page.reload()
    expect(seat.sentence).to_have_text("Sentence 2 of the text.")

    expect(news(seat)).to_be_hidden()
    assert read(engine) == [2]


def test_versions_are_listed_with_what_they_changed(sit_down: Callable, engine: Engine) -> None:
    """Somebody asks since when this rule holds, and what it was before."""
    seat = sit_down("directed", MANY)
    publish(engine, TWO, note="Clearer", must_read=True)
    seat.press("g")
    panel(seat).get_by_text("Versions").click()

    rows = panel(seat).locator(".edition")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("Version 2")
    expect(rows.first).to_contain_text("must be read")
    rows.first.get_by_text("Version 2").click()
    expect(rows.first.locator("ins")).to_contain_text("never")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_curators_write_and_look_before_they_publish(
    sit_down: Callable, engine: Engine, server: str, scheme: Any
) -> None:
    """The page works without a script of ours, for every reader, on a phone too."""
    seat = sit_down("directed", MANY)
    page = come_in(seat, engine, server)
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{server}/projects/trains/guidelines")
    assert violations(page) == []
    page.get_by_label("The whole project").fill(TWO)
    page.get_by_label("What changed, in a sentence").fill("Clearer")
    page.get_by_label("Must be read").check()
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("region", name="What annotators would see").locator("strong")).to_have_text(
        "never"
    )
    expect(page.get_by_role("region", name="What would change").locator("ins")).to_contain_text("**never**")
    assert violations(page) == []
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    page.get_by_role("button", name="Publish").click()

    expect(page.locator(".edition")).to_have_count(2)
    expect(page.locator(".edition").first).to_contain_text("must be read")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def come_in(seat: Any, engine: Engine, server: str) -> Page:
    """The page of Dee, the curator, in the same browser."""
    with writing(engine) as session:
        dee = accounts.add_user(session, "dee")
        projects.join(session, projects.find(session, "trains"), dee, Role.CURATOR)
        token = accounts.sign_in_link(session, dee)
    seat.page.context.clear_cookies()
    seat.page.goto(f"{server}/sign-in/{token}")
    return seat.page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_what_changed(sit_down: Callable, engine: Engine, scheme: Any) -> None:
    """The dialog, the panel and the phone's sheet hold no barrier."""
    seat = sit_down("directed", MANY)
    seat.press("3")
    seat.wait_until_saved()
    publish(engine, TWO, note="Clearer", must_read=True)
    publish(engine, "Only if the author wants it.", (Scope.LABEL, "FAVOR"))
    seat.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    seat.page.reload()
    expect(news(seat).get_by_role("button")).to_be_focused()
    assert violations(seat.page) == []

    seat.press("Enter", "g")
    expect(panel(seat)).to_contain_text("Only if the author")
    panel(seat).get_by_text("Versions").click()
    expect(panel(seat).locator(".edition")).to_have_count(3)
    assert violations(seat.page) == []
    seat.page.set_viewport_size(PHONE)
    assert seat.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
