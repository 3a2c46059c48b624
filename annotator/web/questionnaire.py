"""The questionnaire for annotators, before their first item and whenever they want to change it."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.domain import Role
from annotator.domain.workforce import Workforce
from annotator.errors import NotFound
from annotator.http.session import requires
from annotator.store import questionnaires

bp = Blueprint("questionnaire", __name__, url_prefix="/projects/<slug>/questionnaire")


@bp.get("")
@requires(Role.ANNOTATOR)
def show() -> ResponseReturnValue:
    """The questions, with what this person told before."""
    return _page()


@bp.post("")
@requires(Role.ANNOTATOR)
def answer() -> ResponseReturnValue:
    """Keep the answers of who consents; of who skips, nothing."""
    asked = Workforce.of(g.project).questionnaire.questions
    given = {question.key: request.form.get(f"q-{question.key}", "") for question in asked}
    if request.form.get("do") == "skip":
        questionnaires.skip(g.session, g.project, g.user)
    elif "consent" not in request.form:
        return _page(given, needs_consent=True), 422
    else:
        told = {key: choice for key, choice in given.items() if choice}
        questionnaires.answer(g.session, g.project, g.user, told, may_publish="publish" in request.form)
    return redirect(url_for("annotate.seat", slug=g.project.slug), code=303)


def _page(given: dict[str, str] | None = None, *, needs_consent: bool = False) -> str:
    questionnaire = Workforce.of(g.project).questionnaire
    if not questionnaire.questions:
        raise NotFound("This project has no questionnaire.")
    own = questionnaires.of(g.session, g.project, g.user)
    return render_template(
        "questionnaire/page.html",
        project=g.project,
        questionnaire=questionnaire,
        given=given or (own.answers if own is not None else {}),
        consented=own is not None and own.consented,
        may_publish=own is not None and own.may_publish,
        needs_consent=needs_consent,
    )
