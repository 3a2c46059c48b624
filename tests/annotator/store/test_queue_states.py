"""The queue under any course of events that hypothesis can think of."""

from datetime import timedelta
from uuid import uuid4

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import col, select

from annotator.domain import Annotation, Lease, Pool, QueueEntry, Returned, Serve, Skip, now
from annotator.store import annotations, parking, pools, queue, seats
from tests import make

PEOPLE = ("ada", "bob", "cyd")
SENTENCES = ("One.", "Two.", "Three.")

FIRST = {"kind": "group", "name": "first", "documents": ["news-0"]}
SECOND = {"kind": "group", "name": "second", "documents": ["news-1"]}
POOLS = (  # every item is open to somebody in each of them
    [],
    [{"kind": "all"}, {"kind": "people", "name": "team", "people": ["ada", "bob"]}],
    [FIRST | {"people": ["ada", "bob"]}, SECOND | {"people": ["bob", "cyd"]}],
    [FIRST, {"kind": "language", "language": "en", "people": ["cyd"]}],
)

people = st.sampled_from(PEOPLE)
numbers = st.integers(0, 2 * len(SENTENCES) - 1)


def test_the_queue_keeps_its_promises_whatever_happens(session, soak):
    """A seat too many costs money and skews agreement; a seat hidden is an item that is never judged."""
    members = {name: make.user(session, name) for name in PEOPLE}
    opened = make.open_document(session, sentences=SENTENCES, documents=2, members=members.values())
    session.commit()

    run_state_machine_as_test(
        lambda: Queue(session, members, opened),
        settings=settings(
            max_examples=2_000 if soak else 40,
            stateful_step_count=60 if soak else 30,
            phases=list(Phase) if soak else [Phase.generate],  # the smallest course takes minutes to find
            deadline=None,
            derandomize=not soak,
            suppress_health_check=list(HealthCheck),
        ),
    )


