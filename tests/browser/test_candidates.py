"""Proposals stand beside the form: taken by one key, never with a label, and told as what they are."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlmodel import Session, col, select

from annotator.domain import Annotation
from tests.browser.conftest import ENTITIES

pytestmark = pytest.mark.browser

TEXT = [["Mayor Anders said she wants night trains.", "It rained.", "“No,” said Anders."]]


def _last(seat: Any) -> tuple[int | None, list[str | None]]:
    """(proposals shown, rule of each stance) of the newest answer."""
    seat.wait_until_saved()
    with Session(seat.engine) as session:
        annotation = session.exec(select(Annotation).order_by(col(Annotation.id).desc())).first()
        return annotation.candidates_shown, [stance.candidate for stance in annotation.stances]


def test_a_proposal_is_taken_and_its_label_is_asked(sit_down: Callable) -> None:
    """Who is shown a label agrees with it; so nobody is shown one."""
    seat = sit_down("open", TEXT)
    proposal = seat.page.locator(".proposal")
    expect(proposal).to_have_count(1)
    expect(proposal).to_contain_text("Mayor Anders")

    seat.press("Shift+Digit1")
    expect(seat.page.locator("[data-slot=label]")).to_have_attribute("aria-current", "step")
    expect(seat.page.locator(".stance")).to_have_count(0)
    seat.press("1", "Space")

    assert _last(seat) == (1, ["speech-verb/1"])
    assert seat.answers() == {"0-0": ["mayor FAVOR night-trains"]}
    assert sorted(seat.spans()) == [("holder", "Mayor Anders"), ("target", "night trains")]


def test_a_stance_found_unaided_is_no_proposal(sit_down: Callable) -> None:
    """What a rule is worth is read from the answers; it may not be credited with what people found."""
    seat = sit_down("open", TEXT)

    expect(seat.page.locator(".proposal")).to_have_count(1)
    seat.press("2", "1", "1", "Space")

    assert _last(seat) == (1, [None])


def test_proposals_can_be_hidden_for_good(sit_down: Callable) -> None:
    """Who feels led by them works without; the answer says that none were shown."""
    seat = sit_down("open", TEXT)
    expect(seat.page.locator(".proposal")).to_have_count(1)

    seat.press("Shift+Digit0")
    expect(seat.page.locator(".proposal")).to_have_count(0)
    seat.press("2", "1", "1", "Space")
    assert _last(seat) == (0, [None])
    seat.page.reload()

    expect(seat.sentence).to_have_text("It rained.")
    seat.press("x")
    expect(seat.sentence).to_have_text("“No,” said Anders.")
    expect(seat.page.locator("candidate-list")).to_be_visible()
    expect(seat.page.locator(".proposal")).to_have_count(0)


def test_a_dismissed_proposal_leaves_the_keys_of_the_others(sit_down: Callable) -> None:
    """A digit that changes its meaning under the finger is worse than a gap."""
    text = [["Mayor Anders said the railway lacks night trains."]]
    seat = sit_down("open", text)
    expect(seat.page.locator(".proposal")).to_have_count(2)

    seat.page.get_by_role("button", name="Dismiss this proposal").first.click()
    seat.press("Shift+Digit1")
    expect(seat.page.locator("[data-slot=holder]")).to_contain_text("…")
    seat.press("Shift+Digit2")

    expect(seat.page.locator("[data-slot=target]")).to_contain_text("State Railway")


def test_an_unclear_name_in_a_proposal_is_asked(sit_down: Callable) -> None:
    """A rule may not decide which Anders is meant."""
    twins = [*ENTITIES, {"key": "son", "actor_type": "person", "name": "Ole Anders", "aliases": ["Anders"]}]
    seat = sit_down("open", [["“No,” said Anders of the night trains."]], entities=twins)
    expect(seat.page.locator(".proposal")).to_have_count(1)

    seat.press("Shift+Digit1")

    expect(seat.page.locator("[data-picker-note]")).to_contain_text("Several have this name")
    expect(seat.page.locator(".option")).to_have_count(2)


def test_a_project_without_proposals_shows_none(sit_down: Callable) -> None:
    """Some studies want every stance found unaided."""
    seat = sit_down("open", TEXT, candidates=False)

    expect(seat.page.locator("candidate-list")).to_be_hidden()
    seat.press("x")

    assert _last(seat) == (0, [])
