"""Files that come in: uploaded and tried, looked at, then stored. Both are the job `import`."""

import shutil
from typing import Any

from flask import Blueprint, current_app, g, request, url_for
from flask.typing import ResponseReturnValue

from annotator.api import query
from annotator.api.jobs import JobOut
from annotator.api.openapi import BYTES, PREFIX, describes
from annotator.domain import Job, JobState, Role, Split
from annotator.errors import Invalid, NotFound
from annotator.http.arriving import arrived, long_body
from annotator.http.session import requires
from annotator.importing import uploads
from annotator.plugin import jobs as offered
from annotator.store import jobs

bp = Blueprint("api_imports", __name__, url_prefix=f"{PREFIX}/projects/<slug>/imports")

JOB = "import"
MOST_COLUMNS = 20
ASKED: dict[str, dict[str, Any]] = {
    "name": {"type": "string", "maxLength": 1_000},
    "format": {"type": "string", "enum": list(uploads.FORMATS)},
    "kind": {"type": "string", "enum": list(uploads.KINDS)},
    "split": {"type": "string", "enum": [str(each) for each in Split]},
    "keep_going": {"type": "boolean", "default": False},
    "column": {"type": "array", "items": {"type": "string"}, "maxItems": MOST_COLUMNS},
}


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
        **{name: query.text(name) for name in ("format", "kind", "split")},
        "keep_going": query.one_of("keep_going", ("false", "true")) == "true",
        "columns": columns,
    }


def _told(job: Job) -> ResponseReturnValue:
    address = url_for("api_jobs.show", slug=g.project.slug, number=job.id)
    return JobOut.of(job).model_dump(mode="json"), 202, {"Location": address}
