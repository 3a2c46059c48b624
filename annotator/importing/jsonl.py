"""JSON Lines: one object a line, flat or with nested stances, in UTF-8.

Source: https://jsonlines.org
"""

from collections.abc import Iterator
from pathlib import Path

from annotator.importing import values
from annotator.importing.columns import Columns
from annotator.importing.rows import Rejected, Row
from annotator.importing.source import lines, too_long
from annotator.importing.values import Fault


def read(path: Path, columns: Columns, encoding: str | None) -> Iterator[Row | Rejected]:
    """A row for each line that is not blank. Objects need not have the same keys."""
    for number, line in lines(path, encoding):
        if line is None:
            yield Rejected(str(path), number, None, too_long(number))
        elif line.strip():
            yield row(path, columns, number, line.strip())
    columns.check_met(path)


def row(path: Path | str, columns: Columns, number: int, line: str) -> Row | Rejected:
    """The row of one line."""
    try:
        cells = values.from_json(line)
    except Fault as fault:
        hint = ". Is this one JSON document? Write one object a line" if line in "[{" else ""
        return Rejected(str(path), number, None, fault.reason + hint)
    if not isinstance(cells, dict):
        return Rejected(str(path), number, None, f"expected an object {{…}}, not {values.shown(cells)}")
    return columns.build(path, number, cells)
