"""The whole of a request is here before its transaction begins: who sends slowly keeps no writer waiting.

The embedded server waits by itself; a worker's does not, and on SQLite one slow upload would hold the only
writer's place.
"""

import tempfile
from collections.abc import Callable
from typing import IO, Any, TypeVar

from flask import Flask, current_app, g, request
from werkzeug.exceptions import BadRequest

MOST_KEPT = (
    2**20
)  # bytes of a body that is no form; the API takes no longer one, but for what says `long_body`
PIECE = 2**16  # bytes read at a time

V = TypeVar("V", bound=Callable[..., Any])


def install(app: Flask) -> None:
    """Take every body in, before all that asks the database."""
    app.before_request(_take_in)
    app.teardown_request(_let_go)


def long_body(view: V) -> V:
    """Mark a view whose body may be long: it is `arrived()`, in memory or on the disk."""
    view.long_body = True  # type: ignore[attr-defined]
    return view


def arrived() -> IO[bytes]:
    """The body of this request, at its beginning; who asks closes it."""
    found: IO[bytes] = g.pop("arrived")
    return found


def _take_in() -> None:
    asked = request._get_current_object()  # type: ignore[attr-defined]  # looked up once: it costs as much as what is asked of it
    if asked.method in {"GET", "HEAD", "OPTIONS"}:
        return
    mimetype, length = asked.mimetype, asked.content_length
    if getattr(current_app.view_functions.get(asked.endpoint or ""), "long_body", False):
        g.arrived = _spooled()
    elif mimetype == "multipart/form-data":
        _ = asked.files  # goes to the disk, within MAX_CONTENT_LENGTH
    elif length is not None and length <= MOST_KEPT:
        asked.get_data(parse_form_data=mimetype == "application/x-www-form-urlencoded")


def _spooled() -> IO[bytes]:
    """The body, within MAX_CONTENT_LENGTH. 400 if it breaks off."""
    file = tempfile.SpooledTemporaryFile(MOST_KEPT)  # noqa: SIM115 - closed by who reads it, or at the end
    taken = 0
    while piece := request.stream.read(PIECE):
        taken += file.write(piece)
    if request.content_length is not None and taken < request.content_length:
        raise BadRequest("The body broke off: nothing was stored. Send it again.")
    file.seek(0)
    return file


def _let_go(_error: BaseException | None) -> None:
    if (file := g.pop("arrived", None)) is not None:
        file.close()
