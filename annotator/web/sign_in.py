"""In by name and password or by a one-time link, out by a button."""

from http import HTTPStatus

from flask import Blueprint, Response, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from annotator.domain import User, Way
from annotator.errors import Forbidden
from annotator.http import browsers, cookies, session
from annotator.store import accounts, sessions, throttle
from annotator.store.passwords import Passwords
from annotator.store.throttle import Counted, Kind
from annotator.web.languages import local

bp = Blueprint("sign_in", __name__)

PASSWORDS = "standpoint_passwords"  # of the extensions of the application
MOST_NAME = 200  # characters that are looked at


@bp.get("/sign-in")
def show() -> ResponseReturnValue:
    """The form; who is signed in already goes to where they wanted."""
    wanted = local(request.args.get("next", ""))
    if g.user is not None:
        return redirect(wanted, code=HTTPStatus.SEE_OTHER)
    return _page(wanted)


@bp.post("/sign-in")
def by_password() -> ResponseReturnValue:
    """Sign in. A wrong password, a wrong name and an account without a password are answered alike.

    Nothing is locked while a password is checked: three short transactions, the last one if it is right.
    """
    current_app.extensions["csrf"].protect()  # else a stranger's page signs its visitor in as somebody
    name, password = request.form.get("name", "").strip()[:MOST_NAME], request.form.get("password", "")
    wanted = local(request.form.get("next", ""))
    user = accounts.named(g.session, name)
    tries = _tries(name, user)
    wait = throttle.count(g.session, tries)
    user_id, stored = (user.id, user.password_hash) if user is not None else (None, None)
    g.session.commit()
    if wait:
        return _refused(wanted, name, wait)
    passwords: Passwords = current_app.extensions[PASSWORDS]
    is_known = tries[0][0] is Kind.BROWSER
    if not passwords.matches(stored, password, is_known=is_known) or user_id is None:
        return _page(wanted, name=name, problem=_wrong()), HTTPStatus.UNAUTHORIZED
    rehashed = passwords.hashed(password) if passwords.is_outdated(stored or "") else None
    throttle.forgive(g.session, tries)
    return _in(g.session.get_one(User, user_id), wanted, tried=stored, rehashed=rehashed)


@bp.get("/sign-in/<token>")
@session.writes
def by_link(token: str) -> ResponseReturnValue:
    """Use a sign-in link up and go to the projects, or to a new password. Whoever is here just goes there.

    Raises
    ------
    Forbidden
        If somebody else is signed in here: the work of two people must not get mixed. The link stays good.
    """
    if g.user is not None and accounts.is_for_another(g.session, token, g.user):
        _say_who_is_here()
    if g.user is not None:
        return redirect(url_for("home.show"), code=HTTPStatus.SEE_OTHER)
    asks_password = accounts.asks_password(g.session, token)
    days = current_app.config["STANDPOINT"].session_days
    browser = accounts.redeem(g.session, token, days=days, browser=_browser())
    found = sessions.find(g.session, browser)
    to = url_for("account.choose_password" if asks_password else "home.show")
    answer = current_app.make_response(redirect(to, code=HTTPStatus.SEE_OTHER))
    return session.start(answer, browser, days=days, user_id=found[0].id if found else None)


@bp.post("/sign-out")
def out() -> ResponseReturnValue:
    """End this browser's session."""
    if g.browser is not None:
        sessions.end(g.session, g.user, g.browser.id)
    response = current_app.make_response(redirect(url_for("home.show"), code=HTTPStatus.SEE_OTHER))
    cookies.forget(response)
    return response


def start(user: User, wanted: str, *, way: Way) -> Response:
    """Begin a session under a new token, in place of the one that this browser had.

    Raises
    ------
    Forbidden
        If somebody else is signed in here.
    """
    if g.user is not None and g.user.id != user.id:
        _say_who_is_here()
    if g.browser is not None:
        sessions.end(g.session, g.user, g.browser.id)
    days = current_app.config["STANDPOINT"].session_days
    token = sessions.begin(g.session, user.id or 0, days=days, way=way, browser=_browser())
    answer = current_app.make_response(redirect(wanted, code=HTTPStatus.SEE_OTHER))
    return session.start(answer, token, days=days, user_id=user.id)


def _in(user: User, wanted: str, *, tried: str | None, rehashed: str | None) -> ResponseReturnValue:
    """Sign in, if what the password was held against is still what is stored."""
    if user.deleted_at is not None or user.password_hash != tried:
        return _page(wanted, name=user.name, problem=_wrong()), HTTPStatus.UNAUTHORIZED
    if rehashed is not None:
        user.password_hash = rehashed
        g.session.add(user)
    return start(user, wanted, way=Way.PASSWORD)


def _tries(name: str, user: User | None) -> Counted:
    """What this try is counted by: the browser that the account knows, else the address and the account."""
    known = cookies.known_as(user.id) if user is not None and user.id is not None else None
    if known is not None:
        return [(Kind.BROWSER, known)]
    return [(Kind.ADDRESS, _address()), (Kind.ACCOUNT, name)]


def _address() -> str:
    """The network that the request comes from: of IPv6 the half that one customer has."""
    address = request.remote_addr or ""
    return ":".join(address.split(":")[:4]) if ":" in address else address


def _browser() -> str:
    return browsers.named(request.user_agent.string)


def _say_who_is_here() -> None:
    raise Forbidden(
        f"{g.user.name!r} is signed in here: sign out on the first page, then open the link again."
    )


def _wrong() -> str:
    return str(gettext("This name and this password do not go together."))


def _refused(wanted: str, name: str, wait: int) -> ResponseReturnValue:
    problem = gettext(
        "Too many tries. Minutes to wait: %(minutes)s. Or come from a browser where you have signed in "
        "before, or by a link.",
        minutes=-(-wait // 60),
    )
    page = _page(wanted, name=name, problem=problem)
    return page, HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(wait)}


def _page(wanted: str, *, name: str = "", problem: str | None = None) -> str:
    return render_template("sign_in/page.html", wanted=wanted, name=name, problem=problem)
