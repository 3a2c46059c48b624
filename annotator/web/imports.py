"""The page on which curators bring files in: upload, look at what would come in, then store it.

Both steps are the job `import`; the first one only tries. So a large file keeps no page waiting, and what is
looked at is what the import itself says. What came in can be undone; the page tells before what goes.
"""

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.domain import ImportState, JobState, Role, Split
from annotator.errors import Conflict, Invalid, NotFound
from annotator.http.session import requires
from annotator.importing import undone, uploads
from annotator.plugin import jobs as offered
from annotator.store import jobs
from annotator.web.import_controls import CHOICES, COLUMNS, CONTROLS, renamed

JOB, UNDO = "import", "undo-import"
ENCODINGS = ("utf-8", "utf-16", "cp1252", "cp1250", "cp1251", "cp1256", "mac_roman", "gb18030", "shift_jis")

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


def checked_undo(arguments: Mapping[str, object]) -> dict[str, object]:
    """Likewise of the undoing of one.

    Raises
    ------
    Invalid, NotFound, Conflict
        If they name no import of `g.project`, or one that was undone.
    """
    number = arguments.get("import")
    if not isinstance(number, int) or isinstance(number, bool):
        raise Invalid("Say which import is to be undone, by its number.", {"import": "is no number"})
    if undone.find(g.session, g.project, number).state is not ImportState.DONE:
        raise Conflict("This import was undone already, or is under way.")
    return {"import": number}


bp.add_app_template_filter(renamed, "by_controls")
offered.offer(bp, JOB, checked)
offered.offer(bp, UNDO, checked_undo)


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


@bp.get("/<int:number>/undo")
@requires(Role.CURATOR)
def look(number: int) -> ResponseReturnValue:
    """What goes when this import is undone."""
    found = undone.find(g.session, g.project, number)
    return render_template(
        "imports/undo.html",
        project=g.project,
        of=found,
        goes=undone.preview(g.session, found),
        under_way=offered.unfinished(UNDO),
    )


@bp.post("/<int:number>/undo")
@requires(Role.CURATOR)
def undo(number: int) -> ResponseReturnValue:
    """Undo it; the job's page tells what went."""
    return _to(offered.enqueue(current_app, UNDO, {"import": number}))


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
        "encoding": form.get("encoding", "").strip() or None,
        "purpose": form.get("purpose") or None,
        "segment": form.get("segment") or None,
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
        controls=CONTROLS,
        choices=CHOICES,
        encodings=ENCODINGS,
        imports=undone.listed(g.session, g.project),
        chosen=request.form,
        under_way=offered.unfinished(JOB),
        megabytes=current_app.config["STANDPOINT"].upload_megabytes,
    )
