"""`standpoint doctor`: each thing is broken past Standpoint, and named with what to do."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest

from annotator.config import Settings
from annotator.domain import AuditEntry, Delivery, DeliveryState, Release, Webhook, now
from annotator.domain.webhook import Happening
from annotator.keeping.doctor import examination, webhooks
from annotator.keeping.doctor.finding import State
from annotator.store import accounts, annotations
from annotator.store.engine import writing
from tests import make
from tests.annotator.keeping.conftest import standpoint

MUTED = {"durability", "disk", "rights"}  # the tests' PostgreSQL has no fsync; the machine is what it is


@pytest.fixture
def broken(filled, opened):
    """Break something by SQL, no reference or constraint in the way; gives what the doctor says of it."""

    def break_(*statements):
        if filled.startswith("sqlite"):
            with closing(sqlite3.connect(filled.removeprefix("sqlite:///"))) as connection:
                connection.executescript(";".join(["PRAGMA ignore_check_constraints=ON", *statements]))
        else:
            with opened(filled).begin() as connection:
                for statement in ("SET LOCAL session_replication_role = replica", *statements):
                    connection.exec_driver_sql(statement)
        return findings(Settings(database=filled))

    return break_


def findings(settings, environ=None):
    found = examination.examine(settings, environ or {})
    return {f.check: f for f in found if f.state is not State.OK and f.check not in MUTED}


def test_a_healthy_database_has_nothing(filled):
    """An alarm that always rings is switched off."""
    done = standpoint("doctor", "--json", "--database", filled)
    told = json.loads(done.stdout)

    assert done.exit_code == 0
    assert [each for each in told if each["state"] == "problem"] == []
    assert findings(Settings(database=filled)) == {}
    assert len(told) >= 19


def test_problems_are_told_line_by_line_and_by_the_exit_code(filled, broken):
    """A night's cron job looks at the exit code, its owner at the lines."""
    broken("UPDATE queue_entry SET free_seats = free_seats + 5")

    done = standpoint("doctor", "--database", filled)

    assert done.exit_code == 1
    assert "problem  seats: more people would be served than the overlap: project " in done.stdout
    assert "→ `standpoint doctor --repair`" in done.stdout


