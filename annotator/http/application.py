"""Flask's application and response, as ours need them, without what costs each request and does nothing."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from wsgiref.types import WSGIEnvironment

import flask
from flask import Flask, request
from werkzeug.datastructures import Headers

ADDRESSES = {"location", "content-location"}


class Response(flask.Response):
    """A response whose cookies stay under our prefix, and are for HTTPS alone where it came by that."""

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


class Application(Flask):
    """An application whose functions are never asynchronous: Flask asks that twenty times a request."""

    response_class = Response

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself: none of ours, nor of what other packages bring, is asynchronous."""
        return func
