"""Every error → a status and a form: problem+json for the API (RFC 9457), a page for people.

https://www.rfc-editor.org/rfc/rfc9457
"""

import logging
from http import HTTPStatus
from typing import Any

import pydantic
import sqlalchemy as sa
from flask import Flask, Response, g, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from annotator.errors import Conflict, Forbidden, Invalid, NotFound, StandpointError, Unusable

log = logging.getLogger(__name__)

STATUS: dict[type[StandpointError], HTTPStatus] = {
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotFound: HTTPStatus.NOT_FOUND,
    Forbidden: HTTPStatus.FORBIDDEN,
    Conflict: HTTPStatus.CONFLICT,
    Unusable: HTTPStatus.SERVICE_UNAVAILABLE,
}


def install(app: Flask) -> None:
    """Answer every error of the app. Nobody ever gets a traceback."""
    app.register_error_handler(StandpointError, _ours)
    app.register_error_handler(pydantic.ValidationError, _invalid)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(sa.exc.OperationalError, _database)
    app.register_error_handler(sa.exc.IntegrityError, _beaten)
    app.register_error_handler(sa.exc.DataError, _unstorable)
    app.register_error_handler(Exception, _unexpected)


def _ours(error: StandpointError) -> Response:
    status = next(status for kind, status in STATUS.items() if isinstance(error, kind))
    more: dict[str, Any] = {}
    if isinstance(error, Invalid) and error.where:
        more["errors"] = [{"where": where, "problem": problem} for where, problem in error.where.items()]
    if isinstance(error, Conflict) and error.current is not None:
        more["current"] = error.current
    return problem(status, str(error), **more)


def _invalid(error: pydantic.ValidationError) -> Response:
    errors = [
        {"where": ".".join(map(str, each["loc"])), "problem": each["msg"].removeprefix("Value error, ")}
        for each in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    first = f"{errors[0]['where'] or 'the body'}: {errors[0]['problem']}"
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, first, errors=errors)


def _forged(error: CSRFError) -> Response:
    return problem(HTTPStatus.FORBIDDEN, f"{error.description} Reload the page and try again.")


def _http(error: HTTPException) -> Response:
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    response = problem(status, error.description or status.phrase)
    for name, value in error.get_headers(request.environ):
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    if status is HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="standpoint"'
    return response


def _database(error: sa.exc.OperationalError) -> Response:
    log.error("the database failed: %s", error.orig)
    return problem(
        HTTPStatus.SERVICE_UNAVAILABLE, "The database does not answer now; nothing was stored. Try again."
    )


def _beaten(error: sa.exc.IntegrityError) -> Response:
    """Two requests at the same moment wanted what only one can have, and the other was first."""
    log.warning("a constraint refused a request: %s", error.orig)
    return problem(
        HTTPStatus.CONFLICT,
        "Another request was there first; nothing was stored. Look, and try again.",
    )


def _unstorable(error: sa.exc.DataError) -> Response:
    log.warning("the database refused a value: %s", error.orig)
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, "The request holds a value that the database cannot store."
    )


def _unexpected(error: Exception) -> Response:
    log.exception("unexpected error", exc_info=error)
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here, and it was logged. Nothing was stored."
    )


def problem(status: HTTPStatus, detail: str, **more: Any) -> Response:
    """An error as the asker reads it: problem+json under /api/, a page elsewhere."""
    if request.path.startswith("/api/"):
        response = jsonify(
            {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail} | more
        )
        response.content_type = "application/problem+json"
    else:
        g.setdefault("user", None)
        response = Response(render_template("problem.html", status=status, detail=detail))
    response.status_code = status
    return response
