"""Who answers what next: order, overlap, leases, skips."""

from collections import Counter
from datetime import timedelta
from random import Random
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from annotator.domain import Annotation, Item, Lease, Pool, PoolKind, PoolMember, QueueEntry, now
from annotator.store import accounts, annotations, items, ordering, progress, projects, queue, seats, walk
from annotator.store.engine import writing
from tests import make
from tests.together import at_once


@pytest.fixture
def ada(session):
    return make.user(session, "ada")


@pytest.fixture
def bob(session):
    return make.user(session, "bob")


def served(session, made, user, *, limit=10, minutes=30):
    """The numbers of the items that a person is lent, as `made.items` has them."""
    leases = queue.serve(session, made.project, user, limit=limit, minutes=minutes).leases
    numbers = {item.id: number for number, item in enumerate(made.items)}
    return [numbers[lease.item_id] for lease in leases]


def expire(session, user):
    for lease in session.exec(select(Lease).where(Lease.user_id == user.id)):
        lease.expires_at = now() - timedelta(seconds=1)
    session.flush()


def test_items_come_in_the_order_given(session, ada):
    """Curators order a batch for a reason."""
    made = make.directed(session, items=5)

    assert served(session, made, ada, limit=3) == [0, 1, 2]


def test_asking_again_gives_what_one_holds(session, ada):
    """A reload must not eat up the queue."""
    made = make.directed(session, items=5)

    assert served(session, made, ada, limit=3) == served(session, made, ada, limit=3) == [0, 1, 2]


def test_asking_again_renews_the_leases(session, ada):
    """Nobody loses an item while the page is open."""
    made = make.directed(session)
    first = queue.serve(session, made.project, ada, limit=1, minutes=1).leases[0].expires_at

    assert queue.serve(session, made.project, ada, limit=1, minutes=60).leases[0].expires_at > first


def test_two_people_are_lent_different_items(session, ada, bob):
    """With one seat an item, the second person's work would be surplus."""
    made = make.directed(session, items=4)

    assert served(session, made, ada, limit=2) == [0, 1]
    assert served(session, made, bob, limit=9) == [2, 3]


def test_with_two_seats_both_are_lent_the_same_item(session, ada, bob):
    """Agreement needs two answers to one question."""
    made = make.directed(session, items=1, overlap=2)

    assert served(session, made, ada) == served(session, made, bob) == [0]


def test_nobody_holds_more_than_fifty(session, ada):
    """One tab that was left open must not lock up a project."""
    made = make.directed(session, items=60)

    assert len(served(session, made, ada, limit=500)) == queue.MOST_LEASES


def test_a_long_walk_passes_over_what_is_full(session, ada):
    """More full entries than one look takes in must not read as an empty queue."""
    made = make.directed(session, items=walk.WINDOW + 60)
    full = [item.id for item in made.items[: walk.WINDOW + 50]]
    session.execute(sa.update(QueueEntry).where(col(QueueEntry.item_id).in_(full)).values(free_seats=0))

    assert served(session, made, ada, limit=50) == list(range(150, 160))


def test_a_new_order_counts_what_is_free_once(session, ada):
    """A pool that was filled and ordered at once must not promise every seat twice."""
    made = make.directed(session, items=4)
    pool = session.exec(select(Pool)).one()
    ordering.replace(session, made.project, pool, [])
    session.refresh(pool)
    queue.enqueue(session, pool, [(item.id, 1) for item in made.items])

    ordering.replace(session, made.project, pool, [(item.id, 1) for item in reversed(made.items)])

    session.refresh(pool)
    assert pool.free_seats == 4


def test_a_document_comes_whole_and_in_reading_order(session, ada):
    """Who reads a text from the middle misreads it."""
    made = make.open_document(session, documents=3)
    entries = list(range(12))
    Random(7).shuffle(entries)
    _reorder(session, made, entries)

    lent = served(session, made, ada, limit=1)
    all_held = served(session, made, ada, limit=50)

    document = entries[0] // 4
    assert lent == [4 * document]
    assert all_held[:4] == [4 * document + n for n in range(4)]
    assert sorted(all_held) == list(range(12))


