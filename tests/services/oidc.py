"""An OpenID Connect provider on this machine: real HTTP, real keys, and it lies where a test tells it to."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "standpoint", "a secret of the two"


@dataclass
class Provider:
    """Who signs in next, and what is wrong with what it says."""

    issuer: str = ""
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "17"})
    claims: dict[str, Any] = field(default_factory=dict)  # told in place of the true ones; None: left out
    metadata: dict[str, Any] = field(default_factory=dict)
    sign: str = "RS256"  # "none", "HS256" (by the public key), "another" (key)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1", "use": "sig"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)  # that were asked for

    def discovery(self) -> dict[str, Any]:
        """What it says of itself."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        } | self.metadata

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser is sent back to."""
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str], authorization: str) -> dict[str, str] | None:
        """The tokens for a code, once, to the client that asked, by the verifier of its challenge."""
        asked = self.codes.pop(form.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = _text(digest)
        if asked is None or authorization != f"Basic {basic}" or challenge != asked["code_challenge"]:
            return None
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": self.id_token(asked)}

    def id_token(self, asked: dict[str, str]) -> str:
        """Who somebody is, signed or as a test wants it."""
        now = int(time.time())
        true = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": asked["nonce"]}
        claims = {name: told for name, told in (true | self.person | self.claims).items() if told is not None}
        if self.sign == "none":
            return f"{_part({'alg': 'none'})}.{_part(claims)}."
        if self.sign == "HS256":  # by what everybody can read
            signed = f"{_part({'alg': 'HS256', 'kid': '1'})}.{_part(claims)}"
            return f"{signed}.{_text(hmac.digest(self.key.as_pem(private=False), signed.encode(), 'sha256'))}"
        key = RSAKey.generate_key(2048, {"kid": "1"}) if self.sign == "another" else self.key
        return jwt.encode({"alg": "RS256", "kid": "1"}, claims, key)


@contextmanager
def running() -> Iterator[Provider]:
    """A provider that answers on 127.0.0.1 until the end."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            provider.paths.append(url.path)
            if url.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorize(_flat(url.query)))
                self.end_headers()
            elif url.path == "/keys":
                self.answer({"keys": [provider.key.as_dict(private=False)]})
            elif url.path == "/.well-known/openid-configuration":
                self.answer(provider.discovery())
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            form = _flat(self.rfile.read(int(self.headers["Content-Length"])).decode())
            found = provider.token(form, self.headers.get("Authorization", ""))
            self.answer(found or {"error": "invalid_grant"}, status=200 if found else 400)

        def answer(self, told: dict[str, Any], *, status: int = 200) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    yield provider
    server.shutdown()
    server.server_close()


def _flat(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


def _part(told: dict[str, Any]) -> str:
    return _text(json.dumps(told).encode())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
