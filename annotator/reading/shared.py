"""A snapshot that other processes read, too, on this machine or another.

PostgreSQL gives a snapshot a name, by which others see the same state as long as the first transaction
lasts. SQLite has no such thing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import sqlalchemy as sa

from annotator.errors import Unusable
from annotator.reading.answers import Names
from annotator.reading.rows import Project
from annotator.reading.snapshot import REPEATABLE, Snapshot
from annotator.store import adbc
from annotator.store import engine as store


@dataclass(frozen=True)
class Shared:
    """What another process needs to see the same."""

    url: str = field(repr=False)  # with the password
    name: str
    project: Project
    names: Names


def share(snapshot: Snapshot) -> Shared:
    """This snapshot for others. It must stay open until they have done."""
    connection = snapshot.connection
    name = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
    url = connection.engine.url.render_as_string(hide_password=False)
    return Shared(url, name, snapshot.project, snapshot.names)


@contextmanager
def joined(shared: Shared) -> Iterator[Snapshot]:
    """The same snapshot, here.

    Raises
    ------
    Unusable
        If the database cannot be reached from here, or the snapshot is over.
    """
    engine = store.create(shared.url)
    try:
        with engine.connect().execution_options(**REPEATABLE) as connection, connection.begin():
            connection.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{shared.name}'")
            with adbc.reader(connection) as reader:
                yield Snapshot(connection, shared.project, shared.names, reader)
    except sa.exc.DBAPIError as error:
        raise Unusable(f"A worker cannot read the database: {error.orig}") from error
    finally:
        engine.dispose()
