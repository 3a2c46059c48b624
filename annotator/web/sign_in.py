"""In by a one-time link, out by a button."""

from flask import Blueprint, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from annotator.errors import Forbidden
from annotator.http import session
from annotator.store import accounts

bp = Blueprint("sign_in", __name__)


@bp.get("/sign-in/<token>")
@session.writes
def by_link(token: str) -> ResponseReturnValue:
    """Use a sign-in link up and go to the projects. Whoever is signed in already just goes there.

    Raises
    ------
    Forbidden
        If somebody else is signed in here: the work of two people must not get mixed. The link stays good.
    """
    if g.user is not None and accounts.is_for_another(g.session, token, g.user):
        raise Forbidden(
            f"{g.user.name!r} is signed in here: sign out on the first page, then open the link again."
        )
    if g.user is not None:
        return redirect(url_for("home.show"), code=303)
    days = current_app.config["STANDPOINT"].session_days
    browser = accounts.redeem(g.session, token, days=days)
    return session.start(
        current_app.make_response(redirect(url_for("home.show"), code=303)), browser, days=days
    )


@bp.post("/sign-out")
def out() -> ResponseReturnValue:
    """End this browser's session."""
    accounts.sign_out(g.session, request.cookies.get(session.COOKIE, ""))
    response = current_app.make_response(redirect(url_for("home.show"), code=303))
    response.delete_cookie(session.COOKIE, httponly=True, samesite="Lax")
    return response