def test_a_document_longer_than_fifty_is_lent_piece_by_piece(session, ada):
    """A transcript of an hour has a thousand turns; none may be lost between two pieces."""
    turns = [f"Turn {number}." for number in range(51)]
    made = make.open_document(session, sentences=turns, members=[ada])
    _reorder(session, made, list(reversed(range(51))))

    first = served(session, made, ada, limit=50)
    for number in first:
        annotations.append(session, ada, uuid4(), make.answer(made.items[number]))
    second = served(session, made, ada, limit=50)

    assert (first, second) == (list(range(50)), [50])


def test_an_undone_answer_comes_back_first(session, ada):
    """Undo means: show me that one again, now."""
    made = make.directed(session, items=6, members=[ada])
    served(session, made, ada, limit=4)
    firsts = [uuid4(), uuid4()]
    for number, uuid in enumerate(firsts):
        annotations.append(session, ada, uuid, make.answer(made.items[number], "FAVOR"))
    for number, uuid in reversed(list(enumerate(firsts))):
        undone = make.answer(made.items[number], replaces=uuid, withdrawn=True)
        annotations.append(session, ada, uuid4(), undone)

    assert served(session, made, ada, limit=3) == [0, 1, 2]


def test_a_skipped_item_returns_once_at_the_end(session, ada):
    """Putting off is not refusing, and not for ever."""
    made = make.directed(session, items=3, members=[ada])
    served(session, made, ada, limit=1)
    queue.skip(session, ada, made.items[0])

    rest = served(session, made, ada)
    for number in rest:
        annotations.append(session, ada, uuid4(), make.answer(made.items[number], "FAVOR"))
    again = served(session, made, ada)
    queue.skip(session, ada, made.items[0])

    assert (rest, again) == ([1, 2], [0])
    assert served(session, made, ada) == []


def test_a_skip_sent_twice_is_one(session, ada):
    """A repeated request must not use up the second chance."""
    made = make.directed(session, items=1)
    served(session, made, ada)
    queue.skip(session, ada, made.items[0])
    queue.skip(session, ada, made.items[0])

    assert served(session, made, ada) == [0]


def test_a_skip_whose_answer_got_lost_does_not_use_up_the_second_chance(session, ada):
    """The last item comes back at once; the request, repeated after that, must not put it off for good."""
    made = make.directed(session, items=1)
    served(session, made, ada)
    uuid = uuid4()
    queue.skip(session, ada, made.items[0], uuid=uuid)
    assert served(session, made, ada) == [0]

    queue.skip(session, ada, made.items[0], uuid=uuid)

    assert served(session, made, ada) == [0]


def test_a_skipped_items_seat_is_the_next_persons(session, ada, bob):
    """What one person does not want to judge, another does, though their cursor has passed it."""
    made = make.directed(session, items=2)
    served(session, made, ada, limit=1)
    assert served(session, made, bob) == [1]
    queue.skip(session, ada, made.items[0])

    assert sorted(served(session, made, bob)) == [0, 1]


def test_returned_items_are_looked_through_one_by_one(session, ada, bob):
    """Who asks for one item must not pass over the others that came back with it."""
    made = make.directed(session, items=3)
    served(session, made, ada, limit=2)
    assert served(session, made, bob) == [2]
    expire(session, ada)

    assert [served(session, made, bob, limit=limit) for limit in (2, 3)] == [[2, 0], [2, 0, 1]]


def test_an_expired_lease_goes_to_somebody_else(session, ada, bob):
    """Who goes home leaves nothing locked."""
    made = make.directed(session, items=1)
    served(session, made, ada)
    waiting = queue.serve(session, made.project, bob, limit=1, minutes=30)
    expire(session, ada)

    assert (waiting.leases, waiting.remaining) == ([], 0)
    assert 1700 < waiting.retry_after <= 1800
    assert served(session, made, bob) == [0]


