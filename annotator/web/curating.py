"""What the pages of curators share: the board of the project, and which other pages there are."""

from flask import Blueprint, current_app, g
from flask.typing import ResponseReturnValue

from annotator.domain import Role
from annotator.http.session import requires
from annotator.reading import boards
from annotator.reading.board import Board
from annotator.reading.boards import Boards
from annotator.reading.measurements import Measurement, Measurements
from annotator.store import projects
from annotator.web import annotate, compression

KEY, MEASURED = boards.KEY, "standpoint_measurements"
bp = Blueprint("curating", __name__, url_prefix="/projects/<slug>")


@bp.get("/colours.css")
@requires(Role.CURATOR)
def colours() -> ResponseReturnValue:
    """The colours of all labels that the project ever had; the address names the scheme's version."""
    sheet = annotate.colours(projects.labels(g.session, g.project))
    response = compression.fixed(sheet.encode(), "text/css")
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response


def board() -> Board:
    """The project's items and answers as this request sees them; read once a request."""
    if "board" not in g:
        kept: Boards = current_app.extensions[KEY]
        g.board = kept.of(g.session, g.project)
    found: Board = g.board
    return found


def measurement() -> tuple[Measurement | None, bool]:
    """Agreement as it was measured last, and whether that is of now."""
    kept: Measurements = current_app.extensions[MEASURED]
    now = board()
    return kept.of(g.session, g.project, now.version, answers=len(now.counted))


def address(page: str) -> str | None:
    """The address of another page of this project's curators, if there is such a page."""
    rule = f"/projects/<slug>/{page}"
    is_there = any(each.rule == rule for each in current_app.url_map.iter_rules())
    return rule.replace("<slug>", g.project.slug) if is_there else None