class Queue(RuleBasedStateMachine):
    """Three people at six sentences in two documents, in a transaction that is never committed."""

    def __init__(self, session, members, opened):
        super().__init__()
        self.session, self.members, self.opened = session, members, opened
        self.project, self.items = opened.project, opened.items
        self.taken_back = None
        self.before, self.given = {}, {}
        self.overlap = 1

    def teardown(self):
        self.session.rollback()

    @initialize(overlap=st.integers(1, 3), serve=st.sampled_from(list(Serve)), layout=st.sampled_from(POOLS))
    def start(self, overlap, serve, layout):
        self.project.overlap, self.project.serve, self.overlap = overlap, serve, overlap
        self.project.settings = {**self.project.settings, "pools": layout}
        self.session.flush()
        pools.apply(self.session, self.project)
        seats.recount(self.session, self.project)
        first, second = ({item.id for item in self.items[part]} for part in (slice(0, 3), slice(3, 6)))
        named = {name: set() if layout else first | second for name in PEOPLE}
        for pool in layout:
            for name in pool.get("people", PEOPLE):
                named[name] |= {"first": first, "second": second}.get(pool.get("name"), first | second)
        self.open = {self.members[name].id: items for name, items in named.items()}

    @rule(name=people, limit=st.integers(1, 4))
    def lend(self, name, limit):
        user = self.members[name]
        until = {lease.id: lease.expires_at for lease in self.live_leases()}
        served = queue.serve(self.session, self.project, user, limit=limit, minutes=30)

        assert len(served.leases) <= limit
        assert all(lease.expires_at >= until.get(lease.id, lease.expires_at) for lease in self.live_leases())
        self.check_served(name, served)
        if not served.leases:
            open_to_her = self.free_for(user) - self.parked_by(user)
            assert open_to_her <= self.done_with(user)

    @rule(name=people, count=st.integers(1, 7), hours=st.integers(1, 72))
    def take_along(self, name, count, hours):
        """As many as asked, whole documents perhaps more; fewer only if there is nothing else."""
        user = self.members[name]
        served = queue.take_along(self.session, self.project, user, count=count, hours=hours)

        soonest = now() + timedelta(hours=hours, minutes=-1)
        assert all(lease.expires_at > soonest for lease in served.leases)
        assert {lease.item_id for lease in served.leases} == self.held_by(user) - self.parked_by(user)
        self.check_served(name, served)
        if len(served.leases) < count:
            open_to_her = self.free_for(user) - self.held_by(user)
            assert open_to_her <= self.done_with(user)

    def check_served(self, name, served):
        user = self.members[name]
        lent = [lease.item_id for lease in served.leases]
        assert len(lent) == len(set(lent))
        assert not set(lent) & (self.answered_by(user) | self.parked_by(user))
        assert set(lent) - self.ever_held_by(user) <= self.open[user.id]
        assert served.remaining == sum(
            free for item, free in self.free().items() if item in self.open[user.id]
        )
        if self.taken_back and self.taken_back[0] == name:
            assert lent[0] == self.taken_back[1]
        new = [lease for lease in served.leases if lease.item_id not in self.ever_answered_by(user)]
        assert new == sorted(new, key=lambda lease: lease.unparked_at is None)
        elsewhere = self.leased_to_others(user) & self.open[user.id]
        waits = self.parked_by(user) | elsewhere - self.done_with(user)
        assert (served.retry_after is not None) == bool(not lent and waits)

    @rule(name=people)
    def give_back(self, name):
        user = self.members[name]
        parked, answered = self.parked_by(user), self.answered_by(user)
        queue.give_back(self.session, self.project, user)

        assert self.held_by(user) == parked
        assert self.answered_by(user) == answered
        for item in self.items:
            self.forget(name, item)

    @rule(name=people, number=numbers)
    def park(self, name, number):
        """A question to the curator keeps its seat, or takes one that is free; an answer needs none."""
        user, item = self.members[name], self.items[number]
        has_answered = item.id in self.answered_by(user)
        has_seat = user.id in self.held()[item.id] or self.free()[item.id] > 0
        is_leased = item.id in self.held_by(user)
        lease = parking.park(self.session, user, item, days=14)
        self.given.setdefault(user.id, set()).add(item.id)

        assert (lease is None) == (has_answered and not is_leased)
        if lease is not None:
            assert item.id in self.parked_by(user)
            assert (user.id in self.held()[item.id]) == (has_seat if not is_leased else lease.takes_seat)
            self.forget(name, item)

    @rule(name=people, number=numbers)
    def unpark(self, name, number):
        """It comes before all that is new to its person; what is not parked stays as it is."""
        user, item = self.members[name], self.items[number]
        was_parked = item.id in self.parked_by(user)
        lease = parking.unpark(self.session, user, item, minutes=60)

        assert (lease is not None) == was_parked
        assert item.id not in self.parked_by(user)

    @precondition(lambda self: self.live_leases())
    @rule(data=st.data())
    def ask_and_reply(self, data):
        lease = data.draw(st.sampled_from(self.live_leases()))
        name = {user.id: name for name, user in self.members.items()}[lease.user_id]
        number = [item.id for item in self.items].index(lease.item_id)
        self.park(name, number)
        self.unpark(name, number)
        self.lend(name, 4)

    @rule(name=people, number=numbers)
    def answer(self, name, number):
        """In time, late, or never asked for: it is stored, and counts exactly if it has a seat."""
        user, item = self.members[name], self.items[number]
        stands = annotations.current(self.session, user, item)
        has_seat = user.id in self.held()[item.id] or self.free()[item.id] > 0
        saved, is_new = annotations.append(
            self.session, user, uuid4(), make.answer(item, replaces=stands.uuid if stands else None)
        )

        assert is_new
        assert saved.counted == has_seat
        self.given.setdefault(user.id, set()).add(item.id)
        self.forget(name, item)

    @rule(name=people, number=numbers)
    def undo(self, name, number):
        user, item = self.members[name], self.items[number]
        stands = annotations.current(self.session, user, item)
        if stands is None:
            return
        undone = make.answer(item, replaces=stands.uuid, withdrawn=True)
        annotations.append(self.session, user, uuid4(), undone)

        assert (user.id in self.held()[item.id]) == stands.counted
        self.taken_back = (name, item.id)

    @rule(name=people, number=numbers)
    def skip(self, name, number):
        user, item = self.members[name], self.items[number]
        counted = user.id in self.held()[item.id] and item.id in self.answered_by(user)
        queue.skip(self.session, user, item)

        assert (user.id in self.held()[item.id]) == counted
        self.forget(name, item)

    @precondition(lambda self: self.live_leases())
    @rule(data=st.data())
    def expire(self, data):
        lease = data.draw(st.sampled_from(self.live_leases()))
        lease.expires_at = now() - timedelta(seconds=1)
        self.session.flush()
        self.taken_back = None

    @rule(overlap=st.integers(1, 3))
    def change_overlap(self, overlap):
        self.project.overlap = self.overlap = overlap
        self.session.flush()
        seats.recount(self.session, self.project)

    @invariant()
    def nobody_sits_where_no_seat_was(self):
        held = self.held()
        for item in self.items:
            before = len(self.before.get(item.id, ()))
            assert len(held[item.id]) <= max(self.overlap, before)
        self.before = held

    @invariant()
    def what_is_free_is_what_nobody_holds(self):
        held = self.held()
        left = {item.id: max(0, self.overlap - len(held[item.id])) for item in self.items}
        assert self.free() == left

    @invariant()
    def a_pool_tells_what_is_free_in_it(self):
        told = dict(self.session.execute(sa.select(col(Pool.id), col(Pool.free_seats))).all())
        entries = sa.select(col(QueueEntry.pool_id), sa.func.sum(QueueEntry.free_seats))
        counted = self.session.execute(entries.group_by(col(QueueEntry.pool_id))).all()
        assert {pool: free for pool, free in told.items() if free} == {
            pool: free for pool, free in counted if free
        }

    @invariant()
    def an_item_is_listed_as_returned_at_most_once_a_pool(self):
        listed = self.session.execute(sa.select(col(Returned.pool_id), col(Returned.item_id))).all()
        assert len(listed) == len(set(listed))

    def forget(self, name, item):
        """This person has done something with the item: it need not come first any more."""
        if self.taken_back == (name, item.id):
            self.taken_back = None

    def live_leases(self):
        return list(
            self.session.exec(select(Lease).where(col(Lease.ended_at).is_(None)).order_by(col(Lease.id)))
        )

    def free(self):
        return dict(
            self.session.execute(sa.select(col(QueueEntry.item_id), col(QueueEntry.free_seats))).all()
        )

    def free_for(self, user):
        return {item for item, free in self.free().items() if free and item in self.open[user.id]}

    def ever_held_by(self, user):
        """What came to her otherwise than by a pool: asked about, or answered and taken back."""
        return set(self.given.get(user.id, ()))

    def held(self):
        """Item → who holds a seat of it, computed here from nothing but the rows."""
        holders = {item.id: set() for item in self.items}
        for row in self.current():
            if row.counted:
                holders[row.item_id].add(row.annotator_id)
        for lease in self.live_leases():
            if lease.takes_seat:
                holders[lease.item_id].add(lease.user_id)
        return holders

    def current(self):
        newest = {}
        for row in self.session.exec(select(Annotation).order_by(col(Annotation.revision))):
            newest[row.item_id, row.annotator_id] = row
        return [row for row in newest.values() if not row.withdrawn]

    def answered_by(self, user):
        return {row.item_id for row in self.current() if row.annotator_id == user.id}

    def ever_answered_by(self, user):
        rows = self.session.exec(select(Annotation).where(Annotation.annotator_id == user.id))
        return {row.item_id for row in rows}

    def held_by(self, user):
        return {lease.item_id for lease in self.live_leases() if lease.user_id == user.id}

    def parked_by(self, user):
        return {lease.item_id for lease in self.live_leases() if lease.user_id == user.id and lease.parked_at}

    def done_with(self, user):
        twice = sa.select(col(Skip.item_id)).where(col(Skip.user_id) == user.id, col(Skip.times) > 1)
        return self.answered_by(user) | set(self.session.execute(twice).scalars())

    def leased_to_others(self, user):
        return {
            lease.item_id for lease in self.live_leases() if lease.takes_seat and lease.user_id != user.id
        }
