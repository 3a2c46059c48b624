"""Changes of many items at once: nothing is lost by them, undo brings all back, seats stay right."""

import pytest
from sqlmodel import select

from annotator.domain import Annotation, AuditEntry, Item, QueueEntry, Role
from annotator.errors import Conflict, Invalid, NotFound
from annotator.store import annotations, bulk, projects, queue
from annotator.store.bulk import Action
from tests import make


@pytest.fixture
def people(session):
    return [make.user(session, name) for name in ("ada", "ben")]


@pytest.fixture
def dee(session):
    return make.user(session, "dee")


@pytest.fixture
def posts(session, people, dee):
    made = make.directed(session, items=4, members=people)
    projects.join(session, made.project, dee, Role.CURATOR)
    return made


def served(session, posts, user):
    found = queue.serve(session, posts.project, user, limit=10, minutes=30)
    return sorted(session.get_one(Item, lease.item_id).external_id for lease in found.leases)


def free(session, posts):
    session.expire_all()
    query = select(QueueEntry.free_seats).order_by(QueueEntry.item_id)
    return list(session.exec(query))


def ids(posts, *numbers):
    return [posts.items[number].id for number in numbers]


def answer(session, user, item, label="FAVOR", **fields):
    return make.appended(session, user, make.answer(item, label, **fields))


def test_one_answer_more_is_asked_of_others_and_undone(session, posts, people, dee):
    """Where two differ a third decides; undo leaves no seat behind."""
    ada, ben = people
    for item in posts.items:
        answer(session, ada, item)
    assert served(session, posts, ben) == []

    made = bulk.change(session, posts.project, Action.RAISE, ids(posts, 1, 3), by=dee)
    assert free(session, posts) == [0, 1, 0, 1]
    assert served(session, posts, ben) == ["posts-1-0", "posts-3-0"]
    assert served(session, posts, ada) == []

    queue.give_back(session, posts.project, ben)
    bulk.undo(session, posts.project, made.id, by=dee)
    assert free(session, posts) == [0, 0, 0, 0]
    assert [item.overlap for item in posts.items] == [None] * 4


def test_what_is_asked_again_is_withdrawn_not_lost(session, posts, people, dee):
    """A rule that changed makes old answers wrong; what they said is still a fact."""
    ada, ben = people
    before = answer(session, ada, posts.items[0], "AGAINST", comment="the second half", seconds=3)
    made = bulk.change(session, posts.project, Action.CLEAR, ids(posts, 0, 1), by=dee)

    assert (made.items, annotations.current(session, ada, posts.items[0])) == (1, None)
    assert free(session, posts)[0] == 1
    assert "posts-0-0" in served(session, posts, ben)
    rows = session.exec(select(Annotation).order_by(Annotation.revision)).all()
    assert [(row.revision, row.withdrawn, row.replaces) for row in rows] == [
        (0, False, None),
        (1, True, before.uuid),
    ]


def test_undo_gives_answers_back_as_they_were(session, posts, people, dee):
    """A slip of the hand must not cost a day's work."""
    ada = people[0]
    before = answer(session, ada, posts.items[0], "AGAINST", comment="the second half", seconds=3)
    made = bulk.change(session, posts.project, Action.CLEAR, ids(posts, 0), by=dee)

    bulk.undo(session, posts.project, made.id, by=dee)

    after = annotations.current(session, ada, posts.items[0])
    same = ("comment", "seconds", "outcome", "context_start", "context_end", "counted")
    assert [getattr(after, name) for name in same] == [getattr(before, name) for name in same]
    assert [stance.label_id for stance in after.stances] == [stance.label_id for stance in before.stances]
    assert after.created_by_id == dee.id
    assert free(session, posts)[0] == 0


def test_undo_takes_no_seat_from_who_answered_since(session, posts, people, dee):
    """Never more counted answers than are wanted, whatever is undone."""
    ada, ben = people
    answer(session, ada, posts.items[0], "AGAINST")
    made = bulk.change(session, posts.project, Action.CLEAR, ids(posts, 0), by=dee)
    answer(session, ben, posts.items[0], "FAVOR")

    bulk.undo(session, posts.project, made.id, by=dee)

    stands = annotations.current(session, ada, posts.items[0])
    assert (stands is not None, stands.counted) == (True, False)
    assert free(session, posts)[0] == 0


def test_undo_leaves_a_newer_answer_alone(session, posts, people, dee):
    """Who was asked again and answered meant it."""
    ada = people[0]
    answer(session, ada, posts.items[0], "AGAINST")
    made = bulk.change(session, posts.project, Action.CLEAR, ids(posts, 0), by=dee)
    withdrawn = session.exec(select(Annotation).where(Annotation.withdrawn)).one()
    newer = answer(session, ada, posts.items[0], "FAVOR", replaces=withdrawn.uuid)

    bulk.undo(session, posts.project, made.id, by=dee)

    assert annotations.current(session, ada, posts.items[0]).uuid == newer.uuid


def test_retired_items_are_put_to_nobody_until_they_are_taken_back(session, posts, people, dee):
    """A garbled text wastes the time of each who meets it."""
    made = bulk.change(session, posts.project, Action.RETIRE, ids(posts, 0, 2), by=dee)
    assert served(session, posts, people[0]) == ["posts-1-0", "posts-3-0"]

    bulk.undo(session, posts.project, made.id, by=dee)
    assert served(session, posts, people[0]) == [f"posts-{number}-0" for number in range(4)]

    bulk.change(session, posts.project, Action.RETIRE, ids(posts, 0), by=dee)
    bulk.change(session, posts.project, Action.RESTORE, ids(posts, 0, 1), by=dee)
    assert free(session, posts)[0] == 0  # ada holds it
    assert session.get_one(Item, posts.items[0].id).retired_at is None


def test_a_change_is_undone_once_and_in_its_project(session, posts, people, dee):
    """Two curators press undo at the same moment."""
    made = bulk.change(session, posts.project, Action.RAISE, ids(posts, 0), by=dee)
    other = make.project(session, "letters")

    with pytest.raises(NotFound):
        bulk.undo(session, other, made.id, by=dee)
    bulk.undo(session, posts.project, made.id, by=dee)
    with pytest.raises(Conflict):
        bulk.undo(session, posts.project, made.id, by=dee)


def test_items_of_another_project_are_not_touched(session, posts, dee):
    """An id in a form is easily changed."""
    letters = make.directed(session, "letters", items=1)

    with pytest.raises(Invalid):
        bulk.change(session, posts.project, Action.RETIRE, [letters.items[0].id], by=dee)


def test_the_trail_tells_who_changed_how_many(session, posts, dee):
    """Somebody will ask why these items were asked twice."""
    made = bulk.change(session, posts.project, Action.RAISE, ids(posts, 0, 1), by=dee)
    bulk.undo(session, posts.project, made.id, by=dee)

    trail = session.exec(select(AuditEntry).order_by(AuditEntry.id)).all()[-2:]
    assert [(entry.action, entry.user_id, entry.detail["items"]) for entry in trail] == [
        ("raise items", dee.id, 2),
        ("undo raise items", dee.id, 2),
    ]
