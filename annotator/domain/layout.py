"""Text → its blocks: what is a paragraph, what a heading, what part of the page around it.

Decided by form alone, so that it holds in any script: length, final punctuation, blank lines, what comes
after. Capitals count where a script has them. Nothing is deleted: a block of the wrong type is seen, and
can be put right; a deleted one cannot.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from annotator.domain.boilerplate import is_crawl_id, is_furniture

BlockType = Literal["body", "heading", "boilerplate"]  # the values of corpus.SegmentType
LONGEST_HEADING = 120  # characters
MOST_WORDS = 15  # of a heading
MOST_IN_A_ROW = 3  # headline, subtitle, byline; more short lines are a list
WRAPPED = 40  # characters; a shorter line was ended on purpose

_LINE = re.compile("[^\n\r\v\f\x85\u2028\u2029]+")
_BREAK = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
_CLOSED = re.compile(r"[.!?…:;,؟۔،؛。！？।][\"'”’»)\]]*$")
_ASKED = re.compile(r"[!?؟][\"'”’»)\]]*$")
_BULLET = re.compile(r"[-–—*•·●■►▪>]|\(?\w{1,2}[.)]\s")
_TERM = re.compile(r"[^\W\d_][\w'’-]{3,}")


@dataclass(frozen=True, slots=True)
class Block:
    """`text[start:end]`: one paragraph, or one line of it where lines were meant; stripped, not empty."""

    start: int
    end: int
    paragraph: int  # from 0
    type: BlockType = "body"


def blocks(text: str) -> list[Block]:
    """The blocks of a text in order. They do not overlap, and hold all of it but space.

    A text that seems to be nothing but furniture is body: "Share this" may be all that somebody posted.
    """
    units = [unit for chunk in _chunks(text) for unit in _units(text, chunk)]
    types = _types(units)
    if not {"body", "heading"} & set(types):
        types = ["body"] * len(units)
    found: list[Block] = []
    paragraph = -1
    for unit, type_ in zip(units, types, strict=True):
        joins = unit.joins and type_ == "body" and bool(found) and found[-1].type == "body"
        paragraph += not joins
        found.append(Block(unit.start, unit.end, paragraph, type_))
    return found


@dataclass(frozen=True, slots=True)
class _Unit:
    """One or more lines that read on without a break."""

    text: str
    start: int
    first: bool  # of its chunk
    joins: bool  # belongs to the paragraph before it

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def _chunks(text: str) -> Iterator[list[tuple[int, str]]]:
    """The lines between blank ones, stripped, with where they start."""
    chunk: list[tuple[int, str]] = []
    end = 0
    for line in _LINE.finditer(text):
        stripped = line[0].strip()
        blank_before = len(_BREAK.findall(text, end, line.start())) > 1
        if chunk and (blank_before or not stripped):
            yield chunk
            chunk = []
        if stripped:
            chunk.append((line.start() + line[0].index(stripped[0]), stripped))
        end = line.end()
    if chunk:
        yield chunk


def _units(text: str, chunk: list[tuple[int, str]]) -> Iterator[_Unit]:
    """The lines of a chunk, wrapped ones put together.

    Where lines are wrapped, the units of the chunk are one paragraph; else each line is its own.
    """
    width = max(len(line) for _, line in chunk)
    wraps = [_reads_on(line, after, width) for (_, line), (_, after) in pairwise(chunk)]
    start = 0
    for place, reads_on in enumerate([*wraps, False]):
        if not reads_on:
            first, (last, line) = chunk[start][0], chunk[place]
            yield _Unit(text[first : last + len(line)], first, start == 0, any(wraps) and start > 0)
            start = place + 1


def _reads_on(line: str, after: str, width: int) -> bool:
    """Whether the sentence goes on in the line after: it was wrapped, not ended."""
    closed = _CLOSED.search(line) and not line.endswith((",", "،"))
    if closed or _BULLET.match(after) or is_furniture(after):
        return False
    if after[0].islower():
        return True
    return len(line) >= WRAPPED and len(line) * 5 >= width * 3 and not _is_title(line)


def _types(units: list[_Unit]) -> list[BlockType]:
    types: list[BlockType] = ["body"] * len(units)
    at_top = True
    for place, unit in enumerate(units):
        if is_furniture(unit.text) or (at_top and is_crawl_id(unit.text)):
            types[place] = "boilerplate"
        else:
            at_top = False
    waiting: list[int] = []  # what may be a heading, if a paragraph follows
    for place, unit in enumerate(units):
        if types[place] == "boilerplate":
            continue
        if _may_be_heading(unit):
            waiting.append(place)
            continue
        if _is_paragraph(unit.text):
            few = len(waiting) <= MOST_IN_A_ROW
            for earlier in waiting:
                if few or _is_title(units[earlier].text):
                    types[earlier] = "heading"
        waiting = []
    return types


def _may_be_heading(unit: _Unit) -> bool:
    line = unit.text
    words = len(line.split())
    if not unit.first or words > MOST_WORDS or len(line) > LONGEST_HEADING or _BREAK.search(line):
        return False
    if line[0].islower() or _BULLET.match(line) or not any(char.isalpha() for char in line):
        return False
    return not _CLOSED.search(line) or bool(_ASKED.search(line) and words >= 3 and _is_title(line))


def _is_paragraph(text: str) -> bool:
    return bool(_CLOSED.search(text)) or len(text.split()) > MOST_WORDS


def _is_title(line: str) -> bool:
    """Whether Its Longer Words Begin With Capitals, at least two of them; never in a script without."""
    terms = _TERM.findall(line)
    capitals: int = sum(term[0].isupper() for term in terms)
    return capitals >= 2 and capitals * 5 >= len(terms) * 4
