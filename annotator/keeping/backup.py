"""Back a database up while people work, restore it, and move it to another one.

A backup is one read transaction. SQLite keeps what is written meanwhile in its log, which cannot be cut
until the end; PostgreSQL keeps old rows. Neither lets a writer wait. A move keeps writers away, because
what they saved meanwhile would stay behind.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import Connection, Engine

from annotator.errors import Conflict, Unusable
from annotator.keeping import archive, loading, targets
from annotator.keeping.contents import Content, Live, Tick
from annotator.keeping.form import found
from annotator.keeping.whole_file import new_file
from annotator.store import engine as store

Bar = AbstractContextManager[Tick]


class Bars:
    """How far it is, for who waits; this one shows nothing."""

    @contextmanager
    def __call__(self, label: str, rows: int) -> Iterator[Tick]:
        """A bar of so many rows."""
        yield lambda _rows: None


class Kept(NamedTuple):
    """What was backed up, restored or moved."""

    revision: str
    made_at: str | None
    rows: dict[str, int]
    sums: dict[str, str]


def back_up(url: str, file: Path, *, replace: bool = False, bars: Bars | None = None) -> Kept:
    """Write one state of the database to a file, and read it again to verify it.

    Raises
    ------
    Conflict
        If the file is there and `replace` is not set.
    Unusable
        If there is no database, or the file cannot be written.
    """
    bars = bars or Bars()
    with new_file(file, replace=replace) as part:
        with opened(url) as database, _live(database) as live, bars("Backing up", live.count()) as tick:
            archive.write(part, live, dialect=database.dialect.name, tick=tick)
        with archive.Archive(part) as written, bars("Verifying", written.rows()) as tick:
            written.check(tick)
            return _kept_in(written)


def check(file: Path, *, bars: Bars | None = None) -> Kept:
    """What a backup holds, all of its hashes checked.

    Raises
    ------
    BadInput
        If it is damaged.
    """
    bars = bars or Bars()
    with archive.Archive(file) as opened, bars("Verifying", opened.rows()) as tick:
        opened.check(tick)
        return _kept_in(opened)


def restore(url: str, file: Path, *, replace: bool = False, bars: Bars | None = None) -> Kept:
    """Put a backup into a database that is new or empty; with `replace`, in place of what is there.

    Raises
    ------
    BadInput
        If the file is damaged.
    Invalid
        If it is of a newer Standpoint.
    Conflict
        If the database has people or projects in it, or is in use.
    """
    bars = bars or Bars()
    kept = check(file, bars=bars)
    loading.require_known(kept.revision)
    targets.require_room(url, replace=replace)
    with archive.Archive(file) as opened:
        promised = {entry.table.name: entry.content for entry in opened.entries}
        with bars("Restoring", 2 * opened.rows()) as tick:
            arrived = targets.put(url, opened, promised, replace=replace, tick=tick)
        return Kept(opened.revision, opened.made_at, *_told(arrived))


def move(url: str, to: str, *, bars: Bars | None = None) -> Kept:
    """Copy a database into an empty one, and prove the copy. The source stays as it is.

    Raises
    ------
    Conflict
        If the source is in use, or the target has people or projects in it.
    """
    bars = bars or Bars()
    targets.require_room(to, replace=False)
    with opened(url) as database, _still(database) as live, bars("Moving", 2 * live.count()) as tick:
        arrived = targets.put(to, live, None, replace=False, tick=tick)
    return Kept(live.revision, None, *_told(arrived))


@contextmanager
def opened(url: str, *, synchronous: str = "FULL") -> Iterator[Engine]:
    """The database of a URL, of whatever revision: what is backed up before an upgrade is of an old one.

    Raises
    ------
    Unusable
        If it is not there, or does not answer.
    """
    database = store.create(url, synchronous=synchronous)
    try:
        if database.dialect.name == "sqlite" and not targets.sqlite_file(database).exists():
            raise Unusable(f"There is no database {store.shown(database)}.")
        yield database
    except sa.exc.OperationalError as error:
        said = str(error.orig).strip().splitlines()[0]
        raise Unusable(f"The database {store.shown(database)} cannot be read: {said}.") from error
    finally:
        database.dispose()


@contextmanager
def snapshot(database: Engine) -> Iterator[Connection]:
    """One state of the database, whatever others write meanwhile."""
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    given = options if database.dialect.name == "postgresql" else {}
    with database.connect().execution_options(**given) as connection:
        yield connection  # closing rolls back: to commit a reading fails on a damaged file


@contextmanager
def _live(database: Engine) -> Iterator[Live]:
    with snapshot(database) as connection:
        yield Live(connection, _revision(connection, database))


@contextmanager
def _still(database: Engine) -> Iterator[Live]:
    """The database, which nobody else has open, locked against writers."""
    if database.dialect.name == "sqlite":
        targets.require_alone(targets.sqlite_file(database))
    with database.execution_options(standpoint_writes=True).begin() as connection:
        if database.dialect.name == "postgresql":
            _lock_all(connection)
        yield Live(connection, _revision(connection, database))


def _lock_all(connection: Connection) -> None:
    others = connection.exec_driver_sql(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    ).scalar_one()
    if others:
        raise Conflict(f"The database is in use ({others} connections): stop the servers first.")
    quote = connection.dialect.identifier_preparer.quote
    for table in found(connection).sorted_tables:
        connection.exec_driver_sql(f"LOCK TABLE {quote(table.name)} IN SHARE MODE")


def _revision(connection: Connection, database: Engine) -> str:
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None:
        raise Unusable(f"The database {store.shown(database)} is empty: there is nothing to keep.")
    loading.require_known(revision)
    return revision


def _kept_in(opened: archive.Archive) -> Kept:
    contents = {entry.table.name: entry.content for entry in opened.entries}
    return Kept(opened.revision, opened.made_at, *_told(contents))


def _told(contents: dict[str, Content]) -> tuple[dict[str, int], dict[str, str]]:
    rows = {name: content.rows for name, content in contents.items()}
    return rows, {name: content.hexadecimal() for name, content in contents.items()}
