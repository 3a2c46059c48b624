"""The job `import`: a file that came in by the page, read and stored, or only tried."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from annotator.errors import BadInput, Invalid
from annotator.importing import doubts, undone, uploads
from annotator.importing.load import Found, bring_in, read_all, try_out
from annotator.importing.options import DOUBT
from annotator.importing.report import Placed, Report
from annotator.importing.rows import Rejected, Row
from annotator.importing.under_way import Begun
from annotator.jobs.context import Context
from annotator.store import projects
from annotator.store.engine import reading, writing

READING, STORING = "rows", "storing"  # words that the page translates
GLANCE = 200  # rows between two looks at whether it was cancelled
MOST_REJECTED = 500  # that are told row by row


def import_(context: Context, arguments: Mapping[str, object]) -> dict[str, Any]:
    """Import the upload into the job's project, all or nothing; a cancelled one leaves nothing behind.

    Gives {"trial", "lines": what `standpoint import` prints first, "figures", "rejected": [{line, column,
    reason}]}.

    Raises
    ------
    BadInput, Invalid, Unusable
        If the file is at fault, or is not here.
    """
    if context.slug is None:
        raise Invalid("An import is of a project: ask for it on the project's page.")
    wanted = uploads.wanted(arguments)
    path, options = uploads.found(context.settings, context.slug, wanted), wanted.options()
    try:
        rows, report = read_all([path], options, track=lambda found: _counted(context, found))
        context.report(0, None, STORING)
        if wanted.kind == DOUBT:
            return _doubts(context, context.slug, rows, report, trial=wanted.trial)
        if wanted.trial:
            try_out(context.engine, context.slug, rows, report, options)
            return _told(report, context.slug, path, trial=True)
        begun = Begun(
            by_id=context.by_id,
            job_id=context.number,
            hear=lambda stored: context.report(stored, None, STORING),
            tell=partial(_told, slug=context.slug, path=path, trial=False),
        )
        return bring_in(context.engine, context.slug, rows, report, options, begun=begun)
    except BadInput as fault:  # named as its person named it, not as it lies here
        raise BadInput(wanted.name, fault.reason, line=fault.line, column=fault.column) from None


def undo(context: Context, arguments: Mapping[str, object]) -> dict[str, Any]:
    """Undo an import of the job's project. Once begun, it is brought to its end: half of it would be neither.

    Gives {"import", "documents", "items", "answers"}: how many went.

    Raises
    ------
    NotFound, Conflict
        As `undone.undo` does.
    """
    if context.slug is None:
        raise Invalid("An import is of a project: undo it on the project's page.")
    number = arguments["import"]
    assert isinstance(number, int)
    context.report(doing="undoing")
    with reading(context.engine) as session:
        project_id = projects.find(session, context.slug).id or 0
    gone = undone.undo(context.engine, project_id, number, by_id=context.by_id, job_id=context.number)
    return {"import": number, **gone}


def _doubts(
    context: Context, slug: str, rows: list[Placed], report: Report, *, trial: bool
) -> dict[str, Any]:
    """The same of gold that a model doubts, which takes the place of what was doubted before."""
    with writing(context.engine) as session:
        project = projects.find(session, slug)
        brought = doubts.bring_in(session, project, rows, by_id=context.by_id)
        for placed in brought.unknown:
            report.reject(Rejected(placed.path, placed.row.line, "item_id", "is no item of this project"))
        if trial:
            session.rollback()
    would = "would be" if trial else "are"
    lines = [f"{slug}:", f"  {brought.doubts:,} labels {would} in the queue of doubted gold, no others"]
    return {"trial": trial, "lines": lines, "figures": report.as_json(), "rejected": _rejected(report)}


def _counted(context: Context, found: Found) -> Iterator[Row | Rejected]:
    for number, row in enumerate(found, start=1):
        if number % GLANCE == 0:
            context.report(number, None, READING)
        yield row


def _told(report: Report, slug: str, path: Path, *, trial: bool) -> dict[str, Any]:
    lines = [line.replace(f"{path.parent}/", "") for line in report.figures(slug, would=trial)]
    return {"trial": trial, "lines": lines, "figures": report.as_json(), "rejected": _rejected(report)}


def _rejected(report: Report) -> list[dict[str, Any]]:
    return [
        {"line": each.line, "column": each.column, "reason": each.reason}
        for each in report.rejected[:MOST_REJECTED]
    ]
