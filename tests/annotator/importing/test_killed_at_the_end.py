"""An import that is killed in its last stage: all is stored; pools, rounds and seats are arranged in part.

Nobody is lent what no round has taken yet, and whoever comes next brings it to the end it would have had.
"""

import signal
import subprocess
import sys
from collections import Counter
from itertools import count

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.config import Settings
from annotator.domain import Batch, Import, Item, Pool, PoolKind, Project, QueueEntry, Role, User
from annotator.domain.intake import ImportState
from annotator.domain.project_file import ProjectFile
from annotator.importing.load import bring_in, read_all
from annotator.importing.options import Options
from annotator.importing.under_way import Begun
from annotator.store import accounts, projects, queue, rounds
from annotator.store import engine as store
from tests import make
from tests.services.running import running
from tests.services.waiting import until

OLD, NEW = [f"old-{n}" for n in range(9)], [f"new-{n}" for n in range(30)]
POOLS = [
    {"kind": "people", "name": "desk", "people": ["ada"]},
    {"kind": "group", "name": "council", "documents": ["old-1", "old-2"]},
    {"kind": "all"},
]
ROUNDS = [
    {"name": "pilot", "round": "pilot", "items": 60, "overlap": 3},
    {"name": "main", "overlap": 1, "share": {"rate": 0.25, "overlap": 2}},
]
KILLED = """
import os, signal, sys
from pathlib import Path
import sqlalchemy as sa
from annotator.domain import metadata
from annotator.importing import shown
from annotator.importing.load import bring_in, read_all
from annotator.importing.options import Options
from annotator.importing.under_way import Begun
from annotator.store import engine as store
from annotator.store import pools, rounds

url, slug, last, *paths = sys.argv[1:]
shown.SOME = shown.SEATS = pools.SOME = 50  # several parts of few items
rounds.CHUNK = 20
engine, parts, table = store.create(url), [], metadata.tables["import"]
showing = sa.select(table.c.id).where(table.c.state == "showing", table.c.owner.endswith(f" {os.getpid()}"))

@sa.event.listens_for(engine, "commit")
def count(connection):
    if connection.get_execution_options().get("standpoint_writes") and connection.execute(showing).first():
        parts.append(1)
    if len(parts) > int(last):
        os.kill(os.getpid(), signal.SIGKILL)

rows, report = read_all(map(Path, paths), Options())
bring_in(engine, slug, rows, report, Options(), begun=Begun())
"""


def texts(documents):
    lines = (f"{name},{m},{name}-{m},Sentence {m} of {name}.\n" for name in documents for m in range(4))
    return "document,position,id,text\n" + "".join(lines)


ANSWERS = "item_id,holder,target,label,annotator\n" + "".join(
    f"{name}-1,Mayor,Ferry,FAVOR,eve\n" for name in OLD + NEW
)


def bring(engine, slug, paths):
    bring_in(engine, slug, *read_all(paths, Options()), Options(), begun=Begun())


def prepare(engine, slug, old):
    """A project with pools and rounds, few texts and two people."""
    plain = {"slug": slug, "kind": "open", "overlap": 2}
    with store.writing(engine) as session:
        project = projects.create(session, ProjectFile.model_validate(plain))
        for name in ("ada", "bob"):
            projects.join(session, project, accounts.find_user(session, name), Role.ANNOTATOR)
    bring(engine, slug, [old])
    with store.writing(engine) as session:
        file = ProjectFile.model_validate({**plain, "pools": POOLS, "rounds": ROUNDS})
        projects.apply(session, projects.find(session, slug), file)


def kill(database_url, slug, after, paths):
    """Import in a process that is killed after so many parts of the last stage; False if it had fewer."""
    run = [sys.executable, "-c", KILLED, database_url, slug, str(after), *map(str, paths)]
    ended = subprocess.run(run, check=False, capture_output=True, text=True)
    assert ended.returncode in {0, -signal.SIGKILL}, ended.stderr
    return ended.returncode != 0


