"""Queries over large tables, a range of ids at a time: memory stays flat, and the bar moves."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from annotator.keeping.doctor.finding import Patient

RANGE = 20_000  # ids


def over(patient: Patient, table: str, query: sa.Executable) -> Iterator[sa.Row[Any]]:
    """The rows of a query with `:first` and `:last`, for every range of the table's ids."""
    highest = patient.connection.exec_driver_sql(f'SELECT max(id) FROM "{table}"').scalar() or 0  # noqa: S608
    for first in range(1, highest + 1, RANGE):
        yield from patient.connection.execute(query, {"first": first, "last": first + RANGE - 1})
        patient.tick(min(RANGE, highest + 1 - first))


def named(row: sa.Row[Any]) -> str:
    """A row with `slug` and `item`, as people know it."""
    return f"project {row.slug}, item {row.item}"
