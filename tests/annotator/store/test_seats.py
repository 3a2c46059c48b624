"""Seats that are kept aside, taken along and given back, by one person and by many at once."""

from collections import Counter
from datetime import timedelta
from random import Random
from uuid import uuid4

import pytest
from sqlmodel import col, select

from annotator.domain import Annotation, Item, Lease, Pool, QueueEntry, now
from annotator.store import accounts, annotations, parking, projects, queue
from annotator.store.engine import writing
from tests import make
from tests.together import at_once


@pytest.fixture
def ada(session):
    return make.user(session, "ada")


@pytest.fixture
def bob(session):
    return make.user(session, "bob")


def served(session, made, user, *, limit=10):
    """The numbers of the items that a person is lent, as `made.items` has them."""
    leases = queue.serve(session, made.project, user, limit=limit, minutes=30).leases
    numbers = {item.id: number for number, item in enumerate(made.items)}
    return [numbers[lease.item_id] for lease in leases]


def test_a_parked_item_is_neither_served_nor_lent_to_others(session, ada, bob):
    """The curator's reply must find her item still hers."""
    made = make.directed(session, items=3, members=[ada])
    served(session, made, ada, limit=2)

    lease = parking.park(session, ada, made.items[0], days=14)

    assert timedelta(days=13) < lease.expires_at - now() <= timedelta(days=14)
    assert served(session, made, ada, limit=3) == [1, 2]
    assert served(session, made, bob) == []


def test_what_was_replied_to_comes_first(session, ada):
    """She reads the reply while she still knows what she asked."""
    made = make.directed(session, items=4, members=[ada])
    served(session, made, ada, limit=4)
    parking.park(session, ada, made.items[1], days=14)
    parking.park(session, ada, made.items[2], days=14)

    parking.unpark(session, ada, made.items[2], minutes=60)
    first = served(session, made, ada, limit=4)
    parking.unpark(session, ada, made.items[1], minutes=60)

    assert first == [2, 0, 3]
    assert served(session, made, ada, limit=4) == [2, 1, 0, 3]


def test_an_answer_may_be_given_to_a_parked_item(session, ada):
    """Her page held it when she asked; she thought better of it."""
    made = make.directed(session, items=1, members=[ada])
    served(session, made, ada)
    parking.park(session, ada, made.items[0], days=14)

    saved, _ = annotations.append(session, ada, uuid4(), make.answer(made.items[0], "FAVOR"))

    assert saved.counted
    assert parking.unpark(session, ada, made.items[0], minutes=60) is None


def test_who_waits_for_the_curator_alone_is_told_to_look_again(session, ada):
    """“Nothing is left for you” would send her home, with her own item open."""
    made = make.directed(session, items=1, members=[ada])
    served(session, made, ada)
    parking.park(session, ada, made.items[0], days=14)

    waiting = queue.serve(session, made.project, ada, limit=1, minutes=30)

    assert (waiting.leases, 0 < waiting.retry_after <= 300) == ([], True)


def test_a_question_about_what_one_let_go_takes_a_seat_again(session, ada, bob):
    """She asked offline, after her lease was over."""
    made = make.directed(session, items=2, members=[ada])
    served(session, made, ada)
    queue.give_back(session, made.project, ada)
    served(session, made, bob, limit=1)

    taken, free = (parking.park(session, ada, item, days=14).takes_seat for item in made.items)

    assert (taken, free) == (False, True)


def test_nothing_is_parked_where_an_answer_stands(session, ada):
    """There is no seat to keep: the answer has it."""
    made = make.directed(session, items=1, members=[ada])
    annotations.append(session, ada, uuid4(), make.answer(made.items[0], "FAVOR"))

    assert parking.park(session, ada, made.items[0], days=14) is None


def test_a_parked_lease_expires_as_any_other(session, ada, bob):
    """A question that nobody answers must not lock an item up for ever."""
    made = make.directed(session, items=1)
    served(session, made, ada)
    lease = parking.park(session, ada, made.items[0], days=14)
    lease.expires_at = now() - timedelta(seconds=1)

    assert served(session, made, bob) == [0]


