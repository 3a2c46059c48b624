"""The queue in a new order: by a model's doubt, with a share by chance, and back."""

import pytest
from sqlmodel import Session, col, select

from annotator.domain import Arm, Document, Ordering, QueueEntry
from annotator.errors import Conflict, Invalid
from annotator.store import annotations, arms, projects, queue, reordering
from annotator.store import rounds as batches
from annotator.store.reordering import Method, Wanted
from tests import make


@pytest.fixture
def world(session):
    """Ten posts, and what a model is how unsure of: the later the surer, but for the last two."""
    ada = make.user(session)
    posts = make.directed(session, items=10, members=[ada], seed=1)
    for number, item in enumerate(posts.items[:8]):
        make.suggestion(session, item, "FAVOR", doubt=round(0.2 + number / 10, 1))
    return ada, posts


def order(session: Session, project):
    pool = make.pool(session, project)
    query = select(QueueEntry.item_id).where(
        QueueEntry.pool_id == pool.id, QueueEntry.generation == pool.generation
    )
    return list(session.exec(query.order_by(col(QueueEntry.rank))))


def names(posts, ids):
    number = {item.id: index for index, item in enumerate(posts.items)}
    return [number[id_] for id_ in ids]


def test_the_most_uncertain_are_asked_first(session, world):
    ada, posts = world

    planned = reordering.apply(session, posts.project, Wanted(method=Method.MOST_UNCERTAIN, control=0))

    assert names(posts, order(session, posts.project)) == [7, 6, 5, 4, 3, 2, 1, 0, 8, 9]
    assert (planned.items, planned.suggested, planned.control) == (10, 8, 0)
    lent = queue.serve(session, posts.project, ada, limit=3, minutes=30).leases
    assert names(posts, [lease.item_id for lease in lent]) == [7, 6, 5]
    assert arms.of(session, posts.project, ada, [lease.item_id for lease in lent]) == {}


def test_a_preview_changes_nothing_and_tells_what_would_come(session, world):
    _, posts = world
    before = order(session, posts.project)

    planned = reordering.preview(session, posts.project, Wanted(method=Method.MOST_UNCERTAIN, control=0))

    assert order(session, posts.project) == before
    assert [each.item for each in planned.first][:2] == ["posts-7-0", "posts-6-0"]
    assert planned.first[0].text == "Post 7: so it is." and planned.first[0].doubt == 0.9
    assert reordering.current(posts.project) is None


def test_the_newest_suggestion_says_how_unsure(session, world):
    """A better model is sure where the older was not."""
    _, posts = world
    make.suggestion(session, posts.items[7], "FAVOR", doubt=0.0, model="svm@1")

    reordering.apply(session, posts.project, Wanted(method=Method.MOST_UNCERTAIN, control=0))

    assert names(posts, order(session, posts.project))[7] == 7


def test_near_duplicates_are_parted(session, world):
    _, posts = world
    for number in (7, 6, 5):
        document = session.get_one(Document, number + 1)
        document.cluster = "one"
        session.add(document)
    session.flush()

    reordering.apply(session, posts.project, Wanted(method=Method.DIVERSE_UNCERTAIN, control=0))

    places = names(posts, order(session, posts.project))
    assert places[0] == 7 and places[1] == 4  # not 6, its near-duplicate
    assert sorted(places) == list(range(10))


def test_undone_the_queue_is_as_it_was_and_what_came_since_is_last(session, world):
    _, posts = world
    before = order(session, posts.project)
    reordering.apply(session, posts.project, Wanted(method=Method.SHUFFLED, control=0, seed=3))
    assert order(session, posts.project) != before
    _, segments = make.document(session, posts.project, "later", ["Later on."])
    [new] = make.items(session, posts.project, segments, target=posts.target)

    reordering.undo(session, posts.project)

    assert order(session, posts.project) == [*before, new.id]
    assert make.pool(session, posts.project).free_seats == 11
    with pytest.raises(Conflict, match="no order"):
        reordering.undo(session, posts.project)


def test_two_orders_are_undone_to_the_one_before(session, world):
    """Whoever tries a third order wants the second again, its control share included."""
    _, posts = world
    reordering.apply(session, posts.project, Wanted(method=Method.MOST_UNCERTAIN, control=0.3))
    kept, said = order(session, posts.project), dict(reordering.current(posts.project))
    reordering.apply(session, posts.project, Wanted(method=Method.AS_GIVEN, control=0))
    assert order(session, posts.project) == [item.id for item in posts.items]

    reordering.undo(session, posts.project)

    assert order(session, posts.project) == kept
    now = reordering.current(posts.project)
    assert {name: now[name] for name in ("name", "method", "control")} == {
        name: said[name] for name in ("name", "method", "control")
    }


