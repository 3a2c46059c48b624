"""What is mixed in among a person's work: repeats, checks, training."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlmodel import col, select

from annotator.domain import Annotation, Item, Kind, Lease, Pace, Purpose, Role, now
from annotator.errors import Conflict
from annotator.store import annotations, history, progress, projects, queue, repeats, seats, training
from tests import make


@pytest.fixture
def ada(session):
    return make.user(session, "ada")


@pytest.fixture
def bob(session):
    return make.user(session, "bob")


def lent(session, made, user, *, limit=1):
    leases = queue.serve(session, made.project, user, limit=limit, minutes=30).leases
    names = {item.id: item.external_id for item in session.exec(select(Item))}
    return [(names[lease.item_id], lease.occasion) for lease in leases]


def give(session, user, name, label="FAVOR", **said):
    return make.appended(session, user, make.answer(name, label, **said))


def work_through(session, made, user, *, most=100, label="FAVOR"):
    """Answer whatever comes, one by one; gives (id, occasion) in order."""
    course = []
    for _ in range(most):
        asked = lent(session, made, user)
        if not asked:
            break
        course += asked
        give(session, user, asked[0][0], label)
    return course


def other_items(session, made, names, purpose, *, label="FAVOR"):
    """Items of this purpose that expect this label."""
    made_items = []
    gold = make.user(session, f"gold of {purpose}")
    for name in names:
        _, segments = make.document(session, made.project, name, [f"{name} is so."])
        author = session.get(Item, made.items[0].id).holder_id
        row = Item(
            project_id=made.project.id,
            external_id=name,
            segment_id=segments[0].id,
            target_id=made.target.id,
            holder_id=author,
            purpose=purpose,
        )
        session.add(row)
        session.flush()
        saved = give(session, join(session, made, gold), name, label)
        saved.kind = Kind.GOLD
        session.add(saved)
        session.flush()
        made_items.append(row)
    return made_items


def join(session, made, user):
    projects.join(session, made.project, user, Role.ANNOTATOR)
    return user


# Repeats


def test_an_answered_item_comes_back_after_the_gap(session, ada):
    """Without a second answer nobody knows how steady a person is; too soon, they remember the first."""
    made = make.directed(session, items=6, members=[ada], repeats={"rate": 1, "gap": 3})
    course = work_through(session, made, ada)

    assert course[:5] == [
        ("posts-0-0", 0),
        ("posts-1-0", 0),
        ("posts-2-0", 0),
        ("posts-3-0", 0),
        ("posts-0-0", 1),
    ]
    for name in {name for name, _ in course}:
        first = course.index((name, 0))
        if (name, 1) in course:
            between = {
                other for other, occasion in course[first + 1 : course.index((name, 1))] if occasion == 0
            }
            assert len(between - {name}) >= 3
    assert len(course) == len(set(course))


def test_a_repeat_takes_no_seat_and_counts_for_no_overlap(session, ada, bob):
    """A second opinion of the same person is no second person."""
    made = make.directed(session, items=3, overlap=2, members=[ada, bob], repeats={"rate": 1, "gap": 1})
    work_through(session, made, ada)

    assert sorted(name for name, occasion in lent(session, made, bob, limit=9)) == sorted(
        item.external_id for item in made.items
    )
    repeated = session.exec(select(Annotation).where(Annotation.occasion == 1)).all()
    assert repeated and all(answer.counted for answer in repeated)
    assert all(not lease.takes_seat for lease in session.exec(select(Lease).where(Lease.occasion == 1)))


def test_the_earlier_answer_is_hidden_while_the_item_is_asked_again(session, ada):
    """Who sees their first answer repeats it."""
    made = make.directed(session, items=3, members=[ada], repeats={"rate": 1, "gap": 1})
    for _ in range(2):
        give(session, ada, lent(session, made, ada)[0][0])
    assert lent(session, made, ada) == [("posts-0-0", 1)]

    shown, _ = history.page(session, made.project, ada, limit=9)
    assert [each.item.external_id for each in shown] == ["posts-1-0"]


def test_a_repeat_that_was_not_answered_comes_again(session, ada):
    """A closed tab must not lose the measurement."""
    made = make.directed(session, items=2, members=[ada], repeats={"rate": 1, "gap": 1})
    for _ in range(2):
        give(session, ada, lent(session, made, ada)[0][0])
    assert lent(session, made, ada) == [("posts-0-0", 1)]
    queue.give_back(session, made.project, ada)

    assert lent(session, made, ada) == [("posts-0-0", 1)]
    give(session, ada, "posts-0-0", "AGAINST")
    assert "posts-0-0" not in {name for name, _ in work_through(session, made, ada)}


def test_an_answer_that_was_taken_back_is_not_repeated(session, ada):
    """There is nothing to compare with."""
    made = make.directed(session, items=2, members=[ada], repeats={"rate": 1, "gap": 1})
    first = give(session, ada, lent(session, made, ada)[0][0])
    annotations.append(session, ada, uuid4(), make.answer("posts-0-0", replaces=first.uuid, withdrawn=True))
    queue.skip(session, ada, made.items[0])
    give(session, ada, "posts-1-0")

    assert ("posts-0-0", 1) not in lent(session, made, ada, limit=9)


def test_taking_the_first_answer_back_asks_for_the_first_again(session, ada):
    """Undo goes to what was undone, though the item had come back meanwhile."""
    made = make.directed(session, items=2, members=[ada], repeats={"rate": 1, "gap": 1})
    first = give(session, ada, lent(session, made, ada)[0][0])
    give(session, ada, lent(session, made, ada)[0][0])
    assert lent(session, made, ada) == [("posts-0-0", 1)]
    annotations.append(session, ada, uuid4(), make.answer("posts-0-0", replaces=first.uuid, withdrawn=True))

    assert lent(session, made, ada) == [("posts-0-0", 0)]


def test_the_rate_is_kept_and_the_seed_draws_the_same(session, ada):
    """A rate that is not kept makes the figure cost more than was planned."""
    made = make.directed(session, items=80, members=[ada], seed=3, repeats={"rate": 0.25, "gap": 1})
    for item in made.items:
        give(session, ada, item.external_id)
    owed = {repeat.item_id for repeat in repeats.owed(session, ada)}

    assert 10 <= len(owed) <= 30


# Checks


def test_checks_come_among_the_work_at_their_rate(session, ada):
    """All of them at once would be an exam."""
    made = make.directed(session, items=60, members=[ada], checks={"rate": 0.2})
    other_items(session, made, [f"known-{n}" for n in range(30)], Purpose.CHECK)
    course = [name for name, _ in work_through(session, made, ada, most=40)]
    places = [place for place, name in enumerate(course) if name.startswith("known")]

    assert 3 <= len(places) <= 14
    assert len(set(course)) == len(course)
    assert places != sorted(places)[-1:] and places[0] < 30


def test_asking_in_pieces_gives_the_same_course(session, ada, bob):
    """Where a check falls must not depend on how many items the page asks for."""
    made = make.directed(session, items=40, overlap=2, members=[ada, bob], checks={"rate": 0.2})
    other_items(session, made, [f"known-{n}" for n in range(20)], Purpose.CHECK)
    one_by_one = [name for name, _ in work_through(session, made, ada, most=20)]
    queue.give_back(session, made.project, ada)
    pace = session.get(Pace, (ada.id, made.project.id))
    session.delete(pace)
    for row in session.exec(select(Annotation).where(Annotation.annotator_id == ada.id)):
        row.withdrawn = True
    session.flush()
    seats.recount(session, made.project)

    assert [name for name, _ in lent(session, made, ada, limit=20)] == one_by_one


def test_nothing_that_an_annotator_is_told_counts_checks_apart(session, ada):
    """Who can tell a check from work answers it with more care."""
    made = make.directed(session, items=30, members=[ada], checks={"rate": 0.3})
    other_items(session, made, [f"known-{n}" for n in range(20)], Purpose.CHECK)
    told = []
    for _ in range(20):
        served = queue.serve(session, made.project, ada, limit=1, minutes=30)
        item = session.get(Item, served.leases[0].item_id)
        give(session, ada, item.external_id)
        counts = progress.of(session, made.project, ada, since=now() - timedelta(days=1))
        told.append((served.remaining, counts["answered"], counts["open"]))

    first = told[0]
    assert told == [(first[0] - n, first[1] + n, first[2] - n) for n in range(20)]
    answered = session.exec(select(Annotation).where(Annotation.annotator_id == ada.id)).all()
    purposes = {session.get(Item, answer.item_id).purpose for answer in answered}
    assert purposes == {Purpose.WORK, Purpose.CHECK}
    assert all(answer.counted and answer.occasion == 0 for answer in answered)


def test_a_check_that_was_given_back_comes_again(session, ada):
    """One that was lent and never answered tells nothing."""
    made = make.directed(session, items=30, members=[ada], checks={"rate": 1})
    other_items(session, made, ["known-0"], Purpose.CHECK)
    assert "known-0" in [name for name, _ in lent(session, made, ada, limit=4)]
    queue.give_back(session, made.project, ada)

    assert "known-0" in [name for name, _ in lent(session, made, ada, limit=4)]


def test_a_check_that_was_put_off_comes_once_more_at_the_end(session, ada):
    """As work does: else it could be told apart."""
    made = make.directed(session, items=2, members=[ada], checks={"rate": 1})
    [known] = other_items(session, made, ["known-0"], Purpose.CHECK)
    assert "known-0" in [name for name, _ in lent(session, made, ada, limit=4)]
    queue.skip(session, ada, known)
    course = [name for name, _ in work_through(session, made, ada)]

    assert course[-1] == "known-0"
    assert course.count("known-0") == 1


# Training


def test_training_comes_before_work(session, ada):
    """Who has not learned the scheme makes answers that nobody can use."""
    made = make.directed(session, items=2, members=[ada], training={"pass_mark": 0.5})
    other_items(session, made, ["lesson-0", "lesson-1"], Purpose.TRAINING)
    course = [name for name, _ in work_through(session, made, ada)]

    assert course == ["lesson-0", "lesson-1", "posts-0-0", "posts-1-0"]


def test_who_does_not_pass_gets_no_work_until_a_curator_says_so(session, ada, bob):
    """A pass mark that stops nobody is none."""
    made = make.directed(session, items=2, members=[ada], training={"pass_mark": 0.6})
    other_items(session, made, ["lesson-0", "lesson-1"], Purpose.TRAINING)
    assert training.standing(session, made.project, ada).failed is False
    work_through(session, made, ada, label="AGAINST")
    served = queue.serve(session, made.project, ada, limit=9, minutes=30)

    assert (served.leases, served.retry_after) == ([], None)
    assert (served.training.failed, served.training.correct, served.training.of) == (True, 0, 2)
    training.let_on(session, made.project, ada, by=bob)
    assert [name for name, _ in lent(session, made, ada, limit=9)] == ["posts-0-0", "posts-1-0"]


def test_training_again_asks_all_of_it_on_the_next_occasion(session, ada, bob):
    """A second try is a try of its own; the first one stays to be read."""
    made = make.directed(session, items=1, members=[ada], training={"pass_mark": 1})
    other_items(session, made, ["lesson-0"], Purpose.TRAINING)
    work_through(session, made, ada, label="AGAINST")
    training.again(session, made.project, ada, by=bob)

    assert work_through(session, made, ada) == [("lesson-0", 1), ("posts-0-0", 0)]
    with pytest.raises(Conflict, match="nothing to do again"):
        training.again(session, made.project, ada, by=bob)


def test_a_correction_after_the_explanation_does_not_pass(session, ada):
    """The expected answer is shown after the first: what is said then is copied."""
    made = make.directed(session, items=1, members=[ada], training={"pass_mark": 1})
    other_items(session, made, ["lesson-0", "lesson-1"], Purpose.TRAINING)
    lent(session, made, ada, limit=2)
    wrong = give(session, ada, "lesson-0", "AGAINST")
    give(session, ada, "lesson-0", "FAVOR", replaces=wrong.uuid)
    give(session, ada, "lesson-1", "FAVOR")

    assert training.standing(session, made.project, ada).failed is True


def test_nobody_else_is_held_up_by_training_items(session, ada, bob):
    """Training stands in no pool and takes no seat."""
    made = make.directed(session, items=1, overlap=1, members=[ada, bob])
    other_items(session, made, ["lesson-0"], Purpose.TRAINING)

    assert lent(session, made, ada) == [("lesson-0", 0)]
    assert lent(session, made, bob) == [("lesson-0", 0)]
    rows = session.exec(select(Lease).where(col(Lease.ended_at).is_(None))).all()
    assert not any(lease.takes_seat for lease in rows)
