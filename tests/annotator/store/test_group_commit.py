"""Writers that share a commit: who is acknowledged is stored, and nobody is undone for what another did."""

import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from annotator.domain import User
from annotator.store import engine as store
from annotator.store.group_commit import MOST
from annotator.store.light import Light
from annotator.store.ready import Ready
from tests import make
from tests.services.waiting import until

pytestmark = pytest.mark.sqlite

USER = User.__table__
RENAME = Ready(
    sa.update(USER).values(display_name=sa.bindparam("to")).where(USER.c.name == sa.bindparam("who"))
)
COUNT = Ready(sa.select(sa.func.count()).select_from(USER))


class Writers:
    """Threads whose turns come one after the other: each is started once those before it wait."""

    def __init__(self, engine):
        self.engine = engine.execution_options(standpoint_writes=True)
        self.reader = engine
        self.sharing = store.sharing_commits(engine)
        self.turns = self.sharing._turns
        self.commits = 0
        self.stored, self.refused = {}, {}  # by name: what they saw when they were told
        sa.event.listen(engine, "commit", self._count)
        self.threads = []

    def _count(self, _connection):
        self.commits += 1

    def session(self, *, alone=False):
        return Light(self.engine, None if alone else self.sharing)

    def starts(self, name, work, *, alone=False):
        """Give this one its thread, and wait until it stands in the queue."""
        before = len(self.turns.waiting)
        self.threads.append(Thread(target=self._run, args=(name, work), kwargs={"alone": alone}))
        self.threads[-1].start()
        until(lambda: len(self.turns.waiting) > before)

    def _run(self, name, work, *, alone):
        try:
            with self.session(alone=alone) as session:
                work(session, name)
                session.commit()
        except (sa.exc.DBAPIError, Undone) as error:
            self.refused[name] = error
        else:
            self.stored[name] = names(self.reader)

    def end(self):
        for thread in self.threads:
            thread.join(60)
            assert not thread.is_alive()


class Undone(Exception):
    """Somebody thought better of it."""


def names(engine):
    """The people there are, for somebody else."""
    with store.reading(engine) as session:
        return set(session.exec(select(User.name).where(User.display_name == "x")))


def write(session, name):
    assert RENAME.run(session, who=name, to="x") == 1


def undo(session, name):
    write(session, name)
    raise Undone


def mapped(session, name):
    """As a request does, which knows by a ready statement who asks."""
    COUNT.rows(session)
    session.exec(select(User).where(User.name == name)).one().display_name = "x"


def clash(session, name):
    """A change that the mapper makes at the end, and that the database refuses."""
    write(session, name)
    session.add(User(name="a"))


def dangling(session, name):
    """What is found wrong only at the commit."""
    write(session, name)
    session.connection().exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    session.connection().exec_driver_sql(
        "INSERT INTO api_token (user_id, name, token_sha256, scopes, created_at)"
        " VALUES (-1, 'x', 'x', '[]', '2026-01-01')"
    )


def mapped_and_dangling(session, name):
    """The same, found by the session's own commit."""
    dangling(session, name)
    session.get(User, 1)


def lost(session, name):
    """As SQLite does by itself where the disk is full."""
    write(session, name)
    session.connection().exec_driver_sql("ROLLBACK")


@pytest.fixture
def writers(engine):
    with store.writing(engine) as session:
        for name in "abcdefghijklmnopqrst":
            make.user(session, name)
    return Writers(engine)


def test_who_waits_shares_a_commit_and_is_told_once_it_is_stored(writers):
    with writers.session() as first:
        write(first, "a")
        for name in "bcd":
            writers.starts(name, write if name != "c" else mapped)
        before = writers.commits
        first.commit()
        told = names(writers.reader)
    writers.end()

    assert writers.commits - before == 1
    assert told == {"a", "b", "c", "d"}
    assert writers.stored == dict.fromkeys("bcd", told)


def test_nobody_waits_for_a_writer_that_has_not_come(writers):
    with writers.session() as alone:
        write(alone, "a")
        alone.commit()

    assert names(writers.reader) == {"a"}


