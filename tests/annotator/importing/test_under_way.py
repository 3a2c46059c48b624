"""A large import while people work: nobody waits for it, nobody sees half of it, and no half of it stays."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import Document, Entity, Import, Item, Pool, Project, QueueEntry, Role, User, metadata
from annotator.domain.intake import ImportState
from annotator.domain.workforce import RoundEntry
from annotator.errors import BadInput, Conflict, Invalid
from annotator.importing import under_way
from annotator.importing.load import bring_in, read_all, try_out
from annotator.importing.options import Options
from annotator.importing.under_way import Begun
from annotator.jobs.context import Stopped
from annotator.store import engine as store
from annotator.store import projects, queue, rounds
from tests import make

SLUG = "news"
FIRST = "document,position,id,text,outlet\n" + "".join(
    f"old-{n},{m},old-{n}-{m},Old sentence {m} of {n}.,Chirp\n" for n in range(4) for m in range(3)
)
TEXTS = FIRST.replace("Chirp", "Tweet") + "".join(
    f"new-{n},{m},new-{n}-{m},New sentence {m} of {n}.,Chirp\n" for n in range(40) for m in range(4)
)
ANSWERS = (
    "item_id,holder,target,label,annotator\n"
    + "".join(f"new-{n}-1,Mayor {n % 7},Tram {n % 5},FAVOR,eve\n" for n in range(40))
    + "".join(f"old-{n}-1,Mayor {n},Ferry,AGAINST,ada\n" for n in range(4))
)
KILLED = """
import os, signal, sys
from pathlib import Path
import sqlalchemy as sa
from annotator.importing.load import bring_in, read_all
from annotator.importing.options import Options
from annotator.importing.under_way import Begun
from annotator.store import engine as store

url, last, *paths = sys.argv[1:]
engine, commits = store.create(url), []

@sa.event.listens_for(engine, "commit")
def count(connection):
    if connection.get_execution_options().get("standpoint_writes"):
        commits.append(1)
    if len(commits) > int(last):
        os.kill(os.getpid(), signal.SIGKILL)

rows, report = read_all(map(Path, paths), Options())
bring_in(engine, "news", rows, report, Options(), begun=Begun())
"""


@pytest.fixture
def first(standpoint, write, news):
    assert standpoint("import", news, write("first.csv", FIRST)).exit_code == 0


@pytest.fixture
def second(write, first) -> list[Path]:
    return [write("texts.csv", TEXTS), write("answers.csv", ANSWERS)]


@pytest.fixture
def impatient(database_url):
    """Another process of the server: who has to wait for a lock gets an error at once."""
    engine = store.create(database_url)

    @sa.event.listens_for(engine, "connect")
    def hurry(connection, _record):
        if engine.dialect.name == "sqlite":
            connection.execute("PRAGMA busy_timeout = 0")
        else:
            connection.execute("SET lock_timeout = '10ms'")

    yield engine
    engine.dispose()


@pytest.fixture
def ada(engine, first):
    with store.writing(engine) as session:
        ada = make.user(session, "ada")
        projects.join(session, projects.find(session, SLUG), ada, Role.ANNOTATOR)
        return ada.id


def bring(engine, paths, **begun):
    rows, report = read_all(paths, Options())
    bring_in(engine, SLUG, rows, report, Options(), begun=Begun(**begun))
    return report


def seen(engine):
    """How many documents, items and answers people see; and what of the registry and the members."""
    a, i, d, e, m = (
        metadata.tables[name] for name in ("annotation", "item", "document", "entity", "membership")
    )
    with engine.connect() as connection:
        answers = sa.select(sa.func.count()).select_from(a.join(i)).where(i.c.deleted_at.is_(None))
        counts = [
            sa.select(sa.func.count()).select_from(table).where(table.c.deleted_at.is_(None))
            for table in (d, i, e, m)
        ]
        outlets = sa.select(d.c.outlet).distinct().where(d.c.external_id.like("old-%"))
        return (
            [connection.execute(query).scalar_one() for query in (answers, *counts)],
            sorted(connection.execute(outlets).scalars()),
        )


def everything(engine):
    """All that is stored, but for when, by whom and under which number."""
    with engine.connect() as connection:
        return {
            table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }


def test_people_work_between_the_parts_and_see_nothing_of_it(engine, impatient, second, ada):
    """Annotators got 503 for as long as their curator's import took."""
    before, parts = seen(impatient), []

    def work(stored):
        with store.writing(impatient) as session:
            user, project = session.get_one(User, ada), projects.find(session, SLUG)
            leases = queue.serve(session, project, user, limit=50, minutes=30).leases
            lent = select(Item.external_id).where(col(Item.id).in_([lease.item_id for lease in leases]))
            assert {name[:3] for name in session.exec(lent)} == {"old"}
        assert seen(impatient) == before
        parts.append(stored)

    bring(engine, second, hear=work)

    assert len(parts) > 8
    assert parts[-1] == 44 + 160 + 44  # documents, items, answers
    (answers, documents, items, *_), outlets = seen(engine)
    assert (answers, items, documents, outlets) == (44, 172, 44, ["Tweet"])


