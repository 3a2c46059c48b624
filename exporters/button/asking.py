"""What somebody asks of a release, on the page or by the API, as options. Nothing heavy is imported here."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from annotator.errors import Invalid
from exporters.options import PLAIN, Options


def options(arguments: Mapping[str, object]) -> Options:
    """The options of these arguments; what is null, or not there, is as `Options` has it.

    Raises
    ------
    Invalid
        If there is no such option, or it does not take this value.
    """
    usual = {field.name: getattr(PLAIN, field.name) for field in fields(Options)}
    given: dict[str, Any] = {name: value for name, value in arguments.items() if value is not None}
    for name, value in given.items():
        if name not in usual:
            raise Invalid(f"{name!r} is no option of a release; there is: {', '.join(usual)}.")
        kind = bool if isinstance(usual[name], bool) else str
        if not isinstance(value, kind):
            raise Invalid(f"The option {name!r} is {value!r}: it must be {WORDS[kind]}.")
    return Options(**given)


def as_form(sent: Mapping[str, str]) -> dict[str, object]:
    """The arguments of a form that was sent, or of an address: a tick is true, an empty choice none."""
    given = {field.name: sent[field.name] for field in fields(Options) if sent.get(field.name)}
    return {name: True if isinstance(getattr(PLAIN, name), bool) else of for name, of in given.items()}


def checked(arguments: Mapping[str, object]) -> dict[str, object]:
    """The same, as they are stored with the job."""
    return options(arguments).as_json()


WORDS = {bool: "true or false", str: "a word"}
