"""Rows of a query as columns of Arrow: what is shaped column by column needs no object a row."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any, NamedTuple, Protocol

import numpy as np
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect

WHOLE, TEXT, SHARE = pa.int64(), pa.string(), pa.float64()
WHEN = pa.timestamp("us", tz="UTC")
IDS = "(ids)"
BY_INDEX = (  # what is asked about is a small part of all: PostgreSQL would go through whole tables for it
    "SET LOCAL enable_seqscan = off",
    "SET LOCAL enable_hashjoin = off",
    "SET LOCAL enable_mergejoin = off",
    "SET LOCAL max_parallel_workers_per_gather = 0",
)
HEX = [slice(0, 8), slice(8, 12), slice(12, 16), slice(16, 20), slice(20, 32)]  # the parts of a uuid


class Asked(NamedTuple):
    """A query over many ids, and the types of its columns, in their order."""

    query: sa.Select[Any]
    types: Mapping[str, pa.DataType]


Answer = Callable[[], pa.Table]  # gives the rows; each column is one piece


class Reader(Protocol):
    """One state of one database, read into Arrow."""

    def ask(self, asked: Asked, ids: Sequence[int]) -> Answer:
        """Ask for all rows about these ids. One asks at a time; the answer is read in any thread."""


class Driver:
    """Through the usual driver, whose tuples are turned into columns."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._settings = BY_INDEX if connection.dialect.name == "postgresql" else ()

    def ask(self, asked: Asked, ids: Sequence[int]) -> Answer:
        """Ask for all rows about these ids. From then on the transaction reads by index where it can."""
        for setting in self._settings:
            self.connection.exec_driver_sql(setting)
        self._settings = ()
        result = self.connection.exec_driver_sql(written_out(asked, ids, self.connection.dialect))
        assert result.cursor is not None
        found = result.cursor.fetchall()
        result.close()
        return partial(_table, found, asked.types)


def among(column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """`column IN ids`, in a query that is asked."""
    return column.op("IN", is_comparison=True)(sa.literal_column(IDS))


def written_out(asked: Asked, ids: Sequence[int], dialect: Dialect) -> str:
    """The query with these ids in it: a parameter for each takes as long as the answer."""
    return with_ids(_sql(asked.query, dialect), ids)


def with_ids(sql: str, ids: Sequence[int]) -> str:
    """A query that is asked `among` these ids."""
    return sql.replace(IDS, f"({','.join(map(str, ids))})")


def in_utc(times: pa.Array) -> pa.Array:
    """SQLite's times, which are text without a zone."""
    return times.cast(pa.timestamp("us")).cast(WHEN)


def hyphened(uuids: pa.Array) -> pa.Array:
    """Uuids of 32 hexadecimal digits, as SQLite stores them, with the hyphens that others have.

    >>> hyphened(pa.array(["0123456789abcdef0123456789abcdef"])).to_pylist()
    ['01234567-89ab-cdef-0123-456789abcdef']
    """
    n = len(uuids)
    fixed = uuids.cast(pa.binary()).cast(pa.binary(32))
    digits = np.frombuffer(fixed.buffers()[1], np.uint8).reshape(-1, 32)[fixed.offset :][:n]
    text = np.full((n, 36), ord("-"), np.uint8)
    for number, part in enumerate(HEX):
        text[:, part.start + number : part.stop + number] = digits[:, part]
    offsets = np.arange(0, 36 * n + 1, 36, dtype=np.int32)
    return pa.StringArray.from_buffers(n, pa.py_buffer(offsets), pa.py_buffer(text))


def _table(rows: Sequence[Any], types: Mapping[str, pa.DataType]) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else ((),) * len(types)
    return pa.table(
        [_array(values, kind) for values, kind in zip(columns, types.values(), strict=True)],
        names=list(types),
    )


@cache
def _sql(query: sa.Select[Any], dialect: Dialect) -> str:
    return str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    if kind == WHEN and any(isinstance(value, str) for value in values):
        return in_utc(pa.array(values, TEXT))
    return pa.array(values, kind)
