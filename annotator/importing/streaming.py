"""Lines that come in one after the other: a group of them stored, and what became of each line.

A group is one transaction of the caller's. A line at fault holds up no other: first the whole group is
loaded, and only if that cannot be, line by line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col

from annotator.domain import Document, Item, Project, Segment
from annotator.errors import StandpointError
from annotator.importing import jsonl
from annotator.importing.columns import Columns
from annotator.importing.drafts import own_id
from annotator.importing.load import load
from annotator.importing.options import Options
from annotator.importing.report import Placed, Report
from annotator.importing.rows import Rejected, Row

NAME = "stream.jsonl"  # what the trail calls it
EMPTY = "the text is empty"


@dataclass(frozen=True, slots=True)
class Became:
    """What became of a line. `refused`: why nothing of it was stored; `is_new`: its id was not there."""

    line: int
    id: str | None
    is_new: bool
    refused: str | None = None
    column: str | None = None


def store(
    session: Session,
    project: Project,
    lines: Mapping[int, str],
    *,
    by_id: int | None = None,
) -> list[Became]:
    """Store a group of lines, number → a JSON object as `standpoint import` reads them. Flushes."""
    columns = Columns()
    read = {number: jsonl.row(NAME, columns, number, line) for number, line in lines.items()}
    rows = [row for row in read.values() if isinstance(row, Row)]
    known = _known(session, project, rows)
    rejected = {each.line: each for each in read.values() if isinstance(each, Rejected)}
    rejected |= {each.line: each for each in _loaded(session, project, rows, by_id)}
    return [_became(number, row, rejected.get(number), known) for number, row in read.items()]


def _loaded(session: Session, project: Project, rows: Sequence[Row], by_id: int | None) -> list[Rejected]:
    """Load the rows together, or each alone if that fails; those that were rejected."""
    report = Report(keep_going=True)
    placed = [Placed(NAME, row, number) for number, row in enumerate(rows)]
    try:
        with session.begin_nested():
            load(session, project, placed, report, Options(keep_going=True), by_id=by_id)
    except (StandpointError, sa.exc.IntegrityError, sa.exc.DataError) as error:
        session.expire_all()
        if len(rows) == 1:
            return [Rejected(NAME, rows[0].line, None, str(error).rstrip("."))]
        return [each for row in rows for each in _loaded(session, project, [row], by_id)]
    empty = [Rejected(NAME, each.row.line, "text", EMPTY) for each in report.empty]
    return [*report.rejected, *empty]


def _known(session: Session, project: Project, rows: Sequence[Row]) -> set[str]:
    """Which of the ids that these rows bring are there: of documents, segments and items."""
    ids = {_id(row) for row in rows if row.text is not None}
    asked = (
        (col(Document.external_id), col(Document.project_id), sa.true()),
        (col(Segment.external_id), col(Document.project_id), col(Segment.document_id) == col(Document.id)),
        (col(Item.external_id), col(Item.project_id), sa.true()),
    )
    return {
        found
        for name, of, joined in asked
        for found in session.execute(sa.select(name).where(of == project.id, joined, name.in_(ids))).scalars()
    }


def _id(row: Row) -> str:
    return row.id or own_id(row)


def _became(line: int, row: Row | Rejected, rejected: Rejected | None, known: set[str]) -> Became:
    if isinstance(row, Rejected):
        return Became(line, None, False, row.reason, row.column)
    id_ = row.item_id if row.text is None else _id(row)
    if rejected is not None:
        return Became(line, id_, False, rejected.reason, rejected.column)
    return Became(line, id_, row.text is None or id_ not in known)
