"""A suggestion at the seat of an open project: after the own answer, which stands as it was given."""

import pytest
from playwright.sync_api import expect
from sqlmodel import Session, col, select

from annotator.domain import Annotation, Item, Kind
from annotator.store.engine import writing
from tests import make
from tests.browser.access import axe
from tests.browser.conftest import HeldBack, looks

pytestmark = pytest.mark.browser

TEXT = [
    ["Mayor Anders wants night trains, and she attacked the railway.", "It rained.", "It snowed.", "Buses."]
]
FIRST, SECOND, THIRD, FOURTH = "Mayor Anders wants", "It rained.", "It snowed.", "Buses."
WHOLE = {"0-0": {"p_absent": 0.2}, "0-1": {"p_absent": 0.9}, "0-2": {"p_absent": 0.3}}
TRAINS, RAILWAY = ("mayor", "night-trains", "FAVOR"), ("mayor", "railway", "AGAINST")
WHICH = {"0-0": {"stances": [TRAINS, RAILWAY], "p": 0.8}}
PANEL = "stance-suggestion [data-panel]"
SAME = "stance-form [data-same]"


@pytest.fixture
def seated(sit_down, engine):
    """Ada at her page, where a model has said something of the sentences."""

    def seated(said, **more):
        seat = sit_down("open", TEXT, **more)
        with writing(engine) as session:
            for item in session.exec(select(Item).where(col(Item.external_id).in_(said))):
                make.expected(session, item, **said[item.external_id])
        seat.page.reload()
        expect(seat.sentence).to_contain_text(FIRST)
        return seat

    return seated


def shown(seat):
    """The panel, once it is there."""
    expect(seat.page.locator(PANEL)).to_be_visible()
    return seat.page.locator(PANEL)


def test_nothing_of_it_is_in_the_page_before_the_own_answer(seated):
    """Who has seen it cannot forget it: the first answer would be the model's."""
    seat = seated(WHOLE)
    assert "80%" not in seat.page.content() and "AGAINST → State" not in seat.page.content()
    expect(seat.page.locator(PANEL)).to_be_hidden()
    assert seat.page.locator(f"{PANEL} [data-words]").inner_html() == ""

    seat.press("0")

    expect(shown(seat)).to_contain_text("The model expects a stance here (80%)")
    expect(seat.sentence).to_contain_text(FIRST)


def test_where_it_contradicts_one_looks_again_and_keeps_or_changes(seated, engine):
    """Either is an occasion of its own, and what was said unaided stands beside it."""
    seat = seated(WHOLE)
    seat.press("0")
    shown(seat)
    seat.press("Enter")
    expect(seat.sentence).to_have_text(SECOND)
    seat.press("2", "1", "1", "Enter")  # a stance, where the model expects none
    expect(shown(seat)).to_contain_text("no stance here (90%)")
    seat.press("Enter")
    expect(seat.sentence).to_have_text(THIRD)
    seat.press("0")
    shown(seat)
    seat.press("2", "1", "1")
    expect(seat.page.locator(f"{PANEL} [data-act=keep]:visible")).to_have_count(
        0
    )  # Enter is of the new answer
    seat.press("Enter")
    expect(seat.sentence).to_have_text(FOURTH)
    seat.wait_until_saved()

    assert looks(engine) == {
        ("0-0", 0): ([], False),
        ("0-0", 2): ([], True),
        ("0-1", 0): (["mayor FAVOR night-trains"], False),
        ("0-1", 2): (["mayor FAVOR night-trains"], True),
        ("0-2", 0): ([], False),
        ("0-2", 2): (["mayor FAVOR night-trains"], True),
    }
    with Session(engine) as session:
        seen = session.exec(select(Annotation.suggestion).where(Annotation.occasion == 2)).all()
        known = session.exec(select(Annotation.uuid).where(Annotation.kind == Kind.SUGGESTION)).all()
    assert set(seen) == set(known)


def test_where_the_model_agrees_the_work_goes_on(seated, engine):
    """A second key for each sentence that is right would be an hour a day."""
    seat = seated(WHOLE)
    seat.press("2", "1", "1", "Enter")
    expect(seat.sentence).to_have_text(SECOND)
    expect(seat.page.locator(SAME)).to_be_visible()
    seat.press("0")
    expect(seat.sentence).to_have_text(THIRD)
    seat.wait_until_saved()

    assert set(looks(engine)) == {("0-0", 0), ("0-1", 0)}


def test_a_stance_that_the_answer_lacks_is_shown_and_taken_in(seated, engine):
    """Holder, label and target stand there; taken in, it is changed like one's own."""
    seat = seated(WHICH)
    seat.press("2", "1", "1", "Enter")
    panel = shown(seat)
    expect(panel.locator("li:visible")).to_have_count(1)
    expect(panel.locator("li:visible .stance-line")).to_have_text(
        "Mayor Anders → AGAINST → State Railway (80%)"
    )
    seat.press("i")
    expect(seat.page.locator("[data-stances] .stance-line")).to_have_count(2)
    expect(panel.locator("li:visible, [data-words]:visible")).to_have_count(0)
    seat.press("z")  # not that one
    expect(panel.locator("li:visible")).to_have_count(1)
    seat.press("i", "Enter")
    expect(seat.sentence).to_have_text(SECOND)
    seat.wait_until_saved()

    assert looks(engine) == {
        ("0-0", 0): (["mayor FAVOR night-trains"], False),
        ("0-0", 2): (["mayor FAVOR night-trains", "mayor AGAINST railway"], True),
    }


