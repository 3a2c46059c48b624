"""Rows of pre-segmented documents → one group a document, in reading order."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from annotator.importing.rows import Rejected, Row


def by_document(path: object, rows: Iterable[Row | Rejected]) -> Iterator[list[Row] | Row | Rejected]:
    """The segments of each document as one list, sorted by position; every other row by itself.

    The rows of a document stand together in the file, so memory holds one document. Rejected is a row
    of a document that was complete, and one whose position is taken.
    """
    complete: dict[str, int] = {}  # document → its first line
    for document, group in groupby(rows, key=_document):
        if document is None:
            yield from group
        elif document in complete:
            where = f"document {document!r} began at line {complete[document]} and others came between"
            for row in group:
                yield Rejected(str(path), row.line, "document", f"{where}: keep its rows together")
        else:
            segments, again = _in_order(path, group)  # type: ignore[arg-type]
            complete[document] = segments[0].line
            yield segments
            yield from again


def _document(row: Row | Rejected) -> str | None:
    return row.document if isinstance(row, Row) and row.is_segment else None


def _in_order(path: object, rows: Iterable[Row]) -> tuple[list[Row], list[Rejected]]:
    """The rows by position, and those whose position another row has."""
    taken: dict[int, Row] = {}
    again = []
    for row in rows:
        position = row.position or 0
        if (first := taken.setdefault(position, row)) is not row:
            reason = f"{position} is taken by line {first.line}: positions of a document differ"
            again.append(Rejected(str(path), row.line, "position", reason))
    return [taken[position] for position in sorted(taken)], again
