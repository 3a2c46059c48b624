"""The page on which an administrator makes a project: by a few fields, or by a project file."""

from http import HTTPStatus

import pydantic
from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.domain.project_file import ProjectFile, first_problem
from annotator.domain.project_toml import from_toml
from annotator.errors import Invalid, StandpointError
from annotator.http import sentences
from annotator.http.session import administrators
from annotator.store import projects

bp = Blueprint("new_project", __name__, url_prefix="/projects/new")
FIELDS = ("slug", "kind", "name", "description", "overlap", "suggestions")


@bp.get("")
@administrators
def show() -> ResponseReturnValue:
    """The empty form."""
    return _page({})


@bp.post("")
@administrators
def create() -> ResponseReturnValue:
    """Make the project. Whatever goes wrong, what was written stays."""
    fields = {name: request.form.get(name, "").strip() for name in FIELDS}
    try:
        made = projects.create(g.session, _described(fields), by_id=g.user.id)
    except StandpointError as error:
        g.session.rollback()
        return _page(fields, sentences.told(str(error)) or str(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("scheme.show", slug=made.slug, done="created"), code=HTTPStatus.SEE_OTHER)


def _described(fields: dict[str, str]) -> ProjectFile:
    sent = request.files.get("file")
    if sent is not None and sent.filename:
        try:
            return from_toml(sent.read().decode("utf-8"))
        except UnicodeDecodeError:
            raise Invalid("This file is not UTF-8: save it as UTF-8.") from None
    try:
        said: dict[str, object] = {name: value for name, value in fields.items() if value}
        if when := said.pop("suggestions", None):
            said["suggestions"] = {"show": when}
        return ProjectFile.model_validate(said)
    except pydantic.ValidationError as error:
        raise Invalid(f"{first_problem(error)}.") from None


def _page(fields: dict[str, str], problem: str | None = None) -> str:
    return render_template("new_project/page.html", fields=fields, problem=problem)
