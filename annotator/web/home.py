"""The first page: the projects of the person who asks, and how to come in for everybody else."""

from datetime import UTC, datetime, time

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from annotator.store import progress, projects

bp = Blueprint("home", __name__)


@bp.get("/")
def show() -> ResponseReturnValue:
    """Everybody's own projects with their progress; where nobody is signed in, how to do that."""
    midnight = datetime.combine(datetime.now(UTC).date(), time.min, UTC)
    own = projects.of_user(g.session, g.user) if g.user is not None else []
    listed = [(project, progress.of(g.session, project, g.user, since=midnight)) for project in own]
    return render_template("home/index.html", projects=listed)
