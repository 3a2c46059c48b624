"""The page on which curators bring files in: upload, look at what would come in, then store it.

Both steps are the job `import`; the first one only tries. So a large file keeps no page waiting, and what is
looked at is what the import itself says.
"""

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.domain import JobState, Role, Split
from annotator.errors import Invalid, NotFound
from annotator.http.session import requires
from annotator.importing import uploads
from annotator.plugin import jobs as offered
from annotator.store import jobs

JOB = "import"
COLUMNS = ("text", "id", "target", "label", "holder", "annotator", "document", "position")

bp = Blueprint("imports", __name__, url_prefix="/projects/<slug>/imports")


def checked(arguments: Mapping[str, object]) -> dict[str, object]:
    """The arguments of a job, as they are stored with it.

    Raises
    ------
    Invalid
        If they ask for what is not there.
    """
    wanted = uploads.wanted(arguments)
    return {name: getattr(wanted, name) for name in uploads.Wanted.__dataclass_fields__}


offered.offer(bp, JOB, checked)


@bp.get("")
@requires(Role.CURATOR)
def show() -> ResponseReturnValue:
    """The empty form."""
    return _page()


@bp.post("")
@requires(Role.CURATOR)
def upload() -> ResponseReturnValue:
    """Keep the file and try its import; the job's page tells what would come in."""
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise Invalid("Choose a file to import.")
        arguments = _arguments("0" * 32, uploads.plain(sent.filename))
        checked(arguments)  # before anything lies on the disk
    except Invalid as error:
        return _page(str(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    if (running := offered.unfinished(JOB)) is None:
        key, path = uploads.begin(current_app.config["STANDPOINT"], g.project.slug, sent.filename)
        sent.save(path)
        running = offered.enqueue(current_app, JOB, {**arguments, "upload": key})
    return _to(running)


@bp.post("/<int:number>")
@requires(Role.CURATOR)
def store(number: int) -> ResponseReturnValue:
    """Store what this job has tried.

    Raises
    ------
    NotFound
        If it is no trial that has ended well.
    """
    tried = jobs.find(g.session, number, g.project)
    if tried.name != JOB or tried.state is not JobState.DONE or not (tried.result or {}).get("trial"):
        raise NotFound(f"Job {number} has tried no import of {g.project.slug!r}.")
    return _to(offered.enqueue(current_app, JOB, {**tried.arguments, "trial": False}))


def _arguments(key: str, name: str) -> dict[str, object]:
    form = request.form
    given = {ours: form.get(f"column-{ours}", "").strip() for ours in COLUMNS}
    return {
        "upload": key,
        "name": name,
        "trial": True,
        "format": form.get("format") or None,
        "kind": form.get("kind") or None,
        "split": form.get("split") or None,
        "columns": {ours: theirs for ours, theirs in given.items() if theirs},
        "keep_going": "keep_going" in form,
    }


def _to(job: offered.Job) -> ResponseReturnValue:
    return redirect(url_for("jobs.show", slug=g.project.slug, number=job.id), code=HTTPStatus.SEE_OTHER)


def _page(problem: str | None = None) -> str:
    return render_template(
        "imports/page.html",
        project=g.project,
        problem=problem,
        formats=uploads.FORMATS,
        splits=list(Split),
        columns=COLUMNS,
        chosen=request.form,
        under_way=offered.unfinished(JOB),
        megabytes=current_app.config["STANDPOINT"].upload_megabytes,
    )