def test_no_group_grows_for_ever(writers):
    with writers.session() as first:
        write(first, "a")
        for name in "bcdefghijklmnopqrst":
            writers.starts(name, write)
        before = writers.commits
        first.commit()
    writers.end()

    assert set(writers.stored) == set("bcdefghijklmnopqrst")
    assert all(name in seen for name, seen in writers.stored.items())
    assert writers.commits - before == -(-20 // MOST)


@pytest.mark.parametrize("unhappy", [undo, clash])
@pytest.mark.parametrize("place", ["a", "b", "c"])
def test_one_is_undone_alone(writers, unhappy, place):
    """Whether it is the first of them, one in the middle or the last."""
    told = writers.session()
    RENAME.run(told, who="z", to="x")
    for name in "abc":
        writers.starts(name, unhappy if name == place else write)
    told.commit()
    writers.end()

    assert set(writers.refused) == {place}
    assert names(writers.reader) == set("abc") - {place}
    assert all(name in seen for name, seen in writers.stored.items())


def test_the_first_is_undone_and_the_others_go_on(writers):
    with writers.session() as first:
        write(first, "a")
        for name in "bc":
            writers.starts(name, write)
        first.rollback()
    writers.end()

    assert names(writers.reader) == {"b", "c"} == set(writers.stored)


@pytest.mark.parametrize("fatal", [dangling, lost])
def test_a_commit_that_fails_fails_for_all_of_them_and_for_nobody_after(writers, fatal):
    first = writers.session()
    RENAME.run(first, who="a", to="x")
    writers.starts("b", write)
    writers.starts("c", fatal)
    writers.starts("d", write, alone=True)
    with pytest.raises(sa.exc.DBAPIError):
        first.commit()
    writers.end()
    first.close()

    assert set(writers.refused) == {"b", "c"}
    assert names(writers.reader) == {"d"} == writers.stored["d"]


def test_who_is_refused_for_what_was_never_stored_is_not_told_so(writers):
    """An answer that stands in another's way must stand."""
    first = writers.session()
    RENAME.run(first, who="a", to="x")
    refused = []

    def look(session, name):
        COUNT.rows(session)
        assert session.exec(select(User.display_name).where(User.name == "a")).one() == "x"
        try:
            session.rollback()
        except sa.exc.DBAPIError as error:
            refused.append(error)
        raise Undone

    writers.starts("b", look)
    writers.starts("c", lost)
    with pytest.raises(sa.exc.DBAPIError):
        first.commit()
    writers.end()
    first.close()

    assert len(refused) == 1


def test_a_writer_that_shares_with_nobody_keeps_its_place(writers):
    """What takes long commits alone, after those before it and before those after it."""
    seen = []

    def look(session, name):
        write(session, name)
        seen.append((name, writers.commits))

    first = writers.session()
    RENAME.run(first, who="a", to="x")
    before = writers.commits
    writers.starts("b", look)
    writers.starts("c", look, alone=True)
    writers.starts("d", look)
    first.commit()
    writers.end()

    assert [(name, commits - before) for name, commits in seen] == [("b", 0), ("c", 1), ("d", 2)]


def test_others_all_wait_with_a_connection_and_who_shares_gets_one(writers):
    """Who has the turn must not wait for a connection of those who wait for the turn."""
    with writers.session() as first:
        write(first, "a")
        writers.starts("b", write)
        for name in "cdefghijklmnopqrst":
            writers.starts(name, write, alone=True)
        writers.starts("a", write)
        first.commit()
    writers.end()

    assert set(writers.stored) == set("abcdefghijklmnopqrst")


@pytest.mark.parametrize("fatal", [dangling, mapped_and_dangling, lost])
@pytest.mark.parametrize("alone", [True, False])
def test_a_commit_that_fails_leaves_the_connection_as_it_was(writers, fatal, alone):
    """Else its next user stood in the middle of it, and nobody else could write meanwhile."""
    for name in "abc":
        writers._run(name, fatal, alone=alone)
        with closing(sqlite3.connect(writers.reader.url.database, timeout=0)) as elsewhere:
            elsewhere.execute("UPDATE user SET display_name = 'y'")
        writers._run(name, write, alone=alone)

    assert set(writers.refused) == set("abc") == set(writers.stored)


def test_a_database_that_is_gone_keeps_no_turn(writers):
    """It comes back, and so do its writers."""
    folder = Path(writers.reader.url.database).parent
    writers.reader.dispose()
    folder.rename(folder.with_name("elsewhere"))
    writers._run("a", write, alone=False)
    has_turn = writers.turns.take(0)
    writers.turns.end()
    folder.with_name("elsewhere").rename(folder)
    writers._run("b", write, alone=False)

    assert has_turn
    assert set(writers.refused) == {"a"}
    assert set(writers.stored) == {"b"}


def test_another_process_gets_in_between_two_groups(writers):
    """Writers of one process queue, and those of others look whether it is free: they must find it so."""
    is_over, written, most = Event(), [], 1_000  # hundreds more than they manage in five gaps

    def go_on(name):
        while not is_over.is_set() and len(written) < most:
            with writers.session() as session:
                write(session, name)
                Event().wait(0.002)
                session.commit()
            written.append(name)

    threads = [Thread(target=go_on, args=(name,)) for name in "abcdefgh"]
    for thread in threads:
        thread.start()
    for name in "ijklm":
        other = store.create(str(writers.reader.url))
        with store.writing(other) as session:
            write(session, name)
        other.dispose()
    is_over.set()
    for thread in threads:
        thread.join(60)

    assert len(written) < most


def test_who_gets_no_turn_writes_by_itself(writers):
    """Another process may hold the database for long; then SQLite has the last word."""
    writers.sharing._wait_seconds = 0.01
    is_held, is_over = Event(), Event()

    def hold():
        with store.writing(writers.engine) as session:
            write(session, "a")
            is_held.set()
            is_over.wait(60)

    holder = Thread(target=hold)
    holder.start()
    is_held.wait(60)
    late = Thread(target=writers._run, args=("b", write), kwargs={"alone": False})
    late.start()
    until(lambda: writers.sharing._own is not None and not writers.turns.waiting)
    is_over.set()
    holder.join(60)
    late.join(60)

    assert writers.stored["b"] == {"a", "b"}
    assert writers.turns.take(0)


ENDS = st.sampled_from([write, mapped, undo, clash, dangling, lost])


@given(plans=st.lists(st.lists(st.tuples(ENDS, st.booleans()), max_size=4), min_size=2, max_size=5))
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_is_acknowledged_is_stored_and_nothing_else(writers, plans):
    with store.writing(writers.engine) as session:
        session.execute(sa.update(USER).values(display_name=""))
    writers.stored.clear()
    people = iter("abcdefghijklmnopqrst")
    courses = [[(next(people), *step) for step in plan] for plan in plans]
    ready = Barrier(len(courses))

    def run(course):
        ready.wait(60)
        for name, work, alone in course:
            writers._run(name, work, alone=alone)

    threads = [Thread(target=run, args=(course,)) for course in courses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()

    assert names(writers.reader) == set(writers.stored)
    assert all(name in seen for name, seen in writers.stored.items())
    assert writers.turns.take(0)
    writers.turns.end()
