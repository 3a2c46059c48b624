"""Passwords: hashed by argon2id, checked a few at a time, refused where they are no secret.

A check takes 64 MiB and a tenth of a second of two cores. More than two at once would let a crowd at the door
take the memory of those who work; who waits too long is told to come back. A name that nobody has is checked
like any other, against a hash that no password gives.

Source: the parameters are argon2-cffi's, the second choice of RFC 9106, https://www.rfc-editor.org/rfc/rfc9106;
the rules follow NIST SP 800-63B, https://pages.nist.gov/800-63-4/sp800-63b.html: length, not kinds of signs.
"""

import base64
import re
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from annotator.errors import Invalid, Unusable

LEAST, MOST = 12, 1_000  # characters
AT_ONCE = 2
WAIT_SECONDS = 5.0
FEWEST = 5  # different characters
USUAL = re.compile(
    r"pass(word|wort|phrase)|contrase[nñ]a|standpoint|annotator|qwert[yz]|azerty|asdf|letmein|welcome|iloveyou|"
    r"admin(istrator)?|secret|changeme|login|user|test"
)
ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
)


class Passwords:
    """What one process checks passwords with."""

    def __init__(self, hasher: PasswordHasher | None = None, *, wait_seconds: float = WAIT_SECONDS) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = {False: BoundedSemaphore(AT_ONCE), True: BoundedSemaphore(1)}  # True: known browsers
        self._wait_seconds = wait_seconds

    def hashed(self, password: str) -> str:
        """The hash to store, with its salt and parameters.

        Raises
        ------
        Unusable
            If too many are checked at this moment.
        """
        with self._turn():
            return self._hasher.hash(_normal(password))

    def matches(self, stored: str | None, password: str, *, is_known: bool = False) -> bool:
        """Whether this is the password; as slow where there is none. Raises as `hashed`.

        Who comes from a browser that the account knows does not queue behind strangers.
        """
        with self._turn(is_known):
            try:
                return self._hasher.verify(stored or self._nobodys(), _normal(password)) and bool(stored)
            except (VerificationError, InvalidHashError):
                return False

    def is_outdated(self, stored: str) -> bool:
        """Whether it was hashed with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    @contextmanager
    def _turn(self, is_known: bool = False) -> Iterator[None]:
        turns = self._turns[is_known]
        if not turns.acquire(timeout=self._wait_seconds):
            raise Unusable("Many people sign in at this moment: try again in a few seconds.")
        try:
            yield
        finally:
            turns.release()

    def _nobodys(self) -> str:
        """A hash of today's parameters that no password gives."""
        of = self._hasher
        salt, digest = (
            base64.b64encode(secrets.token_bytes(length)).decode().rstrip("=")
            for length in (of.salt_len, of.hash_len)
        )
        return f"$argon2id$v=19$m={of.memory_cost},t={of.time_cost},p={of.parallelism}${salt}${digest}"


def check(password: str, *, name: str) -> None:
    """Refuse what is no secret.

    Raises
    ------
    Invalid
        If it is shorter than LEAST or longer than MOST characters, is the name, or tried by everybody first.
    """
    if not LEAST <= len(_normal(password)) <= MOST or len(password) > MOST:
        raise Invalid(f"A password has {LEAST} to {MOST} characters.")
    plain = _letters(password)
    if _letters(name) and plain.replace(_letters(name), "") in {"", *map(str, range(10_000))}:
        raise Invalid("This password is your name: choose another.")
    if len(set(plain)) < FEWEST or len(_rest(plain)) < LEAST // 2:
        raise Invalid("This password is among the first that anybody would try: choose another.")


def _rest(plain: str) -> str:
    """What is left of a password without usual words, numbers at its end, rows of keys and repetitions."""
    rest = re.sub(r"\d+$", "", USUAL.sub("", plain))
    rest = re.sub(r"(.+?)\1+", r"\1", rest)
    for row in (*ROWS, *(row[::-1] for row in ROWS)):
        for length in range(min(len(rest), len(row)), 3, -1):
            for start in range(len(row) - length + 1):
                rest = rest.replace(row[start : start + length], row[start])
    return rest


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", _normal(text).casefold())


def _normal(text: str) -> str:
    """One form for what looks the same, whichever keyboard wrote it."""
    return unicodedata.normalize("NFKC", text)
