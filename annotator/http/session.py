"""One transaction a request, and who asks.

A safe method reads, every other writes; a GET that must write (the queue lends) says so with `@writes`.
The transaction is committed before the answer leaves, so what is acknowledged is stored.
"""

import hashlib
import secrets
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import unquote

from flask import Flask, Response, current_app, g, request
from flask import session as cookie
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session
from werkzeug.exceptions import NotFound as UnknownPage
from werkzeug.exceptions import Unauthorized

from annotator.config import Settings
from annotator.domain import ApiToken, Installation, Role, WebSession
from annotator.domain.people import SCOPES, USUAL_SCOPES
from annotator.errors import Forbidden
from annotator.http import cookies
from annotator.http.cookies import Signed
from annotator.store import accounts, membership, sessions
from annotator.store.accounts import Pass
from annotator.store.engine import reading, sharing_commits, writing
from annotator.store.light import Light
from annotator.store.sessions import Browser

_SAFE = {"GET", "HEAD", "OPTIONS"}
_ORDER = [Role.ANNOTATOR, Role.CURATOR, Role.ADMIN]
_SCOPE = dict(zip(_ORDER, SCOPES[1:], strict=True))  # that changing something needs, beneath the role

View = Callable[..., Any]
V = TypeVar("V", bound=View)


def install(app: Flask, engine: Engine, settings: Settings) -> None:
    """Give every request of the app its transaction, its user and its protection against forgery."""
    _configure(app, _secret_key(engine), settings)
    for_writing = engine.execution_options(standpoint_writes=True)
    csrf = CSRFProtect(app)
    sharing = sharing_commits(engine)

    @app.before_request
    def begin() -> None:
        view = app.view_functions.get(request.endpoint or "")
        if getattr(view, "needs_no_database", False):
            return
        if "\0" in request.path:
            raise UnknownPage
        is_writing = request.method not in _SAFE or getattr(view, "writes", False)
        own = for_writing if is_writing and _is_one(view) else engine
        g.session = Light(own, sharing if is_writing and _may_share(view) else None)
        _identify(csrf, needed=getattr(view, "scope", "annotate") if is_writing else "read")

    @app.after_request
    def finish(response: Response) -> Response:
        session: Session | None = g.get("session")
        if session is not None:
            is_done = response.status_code < HTTPStatus.BAD_REQUEST
            (session.commit if is_done else session.rollback)()
        return response

    @app.teardown_request
    def close(_error: BaseException | None) -> None:
        session: Session | None = g.pop("session", None)
        if session is not None:
            session.close()


def _configure(app: Flask, secret_key: str, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=secret_key,
        STANDPOINT_IDLE_DAYS=settings.session_idle_days,
        STANDPOINT_SERVER_ID=server_id(secret_key),
        MAX_CONTENT_LENGTH=settings.upload_megabytes * 2**20,
        SESSION_COOKIE_NAME="standpoint_csrf",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        WTF_CSRF_CHECK_DEFAULT=False,  # `_identify` asks for the token, where a cookie speaks for the user
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.session_interface = Signed()


def server_id(secret_key: str) -> str:
    """What a browser may know a database by, so that it never sends one's answers to another: 64 bits.

    It stays when the database is moved or restored, and tells nothing about the key.
    """
    return hashlib.sha256(f"{secret_key}id".encode()).hexdigest()[:16]


def writes(view: V) -> V:
    """Mark a GET that must write."""
    view.writes = True  # type: ignore[attr-defined]
    return view


def shares_commit(view: V) -> V:
    """Mark one that writes, is short and asked often: its commit may be that of others like it, too."""
    view.shares_commit = True  # type: ignore[attr-defined]
    return view


def writes_itself(view: V) -> V:
    """Mark a view that changes something in transactions of its own; the request's only reads."""
    view.writes_itself = True  # type: ignore[attr-defined]
    return view


def _is_one(view: View | None) -> bool:
    """Whether all that the view does is one transaction, the request's."""
    return not getattr(view, "writes_itself", False)


def _may_share(view: View | None) -> bool:
    """Whether the view shares its commit, and nobody waits for what of its body is still on its way."""
    is_here = request.method in _SAFE or request.content_length is not None
    return is_here and getattr(view, "shares_commit", False)


def needs_no_database(view: V) -> V:
    """Mark a view that answers without a transaction or a user."""
    view.needs_no_database = True  # type: ignore[attr-defined]
    return view


def signed_in(view: V) -> Callable[..., Any]:
    """Let only people in who have signed in."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        _require_user()
        return view(*args, **kwargs)

    return guarded


def browsers(view: V) -> Callable[..., Any]:
    """Let only people in who are signed in here: what concerns their account is no API token's business."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        _require_user()
        if g.get("browser") is None:
            raise Forbidden("This is done in a browser that is signed in, not with an API token.")
        g.session.add(g.user)  # to be read whole, and changed
        return view(*args, **kwargs)

    return guarded


def administrators(view: V) -> Callable[..., Any]:
    """Let only administrators of the installation in; a token that changes something needs `admin`."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        _require_user()
        if not g.user.is_admin:
            raise Forbidden("This is for administrators: ask one (`standpoint user add NAME --admin`).")
        return view(*args, **kwargs)

    guarded.scope = "admin"  # type: ignore[attr-defined]
    return guarded


def requires(role: Role, *, scope: str | None = None) -> Callable[[View], View]:
    """Let only members of `<slug>`'s project in who have this role or a higher one; sets `g.project`.

    A project is not there for strangers. An API token that changes something needs `scope`, by default the
    one that goes with the role.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, slug: str, **kwargs: Any) -> Any:
            _require_user()
            g.project, g.role = membership.of(g.session, slug, g.user)
            if _ORDER.index(g.role) < _ORDER.index(role):
                raise Forbidden(f"This needs the role {role} in {slug!r}.")
            return view(*args, **kwargs)

        guarded.scope = scope or _SCOPE[role]  # type: ignore[attr-defined]
        return guarded

    return decorate


