"""The first page: the projects of the person who asks, and how to come in for everybody else."""

from collections import defaultdict
from dataclasses import dataclass

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from annotator.domain import Project, Role, now
from annotator.store import inquiries, progress, projects, timesheet
from annotator.web.preferences import own_zone
from annotator.web.timesheet import clock

bp = Blueprint("home", __name__)


@dataclass(frozen=True, slots=True)
class Card:
    """A project of this person, and how far they are in it."""

    project: Project
    progress: dict[str, int]
    seconds: float  # s of activity today
    is_curator: bool
    questions: int  # that wait for a curator's reply


@bp.get("/")
def show() -> ResponseReturnValue:
    """Everybody's own projects with their progress; where nobody is signed in, how to do that."""
    return render_template("home/index.html", cards=_cards() if g.user is not None else [], clock=clock)


def _cards() -> list[Card]:
    zone = own_zone()
    today = now().astimezone(zone).date()
    seconds: dict[int | None, float] = defaultdict(float)
    for worked in timesheet.of(g.session, g.user, zone=zone, first=today, last=today):
        seconds[worked.project.id] += worked.seconds
    midnight = timesheet.midnight(zone)
    own = projects.of_user(g.session, g.user)
    questions = inquiries.waiting(g.session, own)
    return [
        Card(
            project=project,
            progress=progress.of(g.session, project, g.user, since=midnight),
            seconds=seconds[project.id],
            is_curator=projects.role_of(g.session, project, g.user) is not Role.ANNOTATOR,
            questions=questions.get(project.id or 0, 0),
        )
        for project in own
    ]
