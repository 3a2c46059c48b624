"""A second connection to PostgreSQL that reads one snapshot straight into Arrow, where ADBC is installed.

Context: the usual drivers make an object of every value, which takes as long as all else that is done to
it. Choice: drivers of Apache Arrow (the extra `fast`), in a transaction on the snapshot that the first
connection hands over. Cost: a second reader. Where that cannot be had, the usual driver serves: slower, with
the same rows. SQLite is read by `packed.py`: ADBC brings a copy of SQLite of its own, and when one of two
copies in a process closes the file, the locks of the other are gone, which can ruin the database.

Source: https://www.sqlite.org/howtocorrupt.html, section 2.2.1
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from importlib import import_module
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect

from annotator.store.arrow import BY_INDEX, Answer, Asked, Driver, Reader, written_out
from annotator.store.packed import Packed

SAME = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"


class Adbc:
    """Reads by a connection of ADBC."""

    def __init__(self, connection: Any, dialect: Dialect) -> None:
        self.connection, self.dialect = connection, dialect

    def ask(self, asked: Asked, ids: Sequence[int]) -> Answer:
        """Ask for all rows about these ids."""
        with self.connection.cursor() as cursor:
            cursor.execute(written_out(asked, ids, self.dialect))
            return partial(_table, cursor.fetch_arrow_table(), asked.types)


@contextmanager
def reader(connection: Connection) -> Iterator[Reader]:
    """The fastest way to read what this connection sees, which has begun and not read yet."""
    if connection.dialect.name == "sqlite":
        yield Packed(connection)
        return
    beside = _beside(connection)
    if beside is None:
        yield Driver(connection)
        return
    with beside:
        yield Adbc(beside, connection.dialect)


def _beside(connection: Connection) -> Any:
    """None where it cannot be had."""
    try:
        driver = import_module("adbc_driver_postgresql.dbapi")
    except ImportError:
        return None
    with suppress(driver.Error, sa.exc.OperationalError):
        return _postgresql(driver, connection)
    return None


def _postgresql(driver: Any, connection: Connection) -> Any:
    snapshot = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
    address = connection.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return _seeing(driver.connect(address), SAME, f"SET TRANSACTION SNAPSHOT '{snapshot}'", *BY_INDEX)


def _seeing(beside: Any, *statements: str) -> Any:
    """The connection, its transaction begun by these."""
    try:
        with beside.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    except BaseException:
        beside.close()
        raise
    return beside


def _table(found: pa.Table, types: Mapping[str, pa.DataType]) -> pa.Table:
    columns = zip(found.columns, types.values(), strict=True)
    return pa.table([column.cast(kind).combine_chunks() for column, kind in columns], names=list(types))
