"""ETags: what has not changed is not sent again, and what has changed meanwhile is not written over.

A tag is a hash of what is told, so it names a state and not the bytes in which that is sent. On the way it
may be made weak, when an answer is compressed; both forms are taken in both headers, although RFC 9110 asks
for the strong one in If-Match: a client that was sent the weak one has no other.

Source: https://www.rfc-editor.org/rfc/rfc9110#name-etag
"""

import hashlib
import json
from http import HTTPStatus
from typing import Any

from flask import Response, request
from werkzeug.exceptions import PreconditionFailed

from annotator.http.described import JSON


def of(told: Any) -> str:
    """The tag of what would be told, as JSON: 128 bits in hexadecimal digits."""
    return _hash(_written(told))


def tagged(told: Any) -> Response:
    """What is told as JSON with its tag; 304 without a body to who has it already."""
    written = _written(told)
    etag = _hash(written)
    if request.if_none_match.contains_weak(etag):
        response = Response(status=HTTPStatus.NOT_MODIFIED)
    else:
        response = Response(written, mimetype=JSON)
    response.set_etag(etag)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def require(etag: str) -> None:
    """Let only a request go on that names this tag in If-Match, or none at all.

    Raises
    ------
    PreconditionFailed
        If it names others: somebody has changed what it was written from.
    """
    if request.if_match and not request.if_match.contains_weak(etag):
        raise PreconditionFailed("This was changed since you read it: read it again, then send your change.")


def _written(told: Any) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _hash(written: bytes) -> str:
    return hashlib.sha256(written).hexdigest()[:32]