def _require_user() -> None:
    if g.get("user") is None:
        raise Unauthorized("Sign in first, or send an API token.")


def _identify(csrf: CSRFProtect, *, needed: str) -> None:
    """Set `g.user` from the bearer token or the cookie; a cookie changes nothing without a CSRF token."""
    g.user = g.browser = None
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        found = accounts.user_of_token(g.session, token.strip())
        if found is None:
            raise Unauthorized("This API token is unknown, revoked or too old.")
        g.user, row = found
        if needed not in (row.scopes or USUAL_SCOPES):
            raise Forbidden(f"This API token has no scope {needed!r}.")
        _note_use(ApiToken, row)
        return
    browser = cookies.token()
    if browser:
        days = current_app.config["STANDPOINT_IDLE_DAYS"]
        signed_in = sessions.find(g.session, browser, idle_days=days)
        if signed_in is not None:
            g.user, g.browser = signed_in
            _note_use(WebSession, g.browser)
        _require_the_same()
        if request.method not in _SAFE and request.routing_exception is None:
            csrf.protect()


def _note_use(table: type[ApiToken | WebSession], used: Pass | Browser) -> None:
    """Write down once an hour that it is used. Where that cannot be written, people work on."""
    if not sessions.is_stale(used.used_at):
        return
    if g.session.get_bind().get_execution_options().get("standpoint_writes"):
        sessions.used(g.session, table, used.id)
        return
    with suppress(OperationalError), writing(g.session.get_bind().engine) as session:
        sessions.used(session, table, used.id)


def _require_the_same() -> None:
    """Refuse a page that speaks for somebody else: tabs share the cookie, and another may have signed in.

    Raises
    ------
    Forbidden
        If the request names another user than the cookie does.
    """
    named = unquote(request.headers.get("X-Standpoint-User", ""))
    if named and g.user is not None and g.user.name != named:
        raise Forbidden(
            f"{g.user.name} is signed in here now; this page is of {named}, who has to sign in again."
        )


def start(response: Response, token: str, *, days: int, user_id: int | None = None) -> Response:
    """Send the browser the cookie of its new session, and a new CSRF secret with it.

    With `user_id` the browser is known to this account from now on.
    """
    cookie.clear()
    cookie["nonce"] = secrets.token_hex(8)
    cookies.keep(response, token, days=days)
    if user_id is not None:
        cookies.know(response, user_id)
    return response


def _secret_key(engine: Engine) -> str:
    """The key that all servers of this database sign cookies with; the first of them makes it."""
    with reading(engine) as session:  # a start must not wait for whoever writes
        if (known := session.get(Installation, 1)) is not None:
            return known.secret_key
    try:
        with writing(engine) as session:
            installation = Installation()
            session.add(installation)
            session.flush()
            return installation.secret_key
    except IntegrityError:  # another server made it in this moment
        with reading(engine) as session:
            return session.get_one(Installation, 1).secret_key
