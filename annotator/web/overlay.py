"""A text with what several people marked in it, cut so that each piece is marked by the same ones."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple


class Mark(NamedTuple):
    """A span that somebody marked, in code points of the document."""

    start: int
    end: int
    role: str
    label: str
    letter: str


class Piece(NamedTuple):
    """Words that are marked alike: roles and letters in order; none where nobody marked them."""

    text: str
    roles: tuple[str, ...]
    label: str | None  # None: none, or not the same for all
    letters: tuple[str, ...]
    ends: tuple[str, ...]  # letters whose marks all end here


def pieces(text: str, start: int, end: int, marks: Iterable[Mark]) -> list[Piece]:
    """The words from `start` to `end`, cut wherever a mark begins or ends.

    >>> marks = [Mark(3, 5, "rationale", "FAVOR", "A")]
    >>> [(piece.text, piece.letters) for piece in pieces("so it is", 0, 8, marks)]
    [('so ', ()), ('it', ('A',)), (' is', ())]
    """
    inside = [mark for mark in marks if mark.start < end and mark.end > start]
    cuts = {edge for mark in inside for edge in (mark.start, mark.end) if start < edge < end}
    edges = [start, *sorted(cuts), end]
    found = []
    for first, last in pairwise(edges):
        if first < last:
            found.append(_piece(text[first:last], first, last, inside))
    return found


def _piece(words: str, first: int, last: int, marks: Sequence[Mark]) -> Piece:
    here = [mark for mark in marks if mark.start <= first and last <= mark.end]
    labels = {mark.label for mark in here}
    letters = tuple(sorted({mark.letter for mark in here}))
    on = {mark.letter for mark in here if mark.end > last}
    return Piece(
        text=words,
        roles=tuple(sorted({mark.role for mark in here})),
        label=labels.pop() if len(labels) == 1 else None,
        letters=letters,
        ends=tuple(letter for letter in letters if letter not in on),
    )
