"""Rows → documents, segments, items, and the answers they bring. Safe to repeat.

The steps: read all rows (`read_all`, no database), then, in one transaction of the caller's, documents
(`drafts`, `documents`), items (`items`), answers (`answers`, `annotations`) or coverage. Everything
arrives or nothing; with `keep_going`, everything but the rejected rows. All is held against what is
stored before it is stored, so that a second import of the same files leaves nothing behind.

Memory holds the rows of one import: about 2 kB each, two gigabytes a million.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlmodel import Session

from annotator.domain import Kind, Project, ProjectKind, Purpose, Split
from annotator.importing import annotations, answers, coverage, documents, drafts, items, read
from annotator.importing.names import Names
from annotator.importing.report import Placed, Report
from annotator.importing.rows import Rejected, Row
from annotator.store import audit, pools, rounds, seats, weighing

Found = Iterable[Row | Rejected]
COVERAGE = "coverage"
LOOKS_LIKE_COVERAGE = "says who judged a document, and nothing else: import such a file with --kind coverage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How files are read, and what their rows mean where they do not say it themselves."""

    format: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)  # ours → theirs
    encoding: str | None = None
    kind: Kind | None = None  # of answers
    is_coverage: bool = False  # the rows say who judged which document
    split: Split | None = None
    cut: bool | None = None  # texts into sentences; None: in open projects
    keep_going: bool = False
    purpose: Purpose = Purpose.WORK  # of items that are new


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


def load(
    session: Session,
    project: Project,
    rows: Sequence[Placed],
    report: Report,
    options: Options,
    *,
    by_id: int | None = None,
) -> None:
    """Store what the rows bring, and count it in the report. Flushes.

    Raises
    ------
    BadInput
        If a row is at fault and the import is not to keep going.
    Invalid
        If the project is of the wrong kind for these rows.
    """
    names = Names(session, project, report)
    if options.is_coverage:
        coverage.store(session, project, rows, names, report)
    else:
        _load_texts_and_answers(session, project, rows, names=names, report=report, options=options)
    if report.changes:
        pools.apply(session, project)
        rounds.apply(session, project)
        seats.recount(session, project)  # who has judged an item already holds a seat of it
        while weighing.weigh_new(session):  # else the first look at the adjudication queue would wait for it
            pass
        files = list(dict.fromkeys(Path(placed.path).name for placed in rows))
        audit.note(session, "import", project=project, by_id=by_id, files=files, **report.as_json())
    session.flush()


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
    found = [
        draft
        for name, of_document in drafts.group(rows).items()
        if (draft := drafts.draft(name, of_document, project, report, split=options.split, cut=cut))
    ]
    stored = documents.store(session, project, found, report)
    asked = items.store(session, project, stored, names, report, purpose=options.purpose)
    given = answers.gather(
        session, project, rows, asked, names, report=report, kind=options.kind, texts=found
    )
    annotations.store(session, project, given, names, report)
