"""The curator's page of the audit trail: who did what when, as a page, as a file, and undone."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from http import HTTPStatus

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.domain import Role
from annotator.domain.spreadsheet import harmless
from annotator.errors import Invalid, StandpointError
from annotator.http import sentences
from annotator.http.session import requires
from annotator.store import trail, undoing
from annotator.web.preferences import own_zone

bp = Blueprint("audit", __name__, url_prefix="/projects/<slug>/audit")


@bp.get("")
@requires(Role.CURATOR)
def show() -> ResponseReturnValue:
    """The newest entries; `person`, `action` and `day` choose, `before` goes on."""
    return _page()


@bp.get("/audit.csv")
@requires(Role.CURATOR)
def as_csv() -> ResponseReturnValue:
    """All entries that are chosen, the oldest first, for a spreadsheet."""
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow(("id", *trail.COLUMNS))
    for noted in trail.every(g.session, g.project, _wanted()):
        table.writerow([str(noted.entry.id), *map(harmless, noted.cells())])
    return _file("\ufeff" + file.getvalue(), "text/csv", "csv")


@bp.get("/audit.jsonl")
@requires(Role.CURATOR)
def as_jsonl() -> ResponseReturnValue:
    """The same as JSON lines."""
    lines: Iterator[str] = (
        json.dumps(noted.as_json(), ensure_ascii=False) + "\n"
        for noted in trail.every(g.session, g.project, _wanted())
    )
    return _file("".join(lines), "application/jsonl", "jsonl")


@bp.post("/<int:number>/undo")
@requires(Role.CURATOR)
def undo(number: int) -> ResponseReturnValue:
    """Take back what an entry tells."""
    try:
        undoing.undo(g.session, g.project, number, by_id=g.user.id)
    except StandpointError as error:
        g.session.rollback()
        return _page(problem=sentences.told(str(error)) or str(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for(".show", slug=g.project.slug, done=number), code=HTTPStatus.SEE_OTHER)


def _page(problem: str | None = None) -> str:
    wanted = _wanted() if problem is None else trail.EVERYTHING
    before = request.args.get("before", "")
    last = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None
    rows, has_more = trail.page(g.session, g.project, wanted, before=last)
    numbers = [row.entry.id for row in rows if row.entry.id is not None]
    undone = undoing.undone(g.session, g.project, numbers)
    return render_template(
        "audit/page.html",
        project=g.project,
        zone=own_zone(),
        wanted=wanted,
        chosen={
            name: request.args.get(name) for name in ("person", "action", "day") if request.args.get(name)
        },
        rows=rows,
        told=trail.told,
        undone=undone,
        undoable={
            number
            for number, row in zip(numbers, rows, strict=True)
            if row.entry.action in undoing.UNDONE_BY and number not in undone
        },
        next=numbers[-1] if has_more else None,
        people=trail.people(g.session, g.project),
        actions=trail.actions(g.session, g.project),
        command_line=trail.COMMAND_LINE,
        done=request.args.get("done"),
        problem=problem,
    )


def _wanted() -> trail.Wanted:
    given = request.args.get("day", "")
    try:
        day = date.fromisoformat(given) if given else None
    except ValueError:
        raise Invalid(f"{given!r} is not a day: write it as 2026-11-30.") from None
    if day is not None and not 1970 <= day.year <= 2200:
        raise Invalid(f"{given!r} is not a day: write it as 2026-11-30.")
    person, action = (request.args.get(name, "").replace("\0", "") or None for name in ("person", "action"))
    return trail.Wanted(person=person, action=action, day=day, zone=own_zone())


def _file(text: str, mimetype: str, suffix: str) -> Response:
    response = Response(text, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="audit-{g.project.slug}.{suffix}"'
    return response
