"""What the pages of curators share: the board of the project, and which other pages there are."""

from flask import Blueprint, current_app, g
from flask.typing import ResponseReturnValue

from annotator.api.board import KEY, MEASURED, board, measurement
from annotator.domain import Role
from annotator.http.session import requires
from annotator.store import projects
from annotator.web import annotate, compression

__all__ = ["KEY", "MEASURED", "address", "board", "bp", "measurement"]

bp = Blueprint("curating", __name__, url_prefix="/projects/<slug>")


@bp.get("/colours.css")
@requires(Role.CURATOR)
def colours() -> ResponseReturnValue:
    """The colours of all labels that the project ever had; the address names the scheme's version."""
    sheet = annotate.colours(projects.labels(g.session, g.project))
    response = compression.fixed(sheet.encode(), "text/css")
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response


def address(page: str) -> str | None:
    """The address of another page of this project's curators, if there is such a page."""
    rule = f"/projects/<slug>/{page}"
    is_there = any(each.rule == rule for each in current_app.url_map.iter_rules())
    return rule.replace("<slug>", g.project.slug) if is_there else None
