"""The database: the only place that makes an engine, a session or a schema.

SQLite as SQLAlchemy finds it loses updates silently: a transaction begins late and upgrades from read
to write. Here the driver's own transactions are off, a writer begins IMMEDIATE, and it waits its turn
(turns.py) instead of failing. `synchronous=FULL` makes an acknowledged answer survive a power cut.
"""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import sqlalchemy as sa
from pydantic_core import from_json
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool
from sqlmodel import Session

from annotator.config import Settings
from annotator.errors import Unusable
from annotator.store import revisions
from annotator.store.group_commit import GroupCommit
from annotator.store.ready import execute
from annotator.store.transactions import Transactions, require_whole
from annotator.store.turns import Turns

BUSY_SECONDS = 10
GLANCE = 0.001  # s between two looks whether another process still writes


def create(url: str, *, synchronous: str = "FULL") -> Engine:
    """An engine for this URL, with the pragmas and the pool that its database needs.

    Raises
    ------
    Unusable
        If the URL cannot be read or names a database that Standpoint does not speak.
    """
    try:
        parsed = make_url(url)
    except sa.exc.ArgumentError:
        raise Unusable(f"{url!r} is no database URL; one looks like sqlite:///standpoint.db.") from None
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(url, synchronous)
    if parsed.get_backend_name() == "postgresql":
        return _postgresql(url)
    raise Unusable(
        f"{parsed.get_backend_name()} is not spoken here: use sqlite:///… or postgresql+psycopg://…."
    )


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that sees one state of the database and writes nothing."""
    with Session(engine) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session in one write transaction: committed at the end, rolled back on any error."""
    with Session(engine.execution_options(standpoint_writes=True)) as session, session.begin():
        yield session


@contextmanager
def in_parts(engine: Engine) -> Iterator[Session]:
    """A session whose block commits what it writes part by part; what it leaves is rolled back.

    Between two parts others write. Rows stay as they were read: look again where somebody may have been.
    """
    with Session(engine.execution_options(standpoint_writes=True), expire_on_commit=False) as session:
        yield session


def sharing_commits(engine: Engine) -> Transactions | None:
    """Transactions for writing that share commits; None where the database does so itself."""
    group: GroupCommit | None = engine.get_execution_options().get("standpoint_group")
    return group


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the schema to a revision. Safe to repeat; refuses a database of a newer Standpoint.

    Raises
    ------
    Unusable
        If the file cannot be written, the server does not answer, or the schema is unknown.
    """
    try:
        with engine.execution_options(standpoint_writes=True).begin() as connection:
            found = _known_revision(connection, engine)
            if revision == "head" and found == revisions.head():
                return
            resolve_name("annotator.store.migrating:upgrade")(connection, revision)
    except sa.exc.OperationalError as error:
        raise Unusable(f"The database {shown(engine)} cannot be opened: {_reason(error)}.") from error


def require_current(engine: Engine) -> None:
    """Make sure that the schema is the one this version knows.

    Raises
    ------
    Unusable
        If it is not, or the database cannot be opened; the message says what to run.
    """
    file = engine.url.database
    if (
        engine.dialect.name == "sqlite"
        and file not in {None, "", ":memory:"}
        and not Path(str(file)).exists()
    ):
        raise Unusable(f"There is no database {shown(engine)}: run `standpoint init` first.")
    try:
        with engine.connect() as connection:
            found = revisions.current(connection)
    except sa.exc.OperationalError as error:
        raise Unusable(f"The database {shown(engine)} cannot be opened: {_reason(error)}.") from error
    if found != revisions.head():
        state = "is empty" if found is None else "is of another version"
        raise Unusable(f"The database {shown(engine)} {state}: run `standpoint init` first.")


def current(settings: Settings) -> Engine:
    """The engine of the settings' database, which must be of the current schema.

    Raises
    ------
    Unusable
        If it cannot be opened or is of another schema; the message says what to run.
    """
    engine = create(settings.database, synchronous=settings.sqlite_synchronous)
    require_current(engine)
    return engine


def shown(engine: Engine) -> str:
    """The engine's URL as people may see it: without the password."""
    return engine.url.render_as_string(hide_password=True)


