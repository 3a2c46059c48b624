"""Behind a reverse proxy: whose word on the visitor counts, the path it shows us under, and cookies to match.

Without the settings nothing that a request forwards is believed, so nobody can forge their address, the host
or HTTPS. With `proxies` the last so many entries of each header are, for they are the proxies' own. A prefix
is taken from the setting, else from the proxy; proxies may cut it off the path or leave it there.
"""

import re
from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import flask
from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

from annotator.config import PATH_PREFIX, Settings

HSTS = "max-age=31536000"  # a year


class Response(flask.Response):
    """A response whose cookies stay under our prefix, and are for HTTPS alone where it came by that."""

    def set_cookie(self, *args: Any, **more: Any) -> None:
        """As Flask's, with another default for `path` and `secure`."""
        if more.get("path") in {None, "/"}:
            more["path"] = request.script_root or "/"
        more["secure"] = more.get("secure") or request.is_secure
        super().set_cookie(*args, **more)


def install(app: Flask, settings: Settings) -> None:
    """Believe as many proxies as the settings say."""
    app.response_class = Response
    if settings.prefix or settings.proxies:
        app.wsgi_app = _Prefixed(app.wsgi_app, settings.prefix)  # type: ignore[method-assign]
    if settings.proxies:
        n = settings.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=n, x_proto=n, x_host=n, x_port=n, x_prefix=n
        )


def secured(response: flask.Response) -> flask.Response:
    """Who came by HTTPS comes by it from now on."""
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = HSTS
    return response


class _Prefixed:
    """Tells the application which part of the path is the proxy's."""

    def __init__(self, application: WSGIApplication, prefix: str) -> None:
        self._application, self._prefix = application, prefix

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The application's answer."""
        prefix = self._prefix or environ.get("SCRIPT_NAME", "").rstrip("/")
        prefix = prefix if re.fullmatch(PATH_PREFIX, prefix) else ""  # "//elsewhere.example" is another host
        path = environ.get("PATH_INFO", "")
        if prefix and f"{path}/".startswith(f"{prefix}/"):
            environ["PATH_INFO"] = path.removeprefix(prefix) or "/"
        environ["SCRIPT_NAME"] = prefix
        return self._application(environ, start_response)
