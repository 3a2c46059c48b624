"""Files that come in: uploaded and tried, looked at, then stored, and undone. Each step is a job."""

import shutil
from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, g, request, url_for
from flask.typing import ResponseReturnValue

from annotator.api import pages, query
from annotator.api.jobs import JobOut
from annotator.api.openapi import BYTES, PREFIX, describes
from annotator.api.schemas import Outgoing
from annotator.domain import Job, JobState, Purpose, Role, Split
from annotator.errors import Invalid, NotFound
from annotator.http.arriving import arrived, long_body
from annotator.http.session import requires
from annotator.importing import undone, uploads
from annotator.plugin import jobs as offered
from annotator.store import jobs

bp = Blueprint("api_imports", __name__, url_prefix=f"{PREFIX}/projects/<slug>/imports")

JOB, UNDO = "import", "undo-import"
MOST_COLUMNS = 20
PAGES = pages.newest_first(usual=20, most=100)
READ = ("format", "kind", "split", "encoding", "purpose", "segment")
ASKED: dict[str, dict[str, Any]] = {
    "name": {"type": "string", "maxLength": 1_000},
    "format": {"type": "string", "enum": list(uploads.FORMATS)},
    "kind": {"type": "string", "enum": list(uploads.KINDS)},
    "split": {"type": "string", "enum": [str(each) for each in Split]},
    "encoding": {"type": "string", "maxLength": 100},
    "purpose": {"type": "string", "enum": [str(each) for each in Purpose]},
    "segment": {"type": "string", "enum": list(uploads.SEGMENTS)},
    "keep_going": {"type": "boolean", "default": False},
    "column": {"type": "array", "items": {"type": "string"}, "maxItems": MOST_COLUMNS},
}


class ImportOut(Outgoing):
    """What came in together. `told` is its report: what was new, changed and the same."""

    id: int
    files: list[str]
    state: str
    told: dict[str, Any]
    started_at: datetime
    finished_at: datetime | None
    undone_at: datetime | None


class ImportsOut(Outgoing):
    """Imports, the newest first. `next`: ask with `before` for older ones; null: that is all."""

    imports: list[ImportOut]
    next: int | None


class GoesOut(Outgoing):
    """What goes when an import is undone, in rows; `others`: what people have said since of items that go."""

    documents: int
    items: int
    answers: int
    others: int
    merged: int


@bp.get("")
@requires(Role.CURATOR)
@describes(gives={200: ImportsOut}, query=PAGES)
def listed() -> ResponseReturnValue:
    """The imports that are whole, 20 a page, those that were undone too."""
    limit = pages.limit(PAGES)
    found = undone.listed(g.session, g.project, most=limit + 1, before=pages.before())
    told, following = pages.cut(
        [ImportOut.model_validate(row) for row, _by in found], limit, lambda row: row.id
    )
    return ImportsOut(imports=list(told), next=following).model_dump(mode="json")


@bp.get("/<int:number>/undo")
@requires(Role.CURATOR)
@describes(gives={200: GoesOut})
def look(number: int) -> ResponseReturnValue:
    """What goes when this import is undone."""
    found = undone.find(g.session, g.project, number)
    return GoesOut.model_validate(undone.preview(g.session, found)).model_dump(mode="json")


@bp.post("/<int:number>/undo")
@requires(Role.CURATOR)
@describes(gives={202: JobOut})
def undo(number: int) -> ResponseReturnValue:
    """Undo an import. 409 if it was undone already."""
    return _told(offered.enqueue(current_app, UNDO, {"import": number}))


@bp.post("")
@long_body
@requires(Role.CURATOR)
@describes(gives={202: JobOut}, query=ASKED, sends=BYTES)
def upload() -> ResponseReturnValue:
    """Upload a file as the body and try its import; the job's `result` tells what would come in.

    `name` is the file's, whose suffix says the format where `format` does not; `column=text=tweet` maps a
    column. If an import is unfinished, that one is the answer.
    """
    name = uploads.plain(query.needed("name"))
    arguments = {"upload": "0" * 32, "name": name, "trial": True, **_reading()}
    uploads.wanted(arguments)  # before anything lies on the disk
    if (job := offered.unfinished(JOB)) is None:
        key, path = uploads.begin(current_app.config["STANDPOINT"], g.project.slug, name)
        with path.open("wb") as file, arrived() as body:
            shutil.copyfileobj(body, file)
        job = offered.enqueue(current_app, JOB, {**arguments, "upload": key})
    return _told(job)


@bp.post("/<int:number>")
@requires(Role.CURATOR)
@describes(gives={202: JobOut})
def store(number: int) -> ResponseReturnValue:
    """Store what this job has tried. 404 if it is no trial that has ended well."""
    tried = jobs.find(g.session, number, g.project)
    if tried.name != JOB or tried.state is not JobState.DONE or not (tried.result or {}).get("trial"):
        raise NotFound(f"Job {number} has tried no import of {g.project.slug!r}.")
    return _told(offered.enqueue(current_app, JOB, {**tried.arguments, "trial": False}))


def _reading() -> dict[str, object]:
    """How the file is to be read, as the query says."""
    columns: dict[str, str] = {}
    for pair in request.args.getlist("column")[: MOST_COLUMNS + 1]:
        ours, is_there, theirs = pair.partition("=")
        if not is_there or "\0" in pair or len(columns) >= MOST_COLUMNS:
            raise Invalid(
                "column maps a name of ours to one of the file: column=text=tweet.", {"column": "is none"}
            )
        columns[ours] = theirs
    return {
        **{name: query.text(name) for name in READ},
        "keep_going": query.one_of("keep_going", ("false", "true")) == "true",
        "columns": columns,
    }


def _told(job: Job) -> ResponseReturnValue:
    address = url_for("api_jobs.show", slug=g.project.slug, number=job.id)
    return JobOut.of(job).model_dump(mode="json"), 202, {"Location": address}
