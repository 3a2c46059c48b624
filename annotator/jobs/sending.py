"""One message to one address: signed, to a public address alone, without following where it leads.

Whoever makes a webhook names an address that the server then talks to from the inside of its network. So the
name is resolved here, every address that it has must be a public one, and the connection goes to that very
address: a name that answers otherwise a moment later changes nothing. No redirect is followed. Hosts of
one's own that may be sent to are named by the operator (STANDPOINT_WEBHOOK_HOSTS).

Source: Standard Webhooks, https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hashlib
import hmac
import http.client
import ipaddress
import json
import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from urllib.parse import urlsplit

from annotator.store.post import Letter

SECONDS = 15.0  # in all, for one try
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
PORTS = {"http": 80, "https": 443}
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a try: the receiver's status, if it answered; a sentence, if it was not taken."""

    status: int | None = None
    problem: str | None = None


class Refused(Exception):
    """An address that is not sent to; the text is a sentence."""


def send(letter: Letter, *, allowed: frozenset[str] = frozenset(), seconds: float = SECONDS) -> Outcome:
    """Send a message. `allowed` are hosts, or HOST:PORT, that may have addresses which are not public."""
    parts = urlsplit(letter.url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    body = payload(letter)
    headers = signed(letter, body, at=int(time.time())) | {
        "Content-Type": "application/json",
        "User-Agent": f"standpoint/{version('standpoint')}",
    }
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        address = resolved(host, port, is_allowed=bool({host, f"{host}:{port}"} & allowed))
        connection = Pinned(host, port, address, is_secure=parts.scheme == "https", seconds=seconds)
        status = connection.post(path, body, headers)
    except Refused as refusal:
        return Outcome(problem=str(refusal))
    except (OSError, ValueError, http.client.HTTPException) as error:  # a name may be none that DNS knows
        return Outcome(problem=f"It could not be sent: {str(error) or type(error).__name__}.")
    if 200 <= status < 300:
        return Outcome(status)
    return Outcome(status, f"The receiver answered {status}.")


def payload(letter: Letter) -> bytes:
    """The message as JSON: type, timestamp of when it happened, data."""
    told = {"type": letter.event, "timestamp": letter.happened_at.isoformat(), "data": letter.data}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def signed(letter: Letter, body: bytes, *, at: int) -> dict[str, str]:
    """The headers by which a receiver knows that it is from here; `at` is in s since 1970."""
    return {
        "webhook-id": str(letter.uuid),
        "webhook-timestamp": str(at),
        "webhook-signature": signature(letter.secret, str(letter.uuid), at, body),
    }


def signature(secret: str, id_: str, at: int, body: bytes) -> str:
    """HMAC-SHA256 over id, moment and body, as Standard Webhooks has it."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{id_}.{at}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def resolved(host: str, port: int, *, is_allowed: bool) -> str:
    """An address of the host, to connect to.

    Raises
    ------
    Refused
        If any of its addresses is not public, and it is not allowed.
    OSError
        If it has none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(each[4][0]).partition("%")[0] for each in found]
    for address in addresses:
        if not is_allowed and not is_public(ipaddress.ip_address(address)):
            raise Refused(
                f"{host} has the address {address}, which is not public. "
                "Who runs the server can allow it: STANDPOINT_WEBHOOK_HOSTS."
            )
    return addresses[0]


def is_public(address: Address) -> bool:
    """Whether anybody could reach this address; of one that holds another, whether that is public."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


class Pinned(http.client.HTTPConnection):
    """A connection to this address and no other; a certificate must be that of the host."""

    def __init__(self, host: str, port: int, address: str, *, is_secure: bool, seconds: float) -> None:
        super().__init__(host, port, timeout=seconds)
        self._address, self._seconds = address, seconds
        self._tls = ssl.create_default_context() if is_secure else None
        if is_secure:
            self.default_port = PORTS["https"]

    def connect(self) -> None:
        """To the address that was resolved."""
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._tls is not None:
            self.sock = self._tls.wrap_socket(self.sock, server_hostname=self.host)

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> int:
        """Send the body; the status of the answer, whose body nobody reads. OSError if it takes too long."""
        watch = threading.Timer(self._seconds, self._cut)
        watch.start()
        try:
            self.request("POST", path, body, headers)
            return self.getresponse().status
        finally:
            watch.cancel()
            self.close()

    def _cut(self) -> None:
        """End a connection on which somebody sends a byte at a time."""
        with suppress(OSError):  # it may be closed already
            if self.sock is not None:
                self.sock.shutdown(socket.SHUT_RDWR)
