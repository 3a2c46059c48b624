"""All checks, in the order in which they are told."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from annotator.config import Settings
from annotator.domain import Project
from annotator.keeping.backup import Bars, opened, snapshot
from annotator.keeping.doctor import housekeeping, invariants, schema, seats, surroundings, webhooks
from annotator.keeping.doctor.finding import Finding, Findings, Patient, problem
from annotator.store import engine as store
from annotator.store import seats as store_seats

Check = Callable[[Patient], Findings]
CHECKS: tuple[Check, ...] = (
    schema.integrity,
    schema.durability,
    schema.server,
    invariants.answers,
    seats.seats,
    invariants.offsets,
    housekeeping.releases,
    invariants.splits,
    seats.leases,
    housekeeping.jobs,
    housekeeping.people,
    housekeeping.tokens,
    webhooks.webhooks,
    surroundings.settings,
    surroundings.clock,
    surroundings.zone,
    surroundings.disk,
    surroundings.rights,
    surroundings.releases_folder,
)
LARGE = ("annotation", "annotation", "annotation", "item", "segment", "span", "document")  # looked through


def examine(settings: Settings, environ: Mapping[str, str], *, bars: Bars | None = None) -> Iterator[Finding]:
    """Every finding, about one state of the database.

    A schema of another revision is told alone: the other checks know the tables of this one.

    Raises
    ------
    Unusable
        If there is no database, or it does not answer.
    """
    with (
        opened(settings.database, synchronous=settings.sqlite_synchronous) as database,
        snapshot(database) as connection,
    ):
        patient = Patient(settings, dict(environ), database, connection, lambda _rows: None)
        first = _looked_at(schema.schema, patient)
        yield from first
        if not schema.is_current(patient):
            return
        with (bars or Bars())("Examining", _rows(connection)) as tick:
            patient = replace(patient, tick=tick)
            found = [_looked_at(check, patient) for check in CHECKS]
        for findings in found:
            yield from findings


def repair(settings: Settings) -> int:
    """Count the free seats anew where they are told wrong; how many projects that were."""
    with opened(settings.database, synchronous=settings.sqlite_synchronous) as database:
        with snapshot(database) as connection:
            patient = Patient(settings, {}, database, connection, lambda _rows: None)
            wrong = list(seats.damaged_projects(patient))
        for project in wrong:
            with store.writing(database) as session:
                store_seats.recount(session, session.get_one(Project, project))
                seats.add_up(session, project)
    return len(wrong)


def _looked_at(check: Check, patient: Patient) -> list[Finding]:
    """What a check says; a database that is too damaged for it is a finding, too."""
    try:
        with _apart(patient.connection):
            return list(check(patient))
    except sa.exc.DatabaseError as error:
        said = str(error.orig).strip().splitlines()[0].rstrip(".")
        advice = "back up what can be read, and restore the last whole backup into a new database"
        return [problem(check.__name__.replace("_", " "), f"it cannot be looked at: {said}.", advice)]


def _apart(connection: Connection) -> AbstractContextManager[object]:
    """What fails on PostgreSQL spoils its transaction for those that follow; SQLite's goes on."""
    return connection.begin_nested() if connection.dialect.name == "postgresql" else nullcontext()


def _rows(connection: Connection) -> int:
    """How many rows will be looked at, about; 0 where the database is too damaged to say."""
    highest = [f'SELECT coalesce(max(id), 0) FROM "{table}"' for table in LARGE]  # noqa: S608 own names
    try:
        with _apart(connection):
            return sum(connection.exec_driver_sql(query).scalar_one() for query in highest)
    except sa.exc.DatabaseError:
        return 0
