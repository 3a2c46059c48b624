"""A suggestion at the annotator's seat: after the own answer, which stands as it was given."""

from uuid import UUID

import pytest
from playwright.sync_api import expect
from sqlmodel import Session, col, select

from annotator.domain import Annotation, Item, Kind, Project
from annotator.store.engine import writing
from tests import make
from tests.browser.access import axe
from tests.browser.conftest import looks

pytestmark = pytest.mark.browser

TEXTS = [["We want night trains."], ["No more night trains."], ["It rained."], ["It snowed."]]
ALL = {"0-0": "FAVOR", "1-0": "FAVOR", "2-0": "NONE"}
PANEL = "model-suggestion [data-panel]"


@pytest.fixture
def seated(sit_down, engine):
    """Ada at her page, where a model has said something of the items."""

    def seated(said=ALL, **more):
        seat = sit_down("directed", TEXTS, **more)
        with writing(engine) as session:
            for item in session.exec(select(Item).where(col(Item.external_id).in_(said))):
                make.suggestion(session, item, said[item.external_id], p=0.8)
        seat.page.reload()
        expect(seat.sentence).to_have_text("We want night trains.")
        return seat

    return seated


def stored(engine):
    """{(item, occasion): (its label, the suggestion was seen)} of what stands."""
    return {place: (said.split()[1], seen) for place, ([said], seen) in looks(engine).items()}


def test_nothing_of_a_suggestion_is_in_the_page_before_the_own_answer(seated):
    """Who has seen it cannot forget it: the first answer would be the model's."""
    seat = seated()
    before = seat.page.content()
    assert "80%" not in before and seat.page.locator("[data-suggested]").count() == 0
    assert seat.page.locator("model-suggestion [data-words]").inner_html() == ""
    expect(seat.page.locator(PANEL)).to_be_hidden()

    seat.press("2")

    expect(seat.page.locator(PANEL)).to_contain_text("80%")
    expect(seat.sentence).to_have_text("We want night trains.")


def test_enter_keeps_the_answer_and_a_label_changes_it(seated, engine):
    """Either is an occasion of its own: what was said unaided stands beside it."""
    seat = seated()
    seat.press("2")
    expect(seat.page.locator(PANEL)).to_be_visible()
    seat.press("Enter")
    expect(seat.sentence).to_have_text("No more night trains.")
    seat.press("2")
    expect(seat.page.locator(PANEL)).to_be_visible()
    seat.press("1")
    expect(seat.sentence).to_have_text("It rained.")
    seat.wait_until_saved()

    assert stored(engine) == {
        ("0-0", 0): ("AGAINST", False),
        ("0-0", 2): ("AGAINST", True),
        ("1-0", 0): ("AGAINST", False),
        ("1-0", 2): ("FAVOR", True),
    }
    with Session(engine) as session:
        shown = session.exec(select(Annotation.suggestion).where(Annotation.occasion == 2)).all()
        known = session.exec(select(Annotation.uuid).where(Annotation.kind == Kind.SUGGESTION)).all()
    assert all(isinstance(each, UUID) for each in shown) and set(shown) <= set(known)


def test_where_the_model_agrees_the_work_goes_on(seated, engine):
    """Three thousand sentences: a key more for each that is right would be an hour a day."""
    seat = seated()
    seat.press("1")
    expect(seat.sentence).to_have_text("No more night trains.")
    expect(seat.page.locator("model-suggestion [data-same]")).to_be_visible()
    seat.press("2", "Enter", "3")
    expect(seat.sentence).to_have_text("It snowed.")
    seat.press("3")  # nothing was said of this one
    seat.wait_until_saved()

    assert set(stored(engine)) == {("0-0", 0), ("1-0", 0), ("1-0", 2), ("2-0", 0), ("3-0", 0)}


def test_undo_goes_back_step_by_step(seated, engine):
    """First to the question beside the suggestion, then to the one without; what was seen is noted."""
    seat = seated()
    seat.press("2", "1")
    expect(seat.sentence).to_have_text("No more night trains.")
    seat.press("z")
    expect(seat.sentence).to_have_text("We want night trains.")
    expect(seat.page.locator(PANEL)).to_be_visible()
    seat.wait_until_saved()
    assert stored(engine) == {("0-0", 0): ("AGAINST", False)}

    seat.press("z")
    seat.wait_until_saved()
    assert stored(engine) == {}
    seat.press("3")
    expect(seat.sentence).to_have_text("No more night trains.")
    seat.wait_until_saved()
    assert stored(engine) == {("0-0", 0): ("NONE", True)}  # an answer after a look is no unaided one


