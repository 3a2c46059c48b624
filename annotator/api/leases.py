"""Items lent for longer than the page is open: "take 200 with me", and giving them back."""

from flask import Blueprint, g
from flask.typing import ResponseReturnValue
from pydantic import Field

from annotator.api import body
from annotator.api.openapi import PREFIX, describes
from annotator.api.question import QueueOut
from annotator.domain import Role
from annotator.domain.answering import Incoming
from annotator.http import metrics
from annotator.http.session import requires
from annotator.store import queue

MOST_HOURS = 72

bp = Blueprint("api_leases", __name__, url_prefix=f"{PREFIX}/projects/<slug>")


class TakeIn(Incoming):
    """How many items to take along, and for how long."""

    count: int = Field(default=200, ge=1, le=queue.MOST_TAKEN)
    hours: int = Field(default=12, ge=1, le=MOST_HOURS)


@bp.post("/leases")
@requires(Role.ANNOTATOR)
@describes(takes=TakeIn, gives={200: QueueOut})
def take_along() -> ResponseReturnValue:
    """Lend this person so many items for so many hours, for work without a network.

    Those held already count and are lent as long. Where the project serves documents they come whole and
    in reading order, so that it may be more. About 30 queries, and three a document.
    """
    wanted = body.read(TakeIn)
    served = queue.take_along(g.session, g.project, g.user, count=wanted.count, hours=wanted.hours)
    metrics.note_lent(served.leases)
    return QueueOut.of(g.session, g.project, g.user, served).model_dump(mode="json")


@bp.delete("/leases")
@requires(Role.ANNOTATOR)
@describes(gives={204: None})
def give_back() -> ResponseReturnValue:
    """Give back all that this person holds and has not answered; what waits for the curator stays.

    An answer that comes later is stored all the same. About 12 queries, and five for every 500 items.
    """
    queue.give_back(g.session, g.project, g.user)
    return "", 204
