"""Every error → a status and a form: problem+json for the API (RFC 9457), a page for people.

https://www.rfc-editor.org/rfc/rfc9457
"""

import logging
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import pydantic
import sqlalchemy as sa
from flask import Flask, Response, g, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import NotFound as UnknownPage

from annotator.errors import Conflict, Forbidden, Invalid, NotFound, StandpointError, Unusable
from annotator.http import sentences

log = logging.getLogger(__name__)

STATUS: dict[type[StandpointError], HTTPStatus] = {
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotFound: HTTPStatus.NOT_FOUND,
    Forbidden: HTTPStatus.FORBIDDEN,
    Conflict: HTTPStatus.CONFLICT,
    Unusable: HTTPStatus.SERVICE_UNAVAILABLE,
}


RETRY_SECONDS = 5
REFUSALS = (StandpointError, pydantic.ValidationError, sa.exc.IntegrityError, sa.exc.DataError)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request, or a line of one, was refused: a sentence, and the fields that belong to it."""

    status: HTTPStatus
    detail: str
    more: dict[str, Any] = field(default_factory=dict)


def install(app: Flask) -> None:
    """Answer every error of the app. Nobody ever gets a traceback."""
    for refusal in REFUSALS:
        app.register_error_handler(refusal, _refused)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(sa.exc.OperationalError, _database)
    app.register_error_handler(Exception, _unexpected)


def told(error: Exception) -> Refusal:
    """What one of REFUSALS says."""
    if isinstance(error, StandpointError):
        return _ours(error)
    if isinstance(error, pydantic.ValidationError):
        return _invalid(error)
    log.warning("the database refused a request: %s", error)
    if isinstance(error, sa.exc.IntegrityError):  # two wanted at the same moment what only one can have
        detail = "Another request was there first; nothing was stored. Look, and try again."
        return Refusal(HTTPStatus.CONFLICT, detail)
    detail = "The request holds a value that the database cannot store."
    return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, detail)


def _refused(error: Exception) -> Response:
    refusal = told(error)
    return problem(refusal.status, refusal.detail, **refusal.more)


def _ours(error: StandpointError) -> Refusal:
    status = next(status for kind, status in STATUS.items() if isinstance(error, kind))
    more: dict[str, Any] = {}
    if isinstance(error, Invalid) and error.where:
        more["errors"] = [{"where": where, "problem": problem} for where, problem in error.where.items()]
    if isinstance(error, Conflict) and error.current is not None:
        more["current"] = error.current
    return Refusal(status, str(error), more)


def _invalid(error: pydantic.ValidationError) -> Refusal:
    errors = [
        {"where": ".".join(map(str, each["loc"])), "problem": each["msg"].removeprefix("Value error, ")}
        for each in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    first = f"{errors[0]['where'] or 'the body'}: {errors[0]['problem']}"
    return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, first, {"errors": errors})


def _forged(error: CSRFError) -> Response:
    return problem(HTTPStatus.FORBIDDEN, f"{error.description} Reload the page and try again.")


def _http(error: HTTPException) -> Response:
    original = getattr(error, "original_exception", None)
    if isinstance(original, sa.exc.OperationalError):  # at the commit, when the view had answered already
        return _database(original)
    if original is not None:
        return _unexpected(original)
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    is_unknown = error.description == UnknownPage.description
    detail = "No page has this address." if is_unknown else error.description or status.phrase
    response = problem(status, detail)
    for name, value in error.get_headers(request.environ):
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    if status is HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="standpoint"'
    return response


def _database(error: sa.exc.OperationalError) -> Response:
    log.error("the database failed: %s", error.orig)
    response = problem(
        HTTPStatus.SERVICE_UNAVAILABLE, "The database does not answer now; nothing was stored. Try again."
    )
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _unexpected(error: Exception) -> Response:
    log.exception("unexpected error", exc_info=error)
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here, and it was logged. Nothing was stored."
    )


def problem(status: HTTPStatus, detail: str, **more: Any) -> Response:
    """An error as the asker reads it: problem+json under /api/, a page elsewhere.

    `detail` is English; `sentence` tells the same in the asker's language, where Standpoint can.
    """
    sentence = sentences.told(detail)
    if request.path.startswith("/api/"):
        if sentence not in {None, detail}:
            more["sentence"] = sentence
        return as_json(status, detail, **more)
    g.setdefault("user", None)
    page = render_template(
        "problem.html", status=status, title=sentences.title(status), sentence=sentence, detail=detail
    )
    return Response(page, status=status)


def as_json(status: HTTPStatus, detail: str, **more: Any) -> Response:
    """An error as problem+json, with the id under which the log tells the rest."""
    told = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
    response = jsonify(told | {"request_id": g.get("request_id")} | more)
    response.content_type = "application/problem+json"
    response.status_code = status
    return response
