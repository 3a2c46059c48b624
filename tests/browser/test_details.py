"""What qualifies a stance and an item: folded until one key wants it, and never lost."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlmodel import Session, col, select

from annotator.domain import Annotation
from tests.browser.conftest import HeldBack

pytestmark = pytest.mark.browser

TEXT = [["Mayor Anders wants night trains, and she attacked the railway.", "It rained.", "It snowed."]]


def _last(seat: Any) -> dict[str, Any]:
    seat.wait_until_saved()
    with Session(seat.engine) as session:
        annotation = session.exec(select(Annotation).order_by(col(Annotation.id).desc())).first()
        return annotation.model_dump() | {"stances": [stance.model_dump() for stance in annotation.stances]}


def test_every_detail_is_one_key_in_the_open_fold(sit_down: Callable) -> None:
    """Attribution, confidence and flags are asked for on half of all stances: they may not need a mouse."""
    seat = sit_down("open", TEXT)
    fold = seat.page.locator("stance-details")

    expect(fold).to_be_hidden()
    seat.press("2", "1", "1", "d")
    expect(fold).to_contain_text("Mayor Anders → FAVOR → More night trains")
    seat.press("5", "6", "q", "a")
    expect(fold.get_by_role("button", name="act")).to_have_attribute("aria-pressed", "true")
    seat.press("5", "2", "q", "Escape")
    expect(fold).to_be_hidden()
    seat.press("Space")

    [stance] = _last(seat)["stances"]
    assert (stance["attribution"], stance["confidence"], stance["flags"]) == (
        "direct_quote",
        0.33,
        ["implicit_target"],
    )


def test_details_of_the_draft_stay_with_it(sit_down: Callable) -> None:
    """Some see first that it is hedged, and only then against what."""
    seat = sit_down("open", TEXT)

    seat.press("2", "d", "r", "d", "1", "1", "Space")

    [stance] = _last(seat)["stances"]
    assert stance["flags"] == ["hedged"]


def test_a_voice_and_a_chain_of_sources_are_picked(sit_down: Callable) -> None:
    """She says that he says that they want it: who holds it stands at the end of the chain."""
    seat = sit_down("open", TEXT)

    seat.press("2", "1", "1", "d", "v")
    expect(seat.page.get_by_text("Who speaks for the holder?")).to_be_visible()
    seat.page.get_by_role("option", name="State Railway").click()
    seat.press("s")
    seat.page.get_by_role("option", name="Mayor Anders").click()
    seat.press("s")
    seat.page.get_by_role("option", name="State Railway").click()
    expect(seat.page.locator("stance-details")).to_contain_text("Mayor Anders ← State Railway")
    seat.page.locator(".stance").get_by_role("button", name="according to Mayor Anders").click()
    seat.press("Escape", "Space")

    [stance] = _last(seat)["stances"]
    assert stance["voice_id"] is not None
    with Session(seat.engine) as session:
        [stored] = session.exec(select(Annotation)).one().stances
        assert [source.entity_id for source in stored.sources] == [stance["voice_id"]]


def test_another_stance_is_reached_by_a_key(sit_down: Callable) -> None:
    """The first stance turns out to be ironic when the second is there already."""
    seat = sit_down("open", TEXT)

    seat.press("2", "1", "1", "2", "2", "2", "l", "d", "q", "d", "Space")

    first, second = _last(seat)["stances"]
    assert (first["flags"], second["flags"]) == (["ironic"], [])


def test_a_part_of_a_finished_stance_is_changed_by_keys(sit_down: Callable) -> None:
    """The wrong target is seen once the stance stands there."""
    seat = sit_down("open", TEXT)

    seat.press("2", "1", "1", "d", "t", "2", "l", "2", "d", "Space")

    seat.wait_until_saved()
    assert seat.answers() == {"0-0": ["mayor AGAINST railway"]}


def test_details_come_before_the_label_where_it_ends_the_item(sit_down: Callable) -> None:
    """One label, one key; irony is flagged before it."""
    seat = sit_down("directed", TEXT)

    seat.press("d", "1", "8", "q", "d")
    expect(seat.page.locator("label-choice .chip")).to_have_text(
        ["Remove author ×", "Remove confidence: sure ×", "Remove ironic ×"]
    )
    seat.press("2")
    expect(seat.sentence).to_have_text("It rained.")
    seat.wait_until_saved()
    seat.press("z")
    expect(seat.page.locator("label-choice .chip")).to_have_count(3)
    seat.press("1")

    [stance] = _last(seat)["stances"]
    assert (stance["attribution"], stance["confidence"], stance["flags"]) == ("author", 1.0, ["ironic"])


def test_a_comment_that_is_typed_before_its_field_has_come_is_no_label(
    sit_down: Callable, browser_page: Page
) -> None:
    """M and a sentence in one breath, on a slow network: the 1 in it must not answer the item."""
    late = HeldBack(browser_page, "**/answer-extras.js")
    seat = sit_down("directed", [["I had soup.", "Buses will do."]])

    seat.press("m", *"1 is it", "Escape", "2")
    late.let_go()
    seat.wait_until_saved()

    expect(seat.sentence).to_have_text("Buses will do.")
    assert seat.answers() == {"0-0": ["author AGAINST night-trains"]}
    with Session(seat.engine) as session:
        assert session.exec(select(Annotation.comment)).one() == "1 is it"


@pytest.mark.parametrize("kind", ["directed", "open"])
def test_an_item_is_flagged_and_commented_by_keys(sit_down: Callable, kind: str) -> None:
    """The sentence is cut in two: the curator learns of it, and the answer counts all the same."""
    seat = sit_down(kind, TEXT)
    seat.wait_until_complete()

    seat.press("f", "2", "f", "m")
    seat.page.keyboard.type("1 and 2 belong together")
    seat.press("Control+Enter")
    expect(seat.page.locator("answer-extras .chip").first).to_contain_text("cut in the wrong place")
    expect(seat.page.get_by_label("Comment on this item")).to_be_hidden()
    seat.press("1" if kind == "directed" else "x")

    expect(seat.sentence).to_have_text("It rained.")
    expect(seat.page.locator("answer-extras .chip")).to_have_count(0)
    last = _last(seat)
    assert (last["flags"], last["comment"]) == (["bad_segmentation"], "1 and 2 belong together")
    seat.press("z")
    expect(seat.page.locator("answer-extras .chip")).to_have_count(2)


def test_a_reason_is_a_digit(sit_down: Callable) -> None:
    """Cannot judge, because it is garbled: two keys."""
    seat = sit_down("open", TEXT)

    seat.press("c", "3")

    seat.wait_until_saved()
    assert seat.answers() == {"0-0": ["?", "garbled"]}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_unfolded_is_accessible(sit_down: Callable, scheme: str) -> None:
    """Who cannot see the pills must hear what they are and whether they are set."""
    seat = sit_down("open", TEXT)
    seat.page.emulate_media(color_scheme=scheme)
    seat.press("2", "1", "1", "d", "5", "f")

    found = [Axe().run(seat.page).response["violations"]]
    seat.press("v")
    found.append(Axe().run(seat.page).response["violations"])
    seat.press("Backspace", "d", "f", "m")
    found.append(Axe().run(seat.page).response["violations"])

    assert [violation["id"] for violations in found for violation in violations] == []
