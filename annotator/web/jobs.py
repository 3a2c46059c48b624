"""A job's page: how far it is, how to cancel it, what came of it.

A package that brings a job may bring `jobs/NAME.html`, too, which extends `jobs/page.html` and fills its
blocks: what the job is called, the words for what it does, what to make of its result.
"""

from contextlib import suppress
from http import HTTPStatus

from flask import Blueprint, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from annotator.domain import Role
from annotator.errors import Conflict
from annotator.http import sentences
from annotator.http.session import requires
from annotator.store import jobs

PAGES = {  # a job → the page that asks for it
    "import": "imports",
    "undo-import": "imports",
    "order": "suggestions",
    "undo-order": "suggestions",
    "release": "releases",
    "train": "models",
    "explain": "models",
}

bp = Blueprint("jobs", __name__, url_prefix="/projects/<slug>/jobs")


@bp.get("/<int:number>")
@requires(Role.CURATOR)
def show(number: int) -> ResponseReturnValue:
    """How the job stands. With a script the page keeps itself up to date; without, a link does."""
    job = jobs.find(g.session, number, g.project)
    return render_template(
        [f"jobs/{job.name}.html", "jobs/page.html"],
        project=g.project,
        job=job,
        curating_page=PAGES.get(job.name, "jobs"),
        sentence=sentences.told(job.failure or ""),
    )


@bp.post("/<int:number>/cancel")
@requires(Role.CURATOR)
def cancel(number: int) -> ResponseReturnValue:
    """Cancel the job; its page tells if it had ended before."""
    job = jobs.find(g.session, number, g.project)
    with suppress(Conflict):
        jobs.cancel(g.session, job)
    return redirect(url_for(".show", slug=g.project.slug, number=number), code=HTTPStatus.SEE_OTHER)
