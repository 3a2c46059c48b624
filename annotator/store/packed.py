"""Rows of SQLite as columns of Arrow, each packed by the database into one text.

Context: Python's driver makes an object of every value and lets go of the interpreter at every row, so that
a row may wait while another thread computes. Choice: a query is one row, a JSON array a column; numbers are
read from it without an object each, and other threads go on while the database packs. Cost: the text of all
columns stands in memory for a moment, so queries must be about a bounded number of rows.

Fractions are packed with twenty digits: fifteen, as JSON has them here, would come back as other numbers.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache, partial
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from pyarrow import csv
from sqlalchemy.engine import Connection, Dialect

from annotator.store.arrow import SHARE, TEXT, WHEN, WHOLE, Answer, Asked, in_utc, with_ids


class Packed:
    """Reads by a connection to SQLite."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def ask(self, asked: Asked, ids: Sequence[int]) -> Answer:
        """Ask for all rows about these ids."""
        kinds = tuple(asked.types.values())
        query = with_ids(_sql(asked.query, kinds, self.connection.dialect), ids)
        result = self.connection.exec_driver_sql(query)
        assert result.cursor is not None
        (row,) = result.cursor.fetchall()
        result.close()
        return partial(_table, row, asked.types)


@cache
def _sql(query: sa.Select[Any], kinds: tuple[pa.DataType, ...], dialect: Dialect) -> str:
    columns = zip(map(_as_it_is, query.selected_columns), kinds, strict=True)
    arrays = (
        sa.func.json_group_array(_digits(column) if kind == SHARE else column) for column, kind in columns
    )
    packed = query.with_only_columns(*arrays, maintain_column_froms=True)
    return str(packed.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


def _as_it_is(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Truths are numbers here, JSON and uuids are texts: a cast for other databases only takes time."""
    return column.clause if isinstance(column, sa.Cast) else column


def _digits(share: sa.ColumnElement[float]) -> sa.ColumnElement[str]:
    return sa.case((share.is_not(None), sa.func.printf("%!.20g", share)))


def _table(row: Sequence[str], types: Mapping[str, pa.DataType]) -> pa.Table:
    packed = list(zip(row, types.values(), strict=True))
    numbers = _numbers([text for text, kind in packed if kind == WHOLE])
    n, following = len(numbers[0]), iter(numbers)
    columns = [next(following) if kind == WHOLE else _unpacked(text, kind, n) for text, kind in packed]
    return pa.table(columns, names=list(types))


def _numbers(packed: Sequence[str]) -> list[pa.Array]:
    """Columns of whole numbers, all of one length, read in one go."""
    lines = ",".join(text[1:-1] for text in packed).replace(",", "\n").encode()
    if not lines.strip():
        return [pa.array([], WHOLE)] * len(packed)
    found = csv.read_csv(
        pa.py_buffer(lines),
        csv.ReadOptions(use_threads=False, block_size=len(lines) + 1, column_names=["number"]),
        convert_options=csv.ConvertOptions(column_types={"number": WHOLE}, null_values=["null"]),
    )["number"].combine_chunks()
    n = len(found) // len(packed)
    return [found.slice(first, n) for first in range(0, len(found), n)]


def _unpacked(packed: str, kind: pa.DataType, n: int) -> pa.Array:
    if '"' not in packed:  # not one value
        return pa.nulls(n, kind)
    values = pa.array(json.loads(packed), TEXT)
    return in_utc(values) if kind == WHEN else values.cast(kind)
