"""Rows → documents, segments, items, and the answers they bring. Safe to repeat.

The steps: read all rows (`read_all`, no database), then documents (`drafts`, `documents`), items (`items`),
answers (`answers`, `annotations`) or coverage: `load`. Everything arrives or nothing; with `keep_going`,
everything but the rejected rows. All is held against what is stored before it is stored, so that a second
import of the same files leaves nothing behind. `bring_in` does it in parts, hidden until the end, so that
people save meanwhile; `try_out` only reads.

Memory holds the rows of one import: about 2 kB each, two gigabytes a million.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Engine
from sqlmodel import Session

from annotator.domain import Project, ProjectKind
from annotator.importing import (
    annotations,
    answers,
    coverage,
    documents,
    drafts,
    items,
    stage,
    under_way,
)
from annotator.importing.formats import read
from annotator.importing.names import Names
from annotator.importing.options import Options
from annotator.importing.report import Placed, Report
from annotator.importing.rows import Rejected, Row
from annotator.importing.under_way import Begun
from annotator.store import audit, pools, projects, rounds, seats, weighing
from annotator.store.engine import reading

Found = Iterable[Row | Rejected]
LOOKS_LIKE_COVERAGE = "says who judged a document, and nothing else: import such a file with --kind coverage"


def read_all(
    paths: Iterable[Path], options: Options, *, track: Callable[[Found], Found] = iter
) -> tuple[list[Placed], Report]:
    """All rows of the files, in order, and the report that the import goes on with.

    Raises
    ------
    BadInput
        If a file is at fault, or a row is and the import is not to keep going.
    """
    report = Report(keep_going=options.keep_going)
    rows: list[Placed] = []
    for path in dict.fromkeys(paths):
        found = read(path, format=options.format, columns=options.columns, encoding=options.encoding)
        for row in track(found):
            if isinstance(row, Rejected):
                report.reject(row)
            else:
                rows.append(Placed(str(path), row, len(rows)))
    return rows, report


def try_out(engine: Engine, slug: str, rows: Sequence[Placed], report: Report, options: Options) -> None:
    """Count what `bring_in` would bring: nothing is written, and nobody waits.

    Raises
    ------
    BadInput, Invalid
        As `load`.
    """
    with stage.Trial(engine) as session:
        load(session, projects.find(session, slug), rows, report, options)


def bring_in(
    engine: Engine, slug: str, rows: Sequence[Placed], report: Report, options: Options, *, begun: Begun
) -> dict[str, Any]:
    """Store what the rows bring: all or nothing, in parts, between which others write.

    Gives what `begun` keeps of the report, of an earlier attempt where that has done it.

    Raises
    ------
    BadInput, Invalid
        As `load`.
    Conflict
        If another import into the project is under way.
    """
    with reading(engine) as session:
        project_id = projects.find(session, slug).id or 0

    def store(session: Session, project: Project) -> Report:
        load(session, project, rows, report, options)
        return report

    begun = replace(begun, files=begun.files or _files(rows))
    return under_way.run(engine, project_id, begun, store)


def load(
    session: Session,
    project: Project,
    rows: Sequence[Placed],
    report: Report,
    options: Options,
    *,
    by_id: int | None = None,
) -> None:
    """Store what the rows bring, and count it in the report, in one transaction of the caller's. Flushes.

    Raises
    ------
    BadInput
        If a row is at fault and the import is not to keep going.
    Invalid
        If the project is of the wrong kind for these rows.
    """
    names = Names(session, project, report)
    stage.breathe(session)
    if options.is_coverage:
        coverage.store(session, project, rows, names, report)
    else:
        _load_texts_and_answers(session, project, rows, names=names, report=report, options=options)
    if report.changes and not documents.is_apart(session):
        pools.apply(session, project)
        rounds.apply(session, project)
        seats.recount(session, project)  # who has judged an item already holds a seat of it
        while weighing.weigh_new(session):  # else the first look at the adjudication queue would wait for it
            pass
        audit.note(session, "import", project=project, by_id=by_id, files=_files(rows), **report.as_json())
    session.flush()


def _files(rows: Sequence[Placed]) -> list[str]:
    return list(dict.fromkeys(Path(placed.path).name for placed in rows))


def _load_texts_and_answers(
    session: Session,
    project: Project,
    rows: Sequence[Placed],
    *,
    names: Names,
    report: Report,
    options: Options,
) -> None:
    for placed in rows:
        if placed.row.is_coverage:
            report.refuse(placed, LOOKS_LIKE_COVERAGE)
    cut = options.cut if options.cut is not None else project.kind is ProjectKind.OPEN
    found = []
    for name, of_document in drafts.group(rows).items():
        if draft := drafts.draft(name, of_document, project, report, split=options.split, cut=cut):
            found.append(draft)
        stage.breathe(session)
    stored = documents.store(session, project, found, report)
    asked, new = items.store(session, project, stored, names, report, purpose=options.purpose)
    given = answers.gather(
        session, project, rows, asked, names, report=report, new=new, kind=options.kind, texts=found
    )
    annotations.store(session, project, given, names, report)
