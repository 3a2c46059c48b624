"""The query of a request, parameter by parameter."""

from collections.abc import Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import g, request

from annotator.domain.answering import storable
from annotator.errors import Invalid
from annotator.store import preferences, timesheet


def text(name: str, *, most: int = 1_000) -> str | None:
    """The text of this parameter; None if it is not there or empty.

    Raises
    ------
    Invalid
        If it is longer than `most` characters, or holds what no database keeps.
    """
    given = request.args.get(name, "")
    try:
        storable(given)
    except ValueError as error:
        raise Invalid(f"{name}: {error}.", {name: str(error)}) from None
    if len(given) > most:
        raise Invalid(f"{name} is too long: {most} characters at most.", {name: "is too long"})
    return given or None


def needed(name: str) -> str:
    """The text of this parameter, which must be there.

    Raises
    ------
    Invalid
        If it is not.
    """
    given = text(name)
    if given is None:
        raise Invalid(f"{name} is missing: add ?{name}=… to the address.", {name: "is missing"})
    return given


def number(name: str, *, least: int = 1, most: int, usual: int) -> int:
    """The whole number of this parameter, from `least` to `most`; `usual` if it is not there.

    Raises
    ------
    Invalid
        If it is something else.
    """
    given = request.args.get(name, str(usual))
    is_number = given.isascii() and given.isdigit() and len(given) <= len(str(most))
    if not is_number or not least <= int(given) <= most:
        raise Invalid(f"{name} is {given!r}: it must be {least} to {most}.", {name: "is out of range"})
    return int(given)


def one_of(name: str, known: Sequence[str]) -> str:
    """The value of this parameter, the first of those known if it is not there.

    Raises
    ------
    Invalid
        If it is none of them.
    """
    given = request.args.get(name, known[0])
    if given not in known:
        raise Invalid(f"{name} is {given!r}: it must be {' or '.join(known)}.", {name: "is unknown"})
    return given


def uuid(name: str) -> UUID | None:
    """The UUID of this parameter; None if it is not there or empty.

    Raises
    ------
    Invalid
        If it is something else.
    """
    given = text(name)
    try:
        return UUID(given) if given is not None else None
    except ValueError:
        raise Invalid(f"{name} is {given!r}: it must be a UUID.", {name: "is no UUID"}) from None


def zone() -> ZoneInfo:
    """The time zone in which days begin: `zone`, else the person's own, else UTC.

    Raises
    ------
    Invalid
        If there is no such zone.
    """
    return timesheet.zone_of(text("zone") or preferences.of(g.user).time_zone or "UTC")
