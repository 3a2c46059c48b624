"""What changed between two versions of a text, word by word, line by line.

difflib of the standard library compares lines, then the words of lines that differ. A library that renders
Markdown and compares the HTML (lxml's htmldiff) was the alternative: it hides what became of markup.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

WORDS = re.compile(r"\n|[^\S\n]+|\S+[^\S\n]*")
ALIKE = 0.4  # below it, two passages are told as removed and added, not woven into each other
MOST_WORDS = 4_000  # of a passage that is compared word by word


class Fate(StrEnum):
    """What became of some words."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Part:
    """Words of one line that met the same fate."""

    fate: Fate
    text: str


Line = list[Part]


def lines(before: str, after: str, *, around: int = 1) -> list[Line | None]:
    """The lines that changed and `around` unchanged ones on each side; None where others are left out.

    >>> [[(part.fate.value, part.text) for part in line] for line in lines("It is so.", "It was so.")]
    [[('same', 'It '), ('removed', 'is '), ('added', 'was '), ('same', 'so.')]]
    >>> lines("The same.", "The same.")
    []
    """
    if before == after:
        return []
    one, two = before.splitlines(), after.splitlines()
    told: list[Line | None] = []
    opcodes = SequenceMatcher(None, one, two).get_opcodes()
    for number, (what, start, end, new_start, new_end) in enumerate(opcodes):
        if what == "equal":
            is_first, is_last = number == 0, number == len(opcodes) - 1
            told += _unchanged(one[start:end], 0 if is_first else around, 0 if is_last else around)
        else:
            told += _changed(one[start:end], two[new_start:new_end])
    return told


def _unchanged(same: list[str], after: int, before: int) -> Iterator[Line | None]:
    """Of lines that stayed, those just after a change and just before the next."""
    after, before = _to_words(same, after), _to_words(same[::-1], before)
    left_out = len(same) - after - before
    for number, line in enumerate(same):
        if left_out <= 1 or number < after or number >= len(same) - before:
            yield [Part(Fate.SAME, line)]
        elif number == after:
            yield None


def _to_words(same: list[str], wanted: int) -> int:
    """How many lines hold `wanted` lines that are not blank."""
    count = 0
    for number, line in enumerate(same):
        if count == wanted:
            return number
        count += bool(line.strip())
    return len(same)


def _changed(removed: list[str], added: list[str]) -> Iterator[Line]:
    one, two = WORDS.findall("\n".join(removed)), WORDS.findall("\n".join(added))
    matcher = SequenceMatcher(None, _bare(one), _bare(two), autojunk=False)
    if len(one) + len(two) > MOST_WORDS or matcher.ratio() < ALIKE:
        yield from ([Part(Fate.REMOVED, line)] for line in removed)
        yield from ([Part(Fate.ADDED, line)] for line in added)
        return
    line: Line = []
    for fate, text in _woven(matcher, one, two):
        for number, piece in enumerate(text.split("\n")):
            if number:
                yield line
                line = []
            if piece:
                line.append(Part(fate, piece))
    yield line


def _bare(words: list[str]) -> list[str]:
    """Without the space after them: the last word of a line that goes on now is the same word."""
    return [word.rstrip(" \t") or word for word in words]


def _woven(matcher: "SequenceMatcher[str]", one: list[str], two: list[str]) -> Iterator[tuple[Fate, str]]:
    for what, start, end, new_start, new_end in matcher.get_opcodes():
        if what == "equal":
            pairs = zip(one[start:end], two[new_start:new_end], strict=True)
            yield Fate.SAME, "".join(max(pair, key=len) for pair in pairs)
            continue
        if end > start:
            yield Fate.REMOVED, "".join(one[start:end])
        if new_end > new_start:
            yield Fate.ADDED, "".join(two[new_start:new_end])
