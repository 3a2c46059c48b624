"""The OpenID Connect provider of the settings: where people are sent, and who comes back.

Imported only where one is configured: Authlib is in the extra `oidc`. What is asked of the provider goes to
the configured issuer and to the addresses that its discovery document names, over https, and follows no
redirect.

Source: OpenID Connect Core, https://openid.net/specs/openid-connect-core-1_0.html; PKCE by RFC 7636.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskIntegration, FlaskOAuth2App
from authlib.integrations.requests_client import OAuth2Session
from flask import Response, request
from flask import session as cookie
from joserfc.errors import JoseError
from requests import RequestException

from annotator.config import Settings
from annotator.errors import Forbidden, Unusable

ALGORITHMS = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
)
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
SECONDS = 10  # that the provider has for an answer
LEEWAY = 60  # s that clocks may differ
STATE = "_state_"  # how Authlib's keys in the cookie begin
WRONG = "Single sign-on went wrong: begin again."
SILENT = "The single sign-on does not answer now: try again, or come in by password or link."


@dataclass(frozen=True, slots=True)
class Person:
    """Who the provider says somebody is. `email` only if the provider has verified it."""

    issuer: str
    subject: str
    email: str | None
    name: str | None


class _Session(OAuth2Session):  # type: ignore[misc]
    def request(self, method: str, url: str, **more: Any) -> Any:
        return super().request(method, url, **({"timeout": SECONDS} | more | {"allow_redirects": False}))


class _Client(FlaskOAuth2App):  # type: ignore[misc]
    client_cls = _Session


class Provider:
    """One provider. Its discovery document is read when it is first needed."""

    def __init__(self, settings: Settings) -> None:
        self.issuer = settings.oidc_issuer
        self.name = settings.oidc_name
        self._client_id = settings.oidc_client_id
        self._client = _Client(
            FlaskIntegration("single_sign_on"),
            "single_sign_on",
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret,
            server_metadata_url=f"{self.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={"scope": "openid email profile", "code_challenge_method": "S256"},
        )

    def send(self, back: str) -> Response:
        """Send the browser to the provider, and remember in its cookie what must come back.

        Raises
        ------
        Unusable
            If the provider does not answer.
        Forbidden
            If what it says of itself cannot be trusted.
        """
        for key in [key for key in cookie if key.startswith(STATE)]:
            del cookie[key]  # of a sign-in that was begun and not ended
        try:
            self._know()
            answer: Response = self._client.authorize_redirect(back)
        except (RequestException, ValueError) as error:
            raise Unusable(SILENT) from error
        return answer

    def person(self) -> Person:
        """Who has come back with this request. Raises as `send`, and Forbidden for whatever does not fit."""
        if request.args.get("iss", self.issuer) != self.issuer:  # RFC 9207
            raise Forbidden(WRONG)
        try:
            self._know()
            token = self._client.authorize_access_token(claims_options=self._claims(), leeway=LEEWAY)
        except RequestException as error:
            raise Unusable(SILENT) from error
        except (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError) as error:
            raise Forbidden(WRONG) from error
        claims = token.get("userinfo")
        if not claims or not isinstance(claims["sub"], str) or not claims["sub"]:
            raise Forbidden(WRONG)
        email = claims.get("email") if claims.get("email_verified") is True else None
        return Person(
            self.issuer, claims["sub"], email, claims.get("preferred_username") or claims.get("name")
        )

    def _claims(self) -> dict[str, dict[str, object]]:
        return {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": self._client_id},
            "nonce": {"essential": True},
        }

    def _know(self) -> None:
        """Read what the provider says of itself, and believe only what cannot lead elsewhere."""
        metadata = self._client.load_server_metadata()
        ends = [urlsplit(str(metadata.get(name, ""))) for name in ENDPOINTS]
        is_safe = all(is_protected(end.scheme, end.hostname) for end in ends)
        offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        signed = [algorithm for algorithm in ALGORITHMS if algorithm in offered]
        if metadata.get("issuer") != self.issuer or not is_safe or not signed:
            self._client.server_metadata.clear()
            raise Forbidden(WRONG)
        metadata["id_token_signing_alg_values_supported"] = signed


def is_protected(scheme: str, host: str | None) -> bool:
    """Whether nobody between can read or change what is said: https, or this machine itself."""
    return bool(host) and (scheme == "https" or (scheme == "http" and host in LOOPBACK))
