"""Settings: every environment variable, its type and its default. Read once, passed on as a value."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from annotator.errors import Unusable

PREFIX = "STANDPOINT_"
LEAST_TOKEN = 16  # characters
PATH_PREFIX = r"(/(?!(api|static|projects)\b)[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+"  # none of our own paths


@dataclass(frozen=True, slots=True)
class Settings:
    """How this process runs. Each field is read from STANDPOINT_<FIELD>."""

    database: str = "sqlite:///standpoint.db"
    """SQLAlchemy URL: sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME."""
    sqlite_synchronous: str = "FULL"
    """FULL survives a power cut, NORMAL a killed process only."""
    session_days: int = 30
    """How long a browser stays signed in."""
    lease_minutes: int = 30
    """How long an item is lent before another may have it."""
    upload_megabytes: int = 64
    """The largest request body that is read."""
    releases: str = ""
    """The folder of the releases made on the page; by default `releases` beside SQLite's file, else here."""
    session_idle_days: int = 14
    """How long a browser stays signed in that asks for nothing."""
    oidc_issuer: str = ""
    """The address of an OpenID Connect provider by which people sign in; needs the extra `oidc`."""
    oidc_client_id: str = ""
    """What the provider calls this server."""
    oidc_client_secret: str = ""
    """What this server shows to the provider."""
    oidc_allow: str = ""
    """Domains of verified addresses that make accounts, "example.org lab.example"; by default none does."""
    oidc_name: str = "Single sign-on"
    """What the button says."""
    log_format: str = "text"
    """text: what goes wrong, for people; json: JSON Lines, one for each request as well."""
    metrics_token: str = ""
    """A token that opens /metrics beside those of administrators; 16 characters or more."""
    proxies: int = 0
    """How many reverse proxies stand before the server: so many forwarded headers are believed."""
    prefix: str = ""
    """The path under which a proxy shows the server: /standpoint."""
    uploads: str = ""
    """The folder of files that are imported on the page; by default beside SQLite's file, else here."""
    models: str = ""
    """The folder of the models trained on the page; by default `models` beside SQLite's file, else here."""

    webhook_hosts: str = ""
    """Own hosts that webhooks may be sent to though they are not public: "hooks.lan ci.lan:8080"."""

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None) -> Self:
        """From the environment; what is not set keeps its default.

        Raises
        ------
        Unusable
            If a variable's value is not of its type.
        """
        environ = os.environ if environ is None else environ
        names = {PREFIX + field.name.upper(): field for field in fields(cls)}
        given: dict[str, Any] = {
            field.name: _typed(name, environ[name], field.type)
            for name, field in names.items()
            if name in environ
        }
        return cls(**given)

    def environment(self) -> dict[str, str]:
        """The variables that give another process these settings."""
        return {PREFIX + field.name.upper(): str(getattr(self, field.name)) for field in fields(self)}

    def __post_init__(self) -> None:
        if self.sqlite_synchronous not in {"FULL", "NORMAL"}:
            raise Unusable(
                f"{PREFIX}SQLITE_SYNCHRONOUS is {self.sqlite_synchronous!r}: choose FULL or NORMAL."
            )
        if self.log_format not in {"text", "json"}:
            raise Unusable(f"{PREFIX}LOG_FORMAT is {self.log_format!r}: choose text or json.")
        if 0 < len(self.metrics_token) < LEAST_TOKEN:
            raise Unusable(f"{PREFIX}METRICS_TOKEN is too short to be safe: take {LEAST_TOKEN} characters.")
        if self.proxies < 0:
            raise Unusable(f"{PREFIX}PROXIES is {self.proxies}: it is a number of proxies, 0 or more.")
        if self.prefix and not re.fullmatch(PATH_PREFIX, self.prefix):
            raise Unusable(f"{PREFIX}PREFIX is {self.prefix!r}: it looks like /standpoint.")


def _typed(name: str, value: str, kind: object) -> str | int:
    if kind is not int:
        return value
    try:
        return int(value)
    except ValueError:
        raise Unusable(f"{name} is {value!r}: it must be a whole number.") from None
