"""Markdown from figures and names that may hold anything."""

import re
from collections.abc import Iterable, Sequence

_HEADING = re.compile(r"^(#{1,6}) +(.*)")
_FENCE = re.compile(r"^ {0,3}(```|~~~)")
_ACTIVE = re.compile(r"[\\`*_\[\]<>|#]")


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    r"""A table; columns of whole numbers are set to the right.

    >>> print(table(["label", "n"], [["A|B", 1200]]))
    | label | n |
    |---|--:|
    | A\|B | 1,200 |
    """
    cells = [list(row) for row in rows]
    right = [
        bool(cells) and all(isinstance(row[column], int) for row in cells) for column in range(len(headings))
    ]
    lines = [list(map(cell, headings)), *(list(map(cell, row)) for row in cells)]
    marked = [f"| {' | '.join(line)} |" for line in lines]
    return "\n".join(
        [marked[0], "|" + "".join("--:|" if is_right else "---|" for is_right in right), *marked[1:]]
    )


def cell(value: object) -> str:
    """What stands in a table: one line in which nothing is markup but `code` that we wrote ourselves."""
    if isinstance(value, int):
        return number(value)
    return escaped(str(value)) if not isinstance(value, Code) else f"`{value}`"


class Code(str):
    """A name of ours that is set as code."""

    __slots__ = ()


def escaped(text: str) -> str:
    """A text on one line, with nothing in it that Markdown takes for markup."""
    return _ACTIVE.sub(r"\\\g<0>", " ".join(text.split()))


def number(value: int) -> str:
    """A number with its thousands set apart."""
    return f"{value:,}"


def counted(value: int, noun: str) -> str:
    """A number of things.

    >>> counted(1, "text"), counted(1000, "text")
    ('1 text', '1,000 texts')
    """
    return f"{number(value)} {noun}{'s' * (value != 1)}"


def lowered(text: str, levels: int) -> str:
    """The text with each heading so many levels lower, so that it fits under one; code stays as it is.

    >>> lowered("# A", 2)
    '### A'
    """
    lines, in_code = [], False
    for line in text.splitlines():
        in_code ^= bool(_FENCE.match(line))
        heading = None if in_code else _HEADING.match(line)
        lines.append(f"{'#' * min(6, len(heading[1]) + levels)} {heading[2]}" if heading else line)
    return "\n".join(lines).strip()