def test_the_control_share_is_random_spread_and_goes_out_with_the_answer(session):
    """Figures over the hard items alone say that a model is bad; those of the control say how good it is."""
    ada = make.user(session)
    posts = make.directed(session, items=60, members=[ada])
    for number, item in enumerate(posts.items):
        make.suggestion(session, item, "FAVOR", doubt=number / 60)

    planned = reordering.apply(
        session, posts.project, Wanted(method=Method.MOST_UNCERTAIN, control=0.2, seed=5)
    )
    lent = [lease.item_id for lease in queue.serve(session, posts.project, ada, limit=30, minutes=30).leases]
    level = {item: arm.level for item, arm in arms.of(session, posts.project, ada, lent).items()}

    assert 4 <= planned.control <= 22
    assert set(level) == set(lent)
    chosen = [item for item in lent if level[item] == "control"]
    assert abs(len(chosen) - planned.control / 2) <= 1  # half of the queue, half of the share
    ordered = names(posts, [item for item in lent if level[item] != "control"])
    assert ordered == sorted(ordered, reverse=True)
    assert min(names(posts, chosen)) < min(ordered)  # not only the hardest
    answer = make.appended(session, ada, make.answer(posts.items[names(posts, lent[:1])[0]], "FAVOR"))
    arm = session.get_one(Arm, answer.arm_id)
    assert arms.name(arm) == f"queue-1:order={level[lent[0]]}"


def test_what_was_lent_before_the_order_has_no_part_in_it(session, world):
    """It was not drawn under this order, whatever its draw says."""
    ada, posts = world
    held = queue.serve(session, posts.project, ada, limit=2, minutes=30).leases
    reordering.apply(session, posts.project, Wanted(method=Method.MOST_UNCERTAIN, control=0.5))

    lent = [each.item_id for each in queue.serve(session, posts.project, ada, limit=4, minutes=30).leases]

    assert {each.item_id for each in held} <= set(lent)
    assert set(arms.of(session, posts.project, ada, lent)) == set(lent) - {each.item_id for each in held}


def test_rounds_stay_one_after_the_other(session):
    ada = make.user(session)
    rounds = [{"name": "pilot", "round": "pilot", "items": 3}, {"name": "rest"}]
    posts = make.directed(session, items=8, members=[ada], rounds=rounds)
    batches.apply(session, posts.project)
    for number, item in enumerate(posts.items):
        make.suggestion(session, item, "FAVOR", doubt=number / 10)

    reordering.apply(session, posts.project, Wanted(method=Method.MOST_UNCERTAIN, control=0))

    assert names(posts, order(session, posts.project)) == [2, 1, 0, 7, 6, 5, 4, 3]


def test_without_suggestions_or_beside_an_experiment_it_is_refused(session):
    posts = make.directed(session, items=3)
    with pytest.raises(Invalid, match="import its suggestions first"):
        reordering.apply(session, posts.project, Wanted(method=Method.MOST_UNCERTAIN))

    experiment = {"name": "width", "factor": "context", "levels": [0, 2]}
    other = make.directed(session, "other", items=3, experiments=[experiment])
    make.suggestion(session, other.items[0], "FAVOR")
    with pytest.raises(Conflict, match="one arm"):
        reordering.apply(session, other.project, Wanted(method=Method.MOST_UNCERTAIN, control=0.1))
    reordering.apply(session, other.project, Wanted(method=Method.MOST_UNCERTAIN, control=0))


def test_answers_and_seats_survive_an_order(session, world):
    """Who has answered is not asked again, and nobody beyond the overlap."""
    ada, posts = world
    queue.serve(session, posts.project, ada, limit=1, minutes=30)
    make.appended(session, ada, make.answer(posts.items[0], "FAVOR"))

    reordering.apply(session, posts.project, Wanted(method=Method.SHUFFLED, control=0))

    entries = dict(session.exec(select(QueueEntry.item_id, QueueEntry.free_seats)).all())
    assert entries[posts.items[0].id] == 0 and sum(entries.values()) == 9
    assert make.pool(session, posts.project).free_seats == 9
    made = session.exec(select(Ordering).order_by(col(Ordering.generation).desc())).first()
    assert (made.method, made.order) == ("shuffled", "shuffled")
    assert annotations.current(session, ada, posts.items[0]) is not None
    assert projects.labels(session, posts.project)
