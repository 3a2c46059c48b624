"""The rounds of a project: what each comes to, what a change would come to, and the change."""

from flask import Blueprint, g
from flask.typing import ResponseReturnValue
from pydantic import Field

from annotator.api import body
from annotator.api.openapi import PREFIX, describes
from annotator.api.schemas import Outgoing
from annotator.domain import Role
from annotator.domain.answering import Incoming
from annotator.domain.workforce import RoundEntry, Workforce
from annotator.http import etags
from annotator.http.session import requires
from annotator.store import rounds, scheme

bp = Blueprint("api_rounds", __name__, url_prefix=f"{PREFIX}/projects/<slug>/rounds")


class RoundsIn(Incoming):
    """The rounds that there are to be, in their order."""

    rounds: list[RoundEntry] = Field(max_length=200)


class PlannedRoundOut(Outgoing):
    """What a round comes to; the one without a name has the items that stand in no other."""

    name: str
    items: int
    answers: int
    given: int


class PlanOut(Outgoing):
    """What rounds come to."""

    planned: list[PlannedRoundOut]


class RoundsOut(PlanOut):
    """The rounds as they were asked for, and what they come to."""

    rounds: list[RoundEntry]


@bp.get("")
@requires(Role.CURATOR)
@describes(gives={200: RoundsOut}, is_tagged=True)
def show() -> ResponseReturnValue:
    """The rounds as they are."""
    return etags.tagged(_told())


@bp.put("")
@requires(Role.CURATOR)
@describes(takes=RoundsIn, gives={200: RoundsOut}, is_matched=True)
def change() -> ResponseReturnValue:
    """Let these be the rounds. With If-Match, 412 if they, or the answers in them, have changed since."""
    wanted = _read()
    scheme.lock(g.session, g.project)
    etags.require(etags.of(_told()))
    rounds.change(g.session, g.project, wanted, by=g.user)
    return _told()


@bp.post("/preview")
@requires(Role.CURATOR)
@describes(takes=RoundsIn, gives={200: PlanOut})
def preview() -> ResponseReturnValue:
    """What these rounds would come to; nothing is changed."""
    found = rounds.preview(g.session, g.project, _read())
    return PlanOut(planned=[PlannedRoundOut.model_validate(each) for each in found]).model_dump()


def _read() -> list[RoundEntry]:
    entries = body.read(RoundsIn).rounds
    Workforce(rounds=entries)  # what holds between them
    return entries


def _told() -> dict[str, object]:
    planned = [PlannedRoundOut.model_validate(each) for each in rounds.planned(g.session, g.project)]
    entries = Workforce.of(g.project).rounds
    return RoundsOut(planned=planned, rounds=entries).model_dump(mode="json")
