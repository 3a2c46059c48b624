"""Behind a reverse proxy: whose word on the visitor counts, and the path it shows us under.

Without the settings nothing that a request forwards is believed, so nobody can forge their address, the host
or HTTPS. With `proxies` the last so many entries of each header are, for they are the proxies' own. A prefix
is taken from the setting, else from the proxy; proxies may cut it off the path or leave it there.
"""

import re
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from annotator.config import PATH_PREFIX, Settings


def install(app: Flask, settings: Settings) -> None:
    """Believe as many proxies as the settings say."""
    if settings.prefix or settings.proxies:
        app.wsgi_app = _Prefixed(app.wsgi_app, settings.prefix)  # type: ignore[method-assign]
    if settings.proxies:
        n = settings.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=n, x_proto=n, x_host=n, x_port=n, x_prefix=n
        )


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
