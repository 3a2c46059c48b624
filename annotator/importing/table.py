"""Tables as text: CSV and TSV with one header line.

Strict, because a lenient reader shifts cells in silence: every row has as many fields as the header,
and quotation marks are closed. A table without a comma in its header is read with the semicolons or
tabs it has instead; that is how spreadsheets of half of Europe write "CSV".

Source: RFC 4180, https://www.rfc-editor.org/rfc/rfc4180
"""

import csv
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from annotator.errors import BadInput
from annotator.importing.columns import Columns
from annotator.importing.rows import Rejected, Row
from annotator.importing.source import LONGEST, lines, too_long

ESCAPED = "escaped"


def read_delimited(
    path: Path, columns: Columns, encoding: str | None, *, delimiter: str, quoting: int = csv.QUOTE_MINIMAL
) -> Iterator[Row | Rejected]:
    """A row for each record. A record over several lines counts as the line that it begins on.

    Raises BadInput if the header cannot be one: no column that is needed, or one twice.
    """
    csv.field_size_limit(LONGEST)  # the csv module's own 128 KiB is less than a long article
    fed = _Fed(path, encoding)
    first = next(fed, "")
    delimiter = (
        delimiter if delimiter in first else next((mark for mark in ";\t" if mark in first), delimiter)
    )
    dialect = {"delimiter": delimiter, "quoting": quoting, "strict": True}
    records = csv.reader(_again(first, fed), **dialect)  # type: ignore[arg-type]
    header = _header(path, columns, records)
    while True:
        fed.start = None
        try:
            record = next(records, None)
        except csv.Error as error:
            yield from fed.rejected()
            yield Rejected(str(path), fed.start or fed.number, None, _broken(error, fed.number))
            continue
        yield from fed.rejected()
        if record is None:
            return
        start = fed.start or fed.number
        if len(record) == len(header):
            yield columns.build(path, start, _unescaped(dict(zip(header, record, strict=True))))
        elif record:
            yield Rejected(str(path), start, None, _ragged(record, header, delimiter))


read_csv = partial(read_delimited, delimiter=",")
read_tsv = partial(read_delimited, delimiter="\t")
read_plain_tsv = partial(read_delimited, delimiter="\t", quoting=csv.QUOTE_NONE)


class _Fed(Iterator[str]):
    """The lines as csv.reader eats them; those too long are left out and kept for `rejected`."""

    def __init__(self, path: Path, encoding: str | None) -> None:
        self.number = 0  # of the last line that was eaten
        self.start: int | None = None  # of the first one since this was None
        self._path, self._lines = path, lines(path, encoding, newline="")
        self._too_long: list[int] = []

    def __next__(self) -> str:
        for number, line in self._lines:
            self.number = number
            if line is not None:
                self.start = self.start or number
                return line
            self._too_long.append(number)
        raise StopIteration

    def rejected(self) -> Iterator[Rejected]:
        """The lines left out since the last call."""
        for number in self._too_long:
            yield Rejected(str(self._path), number, None, too_long(number))
        self._too_long.clear()


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _header(path: Path, columns: Columns, records: Iterator[list[str]]) -> list[str]:
    try:
        header = [name.strip() or f"column {place}" for place, name in enumerate(next(records, []), 1)]
    except csv.Error as error:
        raise BadInput(path, f"has a header that cannot be read: {error}", line=1) from error
    twice = next((name for name in header if header.count(name) > 1), None)
    if twice is not None:
        raise BadInput(path, "is there twice: give each column its own name", line=1, column=twice)
    columns.check(path, header)
    return header


def _unescaped(cells: dict[str, str]) -> dict[str, str]:
    """The cells as they were before an export put an apostrophe before what a spreadsheet would run.

    The column `escaped` names them; another tool's column of this name stays what it is.
    """
    named = cells.get(ESCAPED, "").split()
    if ESCAPED not in cells or not all(cells.get(name, "").startswith("'") for name in named):
        return cells
    return {name: cell[1:] if name in named else cell for name, cell in cells.items() if name != ESCAPED}


def _ragged(record: list[str], header: list[str], delimiter: str) -> str:
    mark = {"\t": "a tab", ",": "a comma", ";": "a semicolon"}[delimiter]
    return (
        f"has {len(record)} fields where the header has {len(header)} ({', '.join(header)}): "
        f'a field that holds {mark} or a line end stands in "quotation marks"'
    )


def _broken(error: csv.Error, end: int) -> str:
    if "field limit" in str(error) or "end of data" in str(error):
        return f"a quotation mark that opens here is not closed up to line {end}: close it, or write it twice"
    return (
        f'cannot be read: {error}. A quotation mark inside a quoted field is written twice (""); '
        "where a tab-separated file does not quote at all, say --format tsv-unquoted"
    )
