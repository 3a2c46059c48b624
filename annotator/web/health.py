"""What machines ask a server: whether it lives, whether it is ready, and its figures.

The figures tell how much a project works, so they are for administrators: a token of one, or the one of the
setting STANDPOINT_METRICS_TOKEN, which is also taken when the database does not answer. The alternative, a
port of its own, is one more to keep closed, and one for each worker.
"""

import hmac
from http import HTTPStatus

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, jsonify, request
from werkzeug.exceptions import Unauthorized

from annotator.errors import Forbidden, Unusable
from annotator.http import metrics
from annotator.http.problems import as_json
from annotator.http.session import needs_no_database
from annotator.store import accounts
from annotator.store.engine import reading, require_current

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@needs_no_database
def alive() -> Response:
    """This process answers."""
    return jsonify({"status": "alive"})


@bp.get("/readyz")
@needs_no_database
def ready() -> Response:
    """The database answers this process, and is of its schema; else 503 as problem+json."""
    try:
        require_current(current_app.extensions["standpoint_engine"])
    except (Unusable, sa.exc.SQLAlchemyError):
        return as_json(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "The database does not answer, or is not of this version: look into the log of the server.",
        )
    return jsonify({"status": "ready"})


@bp.get("/metrics")
@needs_no_database
def figures() -> Response:
    """The figures for Prometheus.

    Raises
    ------
    Unauthorized, Forbidden
        If no token is sent, or not one of an administrator.
    """
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise Unauthorized("Send an administrator's API token, or the one of STANDPOINT_METRICS_TOKEN.")
    _require_admin(token.strip())
    known: metrics.Metrics = current_app.extensions[metrics.KEY]
    return Response(known.told(), content_type=metrics.CONTENT_TYPE)


def _require_admin(token: str) -> None:
    own = current_app.config["STANDPOINT"].metrics_token
    if own and hmac.compare_digest(own.encode(), token.encode()):
        return
    with reading(current_app.extensions["standpoint_engine"]) as session:
        found = accounts.user_of_token(session, token)
        if found is None:
            raise Unauthorized("This API token is unknown, revoked or too old.")
        user, scopes = found
        if not user.is_admin or "read" not in (scopes or ["read"]):
            raise Forbidden("The figures of the server are for administrators.")
