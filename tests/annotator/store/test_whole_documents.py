"""Checks where documents come whole: each has the place in its text that work would have."""

from uuid import uuid4

import pytest
from sqlmodel import select

from annotator.domain import Item, Pace, Purpose
from annotator.store import annotations, queue
from tests import make

CHECKS = {
    "serve": "document",
    "checks": {"rate": 0.2},
    "sentences": ["It rained.", "It snowed.", "It froze."],
}


@pytest.fixture
def ada(session):
    return make.user(session, "ada")


def read_through(session, made, user, *, ahead=1):
    """Answer what comes, `ahead` items at a time; gives ids in the order in which they came."""
    course = []
    while leases := queue.serve(session, made.project, user, limit=ahead, minutes=30).leases:
        for lease in leases:
            name = session.get(Item, lease.item_id).external_id
            course.append(name)
            annotations.append(session, user, uuid4(), make.answer(name))
    return course


def check(session, made, *places):
    """Make these items of (document, sentence) checks: they stand in no pool."""
    for number, sentence in places:
        item = session.exec(select(Item).where(Item.external_id == f"news-{number}-{sentence}")).one()
        item.purpose = Purpose.CHECK
        for entry in session.exec(select(queue.QueueEntry).where(queue.QueueEntry.item_id == item.id)):
            session.delete(entry)
    session.flush()


def in_reading_order(*documents, sentences=3):
    return [f"news-{document}-{sentence}" for document in documents for sentence in range(sentences)]


@pytest.mark.parametrize("ahead", [1, 2, 20])
def test_a_check_stands_where_its_sentence_stands(session, ada, ahead):
    """A sentence from elsewhere in the middle of a text would tell what it is."""
    made = make.open_document(session, documents=4, members=[ada], **CHECKS)
    check(session, made, (0, 1), (2, 0), (3, 2))

    assert read_through(session, made, ada, ahead=ahead) == in_reading_order(0, 1, 2, 3)


def test_a_check_waits_for_its_text(session, ada):
    """However high the rate: torn out of a text that comes later, it would be known for what it is."""
    made = make.open_document(session, documents=6, members=[ada], **CHECKS | {"checks": {"rate": 1}})
    check(session, made, (4, 1), (5, 2))

    assert read_through(session, made, ada) == in_reading_order(*range(6))


def test_a_document_of_checks_comes_whole_between_two_others(session, ada):
    """Half a document would tell as much."""
    made = make.open_document(session, documents=12, members=[ada], **CHECKS)
    check(session, made, *[(document, n) for document in (9, 10, 11) for n in range(3)])
    course = read_through(session, made, ada)
    documents = [name.rsplit("-", 1)[0] for name in course]
    whole = list(dict.fromkeys(documents))

    assert course == in_reading_order(*[name.removeprefix("news-") for name in whole])
    among = [place for place, name in enumerate(whole) if name in {"news-9", "news-10", "news-11"}]
    assert among
    assert among[0] < len(whole) - 1


def test_checks_beside_work_are_counted_for_the_rate(session, ada):
    """A curator who mixes many into the texts does not get more besides."""
    made = make.open_document(session, documents=6, members=[ada], **CHECKS)
    check(session, made, *[(document, 1) for document in range(5)], *[(5, n) for n in range(3)])
    course = read_through(session, made, ada)

    assert course[:12] == in_reading_order(0, 1, 2, 3)
    assert session.get(Pace, (ada.id, made.project.id)).checks_owed <= 1


def test_a_check_that_was_made_after_its_text_was_read_still_comes(session, ada):
    """It is counted as open, and what is counted must come."""
    made = make.open_document(session, documents=8, members=[ada], serve="document", checks={"rate": 1})
    late = session.exec(select(Item).where(Item.external_id == "news-0-1")).one()
    for entry in session.exec(select(queue.QueueEntry).where(queue.QueueEntry.item_id == late.id)):
        session.delete(entry)
    session.flush()
    for lease in queue.serve(session, made.project, ada, limit=2, minutes=30).leases:
        item = session.get(Item, lease.item_id)
        annotations.append(session, ada, uuid4(), make.answer(item.external_id))
    late.purpose = Purpose.CHECK
    session.flush()

    assert "news-0-1" in read_through(session, made, ada)
