"""Pages of a list, cut by key: the newest first `before` a number, or by name `after` one.

A page by key stays where it is while rows come and go, and costs the same however far on it is.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from annotator.api import query

Row = TypeVar("Row")
Key = TypeVar("Key", int, str)
Parameters = dict[str, dict[str, Any]]

MOST_ID = 2**31 - 1  # the largest number that a row has


def newest_first(*, usual: int, most: int) -> Parameters:
    """The parameters of a list that goes back from the newest: `usual` rows a page, up to `most`."""
    return {"before": {"type": "integer", "minimum": 1, "maximum": MOST_ID}, **_limit(usual, most)}


def by_name(*, usual: int, most: int) -> Parameters:
    """The parameters of a list in the order of a text."""
    return {"after": {"type": "string"}, **_limit(usual, most)}


def before() -> int:
    """The number before which the page begins; past all, if the request does not say."""
    return query.number("before", most=MOST_ID, usual=MOST_ID)


def limit(asked: Parameters) -> int:
    """How many rows the page has at most."""
    return query.number("limit", most=asked["limit"]["maximum"], usual=asked["limit"]["default"])


def cut(found: Sequence[Row], limit: int, key: Callable[[Row], Key]) -> tuple[Sequence[Row], Key | None]:
    """Of one row more than a page has: the page, and the key to go on with; None if that is all.

    >>> cut("abc", 2, str.upper), cut("ab", 2, str.upper)
    (('ab', 'B'), ('ab', None))
    """
    page = found[:limit]
    return page, key(page[-1]) if len(found) > limit else None


def _limit(usual: int, most: int) -> Parameters:
    return {"limit": {"type": "integer", "minimum": 1, "maximum": most, "default": usual}}
