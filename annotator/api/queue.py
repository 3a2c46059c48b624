"""The next items of a person, and putting one off."""

from flask import Blueprint, current_app, g
from flask.typing import ResponseReturnValue

from annotator.api import body, query
from annotator.api.openapi import PREFIX, describes
from annotator.api.question import QueueOut
from annotator.api.schemas import SkipIn
from annotator.domain import Role
from annotator.http import metrics
from annotator.http.session import requires, shares_commit, writes
from annotator.store import items, queue

bp = Blueprint("api_queue", __name__, url_prefix=f"{PREFIX}/projects/<slug>")

LIMIT = {"type": "integer", "minimum": 1, "maximum": queue.MOST_LEASES, "default": 20}


@bp.get("/queue")
@writes
@shares_commit
@requires(Role.ANNOTATOR)
@describes(gives={200: QueueOut}, query={"limit": LIMIT})
def next_items() -> ResponseReturnValue:
    """Lend this person items: those they hold already first, then new ones.

    Asking again renews the leases and shortens none. An answer that comes after its lease is stored all
    the same. About 30 queries, however many items there are, and three for each document begun.
    """
    settings = current_app.config["STANDPOINT"]
    limit = query.number("limit", most=queue.MOST_LEASES, usual=20)
    served = queue.serve(g.session, g.project, g.user, limit=limit, minutes=settings.lease_minutes)
    metrics.note_lent(served.leases)
    told = QueueOut.of(g.session, g.project, g.user, served)
    return current_app.response_class(told.model_dump_json(), mimetype="application/json")


@bp.post("/skips")
@requires(Role.ANNOTATOR)
@describes(takes=SkipIn, gives={204: None})
def skip() -> ResponseReturnValue:
    """Put an item off. Never an answer: it comes back once, at the end."""
    wanted = body.read(SkipIn)
    queue.skip(g.session, g.user, items.find(g.session, g.project, wanted.item), uuid=wanted.uuid)
    return "", 204