def test_another_label_is_shown_and_taken_in_its_place(seated, engine):
    """One holder has one label towards a target: the model's takes the place of the own one."""
    seat = seated({"0-0": {"stances": [TRAINS]}})
    seat.press("2", "1", "2", "Enter")
    expect(shown(seat).locator("li:visible .stance-line")).to_contain_text("Mayor Anders → FAVOR")
    seat.press("i", "Enter")
    expect(seat.sentence).to_have_text(SECOND)
    seat.wait_until_saved()

    assert [said for said, _ in looks(engine).values()] == [
        ["mayor AGAINST night-trains"],
        ["mayor FAVOR night-trains"],
    ]


def test_undo_goes_back_step_by_step(seated, engine):
    """First to the question beside the suggestion, then to the one without; what was seen is noted."""
    seat = seated(WHOLE)
    seat.press("0")
    shown(seat)
    seat.press("Enter")
    expect(seat.sentence).to_have_text(SECOND)
    seat.press("z")
    expect(seat.sentence).to_contain_text(FIRST)
    shown(seat)
    seat.wait_until_saved()
    assert looks(engine) == {("0-0", 0): ([], False)}

    seat.press("z")
    expect(shown(seat)).not_to_contain_text("You found none")
    seat.wait_until_saved()
    assert looks(engine) == {}
    seat.press("2", "1", "1", "Enter")
    expect(seat.sentence).to_have_text(SECOND)
    seat.wait_until_saved()
    assert looks(engine) == {("0-0", 0): (["mayor FAVOR night-trains"], True)}  # no unaided one


def test_without_a_network_both_answers_wait_and_arrive(seated, engine):
    """It came with the sentence, and what draws it with the first of them."""
    seat = seated(WHOLE)
    seat.page.locator("stance-suggestion:defined").wait_for(state="attached")
    seat.page.context.set_offline(True)
    seat.press("0")
    shown(seat)
    seat.press("Enter", "2", "1", "1", "Enter")
    shown(seat)
    seat.press("Enter")
    expect(seat.sentence).to_have_text(THIRD)
    assert looks(engine) == {}

    seat.page.context.set_offline(False)
    seat.wait_until_saved()

    assert set(looks(engine)) == {("0-0", 0), ("0-0", 2), ("0-1", 0), ("0-1", 2)}


@pytest.mark.parametrize("pressed", ["by key", "by mouse"])
def test_an_answer_that_comes_before_the_panel_waits_for_it(seated, browser, pressed):
    """On a slow network the first answer would go without its look."""
    seat = seated(WHOLE)
    fresh = browser.new_context(storage_state=seat.page.context.storage_state()).new_page()
    held = HeldBack(fresh, "**/stance-suggestion.js")
    fresh.goto(seat.page.url)
    expect(fresh.locator(".passage-segment")).to_contain_text(FIRST)
    if pressed == "by key":
        fresh.keyboard.press("0")
    else:
        for _ in range(2):  # nothing seems to happen: one clicks again
            fresh.locator("stance-form [data-act=none]").click()
    expect(fresh.locator(".passage-segment")).to_contain_text(FIRST)
    expect(fresh.locator(PANEL)).to_be_hidden()
    held.let_go()

    expect(fresh.locator(PANEL)).to_be_visible()
    expect(fresh.locator(".passage-segment")).to_contain_text(FIRST)
    fresh.context.close()


def test_single_pass_shows_it_at_once_and_enter_takes_that_there_is_none(seated, engine):
    """Where a curator has chosen so; the answer says that it was seen, and agreement leaves it out."""
    seat = seated(
        {"0-0": {"stances": [TRAINS]}, "0-1": {"p_absent": 0.9}}, suggestions={"show": "single-pass"}
    )
    expect(shown(seat)).to_contain_text("Mayor Anders → FAVOR → More night trains")
    seat.press("i", "Enter")
    expect(seat.sentence).to_have_text(SECOND)
    expect(shown(seat)).to_contain_text("no stance here (90%)")
    seat.press("Enter")
    expect(seat.sentence).to_have_text(THIRD)
    seat.wait_until_saved()

    assert looks(engine) == {
        ("0-0", 0): (["mayor FAVOR night-trains"], True),
        ("0-1", 0): ([], True),
    }


def test_what_could_not_be_drawn_was_not_seen(seated, engine, browser):
    """Agreement would leave an answer out that was given unaided."""
    seat = seated(WHOLE, suggestions={"show": "single-pass"})
    fresh = browser.new_context(storage_state=seat.page.context.storage_state()).new_page()
    fresh.route("**/stance-suggestion.js*", lambda route: route.abort())
    fresh.goto(seat.page.url)
    expect(fresh.locator(".passage-segment")).to_contain_text(FIRST)
    fresh.keyboard.press("0")
    expect(fresh.locator(".passage-segment")).to_have_text(SECOND)
    expect(fresh.locator("save-status")).to_contain_text("Saved")
    fresh.context.close()

    assert looks(engine) == {("0-0", 0): ([], False)}


def test_switched_off_nobody_sees_it(seated, engine):
    seat = seated(WHOLE, suggestions={"show": "off"})
    seat.press("0")
    expect(seat.sentence).to_have_text(SECOND)
    seat.wait_until_saved()

    assert looks(engine) == {("0-0", 0): ([], False)}


def test_it_is_readable_and_told_to_who_cannot_see(seated):
    seat = seated(WHICH)
    seat.press("0")
    shown(seat)

    expect(seat.page.locator("[data-announcer]")).to_contain_text("Mayor Anders → FAVOR → More night trains")
    assert axe.in_both_lights(seat.page) == {}
