"""Every request has an id, in its answer and in every line of the log; and a line of its own there.

The id comes from the header X-Request-ID, if a proxy sends a well-formed one, so that one request can be
followed through both logs; else it is made here. The line names the route and never the address: a sign-in
link has its token there, a search its words.
"""

import logging
import re
import secrets
import time
from http import HTTPStatus

import sqlalchemy as sa
from flask import Flask, Response, g, request

from annotator import logs

HEADER = "X-Request-ID"
QUIET = {"health.alive", "health.ready", "health.figures", "files.static", "files.joined_sheet"}
NO_ROUTE = "(none)"
WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")

log = logging.getLogger(logs.REQUESTS)


def install(app: Flask) -> None:
    """Give every request its id and its line. To be the first: its line tells what the others came to."""
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_forget)


def route() -> str:
    """The template of the request's address: as many as there are rules, whatever is asked."""
    rule = request.url_rule
    return rule.rule if rule is not None else NO_ROUTE


def user_id() -> int | None:
    """Who asks, by a number that means nothing elsewhere. Asks the database nothing."""
    user = g.get("user")
    identity = sa.inspect(user).identity if user is not None else None
    return identity[0] if identity else None


def _begin() -> None:
    g.began = time.perf_counter()
    given = request.headers.get(HEADER, "")
    g.request_id = given if WELL_FORMED.fullmatch(given) else secrets.token_hex(8)
    logs.request_id.set(g.request_id)


def _end(response: Response) -> Response:
    if "request_id" not in g:
        return response
    response.headers.add(HEADER, g.request_id)
    is_quiet = request.endpoint in QUIET and response.status_code < HTTPStatus.BAD_REQUEST
    if log.isEnabledFor(logging.INFO) and not is_quiet:
        told = {
            "method": request.method,
            "route": route(),
            "status": response.status_code,
            "milliseconds": round((time.perf_counter() - g.began) * 1000, 1),
            "user_id": user_id(),
        }
        log.info("%s %s %s", request.method, told["route"], response.status_code, extra={"told": told})
    return response


def _forget(_error: BaseException | None) -> None:
    logs.request_id.set(None)