def test_giving_back_leaves_what_is_parked(session, ada, bob):
    """She takes nothing along, and still waits for her reply."""
    made = make.directed(session, items=3)
    served(session, made, ada)
    parking.park(session, ada, made.items[0], days=14)

    queue.give_back(session, made.project, ada)

    assert served(session, made, bob) == [1, 2]


def test_giving_back_in_one_project_leaves_the_others(session, ada):
    """Two jobs, one laptop."""
    one, two = make.directed(session, "one"), make.directed(session, "two")
    served(session, one, ada)
    served(session, two, ada, limit=1)

    queue.give_back(session, one.project, ada)

    live = select(Lease).where(col(Lease.ended_at).is_(None))
    assert [lease.item_id for lease in session.exec(live)] == [two.items[0].id]


def test_two_who_take_along_at_the_same_moment_share_the_pool(engine):
    """Two carriages, one network that fails: no post may be judged twice where once was wanted."""
    names = ["ada", "bob", "cyd", "dan"]
    slug = _project(engine, names, items=90, overlap=1)

    def take(name):
        with writing(engine) as session:
            user, project = accounts.find_user(session, name), projects.find(session, slug)
            lent = queue.take_along(session, project, user, count=40, hours=12).leases
            return [lease.item_id for lease in lent]

    taken = at_once(take, names)

    assert sorted(map(len, taken)) == [0, 10, 40, 40]
    assert len({item for items in taken for item in items}) == 90


@pytest.mark.parametrize("overlap", [1, 2])
def test_whatever_many_do_at_once_seats_add_up(engine, soak, overlap):
    """Taking along, giving back, parking, answering: each moves seats, and none may get lost or double."""
    names = [f"person {number}" for number in range(8)]
    slug = _project(engine, names, items=12, overlap=overlap)

    def work(name):
        random = Random(name)
        for _ in range(40 if soak else 8):
            with writing(engine) as session:
                _act(session, slug, name, random)

    at_once(work, names)

    with writing(engine) as session:
        _check_seats(session, overlap)


def _project(engine, names, *, items, overlap):
    with writing(engine) as session:
        people = [make.user(session, name) for name in names]
        return make.directed(session, items=items, overlap=overlap, members=people).project.slug


def _act(session, slug, name, random):
    user, project = accounts.find_user(session, name), projects.find(session, slug)
    item = random.choice(session.exec(select(Item).order_by(col(Item.id))).all())
    match random.choice(["take", "give back", "park", "unpark", "answer", "serve"]):
        case "take":
            queue.take_along(session, project, user, count=random.randint(1, 6), hours=1)
        case "give back":
            queue.give_back(session, project, user)
        case "park":
            parking.park(session, user, item, days=random.choice([-1, 14]))
        case "unpark":
            parking.unpark(session, user, item, minutes=random.choice([-1, 60]))
        case "answer":
            stands = annotations.current(session, user, item)
            answer = make.answer(item, "FAVOR", replaces=stands.uuid if stands else None)
            annotations.append(session, user, uuid4(), answer)
        case _:
            queue.serve(session, project, user, limit=2, minutes=random.choice([-1, 30]))


def _check_seats(session, overlap):
    newest = {}
    for row in session.exec(select(Annotation).order_by(col(Annotation.revision))):
        newest[row.item_id, row.annotator_id] = row
    holders = {(row.item_id, row.annotator_id) for row in newest.values() if row.counted}
    for lease in session.exec(select(Lease).where(col(Lease.ended_at).is_(None))):
        if lease.takes_seat:
            holders.add((lease.item_id, lease.user_id))
    taken = Counter(item for item, _ in holders)
    entries = session.exec(select(QueueEntry).join(Pool, col(Pool.id) == col(QueueEntry.pool_id))).all()

    assert all(count <= overlap for count in taken.values())
    assert {entry.item_id: entry.free_seats for entry in entries} == {
        entry.item_id: overlap - taken[entry.item_id] for entry in entries
    }
