"""Cells → values: one converter a column. CSV brings strings, JSON and Parquet bring types.

Every converter takes what a cell may hold (never None, never an empty string) and gives the value of
`Row`'s field, or raises `Fault` with a sentence that says what was expected.
"""

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from annotator.domain.corpus import Split

UNFIT = re.compile("[\x00\ud800-\udfff]")
DEEPEST = 50  # levels of lists and tables in metadata
LONGEST_KEY = 300  # characters of 4 bytes at most; an entry of PostgreSQL's indexes holds two, 2,700 bytes
SHOWN = 40  # characters of a value that a message quotes
SPLITS = {
    "train": Split.TRAIN,
    "training": Split.TRAIN,
    "validation": Split.VALIDATION,
    "valid": Split.VALIDATION,
    "val": Split.VALIDATION,
    "dev": Split.VALIDATION,
    "development": Split.VALIDATION,
    "test": Split.TEST,
}
Vocabulary = TypeVar("Vocabulary", bound=StrEnum)


class Fault(ValueError):
    """What is wrong with one value. `where` leads to it inside a nested one: "stances.0.label"."""

    def __init__(self, reason: str, where: str | None = None) -> None:
        super().__init__(reason)
        self.reason, self.where = reason, where


def within(where: str, fault: Fault) -> Fault:
    """The same fault, seen from one level further out."""
    return Fault(fault.reason, f"{where}.{fault.where}" if fault.where else where)


def text(value: object) -> str:
    """A text as it stands. A number is none: a column was probably mapped wrongly."""
    if not isinstance(value, str):
        raise Fault(f"expected a text, not {shown(value)}")
    return fit(value)


def name(value: object) -> str:
    """A name or an id, without the spaces around it; a whole number becomes its digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value.strip():
        raise Fault(f"expected a name, not {shown(value)}")
    return fit(value.strip())


def key(value: object) -> str:
    """A name that others refer to: of a text, an item, a person, an entity. No longer than an index holds."""
    found = name(value)
    if len(found) > LONGEST_KEY:
        raise Fault(
            f"has {len(found):,} characters, of at most {LONGEST_KEY}: is this column what its name says?"
        )
    return found


def count(value: object) -> int:
    """A whole number from 0. "3.0" is one too: pandas writes so where a column has gaps."""
    number = measure(value)
    if number != int(number):
        raise Fault(f"expected a whole number from 0, not {shown(value)}")
    return int(number)


def measure(value: object) -> float:
    """A finite number from 0."""
    try:
        number = float(value) if isinstance(value, str | int | float | Decimal) else math.nan
    except (ValueError, OverflowError):
        number = math.nan
    if isinstance(value, bool) or not math.isfinite(number) or number < 0:
        raise Fault(f"expected a number from 0, not {shown(value)}")
    return number


def share(value: object) -> float:
    """A number from 0 to 1."""
    number = measure(value)
    if number > 1:
        raise Fault(f"expected a number from 0 to 1, not {shown(value)}")
    return number


def moment(value: object) -> datetime:
    """A moment in UTC. A time without a zone is taken for UTC, a date for its first moment."""
    try:
        found = datetime.fromisoformat(value.strip()) if isinstance(value, str) else value
        if isinstance(found, date) and not isinstance(found, datetime):
            found = datetime.combine(found, time())
        if isinstance(found, datetime):
            return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Fault(f"expected a date as 2024-02-05 or 2024-02-05T10:30:00Z, not {shown(value)}")


def one_of(vocabulary: type[Vocabulary], value: object) -> Vocabulary:
    """A word of a closed vocabulary, whatever its case; "direct quote" is direct_quote."""
    try:
        return vocabulary(name(value).lower().replace(" ", "_").replace("-", "_"))
    except ValueError as error:
        raise Fault(f"expected {alternatives(vocabulary)}, not {shown(value)}") from error


def split(value: object) -> Split:
    """A split, by any of its usual names: dev and val are validation."""
    try:
        return SPLITS[name(value).lower()]
    except KeyError as error:
        raise Fault(f"expected {alternatives(Split)}, not {shown(value)}") from error


def parts(value: object) -> list[object]:
    """A list. In a cell it is JSON, or its parts separated by |."""
    if isinstance(value, str):
        if not value.lstrip().startswith(("[", "{")):
            return [part.strip() for part in value.split("|") if part.strip()]
        value = from_json(value)
    if not isinstance(value, list | tuple):
        raise Fault(f"expected a list, not {shown(value)}")
    return list(value)


def names(value: object) -> tuple[str, ...]:
    """A list of names."""
    return tuple(key(part) for part in parts(value))


def mapping(value: object, what: str) -> Mapping[str, Any]:
    """An object of JSON; `what` it was expected to be."""
    if not isinstance(value, Mapping):
        raise Fault(f"expected a {what} as {{…}}, not {shown(value)}", what)
    return value


def sequence(value: object, where: str) -> list[Any]:
    """A list of JSON."""
    if not isinstance(value, list):
        raise Fault(f"expected a list, not {shown(value)}", where)
    return value


def from_json(value: str) -> object:
    """What a piece of JSON holds.

    Raises Fault where it is none: with NaN or Infinity, which JSON does not know, too.
    """
    try:
        return json.loads(value, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise Fault(f"is not JSON: {error.msg} at character {error.pos + 1}") from error
    except RecursionError as error:
        raise Fault("is JSON nested too deeply to be read") from error
    except ValueError as error:  # an integer of thousands of digits
        raise Fault(f"is not JSON that can be stored: {error}") from error


def plain(value: object, depth: int = 0) -> object:
    """The value as JSON can hold it, for metadata; None for what is no number (NaN)."""
    if depth > DEEPEST:
        raise Fault(f"is nested more than {DEEPEST} levels deep: flatten it, or leave the column out")
    if isinstance(value, str):
        return fit(value)
    if value is None or isinstance(value, int | float):
        return None if isinstance(value, float) and not math.isfinite(value) else value
    if isinstance(value, Mapping):
        return {fit(str(key)): plain(part, depth + 1) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part, depth + 1) for part in value]
    if isinstance(value, date | time | Decimal):
        return str(value) if isinstance(value, Decimal) else value.isoformat()
    raise Fault(f"holds {type(value).__name__}, which is neither text nor number: leave the column out")


def fit(value: str) -> str:
    """The string, if a database can hold it: no NUL, no half of a surrogate pair."""
    if unfit := UNFIT.search(value):
        place = unfit.start() + 1
        what = "a NUL (U+0000)" if unfit[0] == "\0" else f"half a character (surrogate U+{ord(unfit[0]):04X})"
        raise Fault(f"holds {what} at character {place}: take it out of the file")
    return value


def shown(value: object) -> str:
    """The value as a message quotes it: short, and on one line."""
    whole = repr(value) if isinstance(value, str) else f"{value!r} ({type(value).__name__})"
    return whole if len(whole) <= SHOWN else whole[:SHOWN] + "…"


def alternatives(vocabulary: type[StrEnum]) -> str:
    """Its words as a message lists them: "train, validation or test"."""
    *most, last = [str(word) for word in vocabulary]
    return f"{', '.join(most)} or {last}"


def _no_constant(constant: str) -> object:
    raise ValueError(f"{constant} is no number of JSON")
