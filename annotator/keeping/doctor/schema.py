"""The database as such: its schema, and what SQLite and PostgreSQL say of themselves."""

from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from annotator.domain import metadata
from annotator.keeping.doctor.finding import Findings, Patient, ok, problem, told, warning
from annotator.store import revisions, search

DISK = "stop the server, restore the last backup into a new file, and look after the disk"
SYNCHRONOUS = {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}
OLDEST_POSTGRESQL = 14
POOLED = 15  # connections that one process of ours may open: ten kept, five more for a while


def schema(patient: Patient) -> Findings:
    """The revision, and whether the tables are what it makes."""
    found, head = _revisions(patient)
    if found != head:
        said = f"it is of revision {found}, and this Standpoint's is {head}."
        yield problem("schema", said, "back up, then run `standpoint init`")
        return
    options = {"include_name": search.is_ours, "compare_type": True}
    context = MigrationContext.configure(patient.connection, opts=options)
    if drift := [_told(change) for change in compare_metadata(context, metadata)]:
        advice = "somebody changed it by hand: back up, and restore the backup into a new database"
        yield problem("schema", f"it is not what its revision makes: {told(drift)}.", advice)
    else:
        yield ok("schema", f"revision {found}, as its migrations make it")


def is_current(patient: Patient) -> bool:
    """Whether the tables are those that the other checks know."""
    found, head = _revisions(patient)
    return found == head


def integrity(patient: Patient) -> Findings:
    """SQLite's own look at its pages and references."""
    if not patient.is_sqlite:
        return
    said = [row[0] for row in patient.connection.exec_driver_sql("PRAGMA integrity_check(20)")]
    if said == ["ok"]:
        yield ok("integrity", "SQLite finds no damage in its file")
    else:
        yield problem("integrity", f"SQLite finds damage: {told(said)}.", DISK)
    broken = [
        f"{row[0]} {row[1]} names a {row[2]} that is gone"
        for row in patient.connection.exec_driver_sql("PRAGMA foreign_key_check")
    ]
    if broken:
        yield problem("references", f"rows name what is not there: {told(broken)}.", DISK)
    else:
        yield ok("references", "every row that is named is there")


def durability(patient: Patient) -> Findings:
    """Whether an acknowledged answer survives a power cut."""
    if patient.is_sqlite:
        yield from _sqlite_durability(patient)
    else:
        yield from _postgresql_durability(patient)


def server(patient: Patient) -> Findings:
    """PostgreSQL's version, encoding and connections."""
    if patient.is_sqlite:
        return
    number = int(_shown(patient, "server_version_num")) // 10_000
    if number < OLDEST_POSTGRESQL:
        advice = f"upgrade it to {OLDEST_POSTGRESQL} or later"
        yield problem("server", f"PostgreSQL is of version {number}, which is not tested.", advice)
    encoding = _shown(patient, "server_encoding")
    if encoding != "UTF8":
        advice = "make a database with ENCODING 'UTF8' and `standpoint move --to` it"
        yield problem(
            "server", f"the database is encoded in {encoding}, which cannot hold all texts.", advice
        )
    most = int(_shown(patient, "max_connections")) - int(_shown(patient, "superuser_reserved_connections"))
    if most < POOLED:
        advice = f"set max_connections to {POOLED} for each process that serves, and some more"
        yield warning("server", f"it takes {most} connections, and a process may open {POOLED}.", advice)
    if number >= OLDEST_POSTGRESQL and encoding == "UTF8" and most >= POOLED:
        processes = most // POOLED
        yield ok("server", f"PostgreSQL {number}, UTF8, connections for {processes} processes that serve")


def _revisions(patient: Patient) -> tuple[str | None, str | None]:
    return revisions.current(patient.connection), revisions.head()


def _sqlite_durability(patient: Patient) -> Findings:
    mode = patient.connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
    if mode != "wal":
        advice = "put the file on a local disk: a network drive has no shared memory"
        yield problem("durability", f"the journal is {mode}, not WAL: readers and writers wait.", advice)
    level = SYNCHRONOUS[patient.connection.exec_driver_sql("PRAGMA synchronous").scalar_one()]
    if level in {"FULL", "EXTRA"}:
        yield ok("durability", f"synchronous is {level}: an acknowledged answer survives a power cut")
    else:
        advice = "unset STANDPOINT_SQLITE_SYNCHRONOUS"
        said = f"synchronous is {level}: a power cut may cost the last answers that were acknowledged."
        yield warning("durability", said, advice)


def _postgresql_durability(patient: Patient) -> Findings:
    off = [
        name for name in ("fsync", "full_page_writes", "synchronous_commit") if _shown(patient, name) == "off"
    ]
    if off:
        said = f"{', '.join(off)} off: a crash may cost acknowledged answers, or the database."
        yield warning("durability", said, "switch it on in postgresql.conf")
    else:
        yield ok("durability", "fsync and synchronous_commit are on: an acknowledged answer survives a crash")


def _shown(patient: Patient, name: str) -> str:
    return str(patient.connection.exec_driver_sql(f"SHOW {name}").scalar_one())


def _told(change: Any) -> str:
    """A difference that Alembic found, in a few words: ("remove_index", Index) and the like."""
    what, *things = change if isinstance(change, tuple) else change[0]
    names = [str(getattr(thing, "name", thing)) for thing in things if thing is not None]
    tables = [str(thing.table) for thing in things if isinstance(thing, sa.Index | sa.Constraint)]
    missing = {"add": "lacks", "remove": "has, and should not,"}.get(what.partition("_")[0], "differs in")
    return f"{missing} {what.partition('_')[2].replace('_', ' ')} {' '.join([*tables, *names][-3:])}"
