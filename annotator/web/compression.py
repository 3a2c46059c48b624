"""Answers made smaller on their way: pages, JSON and our own files, where the browser takes gzip.

Level 6 for what is made anew at each request (a queue of 20 items: 1 ms), level 9 for files, once a process.
No page repeats what an address or a form said beside its CSRF token, so its length tells a stranger nothing
about the token (the BREACH attack, https://breachattack.com).
"""

import gzip
import hashlib
from functools import lru_cache

from flask import Response, request

LEAST_BYTES = 512  # below that the header costs more than it saves
TEXTS = {
    "text/html",
    "text/css",
    "text/javascript",
    "image/svg+xml",
    "application/json",
    "application/jsonl",
    "application/problem+json",
    "application/openapi+json",
}


def fixed(data: bytes, mimetype: str) -> Response:
    """A response of bytes that never change, with its ETag; compressed if the browser can read that."""
    name = hashlib.sha256(data).hexdigest()[:16]
    response = Response(data, mimetype=mimetype)
    if _is_wanted(response):
        response.data = _smallest(data)
        response.headers["Content-Encoding"] = "gzip"
        name += "-gzip"  # another representation, another tag
    response.set_etag(name)
    response.vary.add("Accept-Encoding")
    return response


def compress(response: Response) -> Response:
    """Compress what a view made. What is streamed, or compressed already, stays as it is."""
    if response.mimetype not in TEXTS or response.is_streamed or response.direct_passthrough:
        return response
    response.vary.add("Accept-Encoding")
    if _is_wanted(response):
        response.data = gzip.compress(response.get_data(), compresslevel=6, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
        etag, _ = response.get_etag()
        if etag is not None:
            response.set_etag(etag, weak=True)
    return response


def _is_wanted(response: Response) -> bool:
    return (
        response.mimetype in TEXTS
        and "Content-Encoding" not in response.headers
        and request.accept_encodings.quality("gzip") > 0
        and len(response.get_data()) >= LEAST_BYTES
    )


@lru_cache(maxsize=512)
def _smallest(data: bytes) -> bytes:
    return gzip.compress(data, compresslevel=9, mtime=0)
