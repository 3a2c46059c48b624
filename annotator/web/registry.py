"""The curator's page of the registry: who and what stances are about, the proposed ones first."""

from http import HTTPStatus

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.domain import Role
from annotator.errors import Conflict, Invalid, StandpointError
from annotator.http import sentences
from annotator.http.session import requires
from annotator.store import registering

bp = Blueprint("registry", __name__, url_prefix="/projects/<slug>/registry")


@bp.get("")
@requires(Role.CURATOR)
def show() -> ResponseReturnValue:
    """A page of the registry; `q` are words to look for, `after` is where the page begins."""
    return _page()


@bp.post("")
@requires(Role.CURATOR)
def change() -> ResponseReturnValue:
    """Accept a proposed entity, or give an entity one more name."""
    form, key = request.form, request.form.get("key", "")
    version = form.get("version", "")
    seen = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
    try:
        if form.get("do") == "accept":
            registering.accept(g.session, g.project, key, version=seen, by_id=g.user.id)
        elif form.get("do") == "alias":
            name, document = form.get("alias", ""), form.get("document", "").strip() or None
            registering.add_alias(
                g.session, g.project, key, name, document=document, version=seen, by_id=g.user.id
            )
        else:
            raise Invalid("Choose what is to happen: accept it, or add a name.")
    except StandpointError as error:
        g.session.rollback()
        status = HTTPStatus.CONFLICT if isinstance(error, Conflict) else HTTPStatus.UNPROCESSABLE_ENTITY
        return _page(problem=sentences.told(str(error)) or str(error)), status
    words, anchor = form.get("q") or None, f"entity-{key}"
    shown = url_for(".show", slug=g.project.slug, q=words, done="changed", _anchor=anchor)
    return redirect(shown, code=HTTPStatus.SEE_OTHER)


def _page(problem: str | None = None) -> str:
    words = request.values.get("q", "")[:200].replace("\0", "")
    after = request.args.get("after", "")[:400].replace("\0", "") or None
    return render_template(
        "registry/page.html",
        project=g.project,
        page=registering.page(g.session, g.project, words=words, after=after),
        words=words,
        after=after,
        problem=problem,
        done=request.args.get("done"),
    )
