"""The person who asks: who they are; in a browser also their API tokens and sessions.

An API token makes, lists and ends none: who finds one must not be able to make another that lasts longer.
"""

from datetime import datetime
from typing import Annotated

from flask import Blueprint, g
from flask.typing import ResponseReturnValue
from pydantic import Field

from annotator.api import body
from annotator.api.openapi import PREFIX, describes
from annotator.api.schemas import Outgoing
from annotator.domain.answering import Incoming, Name
from annotator.errors import Invalid
from annotator.http.session import browsers, signed_in
from annotator.store import accounts, sessions

bp = Blueprint("api_account", __name__, url_prefix=f"{PREFIX}/me")

MOST_DAYS = 365


class PersonOut(Outgoing):
    """Who asks."""

    name: str
    shown_name: str
    is_admin: bool  # of the installation


class TokenIn(Incoming):
    """A token to make."""

    name: Name
    scopes: list[str] = Field(min_length=1, max_length=10)
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = accounts.TOKEN_DAYS


class TokenOut(Outgoing):
    """A token as it is kept: without what opens."""

    id: int
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


class TokensOut(Outgoing):
    """Tokens that open something, the newest first."""

    tokens: list[TokenOut]


class MadeTokenOut(Outgoing):
    """A new token. It is told here only."""

    token: str


class SessionOut(Outgoing):
    """A browser that is signed in; `is_this`: the one that asks."""

    id: int
    browser: str
    way: str
    created_at: datetime
    used_at: datetime
    is_this: bool


class SessionsOut(Outgoing):
    """Browsers that are signed in, the one used last first."""

    sessions: list[SessionOut]


@bp.get("")
@signed_in
@describes(gives={200: PersonOut})
def show() -> ResponseReturnValue:
    """Who asks."""
    return PersonOut.model_validate(g.user).model_dump()


@bp.get("/tokens")
@browsers
@describes(gives={200: TokensOut})
def tokens() -> ResponseReturnValue:
    """Own API tokens that open something. In a browser that is signed in."""
    found = [TokenOut.model_validate(each) for each in accounts.tokens(g.session, g.user)]
    return TokensOut(tokens=found).model_dump(mode="json")


@bp.post("/tokens")
@browsers
@describes(takes=TokenIn, gives={201: MadeTokenOut})
def make_token() -> ResponseReturnValue:
    """Make an API token. In a browser that is signed in."""
    wanted = body.read(TokenIn)
    if not wanted.name.isprintable():
        raise Invalid("Give the token a name by which you will know it again.", {"name": "is no name"})
    made = accounts.create_token(
        g.session, g.user, name=wanted.name.strip(), scopes=wanted.scopes, days=wanted.days
    )
    return MadeTokenOut(token=made).model_dump(), 201


@bp.delete("/tokens/<int:number>")
@browsers
@describes(gives={204: None})
def revoke(number: int) -> ResponseReturnValue:
    """End an API token for good. In a browser that is signed in."""
    accounts.revoke_token(g.session, g.user, number)
    return "", 204


@bp.get("/sessions")
@browsers
@describes(gives={200: SessionsOut})
def own_sessions() -> ResponseReturnValue:
    """Browsers in which this person is signed in. In one of them."""
    found = [
        SessionOut.model_validate({**each.model_dump(), "is_this": each.id == g.browser.id})
        for each in sessions.listed(g.session, g.user)
    ]
    return SessionsOut(sessions=found).model_dump(mode="json")


@bp.delete("/sessions/<int:number>")
@browsers
@describes(gives={204: None})
def end_session(number: int) -> ResponseReturnValue:
    """Sign one browser out. In a browser that is signed in."""
    sessions.end(g.session, g.user, number)
    return "", 204


@bp.delete("/sessions")
@browsers
@describes(gives={204: None})
def end_others() -> ResponseReturnValue:
    """Sign all browsers out but the one that asks."""
    sessions.end_all(g.session, g.user, but=g.browser.id, by_id=g.user.id)
    return "", 204
