"""Flask's application and response, as ours need them, without what costs each request and does nothing."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from wsgiref.types import WSGIEnvironment

import flask
from flask import Flask, Request, request
from werkzeug.datastructures import Headers
from werkzeug.routing import MapAdapter

ADDRESSES = {"location", "content-location"}
POLICY = (
    "default-src 'self'; script-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
FILES = {"text/javascript", "text/css"}  # 400 bytes less on each of 20
OF_ALL = (("X-Content-Type-Options", "nosniff"), ("Cross-Origin-Resource-Policy", "same-origin"))
OF_PAGES = (
    *OF_ALL,
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
    ("Content-Security-Policy", POLICY),
    ("Cache-Control", "no-store"),
)
OF_HTTPS = ("Strict-Transport-Security", "max-age=31536000")  # a year: who came by HTTPS comes by it again


class Response(flask.Response):
    """A response under one strict set of headers, and of cookies under our prefix, for HTTPS where it is."""

    def set_cookie(self, *args: Any, **more: Any) -> None:
        """As Flask's, with another default for `path` and `secure`."""
        if more.get("path") in {None, "/"}:
            more["path"] = request.script_root or "/"
        more["secure"] = more.get("secure") or request.is_secure
        super().set_cookie(*args, **more)

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        """The headers as they are, without werkzeug's copy, where it has nothing to mend in them.

        It makes addresses absolute, and takes out what an empty response may not say.
        """
        names = {name.lower() for name, _ in self.headers}
        is_usual = self.status_code in {HTTPStatus.OK, HTTPStatus.CREATED} and "content-length" in names
        if is_usual and names.isdisjoint(ADDRESSES):
            return self.headers
        return super().get_wsgi_headers(environ)

    def get_wsgi_response(
        self, environ: WSGIEnvironment
    ) -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
        """With the headers of every response beside its own: what a view says itself, it has thought of."""
        body, status, own = super().get_wsgi_response(environ)
        said = {name for name, _ in own}
        usual = OF_ALL if self.mimetype in FILES else OF_PAGES
        secure = [OF_HTTPS] if environ["wsgi.url_scheme"] == "https" else []
        return body, status, [*own, *(pair for pair in usual if pair[0] not in said), *secure]


class Application(Flask):
    """An application of one host, of no asynchronous functions: Flask asks for them 20 times a request."""

    response_class = Response

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself: none of ours, nor of what other packages bring, is asynchronous."""
        return func

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """As Flask's, of what the request has read already: it does so again, and more of it."""
        if request is None:
            return super().create_url_adapter(request)
        environ = request.environ
        return self.url_map.bind(
            request.host,
            request.root_path,
            self.url_map.default_subdomain,
            request.scheme,
            request.method,
            _text(environ.get("PATH_INFO", "")),
            _text(environ.get("QUERY_STRING", "")),
        )


def _text(given: str) -> str:
    """A string of a WSGI environment is of bytes (PEP 3333)."""
    return given.encode("latin1").decode(errors="replace")
