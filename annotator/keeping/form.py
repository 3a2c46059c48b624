"""The plain form of rows: what SQLite stores, whichever database holds them.

A whole number, a real one, text, bytes or nothing. A moment is the text "2026-02-28 17:05:09.000001" in
UTC, a uuid 32 hexadecimal digits, JSON the text that was stored, truth 0 or 1. PostgreSQL is asked for just
that, so that one row has one form and one hash on both.
"""

from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect

from annotator.store import search

VERSIONS = "alembic_version"
Value = int | float | str | bytes | None
Row = tuple[Value, ...]


class Kind(StrEnum):
    """What a column holds."""

    WHOLE = "whole"
    REAL = "real"
    TRUTH = "truth"
    TEXT = "text"
    JSON = "json"
    MOMENT = "moment"
    DAY = "day"
    UUID = "uuid"
    BYTES = "bytes"


# Looked through from the top: SQLite's form of a uuid is a CHAR, which is a String, too.
KINDS: tuple[tuple[type[Any], Kind], ...] = (
    (sa.Boolean, Kind.TRUTH),
    (sa.Integer, Kind.WHOLE),
    (sa.Float, Kind.REAL),
    (sa.JSON, Kind.JSON),
    (sa.DateTime, Kind.MOMENT),
    (sa.Date, Kind.DAY),
    (sa.Uuid, Kind.UUID),
    (sa.CHAR, Kind.UUID),
    (sa.String, Kind.TEXT),
    (sa.LargeBinary, Kind.BYTES),
)
# The form of a column in SQL; PostgreSQL has each kind as a type of its own. Source:
# https://www.postgresql.org/docs/current/functions-formatting.html
_POSTGRESQL = {
    Kind.TRUTH: "{}::integer",
    Kind.JSON: "{}::text",
    Kind.MOMENT: "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
    Kind.DAY: "to_char({}, 'YYYY-MM-DD')",
    Kind.UUID: "replace({}::text, '-', '')",
}
_SQLITE = {Kind.MOMENT: "substr({} || '.000000', 1, 26)"}  # one written without microseconds gets them


class Table(NamedTuple):
    """A table of ours: its columns with their kinds, and those of its primary key."""

    name: str
    columns: dict[str, Kind]
    key: tuple[str, ...]


def tables(connection: Connection) -> list[Table]:
    """Every table that holds what people made, in an order in which rows can be inserted.

    The index of words is left out: it is made again from the texts.
    """
    return [
        Table(
            each.name,
            {column.name: _kind(column) for column in each.columns},
            tuple(column.name for column in each.primary_key.columns),
        )
        for each in found(connection).sorted_tables
        if each.name != VERSIONS
    ]


def found(connection: Connection) -> sa.MetaData:
    """The tables as they are, without the index of words."""
    metadata = sa.MetaData()
    metadata.reflect(connection, only=lambda name, _: search.is_ours(name, "table", None))
    return metadata


def selected(table: Table, dialect: Dialect) -> str:
    """The query for all rows of a table in their plain form, in the order of its key."""
    quote = dialect.identifier_preparer.quote
    forms = _POSTGRESQL if dialect.name == "postgresql" else _SQLITE
    columns = [forms.get(kind, "{}").format(quote(name)) for name, kind in table.columns.items()]
    order = ", ".join(map(quote, table.key))
    return f"SELECT {', '.join(columns)} FROM {quote(table.name)} ORDER BY {order}"  # noqa: S608 own names


def _kind(column: sa.Column[object]) -> Kind:
    for known, kind in KINDS:
        if isinstance(column.type, known):
            return kind
    raise AssertionError(f"{column.table.name}.{column.name} is of no kind that a backup knows")
