"""The curators' page of what models say: which have, when annotators see it, a queue ordered by their doubt.

An order is the job `order`; the page shows before what would come first.
"""

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.domain import Job, Role
from annotator.domain.workforce import Show
from annotator.errors import Invalid, StandpointError
from annotator.http.session import requires
from annotator.plugin import jobs as offered
from annotator.store import assistance, reordering, suggestions
from annotator.store.reordering import Method, Planned, Wanted

ORDER, UNDO = "order", "undo-order"
FIELDS = ("method", "control", "seed")

bp = Blueprint("suggestions", __name__, url_prefix="/projects/<slug>/suggestions")


def checked(arguments: Mapping[str, object]) -> dict[str, object]:
    """The arguments of a job, as they are stored with it.

    Raises
    ------
    Invalid
        If they ask for an order that there is not.
    """
    found = reordering.checked(*(arguments.get(name) for name in FIELDS))
    return {"method": str(found.method), "control": found.control, "seed": found.seed}


def checked_undo(_arguments: Mapping[str, object]) -> dict[str, object]:
    """Likewise of going back; the job says if there is nothing to go back to."""
    return {}


offered.offer(bp, ORDER, checked)
offered.offer(bp, UNDO, checked_undo)


@bp.get("")
@requires(Role.CURATOR)
def show() -> ResponseReturnValue:
    """How it stands, and the forms to change it."""
    return _page({})


@bp.get("/report")
@requires(Role.CURATOR)
def report() -> ResponseReturnValue:
    """What a look at a suggestion does to answers."""
    found = assistance.measure(g.session, g.project)
    return render_template("suggestions/report.html", project=g.project, report=found)


@bp.post("")
@requires(Role.CURATOR)
def change() -> ResponseReturnValue:
    """Say when annotators see suggestions, or preview an order, ask for it, or go back to the one before."""
    form = {name: request.form.get(name, "").strip() for name in FIELDS}
    do = request.form.get("do")
    try:
        if do == "show":
            return _shown()
        if do == "undo":
            return _at(offered.enqueue(current_app, UNDO, {}))
        wanted = _wanted(form)
        if do == "order":
            return _at(offered.enqueue(current_app, ORDER, _arguments(wanted)))
        return _page(form, preview=reordering.preview(g.session, g.project, wanted))
    except StandpointError as error:
        return _page(form, problem=str(error)), HTTPStatus.UNPROCESSABLE_ENTITY


def _shown() -> ResponseReturnValue:
    when = request.form.get("show")
    if when not in [str(each) for each in Show]:
        raise Invalid("Choose when annotators see suggestions.", {"show": "is none"})
    suggestions.show(g.session, g.project, Show(when), by=g.user)
    return redirect(url_for(".show", slug=g.project.slug, done="yes"), code=HTTPStatus.SEE_OTHER)


def _wanted(form: Mapping[str, str]) -> Wanted:
    try:
        share = float(form["control"]) / 100 if form["control"] else None
        seed = int(form["seed"]) if form["seed"] else 0
    except ValueError:
        raise Invalid("Give the control share in percent and the seed as whole numbers.") from None
    return reordering.checked(form["method"], share, seed)


def _arguments(wanted: Wanted) -> dict[str, object]:
    return {"method": str(wanted.method), "control": wanted.control, "seed": wanted.seed}


def _at(job: Job) -> ResponseReturnValue:
    address = url_for("jobs.show", slug=g.project.slug, number=job.id)
    return redirect(address, code=HTTPStatus.SEE_OTHER)


def _page(form: Mapping[str, str], *, preview: Planned | None = None, problem: str | None = None) -> str:
    return render_template(
        "suggestions/page.html",
        project=g.project,
        models=suggestions.models(g.session, g.project),
        shown=suggestions.shown(g.project),
        order=reordering.current(g.project),
        methods=[str(method) for method in Method],
        form={"method": str(Method.DIVERSE_UNCERTAIN), "control": "15", "seed": "0"} | dict(form),
        preview=preview,
        problem=problem,
        done=request.args.get("done"),
    )
