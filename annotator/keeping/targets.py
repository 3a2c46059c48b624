"""Where a database is put: a new file of SQLite beside the old one, or one transaction of PostgreSQL."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from annotator.errors import Conflict, Unusable
from annotator.keeping import loading
from annotator.keeping.contents import Content, Source, Tick
from annotator.keeping.whole_file import sync
from annotator.store import engine as store

Promised = dict[str, Content] | None  # as `loading.fill` takes it
ASIDE = "before-restore"
LOCK_MILLISECONDS = 10_000


def put(url: str, source: Source, promised: Promised, *, replace: bool, tick: Tick) -> dict[str, Content]:
    """Put a source into the database of this URL; there it is whole or not at all.

    Gives what each table holds there. With `replace`, a database that has people or projects gives way.

    Raises
    ------
    Conflict
        If it has some and `replace` is not set, or if it is in use.
    Invalid, Unusable
        As `loading.fill` does.
    """
    database = store.create(url)
    try:
        if database.dialect.name == "sqlite":
            return _put_sqlite(sqlite_file(database), source, promised, replace=replace, tick=tick)
        return _put_postgresql(database, source, promised, replace=replace, tick=tick)
    finally:
        database.dispose()


def sqlite_file(database: Engine) -> Path:
    """The file of a database of SQLite.

    Raises
    ------
    Unusable
        If it is in memory.
    """
    if database.url.database in {None, "", ":memory:"}:
        raise Unusable("A database in memory cannot be kept: give a file, sqlite:///FILE.")
    return Path(str(database.url.database))


def require_room(url: str, *, replace: bool) -> None:
    """Refuse early what `put` would refuse.

    Raises
    ------
    Conflict
        If the database has people or projects and `replace` is not set, or if it is in use.
    """
    database = store.create(url)
    try:
        if database.dialect.name == "sqlite":
            _claim(sqlite_file(database), replace=replace)
        else:
            with _connected(database) as connection:
                _refuse_data(database, loading.has_data(connection), replace=replace)
    finally:
        database.dispose()


def require_alone(file: Path) -> None:
    """Refuse a file of SQLite that somebody else has open.

    Raises
    ------
    Conflict
        If somebody has.
    """
    try:
        with closing(sqlite3.connect(file, timeout=1, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")  # needs a file that nobody else has open
            connection.execute("PRAGMA journal_mode=WAL")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise Conflict(f"{file} is in use: stop the server first.") from error
        raise Unusable(f"{file} cannot be opened: {error}.") from error


def aside(file: Path) -> Path:
    """Where the file goes that gives way."""
    return file.with_name(f"{file.name}.{ASIDE}")


def _put_sqlite(
    file: Path, source: Source, promised: Promised, *, replace: bool, tick: Tick
) -> dict[str, Content]:
    part = file.with_name(f"{file.name}.part")
    _remove(part)
    try:
        contents = _filled(part, source, promised, tick)
        keep_old = _claim(file, replace=replace)
        sync(part)
        if keep_old:
            _set_aside(file)
        part.replace(file)
        sync(file.parent)
    finally:
        _remove(part)
    return contents


def _filled(part: Path, source: Source, promised: Promised, tick: Tick) -> dict[str, Content]:
    database = store.create(f"sqlite:///{part}")
    try:
        with database.execution_options(standpoint_writes=True).begin() as connection:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            contents = loading.fill(connection, source, promised, tick)
        with database.connect() as connection:
            said = connection.exec_driver_sql("PRAGMA integrity_check").scalar_one()
            if said != "ok":
                raise Unusable(f"The new file {part} is damaged ({said}): look after the disk.")
        part.chmod(0o600)
    except sa.exc.OperationalError as error:
        raise Unusable(f"{part} cannot be written: {error.orig}.") from error
    finally:
        database.dispose()
    return contents


def _claim(file: Path, *, replace: bool) -> bool:
    """Make sure that the file may give way; return whether it is to be kept.

    Leaving WAL needs a file that nobody else has open, and puts all of it into the one file.
    """
    if not file.exists():
        return False
    try:
        with closing(sqlite3.connect(file, timeout=1, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
            names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
            counts = [f'SELECT count(*) FROM "{name}"' for name in ("user", "project") if name in names]  # noqa: S608
            has_data = any(connection.execute(count).fetchone()[0] for count in counts)
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise Conflict(f"{file} is in use: stop the server first.") from error
        raise Unusable(f"{file} cannot be opened: {error}.") from error
    except sqlite3.DatabaseError:  # damaged: that is what backups are for
        has_data = True
    if has_data and not replace:
        raise Conflict(f"{file} has people or projects in it: give another file, or --replace.")
    if has_data and aside(file).exists():
        raise Conflict(f"{aside(file)} is there already, and the old database goes there: move it away.")
    return has_data


def _set_aside(file: Path) -> None:
    """Keep the old file under its other name; at no moment is the first name without a file."""
    for ending in ("-wal", "-shm"):  # only a damaged file still has them
        log = file.with_name(file.name + ending)
        if log.exists():
            log.rename(aside(file).with_name(aside(file).name + ending))
    os.link(file, aside(file))


def _remove(part: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        part.with_name(part.name + ending).unlink(missing_ok=True)


def _put_postgresql(
    database: Engine, source: Source, promised: Promised, *, replace: bool, tick: Tick
) -> dict[str, Content]:
    with _connected(database) as connection:
        connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_MILLISECONDS}")
        _refuse_data(database, loading.has_data(connection), replace=replace)
        loading.clear(connection)
        return loading.fill(connection, source, promised, tick)


@contextmanager
def _connected(database: Engine) -> Iterator[Connection]:
    """One transaction; what the server refuses is told as a sentence."""
    try:
        with database.begin() as connection:
            yield connection
    except sa.exc.OperationalError as error:
        said = str(error.orig).strip().splitlines()[0]
        raise Unusable(f"{store.shown(database)} cannot be filled: {said}.") from error


def _refuse_data(database: Engine, has_data: bool, *, replace: bool) -> None:
    if has_data and not replace:
        shown = store.shown(database)
        raise Conflict(f"{shown} has people or projects in it: give an empty database, or --replace.")