def test_two_seats_that_return_at_once_are_one_item_to_each(session, ada, bob):
    """An item listed twice would be lent twice to one person."""
    cyd = make.user(session, "cyd")
    made = make.directed(session, items=1, overlap=2)
    served(session, made, ada)
    served(session, made, bob)
    expire(session, ada)
    expire(session, bob)

    assert served(session, made, cyd) == [0]


def test_who_is_done_is_not_told_to_wait(session, ada, bob):
    """Her page says “all done” instead of asking every minute."""
    made = make.directed(session, items=1, overlap=2, members=[ada, bob])
    annotations.append(session, ada, uuid4(), make.answer(made.items[0], "FAVOR"))
    served(session, made, bob)

    done = queue.serve(session, made.project, ada, limit=1, minutes=30)

    assert (done.leases, done.retry_after) == ([], None)


def test_who_may_have_a_lent_seat_is_told_when(session, ada, bob):
    """Free seats of items that she answered are no reason to say that there is nothing to wait for."""
    made = make.directed(session, items=2, overlap=2, members=[ada, bob])
    cyd = make.user(session, "cyd")
    annotations.append(session, ada, uuid4(), make.answer(made.items[0], "FAVOR"))
    served(session, made, bob)
    served(session, made, cyd)

    waiting = queue.serve(session, made.project, ada, limit=1, minutes=30)

    assert waiting.leases == []
    assert waiting.retry_after is not None


def test_a_pool_of_named_people_is_theirs(session, ada, bob):
    """Arabic posts go to those who read Arabic; an item of two pools still has its seats once."""
    made = make.directed(session, items=2)
    pool = Pool(project_id=made.project.id, kind=PoolKind.PEOPLE)
    session.add(pool)
    session.flush()
    session.add(PoolMember(pool_id=pool.id, user_id=ada.id))
    _, segments = make.document(session, made.project, "arabic", ["كلام."])
    [item] = make.items(session, made.project, segments, target=made.target)
    session.execute(sa.text("DELETE FROM queue_entry WHERE item_id = :item"), {"item": item.id})
    queue.enqueue(session, pool, [(item.id, 1), (made.items[0].id, 1)])
    made.items.append(item)

    assert served(session, made, bob) == [0, 1]
    assert served(session, made, ada) == [2]


def test_a_skipped_item_of_two_pools_returns_once(session, ada):
    """Listed by both, it would be lent to her twice."""
    made = make.directed(session, items=1)
    pool = Pool(project_id=made.project.id)
    session.add(pool)
    session.flush()
    queue.enqueue(session, pool, [(made.items[0].id, 1)])
    served(session, made, ada)
    queue.skip(session, ada, made.items[0])

    assert served(session, made, ada) == [0]


def test_more_overlap_opens_what_everybody_has_passed(session, ada, bob):
    """A curator asks for a second opinion; the items behind all cursors are meant too."""
    made = make.directed(session, items=3, members=[ada, bob])
    for number in served(session, made, ada):
        annotations.append(session, ada, uuid4(), make.answer(made.items[number], "FAVOR"))
    assert served(session, made, bob) == []
    made.project.overlap = 2
    seats.recount(session, made.project)

    assert served(session, made, ada) == []
    assert served(session, made, bob) == [0, 1, 2]


def test_a_seat_that_returns_under_less_overlap_stays_closed(session, ada, bob):
    """Two answers are in where one is wanted now: a lease that ends must not ask for a third."""
    made = make.directed(session, items=1, overlap=2, members=[ada, bob])
    annotations.append(session, ada, uuid4(), make.answer(made.items[0], "FAVOR"))
    served(session, made, bob)
    made.project.overlap = 1
    seats.recount(session, made.project)
    queue.skip(session, bob, made.items[0])

    assert served(session, made, make.user(session, "cyd")) == []


def test_another_projects_items_are_not_found(session):
    """An id of one project must not act in another."""
    one, two = make.directed(session, "one"), make.directed(session, "two")

    with pytest.raises(Exception, match=r"no item 'two-0-0' in 'one'"):
        items.find(session, one.project, two.items[0].external_id)


