"""Rows as their driver gives them: of thousands, conversions cost more than the read."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped

CHUNK = 10_000  # rows
_EMPTY: dict[str, Any] = {"[]": (), "{}": {}}


def plain(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """A column as its driver gives it: no conversion a row. `parsed` does what JSON needs."""
    return sa.type_coerce(column, sa.types.NullType())


def parsed(value: Any) -> Any:
    """A JSON column's value, which PostgreSQL gives parsed and SQLite as text."""
    if not isinstance(value, str):
        return value
    return _EMPTY[value] if value in _EMPTY else json.loads(value)


def moment(value: datetime | str) -> datetime:
    """A time as its driver gives it, in UTC: SQLite's gives text without a zone.

    >>> moment("2026-03-01 09:00:00.000000")
    datetime.datetime(2026, 3, 1, 9, 0, tzinfo=datetime.timezone.utc)
    """
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value.astimezone(UTC)


def rows(connection: Connection, query: sa.Executable) -> list[Any]:
    """All rows as the driver's tuples: SQLAlchemy's own take three times as long."""
    return [row for chunk in chunked(connection, query) for row in chunk]


def chunked(connection: Connection, query: sa.Executable) -> Iterator[list[Any]]:
    """CHUNK tuples of the driver at a time: hundreds of thousands at once keep the garbage collector busy."""
    result = connection.execute(query)
    assert result.cursor is not None
    while chunk := result.cursor.fetchmany(CHUNK):
        yield list(chunk)
    result.close()


def columns(connection: Connection, query: sa.Select[Any]) -> Iterator[Iterable[Sequence[Any]]]:
    """Parts of the rows, each part column by column; no part is empty.

    Context: at every row SQLite's driver lets go of the interpreter and asks for it again; where another
    thread computes, each row then waits 5 ms, and 300,000 of them took minutes. Choice: there the database
    packs a column into one JSON array, so that a query is one row, made while other threads go on. Cost:
    the text of all columns stands in memory for a moment, and fractions have 15 digits.
    """
    if connection.dialect.name != "sqlite":
        for chunk in chunked(connection, query):
            yield zip(*chunk, strict=True)
        return
    packed = sa.select(*(sa.func.json_group_array(plain(column)) for column in query.subquery().c))
    (row,) = rows(connection, packed)
    if row[0] != "[]":
        yield map(json.loads, row)


def within(column: sa.ColumnElement[Any] | Mapped[Any], ids: Sequence[int]) -> sa.ColumnElement[bool]:
    """`column IN ids`, the numbers written out: databases limit the number of parameters."""
    return column.in_(sa.bindparam("ids", ids, expanding=True, literal_execute=True))
