"""A person's own account: password, browsers that are signed in, API tokens. By browser only."""

from http import HTTPStatus

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from annotator.domain import Way, now
from annotator.domain.people import SCOPES, USUAL_SCOPES
from annotator.errors import Invalid
from annotator.http import sentences
from annotator.http.session import browsers
from annotator.store import accounts, identities, passwords, sessions, throttle
from annotator.store.passwords import Passwords
from annotator.store.throttle import Kind
from annotator.web import sign_in
from annotator.web.preferences import own_zone

bp = Blueprint("account", __name__, url_prefix="/account")

TOKEN = "token"  # noqa: S105 of the cookie: what the next page shows once
RESET_HOURS = 1  # in which who came by a link may choose a password without the old one
MOST_DAYS = 365


@bp.get("")
@browsers
def show() -> ResponseReturnValue:
    """Everything about the account; a new token is shown once."""
    return _page(token=cookie.pop(TOKEN, None))


@bp.get("/password")
@browsers
def choose_password() -> ResponseReturnValue:
    """Where an invitation or a reset leads: a new password, or not now."""
    if not _may_set():
        return redirect(url_for(".show"), code=HTTPStatus.SEE_OTHER)
    return render_template("account/password.html", asks_old=_asks_old())


@bp.post("/password")
@browsers
def set_password() -> ResponseReturnValue:
    """Set a new password; the old one is asked for, unless a link has just let them in.

    Nothing is locked while passwords are checked and hashed.
    """
    old, new, again = (request.form.get(field, "") for field in ("old", "new", "again"))
    asks_old, may_set = _asks_old(), _may_set()
    name, stored, tries = g.user.name, g.user.password_hash, [(Kind.BROWSER, f"user {g.user.id}")]
    wait = throttle.count(g.session, tries) if asks_old else 0
    g.session.commit()
    checker: Passwords = current_app.extensions[sign_in.PASSWORDS]
    try:
        passwords.check(new, name=name)
        if not may_set:
            raise Invalid(gettext("To choose one, come in by a new link."))
        if new != again:
            raise Invalid(gettext("The two new passwords differ."))
        if wait or (asks_old and not checker.matches(stored, old, is_known=True)):
            raise Invalid(gettext("The password so far is another one."))
    except Invalid as invalid:
        return _page("password", str(invalid)), HTTPStatus.UNPROCESSABLE_ENTITY
    hashed = checker.hashed(new)
    throttle.forgive(g.session, tries)
    accounts.set_password(g.session, g.user, hashed)
    return sign_in.start(g.user, url_for(".show", done="password"), way=Way.PASSWORD)


@bp.post("/sessions/<int:number>/end")
@browsers
def end_session(number: int) -> ResponseReturnValue:
    """Sign one browser out."""
    sessions.end(g.session, g.user, number)
    return _done("ended")


@bp.post("/sessions/end")
@browsers
def end_others() -> ResponseReturnValue:
    """Sign all browsers out but this one."""
    sessions.end_all(g.session, g.user, but=g.browser.id, by_id=g.user.id)
    return _done("others")


@bp.post("/tokens")
@browsers
def make_token() -> ResponseReturnValue:
    """Make an API token; the next page shows it, once."""
    name, scopes = request.form.get("name", "").strip(), request.form.getlist("scope")
    days = request.form.get("days", "")
    try:
        if not (days.isascii() and days.isdigit() and 1 <= int(days[:5]) <= MOST_DAYS):
            raise Invalid(f"A token lasts 1 to {MOST_DAYS} days, not {days}.")
        if not scopes:
            raise Invalid(gettext("Choose what the token may do."))
        secret = accounts.create_token(g.session, g.user, name=name, scopes=scopes, days=int(days))
    except Invalid as invalid:
        return _page("token", str(invalid)), HTTPStatus.UNPROCESSABLE_ENTITY
    cookie[TOKEN] = [name, secret]
    return _done("made")


@bp.post("/tokens/<int:number>/revoke")
@browsers
def revoke(number: int) -> ResponseReturnValue:
    """End an API token."""
    accounts.revoke_token(g.session, g.user, number)
    return _done("revoked")


def _page(at: str = "", problem: str | None = None, *, token: list[str] | None = None) -> str:
    return render_template(
        "account/page.html",
        at=at,
        problem=problem and (sentences.told(problem) or problem),
        token=token,
        done=request.args.get("done"),
        zone=own_zone(),
        may_set=_may_set(),
        asks_old=_asks_old(),
        sessions=sessions.listed(g.session, g.user),
        identities=identities.of(g.session, g.user),
        tokens=accounts.tokens(g.session, g.user),
        scopes=SCOPES,
        usual=USUAL_SCOPES,
        fields=request.form,
        chosen=request.form.getlist("scope") if at == "token" else ["read", "annotate"],
    )


def _asks_old() -> bool:
    """Whether the old password must be known: always, but for who came by a link just now."""
    age = (now() - g.browser.created_at).total_seconds()
    return bool(g.user.password_hash) and not (g.browser.way is Way.LINK and age < RESET_HOURS * 3600)


def _may_set() -> bool:
    """Whether a password may be chosen: who has none shows by a link who they are."""
    return bool(g.user.password_hash) or g.browser.way is Way.LINK


def _done(what: str) -> ResponseReturnValue:
    return redirect(url_for(".show", done=what), code=HTTPStatus.SEE_OTHER)