def test_progress_counts_current_answers(session, ada, bob):
    """A number that counts undone answers makes the day look longer than it was."""
    made = make.directed(session, items=4, overlap=2, members=[ada, bob])
    uuids = [uuid4(), uuid4()]
    for item, uuid in zip(made.items, uuids, strict=False):
        annotations.append(session, ada, uuid, make.answer(item, "FAVOR"))
    undone = make.answer(made.items[0], replaces=uuids[0], withdrawn=True)
    annotations.append(session, ada, uuid4(), undone)

    today = progress.of(session, made.project, ada, since=now() - timedelta(hours=1))

    assert today == {"answered": 1, "open": 3, "today": 1}


def test_what_is_open_tells_nobody_anothers_pace(session, ada, bob):
    """With two annotators a falling number is the other one's speed, told answer by answer."""
    made = make.directed(session, items=4, overlap=1, members=[ada, bob])

    def seen():
        return progress.of(session, made.project, ada, since=now() - timedelta(hours=1))["open"]

    for item in made.items[:3]:
        annotations.append(session, bob, uuid4(), make.answer(item, "FAVOR"))
        assert seen() == 4
    annotations.append(session, bob, uuid4(), make.answer(made.items[3], "FAVOR"))

    assert seen() == 0  # else the page would say that there is work, and have none


@pytest.mark.parametrize("overlap", [1, 3])
def test_many_at_once_never_take_a_seat_too_many(engine, soak, overlap):
    """Twelve people at one queue, asking, answering, skipping, undoing and losing leases at once."""
    names = [f"person {number}" for number in range(12)]
    with writing(engine) as session:
        people = [make.user(session, name) for name in names]
        made = make.directed(session, items=6, overlap=overlap, members=people)
        slug = made.project.slug

    def work(name):
        random = Random(name)
        for _ in range(40 if soak else 8):
            with writing(engine) as session:
                project, user = projects.find(session, slug), accounts.find_user(session, name)
                leases = queue.serve(session, project, user, limit=2, minutes=random.choice([-1, 30])).leases
                held = [lease.item_id for lease in leases]
            for item in held:
                with writing(engine) as session:
                    _act(session, accounts.find_user(session, name), session.get_one(Item, item), random)

    at_once(work, names)

    with writing(engine) as session:
        _check_seats(session, overlap)


def _act(session, user, item, random):
    kind = random.choice(["answer", "skip", "undo", "leave"])
    if kind == "skip":
        queue.skip(session, user, item)
    elif kind in {"answer", "undo"}:
        stands = annotations.current(session, user, item)
        uuid = uuid4()
        answer = make.answer(item, "FAVOR", replaces=stands.uuid if stands else None)
        annotations.append(session, user, uuid, answer)
        if kind == "undo":
            annotations.append(session, user, uuid4(), make.answer(item, replaces=uuid, withdrawn=True))


def _check_seats(session, overlap):
    newest = {}
    for row in session.exec(select(Annotation).order_by(col(Annotation.revision))):
        newest[row.item_id, row.annotator_id] = row
    held = {(row.item_id, row.annotator_id) for row in newest.values() if row.counted and not row.withdrawn}
    held |= {
        (lease.item_id, lease.user_id)
        for lease in session.exec(select(Lease).where(col(Lease.ended_at).is_(None)))
        if lease.takes_seat
    }
    taken = Counter(item for item, _ in held)
    free = dict(session.execute(sa.text("SELECT item_id, free_seats FROM queue_entry")).all())

    assert all(count <= overlap for count in taken.values())
    assert free == {item: overlap - taken[item] for item in free}


def _reorder(session, made, order):
    """Give the pool this order: `order[rank]` is the number of the item that stands there."""
    session.execute(sa.text("DELETE FROM queue_entry"))
    queue.enqueue(
        session,
        make.pool(session, made.project),
        [(made.items[number].id, made.project.overlap) for number in order],
    )
