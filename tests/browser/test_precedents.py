"""Precedents beside the work: what curators have settled, never what one still has to judge."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, expect
from sqlalchemy.engine import Engine
from sqlmodel import select

from annotator.domain import Annotation, Item, Kind, Label, Stance
from annotator.store import accounts, projects
from annotator.store.engine import writing
from annotator.store.registry import Registry
from tests.browser.access.axe import violations

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
FOUR = [["Bring the sleepers back.", "Buses will do.", "I had soup.", "Cheaper tickets!"]]


def settle(engine: Engine, decided: dict[str, tuple[str, str, str]]) -> None:
    """A curator's decisions: {item: (target, label, reason)}."""
    with writing(engine) as session:
        project = projects.find(session, "trains")
        registry = Registry.load(session, project.id).by_key
        dee = accounts.add_user(session, "dee")
        for external_id, (target, label, reason) in decided.items():
            named = select(Label).where(Label.project_id == project.id, Label.name == label)
            stance = Stance(
                position=0,
                holder_id=registry["author"].id,
                target_id=registry[target].id,
                label_id=session.exec(named).one().id,
            )
            item = session.exec(select(Item).where(Item.external_id == external_id)).one()
            session.add(
                Annotation(
                    uuid=uuid4(),
                    item_id=item.id,
                    annotator_id=dee.id,
                    kind=Kind.ADJUDICATION,
                    precedent=True,
                    counted=False,
                    reason=reason,
                    body_sha256="0" * 64,
                    stances=[stance],
                )
            )


def panel(seat: Any) -> Locator:
    return seat.page.get_by_role("region", name="Precedents", exact=True)


def test_settled_cases_are_told_once_they_are_not_owed(sit_down: Callable, engine: Engine) -> None:
    """What the curator decided about the sentence on the screen must not be a click away."""
    seat = sit_down("directed", FOUR)
    settle(
        engine,
        {
            "0-0": ("night-trains", "FAVOR", "A wish is a stance."),
            "0-1": ("night-trains", "AGAINST", "Buses instead."),
        },
    )
    seat.press("1")
    seat.wait_until_saved()
    seat.press("p")

    cases = panel(seat).locator(".precedent")
    expect(cases).to_have_count(1)
    for words in ("Bring the sleepers back.", "FAVOR", "A wish is a stance."):
        expect(cases).to_contain_text(words)
    seat.page.get_by_role("button", name="AGAINST").click()
    seat.wait_until_saved()
    seat.press("p", "p")
    expect(cases).to_have_count(2)


def test_the_panel_begins_with_the_items_target(sit_down: Callable, engine: Engine) -> None:
    """Cases of other targets are one tick away, and a word finds any."""
    seat = sit_down("directed", FOUR)
    settle(
        engine,
        {
            "0-0": ("night-trains", "FAVOR", "A wish is a stance."),
            "0-3": ("fares", "FAVOR", "A shout is one, too."),
        },
    )
    with writing(engine) as session:
        item = session.exec(select(Item).where(Item.external_id == "0-3")).one()
        item.target_id = Registry.load(session, item.project_id).by_key["fares"].id
    seat.press("1", "1", "1", "1")
    seat.wait_until_saved()
    expect(seat.page.get_by_text("Nothing is left for you here")).to_be_visible()
    seat.press("z", "z")
    seat.wait_until_saved()
    expect(seat.sentence).to_have_text("I had soup.")
    seat.page.get_by_role("button", name="Precedents").click()

    cases = panel(seat).locator(".precedent")
    expect(cases).to_have_count(1)
    expect(cases).to_contain_text("A wish")
    panel(seat).get_by_label("Only about More night trains").uncheck()
    panel(seat).get_by_role("searchbox").fill("nothing like it")
    expect(panel(seat)).to_contain_text("No settled case matches.")
    panel(seat).get_by_role("searchbox").fill("wish")
    expect(cases).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_look_precedents_up(sit_down: Callable, engine: Engine, scheme: Any) -> None:
    """The panel holds no barrier, nor the phone's sheet; in an open project it tells whole stances."""
    seat = sit_down("open", FOUR)
    settle(engine, {"0-0": ("night-trains", "FAVOR", "A wish is a stance.")})
    seat.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    seat.press("0")
    seat.wait_until_saved()
    seat.press("p")

    expect(panel(seat).locator(".precedent")).to_contain_text("More night trains")
    assert violations(seat.page) == []
    seat.page.set_viewport_size(PHONE)
    assert seat.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