@pytest.mark.parametrize(
    ("check", "state", "statement", "says"),
    [
        ("answers", "problem", "DELETE FROM stance WHERE annotation_id = 1", "posts, item posts-0-0"),
        ("answers", "problem", "UPDATE annotation SET revision = 1 WHERE id = 2", "revision of an answer is"),
        ("seats", "problem", "UPDATE queue_entry SET free_seats = 0 WHERE item_id = 4", "posts-3-0"),
        ("seats", "problem", "UPDATE pool SET free_seats = 99 WHERE id = 1", "project posts (99 told free"),
        ("seats", "problem", "UPDATE queue_entry SET free_seats = 2 WHERE item_id = 1", "2 told free, 1 are"),
        ("offsets", "problem", 'UPDATE segment SET "end" = 9999 WHERE id = 3', "item posts-2-0"),
        ("offsets", "problem", 'UPDATE span SET "end" = 9999', "item news-0-0"),
        ("offsets", "problem", "UPDATE annotation SET context_start = context_start + 2", "marked words"),
        ("splits", "problem", "UPDATE document SET split = 'left' WHERE id = 2", "document posts-1"),
        ("splits", "warning", "UPDATE document SET cluster = 'c', split = "
         "CASE WHEN id = 1 THEN 'train' ELSE 'test' END WHERE id < 3", "project posts, like c"),
        ("secrets", "problem", "UPDATE installation SET secret_key = 'secret'", "signs cookies"),
        ("secrets", "problem", "UPDATE project SET pseudonym_key = 'k' WHERE id = 2", "of project news"),
        ("people", "warning", "UPDATE sign_in_link SET expires_at = '{old}'", "bob"),
        ("tokens", "warning", "UPDATE api_token SET expires_at = '{hour_ago}'", "a script of ada"),
        ("clock", "warning", "UPDATE annotation SET created_at = '{late}'", "3 of annotation"),
        ("leases", "warning", "UPDATE lease SET expires_at = '{old}'", "posts-2-0"),
        ("jobs", "warning", "UPDATE job SET created_at = '{old}'", "1 (release, waiting)"),
        ("jobs", "warning", "UPDATE job SET state = 'running', heartbeat_at = '{old}'",
         "1 (release, running)"),
        ("schema", "problem", "DROP INDEX ix_document_cluster", "ix_document_cluster"),
        ("schema", "problem", "ALTER TABLE document ADD COLUMN extra_one INTEGER", "extra_one"),
        ("schema", "problem", "UPDATE alembic_version SET version_num = '0007'", "revision 0007"),
    ],
)  # fmt: skip
def test_what_is_broken_is_named(broken, check, state, statement, says):
    """Who runs it at night reads one line, and has to know what to do."""
    hour_ago = (now() - timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S.%f")
    old, late = "2020-01-01 00:00:00.000000", "2999-01-01 00:00:00.000000"
    found = broken(statement.format(hour_ago=hour_ago, old=old, late=late))

    assert set(found) == {check}, found
    assert (found[check].state, says in found[check].says) == (state, True), found
    assert found[check].advice


LONG = timedelta(days=2)
HERE = "http://127.0.0.1:9/in"
ELSEWHERE = "https://10.0.0.7/in"


def message(**fields):
    return {"event": Happening.TEST, "subject": "a", **fields}


@pytest.mark.parametrize(
    ("fields", "messages", "state", "says", "advice"),
    [
        ({"disabled_at": -LONG, "disabled_because": "Nothing has arrived for 5 days."}, [], "warning",
         "webhook 1 of posts to 127.0.0.1: Nothing has arrived for 5 days.", "switch the webhook on"),
        ({"failing_since": -LONG}, [], "warning", "these take nothing: webhook 1 of posts", "look at"),
        ({}, [message(next_at=-LONG)], "warning", "wait: 1 of webhook 1", "standpoint serve"),
        ({}, [message(subject=f"{n}", next_at=LONG) for n in range(webhooks.MANY + 1)], "warning",
         "many messages wait: 1,001 of webhook 1", "switch the webhook off"),
        ({}, [message(state=DeliveryState.FAILED)], "warning", "three days: 1 of", "send them again"),
        ({"url": ELSEWHERE}, [], "problem", "webhook 1 of posts to 10.0.0.7", "STANDPOINT_WEBHOOK_HOSTS"),
    ],
    ids=["switched off", "failing", "late", "many", "given up", "not allowed"],
)  # fmt: skip
def test_a_webhook_that_tells_nobody_is_told(filled, opened, fields, messages, state, says, advice):
    """The script behind it waits, and nobody looks at a page that was right when it was made."""
    store_webhook(opened(filled), fields, messages)

    found = findings(Settings(database=filled, webhook_hosts="127.0.0.1"))

    assert set(found) == {"webhooks"}
    assert (found["webhooks"].state, says in found["webhooks"].says) == (state, True), found
    assert advice in found["webhooks"].advice


def test_webhooks_that_are_well_or_that_a_curator_switched_off_are_not_complained_of(filled, opened):
    """An alarm that always rings is switched off."""
    engine = opened(filled)
    store_webhook(engine, {}, [message(state=DeliveryState.DELIVERED), message(subject="b")])
    store_webhook(engine, {"disabled_at": -LONG, "url": ELSEWHERE}, [message(next_at=-LONG)])

    assert findings(Settings(database=filled, webhook_hosts="127.0.0.1:9")) == {}


def store_webhook(engine, fields, messages):
    """One of project 1, with messages; times are told from now on."""
    with writing(engine) as session:
        made = Webhook(**dated({"project_id": 1, "url": HERE, "secret": "whsec_", **fields}))
        session.add(made)
        session.flush()
        session.add_all([Delivery(webhook_id=made.id, **dated(each)) for each in messages])


def dated(fields):
    return {name: now() + each if isinstance(each, timedelta) else each for name, each in fields.items()}


def test_an_overlap_that_was_lowered_is_told(filled, opened, broken):
    """The answers are there and count; who reads the figures should know."""
    engine = opened(filled)
    with writing(engine) as session:
        annotations.append(
            session, accounts.find_user(session, "bob"), uuid4(), make.answer("posts-0-0", "NONE")
        )
    engine.dispose()

    found = broken("UPDATE item SET overlap = 1 WHERE external_id = 'posts-0-0'")

    assert found["seats"].state is State.WARNING
    assert "item posts-0-0 (2 people for 1)" in found["seats"].says


def test_an_answer_that_is_there_twice_is_named(broken, engine):
    """A double click that got past every guard has two votes."""
    name = "uq_annotation_item_id_annotator_id_kind_occasion_revision"
    loosen = [f"ALTER TABLE annotation DROP CONSTRAINT {name}"]
    if engine.dialect.name == "sqlite":
        loosen = [
            "CREATE TABLE loose AS SELECT * FROM annotation",
            "DROP TABLE annotation",
            "ALTER TABLE loose RENAME TO annotation",
        ]
    double = "UPDATE annotation SET item_id = 1, revision = 0 WHERE id <= 2"
    found = broken(*loosen, double)

    assert "an answer is there twice: project posts, item posts-0-0." in found["answers"].says


@pytest.mark.sqlite
def test_rows_that_name_what_is_gone_are_told(broken):
    """Such a row breaks a page long after what broke it."""
    assert "segment 1 names a document" in broken("DELETE FROM document WHERE id = 1")["references"].says


@pytest.mark.sqlite
def test_damage_in_the_file_is_told(filled, opened):
    """A page that the disk lost is found before a project is built on it."""
    engine = opened(filled)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        page = connection.exec_driver_sql(
            "SELECT rootpage FROM sqlite_master WHERE name = 'span'"
        ).scalar_one()
    engine.dispose()
    with Path(filled.removeprefix("sqlite:///")).open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 4096)

    found = findings(Settings(database=filled))

    assert found["integrity"].state is State.PROBLEM
    assert "cannot be looked at" in found["offsets"].says


