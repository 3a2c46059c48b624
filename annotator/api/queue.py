"""The next items of a person, and putting one off."""

from flask import Blueprint, current_app, g, request
from flask.typing import ResponseReturnValue

from annotator.api import body
from annotator.api.openapi import PREFIX, describes
from annotator.api.question import ItemOut, QueueOut
from annotator.api.schemas import SkipIn
from annotator.domain import Role
from annotator.errors import Invalid
from annotator.http.session import requires, writes
from annotator.store import items, questions, queue

bp = Blueprint("api_queue", __name__, url_prefix=f"{PREFIX}/projects/<slug>")

LIMIT = {"type": "integer", "minimum": 1, "maximum": queue.MOST_LEASES, "default": 20}


@bp.get("/queue")
@writes
@requires(Role.ANNOTATOR)
@describes(gives={200: QueueOut}, query={"limit": LIMIT})
def next_items() -> ResponseReturnValue:
    """Lend this person items: those they hold already first, then new ones.

    Asking again renews the leases. An answer that comes after its lease is stored all the same.
    """
    settings = current_app.config["STANDPOINT"]
    served = queue.serve(g.session, g.project, g.user, limit=_limit(), minutes=settings.lease_minutes)
    put = questions.of_leases(g.session, g.project, served.leases)
    return QueueOut(
        items=[ItemOut.of(question) for question in put],
        remaining=served.remaining,
        retry_after=served.retry_after,
        scheme_version=g.project.scheme_version,
        guidelines_version=g.project.guidelines_version,
    ).model_dump(mode="json")


@bp.post("/skips")
@requires(Role.ANNOTATOR)
@describes(takes=SkipIn, gives={204: None})
def skip() -> ResponseReturnValue:
    """Put an item off. Never an answer: it comes back once, at the end."""
    wanted = body.read(SkipIn)
    queue.skip(g.session, g.user, items.find(g.session, g.project, wanted.item))
    return "", 204


def _limit() -> int:
    given = request.args.get("limit", "20")
    if not given.isascii() or not given.isdigit() or not 1 <= int(given[:9]) <= queue.MOST_LEASES:
        raise Invalid(
            f"limit is {given!r}: it must be 1 to {queue.MOST_LEASES}.", {"limit": "is out of range"}
        )
    return int(given)
