"""What a check says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.engine import Connection, Engine

from annotator.config import Settings
from annotator.keeping.contents import Tick

SHOWN = 5  # examples


class State(StrEnum):
    """How bad it is. Only a problem makes the command fail."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


class Finding(NamedTuple):
    """One line: what was looked at, how it is, and what to do."""

    check: str
    state: State
    says: str
    advice: str | None = None


@dataclass(frozen=True)
class Patient:
    """An installation: its settings, its surroundings, one read transaction of its database."""

    settings: Settings
    environ: dict[str, str]
    database: Engine
    connection: Connection
    tick: Tick  # told how many rows were looked at

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a file here."""
        return self.database.dialect.name == "sqlite"

    @property
    def file(self) -> Path:
        """SQLite's file."""
        return Path(str(self.database.url.database))


def ok(check: str, says: str) -> Finding:
    """All is well."""
    return Finding(check, State.OK, says)


def warning(check: str, says: str, advice: str) -> Finding:
    """Look into it when there is time."""
    return Finding(check, State.WARNING, says, advice)


def problem(check: str, says: str, advice: str) -> Finding:
    """Something is wrong."""
    return Finding(check, State.PROBLEM, says, advice)


def told(examples: Sequence[str]) -> str:
    """The first few, and how many more there are.

    >>> told(["a", "b"])
    'a; b'
    >>> told(list("abcdefgh"))
    'a; b; c; d; e and 3 more'
    """
    more = f" and {len(examples) - SHOWN:,} more" if len(examples) > SHOWN else ""
    return "; ".join(examples[:SHOWN]) + more


Findings = Iterator[Finding]
