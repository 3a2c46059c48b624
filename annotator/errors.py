"""Every error that Standpoint raises on purpose.

StandpointError                 the root: one readable sentence, the thing named, the way out
├── Invalid                     the input says something that cannot be stored
│   └── BadInput                a file is at fault: path, line and column
├── NotFound                    nothing has that name
├── Forbidden                   it exists, and is not for this person
├── Conflict                    somebody else, or an earlier request, was there first
└── Unusable                    the surroundings are at fault: a folder, a port, a database

No error here knows HTTP or the terminal: `http/problems.py` and `cli.py` give them their form.
"""

import re

UNTOLD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class StandpointError(Exception):
    """The root of the tree. `str(error)` is a sentence for people."""


class Invalid(StandpointError):
    """The input says something that cannot be stored.

    `where` maps a field's path ("stances.0.label") to what is wrong there.
    """

    def __init__(self, message: str, where: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.where = where or {}


class BadInput(Invalid):
    """A file is at fault. The message leads with what is known of `path:line (column C)`."""

    def __init__(
        self, path: object, reason: str, *, line: int | None = None, column: str | int | None = None
    ) -> None:
        reason = _harmless(reason)
        column = _harmless(column) if isinstance(column, str) else column
        place = _harmless(str(path)) if line is None else f"{_harmless(str(path))}:{line}"
        place = place if column is None else f"{place} (column {column})"
        super().__init__(f"{place}: {reason}")
        self.path, self.line, self.column, self.reason = path, line, column, reason


def _harmless(quoted: str) -> str:
    """The same for a terminal and for a database: without controls, halves and bidi switches."""
    return UNTOLD.sub("\N{REPLACEMENT CHARACTER}", quoted)


class NotFound(StandpointError):
    """Nothing has that name, or it is not for this person to know."""


class Forbidden(StandpointError):
    """The thing exists and this person may not do that with it."""


class Conflict(StandpointError):
    """Somebody else, or an earlier request, was there first.

    `current` is what stands there now, for the client to show beside its own.
    """

    def __init__(self, message: str, current: object = None) -> None:
        super().__init__(message)
        self.current = current


class Unusable(StandpointError):
    """The surroundings are at fault: a folder that cannot be written, a port that is taken."""
