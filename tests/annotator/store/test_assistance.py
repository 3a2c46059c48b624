"""Answers after a look at a suggestion, beside those before: an occasion of their own."""

from uuid import uuid4

import pytest
from sqlmodel import select

from annotator.domain import Annotation, Kind, QueueEntry, Role
from annotator.errors import Conflict
from annotator.quality.assistance import Case, report
from annotator.store import annotations, assistance, assisted, projects, queue, repeats
from tests import make


@pytest.fixture
def world(session):
    people = [make.user(session, name) for name in ("ada", "bob")]
    posts = make.directed(session, items=4, members=people, overlap=2)
    said = [make.suggestion(session, item, "FAVOR") for item in posts.items[:3]]
    return people, posts, said


def look(session, person, item, label, suggestion, **more):
    answer = make.answer(item, label, shown={"suggestion": str(suggestion.uuid)}, **more)
    return make.appended(session, person, answer)


def test_an_answer_after_a_look_is_an_occasion_beside_the_first(session, world):
    """The unaided answer counts for overlap and gold, and nothing takes its place."""
    (ada, _), posts, said = world
    first = make.appended(session, ada, make.answer(posts.items[0], "AGAINST"))

    second = look(session, ada, posts.items[0], "FAVOR", said[0])

    assert (first.occasion, second.occasion, second.revision) == (0, assisted.OCCASION, 0)
    assert annotations.current(session, ada, posts.items[0]).uuid == first.uuid
    entry = session.exec(select(QueueEntry).where(QueueEntry.item_id == posts.items[0].id)).one()
    assert entry.free_seats == 1  # one of two, not none


def test_seen_from_the_start_it_is_the_first_answer(session, world):
    """A project that shows suggestions at once still needs answers that count."""
    (ada, _), posts, said = world

    answer = look(session, ada, posts.items[0], "FAVOR", said[0])

    assert (answer.occasion, answer.suggestion) == (0, said[0].uuid)


def test_taken_back_the_first_stands_and_nothing_is_lent_again(session, world):
    (ada, _), posts, said = world
    queue.serve(session, posts.project, ada, limit=1, minutes=30)
    first = make.appended(session, ada, make.answer(posts.items[0], "AGAINST"))
    second = look(session, ada, posts.items[0], "FAVOR", said[0])

    make.appended(session, ada, make.answer(posts.items[0], None, replaces=str(second.uuid), withdrawn=True))

    lent = [each.item_id for each in queue.serve(session, posts.project, ada, limit=5, minutes=30).leases]
    assert posts.items[0].id not in lent
    assert repeats.owed(session, ada) == []
    assert annotations.current(session, ada, posts.items[0]).uuid == first.uuid
    assert annotations.current(session, ada, posts.items[0], occasion=assisted.OCCASION) is None


def test_a_correction_after_a_look_says_that_it_is_none_unaided(session, world):
    """Agreement would take it for an independent judgement."""
    (ada, _), posts, said = world
    first = make.appended(session, ada, make.answer(posts.items[0], "AGAINST"))
    look(session, ada, posts.items[0], "FAVOR", said[0])

    again = make.appended(session, ada, make.answer(posts.items[0], "NONE", replaces=str(first.uuid)))

    assert (again.occasion, again.revision, again.suggestion) == (0, 1, said[0].uuid)


def test_two_looks_at_once_are_one(session, world):
    """Two tabs: the second hears of the first."""
    (ada, _), posts, said = world
    make.appended(session, ada, make.answer(posts.items[0], "AGAINST"))
    look(session, ada, posts.items[0], "FAVOR", said[0])

    with pytest.raises(Conflict):
        annotations.append(
            session,
            ada,
            uuid4(),
            make.answer(posts.items[0], "NONE", shown={"suggestion": str(said[0].uuid)}),
        )


def test_the_report_counts_who_changed_and_who_kept(session, world):
    (ada, bob), posts, said = world
    make.appended(session, ada, make.answer(posts.items[0], "AGAINST"))
    look(session, ada, posts.items[0], "FAVOR", said[0])
    make.appended(session, ada, make.answer(posts.items[1], "AGAINST"))
    look(session, ada, posts.items[1], "AGAINST", said[1])
    make.appended(session, ada, make.answer(posts.items[2], "FAVOR"))
    make.appended(session, ada, make.answer(posts.items[3], "NONE"))  # nothing was said of it
    make.appended(session, bob, make.answer(posts.items[0], "FAVOR"))

    found = assistance.measure(session, posts.project)

    assert (found.whole.cases, found.whole.agreed.n, found.whole.followed.n, found.whole.kept) == (4, 2, 1, 1)
    assert [(each.name, each.cases) for each in found.annotators] == [("ada", 3), ("bob", 1)]
    assert (found.unaided.percent, found.assisted.percent) == (0.0, 1.0)
    assert found.reliance is None


def test_gold_tells_who_was_led_astray(session, world):
    (ada, bob), posts, said = world
    gold = make.user(session, "gold")
    projects.join(session, posts.project, gold, Role.ANNOTATOR)
    for item, label in zip(posts.items[:2], ("AGAINST", "FAVOR"), strict=True):
        stored = make.appended(session, gold, make.answer(item, label))
        stored.kind, stored.counted = Kind.GOLD, False
        session.add(stored)
    session.flush()
    for item, suggestion in zip(posts.items[:2], said, strict=False):
        make.appended(session, ada, make.answer(item, "AGAINST"))
        look(session, ada, item, "FAVOR", suggestion)
    make.appended(session, bob, make.answer(posts.items[0], "AGAINST"))
    look(session, bob, posts.items[0], "AGAINST", said[0])

    reliance = assistance.measure(session, posts.project).reliance

    assert reliance.cases == 3
    assert (reliance.over.n, reliance.over.of) == (1, 2)
    assert (reliance.under.n, reliance.under.of) == (0, 1)
    assert (reliance.harmed, reliance.helped) == (1, 1)
    assert (reliance.right_first.n, reliance.right_after.n) == (2, 2)


def test_suggestions_seen_at_once_are_no_comparison(session, world):
    """There is nothing unaided to compare with."""
    (ada, _), posts, said = world
    look(session, ada, posts.items[0], "FAVOR", said[0])

    assert assistance.cases(session, posts.project) == ([], [])


def test_no_cases_give_no_figures():
    found = report([])

    assert (found.whole.cases, found.whole.followed.value, found.unaided.alpha) == (0, None, None)
    assert report([Case(1, "ada", "A", "B")]).whole.followed.value is None


def test_who_was_not_told_otherwise_followed_nothing():
    """A look may be about another stance of the item; what was said already is no change."""
    found = report([Case(1, "ada", "A", "A", "A", "A"), Case(2, "ada", "A", "A", "B", "A")])

    assert (found.whole.agreed.n, found.whole.followed.of, found.whole.kept, found.whole.otherwise) == (
        2,
        0,
        0,
        0,
    )
    assert (found.reliance.under.of, found.reliance.right_after.n, found.reliance.harmed) == (0, 1, 1)


def test_answers_are_told_apart_from_suggestions(session, world):
    _, posts, _ = world
    kinds = session.exec(select(Annotation.kind).where(Annotation.item_id == posts.items[0].id)).all()
    assert kinds == [Kind.SUGGESTION]