def test_what_an_import_brought_is_offered_once_it_is_shown(engine, second, ada):
    """A text that no queue holds is labelled by nobody."""
    bring(engine, second)

    with store.writing(engine) as session:
        user, project = session.get_one(User, ada), projects.find(session, SLUG)
        served = queue.serve(session, project, user, limit=1, minutes=30)
        wanted = select(sa.func.sum(QueueEntry.free_seats))
        assert (
            session.exec(wanted).one() == 172 - 44 - 2
        )  # overlap 1: answered, and what is lent of her document
        assert served.remaining == 172 - 44 - 2


def test_pools_hold_what_came_in_whatever_becomes_of_the_rounds(engine, second, ada):
    """Each is stored for itself, so that who saves waits for one of them and not for both."""
    with store.writing(engine) as session:
        project = projects.find(session, SLUG)
        rounds = [{"name": "first", "targets": {"nobody": 2}}]
        project.settings = {**project.settings, "pools": [{"kind": "people", "people": ["ada"], "name": "a"}]}
        project.settings = {**project.settings, "rounds": rounds}

    with pytest.raises(Invalid, match="names the target 'nobody'"):
        bring(engine, second)

    with store.reading(engine) as session:
        there = select(Item.external_id).join(QueueEntry).join(Pool).where(Pool.name == "a")
        assert {name[:3] for name in session.exec(there)} == {"new", "old"}
        assert seats_add_up(session, projects.find(session, SLUG))


def test_what_no_round_has_taken_yet_is_offered_to_nobody(engine, impatient, second, ada):
    """Else its first answers are those of another round, by as many people as that one asks for."""
    with store.writing(engine) as session:
        entries = [RoundEntry(name="pilot", items=20, overlap=3), RoundEntry(name="main", overlap=1)]
        rounds.change(session, projects.find(session, SLUG), entries, by=session.get_one(User, ada))
    early, parts = [], []

    @sa.event.listens_for(engine, "checkin")
    def look(_connection, _record):
        with store.writing(impatient) as session:  # nobody waits for a part either
            offered = select(Item.external_id).join(QueueEntry).where(QueueEntry.free_seats > 0)
            early.extend(session.exec(offered.where(col(Item.batch_id).is_(None))))
            session.execute(sa.update(User).where(col(User.id) == ada).values(locale="es"))
            state = session.exec(select(Import.state).order_by(col(Import.id).desc())).first()
            parts.append(state)

    bring(engine, second)

    sa.event.remove(engine, "checkin", look)
    assert early == []
    assert parts.count(ImportState.SHOWING) > 3
    with store.reading(engine) as session:
        project = projects.find(session, SLUG)
        assert [(each.name, each.items, each.answers) for each in rounds.planned(session, project)] == [
            ("pilot", 20, 60),
            ("main", 152, 152),
        ]
        assert seats_add_up(session, project)
        assert session.exec(select(sa.func.sum(Pool.free_seats))).one() == 60 + 152 - 44


def seats_add_up(session, project):
    """Whether each pool says of itself what its entries say."""
    entries = sa.select(sa.func.sum(QueueEntry.free_seats)).where(QueueEntry.pool_id == Pool.id)
    told = sa.select(Pool.free_seats, entries.scalar_subquery()).where(Pool.project_id == project.id)
    return all(free == (total or 0) for free, total in session.execute(told))