def offered(engine, slug):
    """(pool, item) → its place, its round, how many people are to answer, and how many are still wanted."""
    overlap = sa.func.coalesce(col(Item.overlap), col(Batch.overlap), col(Project.overlap))
    query = (
        sa.select(Pool.kind, Item.external_id, QueueEntry.rank, Batch.name, overlap, QueueEntry.free_seats)
        .join(QueueEntry, col(QueueEntry.pool_id) == col(Pool.id))
        .join(Item, col(Item.id) == col(QueueEntry.item_id))
        .join(Project, col(Project.id) == col(Item.project_id))
        .outerjoin(Batch, col(Batch.id) == col(Item.batch_id))
        .where(Project.slug == slug, col(QueueEntry.generation) == col(Pool.generation))
        .where(col(Pool.deleted_at).is_(None))
    )
    with Session(engine) as session:
        return {(kind, item): tuple(rest) for kind, item, *rest in session.execute(query)}


def told(engine, slug):
    """What each pool says is free in it."""
    query = select(Pool.kind, Pool.free_seats).join(Project).where(Project.slug == slug)
    with Session(engine) as session:
        return dict(session.exec(query.where(col(Pool.deleted_at).is_(None))).all())


def added_up(entries):
    kinds = {kind for kind, _ in entries}
    return {kind: sum(free for (of, _), (*_, free) in entries.items() if of is kind) for kind in kinds}


def lent(engine, slug, name):
    """The rounds of what this person is lent now; they give it back."""
    with store.writing(engine) as session:
        user, project = (
            session.exec(select(User).where(User.name == name)).one(),
            projects.find(session, slug),
        )
        items = [lease.item_id for lease in queue.serve(session, project, user, limit=50, minutes=30).leases]
        found = sa.select(Batch.name).select_from(Item).outerjoin(Batch, col(Batch.id) == col(Item.batch_id))
        names = set(session.execute(found.where(col(Item.id).in_(items))).scalars())
        queue.give_back(session, project, user)
    return names


def unfinished(engine):
    """The projects whose import is whole and not yet shown."""
    query = select(Project.slug).join(Import).where(Import.state == ImportState.SHOWING)
    with Session(engine) as session:
        return set(session.exec(query))


@pytest.fixture
def new(write):
    return [write("texts.csv", texts(OLD + NEW)), write("answers.csv", ANSWERS)]


@pytest.fixture
def killed(engine, database_url, write, new, soak):
    """The same import into many projects, each killed some parts later; the last came to its own end."""
    with store.writing(engine) as session:
        make.user(session, "ada")
        make.user(session, "bob")
    old, is_killed, slugs = write("old.csv", texts(OLD)), True, []
    parts = count(1, 1 if soak else 4)
    while is_killed:
        after = next(parts)
        slugs.append(f"news-{after}")
        prepare(engine, slugs[-1], old)
        is_killed = kill(database_url, slugs[-1], after, new)
    return slugs


def test_whoever_comes_next_ends_it_as_it_would_have_ended(engine, database_url, killed, new, standpoint):
    """Items stood in a pool and in no round: labelled by nobody, or by more people than were asked for."""
    *killed, whole = killed
    half, ended = {slug: offered(engine, slug) for slug in killed}, offered(engine, whole)
    assert unfinished(engine) == set(killed)
    assert len({len(entries) for entries in half.values()}) > 2  # the pools hold some of it
    assert len({sum(bool(name) for _, name, *_ in entries.values()) for entries in half.values()}) > 2

    for slug, entries in half.items():
        assert told(engine, slug) == added_up(entries)
        assert all(name for _, name, _, free in entries.values() if free)
        assert lent(engine, slug, "ada") | lent(engine, slug, "bob") <= {"pilot", "main"}
    for slug in killed[::2]:
        bring(engine, slug, new)  # finds nothing new, but what was left
    assert unfinished(engine) == set(killed[1::2])
    with running(Settings(database=database_url)):
        until(lambda: not unfinished(engine))

    for slug in killed:
        assert offered(engine, slug) == ended
        assert told(engine, slug) == added_up(ended)
    items, answered = 4 * len(OLD + NEW), len(OLD + NEW)
    with store.reading(engine) as session:
        planned = rounds.planned(session, projects.find(session, whole))
    assert [(each.name, each.items, each.answers) for each in planned] == [
        ("pilot", 60, 3 * 60),
        ("main", items - 60, (items - 60) * 5 // 4),
    ]
    kinds = Counter(kind for kind, _ in ended)
    assert kinds == {PoolKind.ALL: items, PoolKind.PEOPLE: items, PoolKind.GROUP: 8}
    assert added_up(ended)[PoolKind.ALL] == 3 * 60 + (items - 60) * 5 // 4 - answered
    assert standpoint("doctor").exit_code == 0
