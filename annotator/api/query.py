"""The query of a request, parameter by parameter."""

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


def number(name: str, *, most: int, usual: int) -> int:
    """The whole number of this parameter, from 1 to `most`.

    Raises
    ------
    Invalid
        If it is something else.
    """
    given = request.args.get(name, str(usual))
    if not given.isascii() or not given.isdigit() or not 1 <= int(given[:9]) <= most:
        raise Invalid(f"{name} is {given!r}: it must be 1 to {most}.", {name: "is out of range"})
    return int(given)


def zone() -> ZoneInfo:
    """The time zone in which days begin: `zone`, else the person's own, else UTC.

    Raises
    ------
    Invalid
        If there is no such zone.
    """
    return timesheet.zone_of(text("zone") or preferences.of(g.user).time_zone or "UTC")
