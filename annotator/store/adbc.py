"""A second connection that reads the same state of the database straight into Arrow, where ADBC is installed.

Context: the usual drivers make an object of every value, which takes as long as all else that is done to
it. Choice: drivers of Apache Arrow (the extra `fast`), in a transaction that sees what the first connection
sees: PostgreSQL hands its snapshot over; on SQLite both begin while nobody can write. Cost: a second
reader, and on SQLite writers wait for the moment of two beginnings. Where that cannot be had, the usual
driver serves: slower, with the same rows.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect, Engine

from annotator.store.arrow import WHEN, Asked, Driver, Reader, in_utc, written_out

LOOK = "SELECT count(*) FROM alembic_version"  # a transaction sees what there is at its first query
SAME = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
AT_ONCE = {"adbc.sqlite.query.batch_rows": str(2**30)}  # it guesses a column's type from the first batch


class Adbc:
    """Reads by a connection of ADBC."""

    def __init__(self, connection: Any, dialect: Dialect) -> None:
        self.connection, self.dialect = connection, dialect

    def table(self, asked: Asked, ids: Sequence[int]) -> pa.Table:
        """All rows about these ids; a column is one piece."""
        with self.connection.cursor() as cursor:
            if self.dialect.name == "sqlite":
                cursor.adbc_statement.set_options(**AT_ONCE)
            cursor.execute(written_out(asked, ids, self.dialect))
            found = cursor.fetch_arrow_table()
        columns = zip(found.columns, asked.types.values(), strict=True)
        return pa.table([_as(column, kind) for column, kind in columns], names=list(asked.types))


@contextmanager
def reader(connection: Connection) -> Iterator[Reader]:
    """The fastest way to read what this connection sees, which has begun and not read yet."""
    try:
        driver = import_module(f"adbc_driver_{connection.dialect.name}.dbapi")
    except ImportError:
        yield Driver(connection)
        return
    beside = None
    with suppress(driver.Error, sa.exc.OperationalError):
        open_ = _sqlite if connection.dialect.name == "sqlite" else _postgresql
        beside = open_(driver, connection)
    if beside is None:
        yield Driver(connection)
        return
    with beside:
        yield Adbc(beside, connection.dialect)


def _sqlite(driver: Any, connection: Connection) -> Any:
    """None for a database that only one connection can see."""
    engine: Engine = connection.engine
    file = engine.url.database
    if not file or file.startswith((":", "file:")):
        return None
    with engine.execution_options(standpoint_writes=True).begin():  # nobody else writes now
        connection.exec_driver_sql(LOOK).all()
        return _seeing(driver.connect(f"{Path(file).absolute().as_uri()}?mode=ro"), LOOK)


def _postgresql(driver: Any, connection: Connection) -> Any:
    snapshot = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
    address = connection.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return _seeing(driver.connect(address), SAME, f"SET TRANSACTION SNAPSHOT '{snapshot}'")


def _seeing(beside: Any, *statements: str) -> Any:
    """The connection, its transaction begun by these."""
    try:
        with beside.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
                if statement == LOOK:
                    cursor.fetchall()
    except BaseException:
        beside.close()
        raise
    return beside


def _as(column: pa.ChunkedArray, kind: pa.DataType) -> pa.Array:
    if kind == WHEN and pa.types.is_string(column.type):
        return in_utc(column).combine_chunks()
    return column.cast(kind).combine_chunks()