@pytest.mark.sqlite
def test_settings_and_surroundings_are_looked_at(filled, tmp_path):
    """A variable with a typing error does nothing, and nobody knows."""
    loose = Settings(
        database=filled, sqlite_synchronous="NORMAL", releases=f"{tmp_path}/standpoint.db/releases"
    )
    told = {f.check: f for f in examination.examine(loose, {"STANDPOINT_DATABSE": "x"})}

    assert "STANDPOINT_DATABSE" in told["settings"].says
    assert "synchronous is NORMAL" in told["durability"].says
    assert told["releases folder"].state is State.PROBLEM
    (tmp_path / "standpoint.db").chmod(0o666)
    told = {f.check: f for f in examination.examine(Settings(database=filled), {})}
    assert told["rights"].state is State.PROBLEM
    (tmp_path / "standpoint.db").chmod(0o600)
    told = {f.check: f for f in examination.examine(Settings(database=filled), {})}
    assert told["rights"].state is State.OK


@pytest.mark.postgresql
def test_the_server_is_looked_at(filled):
    """The tests' own server trades durability for speed, and has room for thirteen processes."""
    told = {f.check: f for f in examination.examine(Settings(database=filled), {})}

    assert told["server"].state is State.OK
    assert "fsync, full_page_writes off" in told["durability"].says
    weak = Settings(database=filled.replace("standpoint@", "standpoint:standpoint@"))
    assert "anybody guesses" in findings(weak)["secrets"].says


def test_seats_are_repaired_when_told(filled, broken):
    """Nobody is to write SQL to get a campaign going again."""
    assert "seats" in broken("UPDATE queue_entry SET free_seats = 0")

    done = standpoint("doctor", "--repair", "--database", filled)

    assert (done.exit_code, "counted anew in 2 projects" in done.stdout) == (0, True)
    assert findings(Settings(database=filled)) == {}


def test_a_release_that_changed_is_named(filled, opened, tmp_path):
    """The figures of a paper must be those of the files that it names."""
    folder = tmp_path / "release-1"
    folder.mkdir()
    (folder / "gold.parquet").write_bytes(b"gold")
    files = {"gold.parquet": sha256(b"gold").hexdigest()}
    (folder / "release.json").write_text(json.dumps({"files": files}), encoding="utf-8")
    over = sha256(f"{files['gold.parquet']}  gold.parquet\n".encode()).hexdigest()
    with writing(opened(filled)) as session:
        session.add(Release(project_id=1, number=1, sha256=over))
        detail = {"number": 1, "sha256": over, "folder": str(folder)}
        session.add(AuditEntry(project_id=1, action="release", detail=detail))
    settings = Settings(database=filled)
    assert findings(settings) == {}

    (folder / "gold.parquet").write_bytes(b"fool's gold")
    assert "release 1" in findings(settings)["releases"].says
    assert findings(settings)["releases"].state is State.PROBLEM
    (folder / "gold.parquet").unlink()
    (folder / "release.json").unlink()
    folder.rmdir()
    assert findings(settings)["releases"].state is State.WARNING
