"""Training at the annotator's seat: the expected answer after one's own, and a clear word at the end."""

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from annotator.domain import Item, Kind, Project, Purpose, QueueEntry, Role
from annotator.store import accounts, projects, queue
from annotator.store.engine import writing
from tests import make

pytestmark = pytest.mark.browser

TEXTS = [["We want night trains."], ["No more night trains."], ["It rained."]]


def teach(engine, **lessons):
    """Make the items that are named a training, which expects these labels."""
    with writing(engine) as session:
        project = session.exec(select(Project)).one()
        queue.give_back(session, project, accounts.find_user(session, "ada"))
        teacher = accounts.add_user(session, "gold")
        projects.join(session, project, teacher, Role.ANNOTATOR)
        for name, (label, explanation) in lessons.items():
            item = session.exec(
                select(Item).where(Item.external_id == name.replace("_", "-").strip("-"))
            ).one()
            for entry in session.exec(select(QueueEntry).where(QueueEntry.item_id == item.id)):
                session.delete(entry)
            item.purpose, item.explanation = Purpose.TRAINING, explanation
            saved = make.appended(session, teacher, make.answer(item, label))
            saved.kind = Kind.GOLD
            session.add(saved)


def test_the_expected_answer_is_shown_after_ones_own(sit_down, engine):
    """Who is only told a score at the end does not know what to do better."""
    seat = sit_down("directed", TEXTS, training={"pass_mark": 0.5})
    teach(engine, _0_0=("FAVOR", "They say what they want."), _1_0=("AGAINST", None))
    seat.page.reload()
    expect(seat.sentence).to_have_text("We want night trains.")
    seat.press("2")
    sheet = seat.page.locator("#training")
    expect(sheet).to_be_visible()

    expect(sheet.locator("[data-text]")).to_have_text("We want night trains.")
    expect(sheet.get_by_role("heading", name="Another answer was expected")).to_be_visible()
    expect(sheet.locator("[data-version=mine]")).to_contain_text("AGAINST")
    expect(sheet.locator("[data-version=expected]")).to_contain_text("FAVOR")
    expect(sheet).to_contain_text("They say what they want.")
    seat.press("Enter")
    expect(sheet).to_be_hidden()
    seat.press("2")
    expect(sheet.get_by_role("heading", name="As expected")).to_be_visible()
    seat.press("Enter")
    expect(seat.sentence).to_have_text("It rained.")  # passed: half of them were as expected


def test_who_does_not_pass_is_told_so(sit_down, engine):
    """An empty page would read as if the work were done."""
    seat = sit_down("directed", TEXTS, training={"pass_mark": 1})
    teach(engine, _0_0=("FAVOR", "They say what they want."))
    seat.page.reload()
    expect(seat.sentence).to_have_text("We want night trains.")
    seat.press("2")
    expect(seat.page.locator("#training")).to_be_visible()
    seat.press("Enter")

    expect(seat.page.get_by_role("heading", name="The training is not passed yet")).to_be_visible()
