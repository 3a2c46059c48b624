"""Rows as their driver gives them: of thousands, conversions cost more than the read."""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped

_EMPTY: dict[str, Any] = {"[]": (), "{}": {}}


def plain(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """A column as its driver gives it: no conversion a row. `parsed` does what JSON needs."""
    return sa.type_coerce(column, sa.types.NullType())


def parsed(value: Any) -> Any:
    """A JSON column's value, which PostgreSQL gives parsed and SQLite as text."""
    if not isinstance(value, str):
        return value
    return _EMPTY[value] if value in _EMPTY else json.loads(value)


def rows(connection: Connection, query: sa.Executable) -> list[Any]:
    """All rows as the driver's tuples: SQLAlchemy's own take three times as long."""
    result = connection.execute(query)
    assert result.cursor is not None
    found = list(result.cursor.fetchall())
    result.close()
    return found


def within(column: sa.ColumnElement[Any] | Mapped[Any], ids: Sequence[int]) -> sa.ColumnElement[bool]:
    """`column IN ids`, the numbers written out: databases limit the number of parameters."""
    return column.in_(sa.bindparam("ids", ids, expanding=True, literal_execute=True))
