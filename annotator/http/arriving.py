"""The whole of a request is here before its transaction begins: who sends slowly keeps no writer waiting.

The embedded server waits by itself; a worker's does not, and on SQLite one slow upload would hold the only
writer's place.
"""

from flask import Flask, request

MOST_KEPT = 2**20  # bytes of a body that is no form; the API takes no longer one


def install(app: Flask) -> None:
    """Take every body in, before all that asks the database."""
    app.before_request(_take_in)


def _take_in() -> None:
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    if request.mimetype == "multipart/form-data":
        _ = request.files  # goes to the disk, within MAX_CONTENT_LENGTH
    elif request.content_length is not None and request.content_length <= MOST_KEPT:
        request.get_data(parse_form_data=True)
