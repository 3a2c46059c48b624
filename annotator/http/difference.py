"""What changed between two versions of a text, word by word, line by line.

Lines are compared, then the words of lines that differ, both within a bound (matching.py): where guidelines
of many thousand lines were rewritten, whole passages are told as removed and added in the end. A library that
renders Markdown and compares the HTML (lxml's htmldiff) was the alternative: it hides what became of markup.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from annotator.http.matching import Budget, Stretch, stretches

WORDS = re.compile(r"\n|[^\S\n]+|\S+[^\S\n]*")
ALIKE = 0.4  # below it, two passages are told as removed and added, not woven into each other
MOST_WORDS = 4_000  # of a passage that is compared word by word
MOST_WORK = {"lines": 1_000_000, "words": 1_000_000}  # pairs looked at


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
    found = list(stretches(one, two, Budget(MOST_WORK["lines"]), junk=True))
    budget = Budget(MOST_WORK["words"])
    for number, each in enumerate(found):
        if each.equal:
            is_first, is_last = number == 0, number == len(found) - 1
            told += _unchanged(
                one[each.start : each.end], 0 if is_first else around, 0 if is_last else around
            )
        else:
            told += _changed(one[each.start : each.end], two[each.new_start : each.new_end], budget)
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


def _changed(removed: list[str], added: list[str], budget: Budget) -> Iterator[Line]:
    one, two = WORDS.findall("\n".join(removed)), WORDS.findall("\n".join(added))
    is_short = len(one) + len(two) <= MOST_WORDS
    found = list(stretches(_bare(one), _bare(two), budget, junk=False)) if is_short else []
    if (
        2 * sum(each.end - each.start for each in found if each.equal) < ALIKE * (len(one) + len(two))
        or not found
    ):
        yield from ([Part(Fate.REMOVED, line)] for line in removed)
        yield from ([Part(Fate.ADDED, line)] for line in added)
        return
    line: Line = []
    for fate, text in _woven(found, one, two):
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


def _woven(found: list[Stretch], one: list[str], two: list[str]) -> Iterator[tuple[Fate, str]]:
    for each in found:
        old, new = one[each.start : each.end], two[each.new_start : each.new_end]
        if each.equal:
            yield Fate.SAME, "".join(max(pair, key=len) for pair in zip(old, new, strict=True))
            continue
        if old:
            yield Fate.REMOVED, "".join(old)
        if new:
            yield Fate.ADDED, "".join(new)