def test_without_a_network_both_answers_wait_and_arrive(seated, engine):
    seat = seated()
    seat.page.context.set_offline(True)
    seat.press("2")
    expect(seat.page.locator(PANEL)).to_be_visible()
    seat.press("1", "2", "Enter")
    expect(seat.sentence).to_have_text("It rained.")
    assert stored(engine) == {}

    seat.page.context.set_offline(False)
    seat.wait_until_saved()

    assert {place: label for place, (label, _) in stored(engine).items()} == {
        ("0-0", 0): "AGAINST",
        ("0-0", 2): "FAVOR",
        ("1-0", 0): "AGAINST",
        ("1-0", 2): "AGAINST",
    }


def test_single_pass_shows_it_at_once_and_enter_takes_it(seated, engine):
    """Where a curator has chosen so; the answer says that it was seen, and agreement leaves it out."""
    seat = seated(suggestions={"show": "single-pass"})
    expect(seat.page.locator(PANEL)).to_contain_text("FAVOR")
    seat.press("Enter")
    expect(seat.sentence).to_have_text("No more night trains.")
    seat.press("2")
    expect(seat.sentence).to_have_text("It rained.")
    seat.wait_until_saved()

    assert stored(engine) == {("0-0", 0): ("FAVOR", True), ("1-0", 0): ("AGAINST", True)}


def test_switched_off_nobody_sees_it(seated, engine):
    seat = seated(suggestions={"show": "off"})
    seat.press("2")
    expect(seat.sentence).to_have_text("No more night trains.")
    seat.wait_until_saved()

    assert stored(engine) == {("0-0", 0): ("AGAINST", False)}


def test_a_reload_in_between_loses_nothing(seated, engine):
    """The first answer stands; the look at the suggestion did not take place."""
    seat = seated()
    seat.press("2")
    expect(seat.page.locator(PANEL)).to_be_visible()
    seat.wait_until_saved()
    seat.page.reload()
    expect(seat.sentence).to_have_text("No more night trains.")

    assert stored(engine) == {("0-0", 0): ("AGAINST", False)}


def test_it_is_readable_and_told_to_who_cannot_see(seated):
    seat = seated()
    seat.press("2")
    expect(seat.page.locator(PANEL)).to_be_visible()

    expect(seat.page.locator("[data-announcer]")).to_contain_text("The model says")
    assert axe.in_both_lights(seat.page) == {}


def test_the_last_items_follow_each_other(seated, engine):
    """At the end of the queue the question asked again must not be taken for an empty one."""
    seat = seated({"3-0": "FAVOR"})
    seat.press("1", "1", "1")
    expect(seat.sentence).to_have_text("It snowed.")
    seat.press("2")
    expect(seat.page.locator(PANEL)).to_be_visible()
    seat.press("Enter")
    expect(seat.page.locator("[data-when=done]")).to_be_visible()
    seat.wait_until_saved()

    with Session(engine) as session:
        assert session.exec(select(Project)).one().slug == "trains"
    assert stored(engine)["3-0", 2] == ("AGAINST", True)


def test_what_the_model_says_fits_a_laptop(seated):
    """Who has to scroll for the button that keeps an answer, or for Undo, does so a thousand times a day."""
    meaning = "Whether the railway should run more trains by night, and who is to pay for them. " * 2
    entity = {"key": "night-trains", "kind": "issue", "name": "More night trains", "definition": meaning}
    poles = {"favor_means": f"For them. {meaning}", "against_means": f"Against them. {meaning}"}
    seat = seated(entities=[entity | poles])
    seat.page.set_viewport_size({"width": 1366, "height": 650})

    for button in seat.page.locator(".choice, .moves .button").all():
        expect(button).to_be_in_viewport(ratio=1)
    seat.press("2")

    expect(seat.page.locator("[data-act=keep], model-suggestion button").first).to_be_in_viewport(ratio=1)
    assert seat.page.locator(".answer").evaluate("(answer) => answer.scrollTop") == 0
