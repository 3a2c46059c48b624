"""Warnings that a reader of a score must know, collected as sentences."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager


class BaselineWarning(UserWarning):
    """Something that the reader of a score must know; commands and reports show it as a note."""


@contextmanager
def noted() -> Iterator[list[str]]:
    """The sentences of the `BaselineWarning`s within the block, each once; other warnings go their way."""
    notes: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", BaselineWarning)
        yield notes
    for warning in caught:
        if not issubclass(warning.category, BaselineWarning):
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
        elif str(warning.message) not in notes:
            notes.append(str(warning.message))


def named(names: list[str]) -> str:
    """The names in quotes, at most five of them.

    >>> named(["trains", "trams"])
    '“trains”, “trams”'
    """
    told = ", ".join(f"“{name}”" for name in names[:5])
    return f"{told} and {len(names) - 5} more" if len(names) > 5 else told
