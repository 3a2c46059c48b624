"""The cookies that let somebody in: what they are called, and what protects them.

Over https the session's cookie is `__Host-…`: a browser takes it from this host alone, never from a neighbour
under the same domain, and sends it over https alone. A server under a prefix shares its host, so there the
cookie is bound to the path instead.
"""

import secrets
from typing import Any

from flask import Flask, Request, Response, current_app, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature, URLSafeSerializer

COOKIE = "standpoint_session"
KNOWN = "standpoint_known"  # browsers that have signed in before
KNOWN_SECONDS = 365 * 86_400
MOST_KNOWN = 5  # accounts that one browser is known by


class Signed(SecureCookieSessionInterface):
    """Flask's cookie, secure where the request is."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the cookie holds; without one nothing has to be read, nor a key be made to read it with."""
        if "HTTP_COOKIE" not in request.environ:
            return self.session_class()
        return super().open_session(app, request)

    def get_cookie_secure(self, app: Flask) -> bool:
        """Whether it goes over https alone."""
        return request.is_secure


def name() -> str:
    """What the session's cookie is called in this request."""
    return f"__Host-{COOKIE}" if request.is_secure and not request.script_root else COOKIE


def token() -> str | None:
    """The token of the session that the browser sends."""
    return request.cookies.get(name())


def keep(response: Response, session_token: str, *, days: int) -> None:
    """Send the browser its session."""
    _set(response, name(), session_token, days * 86_400)


def forget(response: Response) -> None:
    """Take the session away from the browser."""
    response.delete_cookie(name(), path=_path(), secure=request.is_secure, httponly=True, samesite="Lax")


def known_as(user_id: int) -> str | None:
    """What this browser is counted by where it has signed in to this account before."""
    return _known().get(str(user_id))


def know(response: Response, user_id: int) -> None:
    """Remember that this browser has signed in to this account. The last accounts are kept."""
    known = _known()
    nonce = known.pop(str(user_id), None) or secrets.token_urlsafe(16)
    kept = dict([*known.items()][-MOST_KNOWN + 1 :]) | {str(user_id): nonce}
    _set(response, KNOWN, _serializer().dumps(kept), KNOWN_SECONDS)


def _known() -> dict[str, str]:
    try:
        known: Any = _serializer().loads(request.cookies.get(KNOWN, ""))
    except BadSignature:
        return {}
    return known if isinstance(known, dict) else {}


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="known browser")


def _set(response: Response, cookie: str, value: str, seconds: int) -> None:
    response.set_cookie(
        cookie,
        value,
        max_age=seconds,
        path=_path(),
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )


def _path() -> str:
    return request.script_root or "/"