def _sqlite(url: str, synchronous: str) -> Engine:
    engine = sa.create_engine(
        url,
        hide_parameters=True,
        connect_args={"check_same_thread": False},
        poolclass=QueuePool,
        pool_use_lifo=True,  # the connection used last has its pages at hand
        max_overflow=-1,  # as many as there are threads: who has the turn must not wait for who waits for it
        json_deserializer=_from_json,
    )

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        _prepare(connection, synchronous)

    turns = Turns()
    group = GroupCommit(engine.execution_options(standpoint_writes=True), turns, wait_seconds=BUSY_SECONDS)
    engine.update_execution_options(standpoint_group=group)

    @sa.event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("standpoint_writes", False):
            execute(connection, "BEGIN").close()
            return
        if "has_turn" not in connection.info:
            connection.info["has_turn"] = turns.take(BUSY_SECONDS)  # else SQLite has the last word
        _begin_immediate(connection)

    @sa.event.listens_for(engine, "commit")
    def commit(connection: Connection) -> None:
        driver: Any = connection.connection.dbapi_connection
        require_whole(driver)

    @sa.event.listens_for(engine, "checkin")
    def checkin(_connection: sqlite3.Connection | None, record: ConnectionPoolEntry) -> None:
        if record.info.pop("has_turn", False):
            turns.end()

    return engine


def _prepare(connection: sqlite3.Connection, synchronous: str) -> None:
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(f"PRAGMA synchronous={synchronous}")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_immediate(connection: Connection) -> None:
    """Begin to write, after whoever writes in another process: asked every millisecond for it.

    SQLite's own `busy_timeout` asks every 100 ms in the end, and seldom finds the moment between two of a
    process whose writers queue.

    Raises
    ------
    sqlalchemy.exc.OperationalError
        If others have written for BUSY_SECONDS.
    """
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA busy_timeout=0")
    end = time.monotonic() + BUSY_SECONDS
    try:
        while True:
            try:
                execute(connection, "BEGIN IMMEDIATE").close()
            except sa.exc.OperationalError as error:
                if not _is_busy(error) or time.monotonic() > end:
                    raise
                time.sleep(GLANCE)
            else:
                return
    finally:
        driver.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")


def _is_busy(error: sa.exc.OperationalError) -> bool:
    code = getattr(error.orig, "sqlite_errorcode", 0)
    return code & 0xFF == sqlite3.SQLITE_BUSY  # its kinds are in the higher bits


def _from_json(text: str) -> Any:
    """As `json.loads`, at a quarter of its time: a page of the queue reads a dozen small columns of JSON."""
    try:
        return from_json(text)
    except ValueError:  # half a surrogate pair, which `json` lets pass
        return json.loads(text)


def _postgresql(url: str) -> Engine:
    try:
        return sa.create_engine(
            url,
            hide_parameters=True,  # what people write stays out of the log
            pool_pre_ping=True,
            pool_size=10,
            connect_args={"connect_timeout": 10},
        )
    except ModuleNotFoundError as error:
        raise Unusable(
            f"PostgreSQL needs a driver ({error.name}): pip install 'standpoint[postgres]', "
            "and write the URL as postgresql+psycopg://…"
        ) from None


def _known_revision(connection: Connection, engine: Engine) -> str | None:
    found = revisions.current(connection)
    if found is not None and found not in revisions.known():
        raise Unusable(
            f"The database {shown(engine)} is of a newer Standpoint (revision {found}): upgrade yours."
        )
    return found


def _reason(error: sa.exc.OperationalError) -> str:
    return str(error.orig).strip().splitlines()[0]
