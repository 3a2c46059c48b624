"""The page on which a document is taken away: hidden, which can be undone, or erased, which cannot."""

from http import HTTPStatus

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.domain import Role
from annotator.errors import Invalid, StandpointError
from annotator.http import sentences
from annotator.http.session import requires
from annotator.store import erasing, removing

bp = Blueprint("removal", __name__, url_prefix="/projects/<slug>/removal")


@bp.get("")
@requires(Role.ADMIN)
def show() -> ResponseReturnValue:
    """Choose a document by its id, and see what would go."""
    try:
        return _page(request.args.get("document", "").replace("\0", "").strip())
    except StandpointError as error:
        return _page("", problem=_told(error)), HTTPStatus.UNPROCESSABLE_ENTITY


@bp.post("")
@requires(Role.ADMIN)
def remove() -> ResponseReturnValue:
    """Hide a document, or erase it where its id was typed once more."""
    document = request.form.get("document", "")
    is_final = request.form.get("do") == "erase"
    try:
        if not is_final:
            removing.delete_document(g.session, g.project, document, by_id=g.user.id)
            done = url_for("audit.show", slug=g.project.slug)
            return redirect(done, code=HTTPStatus.SEE_OTHER)
        if request.form.get("again", "").strip() != document:
            raise Invalid("Type the id of the document once more: nothing brings it back.")
        why = request.form.get("why", "").strip() or None
        erasing.erase(g.session, g.project, document, why=why, by_id=g.user.id)
    except StandpointError as error:
        g.session.rollback()
        known = document if isinstance(error, Invalid) else ""
        return _page(known, problem=_told(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    g.session.commit()  # old bytes can only be overwritten once nobody may need them
    is_clean = erasing.scrub(current_app.extensions["standpoint_engine"])
    shown = url_for(".show", slug=g.project.slug, erased=document, clean="yes" if is_clean else "no")
    return redirect(shown, code=HTTPStatus.SEE_OTHER)


def _page(document: str, *, problem: str | None = None) -> str:
    erasure = None
    if document:
        try:
            erasure = erasing.preview(g.session, g.project, document)
        except StandpointError as error:
            problem = problem or _told(error)
    return render_template(
        "removal/page.html",
        project=g.project,
        document=document,
        erasure=erasure,
        is_hidden=bool(erasure) and removing.document(g.session, g.project, document).deleted_at is not None,
        problem=problem,
        erased=request.args.get("erased"),
        is_clean=request.args.get("clean") != "no",
    )


def _told(error: StandpointError) -> str:
    return sentences.told(str(error)) or str(error)
