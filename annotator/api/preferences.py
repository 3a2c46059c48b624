"""How the person who asks likes to work."""

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from annotator.api import body
from annotator.api.openapi import PREFIX, describes
from annotator.api.schemas import Problem
from annotator.domain.preferences import Preferences
from annotator.http.session import signed_in
from annotator.store import preferences

bp = Blueprint("api_preferences", __name__, url_prefix=f"{PREFIX}/me/preferences")


@bp.get("")
@signed_in
@describes(gives={200: Preferences})
def show() -> ResponseReturnValue:
    """One's own keys, light, text size and pace; what was never chosen as everybody has it."""
    return preferences.of(g.user).model_dump(mode="json")


@bp.put("")
@signed_in
@describes(takes=Preferences, gives={200: Preferences, 422: Problem})
def put() -> ResponseReturnValue:
    """Keep all of them in place of the old ones; what is left out is as everybody has it.

    A key that would do two things is refused, be it of two actions or of an action and a label.
    """
    wanted = body.read(Preferences)
    preferences.keep(g.session, g.user, wanted)
    return wanted.model_dump(mode="json")
