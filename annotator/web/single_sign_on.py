"""In by a single sign-on: to the provider, and back as somebody who has an account here.

An account is found by who the provider says somebody is, once they are known; before, by an address that the
provider has verified and an administrator has given, or because somebody who is signed in connects theirs.
Nobody else comes in, unless the domain of their verified address is allowed to make accounts.
"""

import logging
from importlib import import_module
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Blueprint, Flask, current_app, g, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from annotator.config import Settings
from annotator.domain import User, Way
from annotator.errors import Conflict, Forbidden, Invalid, NotFound, Unusable
from annotator.http.session import writes
from annotator.store import accounts, identities
from annotator.web import sign_in
from annotator.web.languages import local

if TYPE_CHECKING:
    from annotator.web.provider import Person, Provider

log = logging.getLogger(__name__)
bp = Blueprint("single_sign_on", __name__, url_prefix="/sign-in/single-sign-on")

PROVIDER = "standpoint_provider"  # of the extensions of the application
NEXT = "next"  # of the cookie: where somebody was going


def configured(settings: Settings) -> "Provider | None":
    """The provider of the settings, if there is one. Nothing is asked of it yet.

    Raises
    ------
    Unusable
        If it is not whole, not protected, or the extra is not installed.
    """
    if not settings.oidc_issuer:
        return None
    if not (settings.oidc_client_id and settings.oidc_client_secret):
        raise Unusable("STANDPOINT_OIDC_ISSUER needs …_CLIENT_ID and …_CLIENT_SECRET beside it.")
    try:
        module = import_module("annotator.web.provider")
    except ImportError as error:
        raise Unusable(f"Single sign-on needs: pip install 'standpoint[oidc]' ({error}).") from error
    issuer = urlsplit(settings.oidc_issuer)
    if not module.is_protected(issuer.scheme, issuer.hostname) or issuer.query or issuer.fragment:
        raise Unusable(f"STANDPOINT_OIDC_ISSUER is {settings.oidc_issuer!r}: it must be an https address.")
    provider: Provider = module.Provider(settings)
    return provider


def install(app: Flask, provider: "Provider | None") -> None:
    """Offer the provider on the pages of the app."""
    app.extensions[PROVIDER] = provider
    app.context_processor(lambda: {"single_sign_on": provider.name if provider is not None else None})


@bp.get("")
@writes
def begin() -> ResponseReturnValue:
    """Send somebody to the provider."""
    provider = _provider()
    g.session.commit()  # nothing is held while others are asked
    answer = provider.send(url_for(".back", _external=True))
    cookie[NEXT] = local(request.args.get("next", ""))
    return answer


@bp.get("/back")
@writes
def back() -> ResponseReturnValue:
    """Let in who comes back from the provider.

    Raises
    ------
    Forbidden
        If what comes back does not fit, or nobody here is meant.
    """
    provider = _provider()
    wanted = local(str(cookie.get(NEXT, "")))
    g.session.commit()
    try:
        person = provider.person()
    except (Forbidden, Unusable) as refused:
        log.warning("single sign-on refused: %r", refused.__cause__ or refused)
        raise
    user = identities.find(g.session, person.issuer, person.subject) or _connected(person)
    return sign_in.start(user, wanted, way=Way.SINGLE_SIGN_ON)


def _connected(person: "Person") -> User:
    """The account that this person of the provider opens from now on."""
    user = g.user or (accounts.find_with_email(g.session, person.email) if person.email else None)
    user = user or _made(person)
    if user is None:
        raise Forbidden(
            "No account goes with this single sign-on: come in by a link, then connect it on your account."
        )
    identities.link(g.session, user, person.issuer, person.subject)
    return user


def _made(person: "Person") -> User | None:
    """A new account, if the domain of the verified address may make some."""
    allowed = current_app.config["STANDPOINT"].oidc_allow.lower().replace(",", " ").split()
    domain = (person.email or "").lower().rpartition("@")[2]
    if not domain or domain not in {each.lstrip("@") for each in allowed}:
        return None
    for name in filter(None, (person.name, person.email)):
        try:
            return accounts.add_user(g.session, name, email=person.email)
        except (Conflict, Invalid):
            continue
    return None


def _provider() -> "Provider":
    provider: Provider | None = current_app.extensions.get(PROVIDER)
    if provider is None:
        raise NotFound("This server has no single sign-on.")
    return provider
