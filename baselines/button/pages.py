"""The curators' page of models: train one on a release, which there are and what they score, download one.

Training is a job; its page is `jobs/train.html`. What is asked for there is checked here. A report is a file
of its own with its styles in it: it is shown under a policy of its own, which lets it do nothing.
"""

from http import HTTPStatus
from pathlib import Path
from threading import BoundedSemaphore

from flask import Blueprint, Response, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.errors import Invalid
from annotator.plugin import jobs
from annotator.plugin.pages import NotFound, Role, requires
from baselines.button import asking, place, why
from baselines.button.choices import RECIPES
from exporters.button import shown, zipping

JOB = "train"
DOWNLOADS = 2  # at a time
TURNS = "standpoint_model_downloads"  # of the extensions of the application
POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)

bp = Blueprint("models", __name__, url_prefix="/projects/<slug>/models", template_folder="templates")
bp.record_once(lambda state: state.app.extensions.setdefault(TURNS, BoundedSemaphore(DOWNLOADS)))
jobs.offer(bp, JOB, asking.checked)
jobs.offer(bp, why.JOB, lambda arguments: why.checked(arguments, made_at), several=True)


@bp.get("")
@requires(Role.CURATOR)
def show() -> ResponseReturnValue:
    """A form to train a model, and those that there are, the newest first."""
    return _page(request.args)


@bp.post("")
@requires(Role.CURATOR)
def train() -> ResponseReturnValue:
    """Ask for a model; its job's page tells how far it is. If one is under way, that one."""
    given = {name: request.form[name] for name in asking.Asked._fields if request.form.get(name)}
    try:
        job = jobs.enqueue(current_app, JOB, given)
    except Invalid as error:
        return _page(given, problem=str(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    address = url_for("jobs.show", slug=g.project.slug, number=job.id)
    return redirect(address, code=HTTPStatus.SEE_OTHER)


@bp.get("/<int:number>/why")
@requires(Role.CURATOR)
def explain(number: int) -> ResponseReturnValue:
    """A form: a text and a target, of which this model is to say what it decides, and by which words."""
    return _why(number, request.args)


@bp.post("/<int:number>/why")
@requires(Role.CURATOR)
def ask_why(number: int) -> ResponseReturnValue:
    """Ask the model; the page of the job that opens it has the answer."""
    given = {name: request.form[name] for name in why.GIVEN if request.form.get(name)}
    try:
        job = jobs.enqueue(current_app, why.JOB, {**given, "model": number})
    except Invalid as error:
        return _why(number, given, problem=str(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    address = url_for("jobs.show", slug=g.project.slug, number=job.id)
    return redirect(address, code=HTTPStatus.SEE_OTHER)


@bp.get("/<int:number>/report")
@requires(Role.CURATOR)
def report(number: int) -> ResponseReturnValue:
    """The report of the model that this job has trained, one HTML file."""
    path = _folder(number) / place.REPORT / "report.html"
    if not path.is_file():
        raise NotFound(f"Model {number} was not scored: its release has rows to train on alone.")
    response = Response(path.read_bytes(), mimetype="text/html")
    response.headers["Content-Security-Policy"] = POLICY
    return response


@bp.get("/<int:number>/download")
@requires(Role.CURATOR)
def download(number: int) -> ResponseReturnValue:
    """The folder of a model as a zip, made while it is sent: `standpoint evaluate` and `predict` take it."""
    return sent(number)


def sent(number: int) -> Response:
    """The answer with the zip of this model.

    Raises
    ------
    NotFound
        If there is none, or it is not on this server.
    """
    folder, name = _folder(number), f"{g.project.slug}-model-{number}"
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    packed = zipping.packed([(f"{name}/{path.relative_to(folder)}", path, None) for path in files])
    response = Response(zipping.Sending(packed, current_app.extensions[TURNS]), mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    return response


def _page(chosen: object, *, problem: str | None = None) -> str:
    return render_template(
        "models/page.html",
        project=g.project,
        releases=shown.here(g.session, g.project),
        recipes=RECIPES,
        models=[(job, place_of(job).is_dir()) for job in jobs.done(JOB)],
        under_way=jobs.unfinished(JOB),
        chosen=chosen,
        problem=problem,
    )


def _why(number: int, chosen: object, *, problem: str | None = None) -> str:
    known = why.known(_folder(number))
    return render_template(
        "models/why.html",
        project=g.project,
        job=_trained(number),
        known=known,
        chosen=chosen,
        problem=problem,
    )


def _trained(number: int) -> jobs.Job:
    """The job that has trained this model; NotFound if there is none."""
    job = next((job for job in jobs.done(JOB) if job.id == number), None)
    if job is None:
        raise NotFound(f"There is no model {number} of {g.project.slug!r}.")
    return job


def made_at(number: int) -> str:
    """When this model, which is on this server, was asked for; NotFound if it is not."""
    _folder(number)
    return _trained(number).created_at.isoformat()


def _folder(number: int) -> Path:
    """The folder of the model that this job has trained.

    Raises
    ------
    NotFound
        If it has trained none, or it is not on this server.
    """
    job = _trained(number)
    if not (folder := place_of(job)).is_dir():
        raise NotFound(f"The folder of model {number} is not on this server: it was moved, or removed.")
    return folder


def place_of(job: jobs.Job) -> Path:
    """Where the model of this job is, or was."""
    return place.of_job(current_app.config["STANDPOINT"], g.project.slug, job.id or 0, job.created_at)