def test_a_trial_reads_only_and_says_what_the_import_says(engine, impatient, second, contents):
    """Looking at what would come in must neither wait for people nor hold them up."""
    before = contents()
    tried, made = (read_all(second, Options()) for _ in range(2))
    with store.writing(engine) as session:
        session.execute(sa.select(col(Project.id)).with_for_update())
        try_out(impatient, SLUG, *tried, Options())
    assert contents() == before

    bring_in(engine, SLUG, *made, Options(), begun=Begun())
    assert tried[1].lines(SLUG) == made[1].lines(SLUG)
    assert tried[1].items["new"] == 160


@pytest.mark.parametrize("part", [1, 5, 12])
def test_what_is_cancelled_in_the_middle_leaves_nothing(engine, second, contents, part):
    """Whoever pressed the button by mistake presses another, and all is as it was."""
    before, parts = contents(), []

    def cancel(stored):
        parts.append(stored)
        if len(parts) == part:
            raise Stopped

    with pytest.raises(Stopped):
        bring(engine, second, hear=cancel)
    assert contents() == before


def test_a_fault_in_the_last_line_leaves_nothing(engine, write, first, contents):
    """Everything before it was stored by then, and nobody has seen it."""
    before = contents()
    files = [write("texts.csv", TEXTS), write("bad.csv", ANSWERS + "old-1-2,Mayor,Ferry,MAYBE,ada\n")]
    with pytest.raises(BadInput, match="MAYBE"):
        bring(engine, files)
    assert contents() == before


def test_a_killed_import_is_all_there_or_not_at_all(engine, database_url, second, standpoint):
    """The kernel kills what takes too much memory, at any commit: before the whole is shown, or after."""
    before, states = seen(engine), []
    rows = everything(engine)
    for last in range(1, 60, 4):
        run = [sys.executable, "-c", KILLED, database_url, str(last), *map(str, second)]
        ended = subprocess.run(run, check=False, capture_output=True, text=True)
        if ended.returncode == 0:
            break
        assert ended.returncode == -signal.SIGKILL, ended.stderr
        with Session(engine) as session:
            [state] = session.exec(select(Import.state).where(Import.state != "done"))
        states.append(state)
        if state == "storing":
            assert seen(engine) == before
            assert under_way.settle(engine) == 1
            assert everything(engine) == rows
    assert set(states) == {"storing", "showing"}

    again = standpoint("import", SLUG, *second)
    assert again.exit_code == 0, again.output
    (answers, documents, items, *_), outlets = seen(engine)
    assert (answers, items, documents, outlets) == (44, 172, 44, ["Tweet"])
    after = everything(engine)
    assert after["document"] == 44
    assert after["item"] == after["queue_entry"] == 172
    assert after["near_duplicate"] > 0
    assert standpoint("doctor").exit_code == 0


def test_one_import_at_a_time_in_a_project(engine, second):
    """Two that register the same names would both be wrong."""

    def another(stored):
        with pytest.raises(Conflict, match="under way"):
            bring(engine, second)

    bring(engine, second, hear=another)


def test_what_was_taken_for_dead_stores_nothing_more(engine, second, contents):
    """A process that slept for an hour wakes up; somebody has cleared away behind it."""
    before = contents()

    def sleep(stored):
        with store.writing(engine) as session:
            session.execute(sa.delete(Import).where(Import.state == "storing"))

    with pytest.raises(Conflict, match="taken for dead"):
        bring(engine, second, hear=sleep)
    assert contents() == before


def test_names_that_are_given_away_meanwhile_are_told_apart(engine, second):
    """The API adds a text, and an annotator proposes a name, while the import stores the same."""
    done = []

    def meanwhile(stored):
        if stored > 150 and not done:
            done.append(stored)
            with store.writing(engine) as session:
                project = projects.find(session, SLUG)
                make.document(session, project, "new-0", ["Another."])
                make.entity(session, project, "tram-0")

    bring(engine, second, hear=meanwhile)
    with Session(engine) as session:
        names = session.exec(
            select(Document.external_id).where(col(Document.external_id).like("new-0%"))
        ).all()
        keys = session.exec(select(Entity.key).where(col(Entity.key).like("tram-0%"))).all()
    assert sorted(name.partition("new-0")[2][:1] for name in names) == ["", "-"]
    assert sorted(key.partition("tram-0")[2][:1] for key in keys) == ["", "-"]
