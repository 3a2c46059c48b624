"""The board of a project and its agreement, as pages and routes of curators read them."""

from typing import TYPE_CHECKING

from flask import current_app, g

from annotator.reading import boards
from annotator.reading.boards import Boards
from annotator.reading.measurements import Measurement, Measurements

if TYPE_CHECKING:
    from annotator.reading.board import Board

KEY, MEASURED = boards.KEY, "standpoint_measurements"  # of the extensions of the application


def board() -> "Board":
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
