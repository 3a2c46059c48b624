"""Answers made smaller on their way: pages, JSON and our own files, by Brotli or gzip, as the browser can.

Browsers take Brotli over HTTPS and from their own machine; it saves a seventh of what gzip leaves. What is
made anew at each request is compressed lightly (a queue of 20 items: 1 ms), files with all effort, once a
process.
No page repeats what an address or a form said beside its CSRF token, so its length tells a stranger nothing
about the token (the BREACH attack, https://breachattack.com).

Source: Brotli, https://www.rfc-editor.org/rfc/rfc7932
"""

import gzip
import hashlib
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import brotli
from flask import Response, request


class Coding(NamedTuple):
    """A way to compress: quickly for what is made anew, with all effort for what stays."""

    quickly: Callable[[bytes], bytes]
    well: Callable[[bytes], bytes]


CODINGS = {  # the better one first
    "br": Coding(
        lambda data: brotli.compress(data, quality=5), lambda data: brotli.compress(data, quality=11)
    ),
    "gzip": Coding(
        lambda data: gzip.compress(data, compresslevel=6, mtime=0),
        lambda data: gzip.compress(data, compresslevel=9, mtime=0),
    ),
}
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
    coding = _wanted(response)
    if coding:
        response.data = smallest(data, coding)
        response.headers["Content-Encoding"] = coding
        name += f"-{coding}"  # another representation, another tag
    response.set_etag(name)
    response.vary.add("Accept-Encoding")
    return response


def compress(response: Response) -> Response:
    """Compress what a view made. What is streamed, or compressed already, stays as it is."""
    if response.mimetype not in TEXTS or response.is_streamed or response.direct_passthrough:
        return response
    if len(response.get_data()) < LEAST_BYTES:
        return response
    response.vary.add("Accept-Encoding")
    coding = _wanted(response)
    if coding:
        response.data = CODINGS[coding].quickly(response.get_data())
        response.headers["Content-Encoding"] = coding
        etag, _ = response.get_etag()
        if etag is not None:
            response.set_etag(etag, weak=True)
    return response


@lru_cache(maxsize=512)
def smallest(data: bytes, coding: str) -> bytes:
    """The data in this coding, as small as it gets. Kept: a process compresses each file once."""
    return CODINGS[coding].well(data)


def _wanted(response: Response) -> str | None:
    """The coding to use: the best that the browser takes; None if it takes none, or it is not worth it."""
    if response.mimetype not in TEXTS or "Content-Encoding" in response.headers:
        return None
    if len(response.get_data()) < LEAST_BYTES:
        return None
    return next((coding for coding in CODINGS if request.accept_encodings.quality(coding) > 0), None)
