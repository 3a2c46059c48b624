"""Settings: every environment variable, its type and its default. Read once, passed on as a value."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from annotator.errors import Unusable

PREFIX = "STANDPOINT_"


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


def _typed(name: str, value: str, kind: object) -> str | int:
    if kind is not int:
        return value
    try:
        return int(value)
    except ValueError:
        raise Unusable(f"{name} is {value!r}: it must be a whole number.") from None
