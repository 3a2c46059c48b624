"""Text → segments, and segments → text. `text[start:end]` is the segment, always, in code points.

Blocks first (`layout.py`), then the sentences of body blocks, by sentencex (Wikimedia's rules for some
300 languages). Its offsets are code points already. Three of its misses are mended here: a break inside
"D-N.Y., at" (a full stop without a space after it ends nothing), a break after an initial ("M. | Dupont"),
and none after "the U.S. Critics", where the next word is one that begins sentences and no names. All else
is taken as it comes: a rule more mends one text and breaks another, and annotators can flag bad
segmentation.

A quotation stays with the sentence that it stands in, also one of several sentences, because who says it
is told only once.

Source: https://github.com/wikimedia/sentencex
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Protocol

from sentencex import get_sentence_boundaries

from annotator.domain.layout import blocks
from annotator.errors import Invalid

SEGMENTER = f"sentencex-{version('sentencex')}/1"  # raise the last figure whenever spans would change
PRESEGMENTED = "as imported/1"
FALLBACK = "en"
LONGEST_INITIAL = 8  # characters of "“M. ", with space and quotation marks

_ACRONYM = re.compile(r"\b(?:[^\W\d_]\.){2,}[\"'”’»)]*\s+|\bEE\. ?UU\.[\"'”’»)]*\s+")
_INITIAL = re.compile(r"\W*[^\W\d_]\.")
_GLUED = re.compile(r"\w\.$")
_CLOSING = re.compile(r"[,;:)\]”’»،؛]")
_WORD = re.compile(r"\w+")
_OPENERS = {
    "en": "The A An This That These Those He She It They We You But And Or So Yet On At By From With After "
    "Before When While If As Since Although Though However Meanwhile Still Then There Here His Her Its "
    "Their Our My Critics Officials Analysts Experts Opponents Supporters Lawmakers Protesters Residents "
    "Some Many Most Several Earlier Later Last Today Yesterday",
    "es": "El Los Las Un Una Este Esta Esto Estos Estas Pero Y O En Por Para Según Luego Después Antes Sin "
    "Además También Su Sus Cuando Mientras Aunque Ante Tras Así Ellos Ellas Expertos Muchos Ayer Hoy",
}
_BEGINS = {language: frozenset(words.split()) for language, words in _OPENERS.items()}


@dataclass(frozen=True, slots=True)
class Span:
    """A segment's place: code points of the document, its type, and the paragraph that it is in."""

    start: int
    end: int
    type: str = "body"  # a value of corpus.SegmentType
    paragraph: int = 0


class Piece(Protocol):
    """What `join` needs of a row of a pre-segmented document."""

    @property
    def text(self) -> str | None: ...  # noqa: D102
    @property
    def type(self) -> str | None: ...  # noqa: D102
    @property
    def paragraph(self) -> int | None: ...  # noqa: D102
    @property
    def speaker(self) -> str | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Joined:
    """A document put together: its text, and a span for each piece; None for an empty one."""

    text: str
    spans: list[Span | None]


def segments(text: str, language: str | None = None) -> list[Span]:
    """The segments of a text: sentences of its paragraphs; headings and boilerplate whole.

    They are ordered, stripped, not empty, do not overlap, and hold everything but space. `language` is a
    BCP 47 tag; an unknown one, and none, is split as English.
    """
    found = []
    for block in blocks(text):
        spans = sentences(text, block.start, block.end, language) if block.type == "body" else [block]
        found += [Span(span.start, span.end, block.type, block.paragraph) for span in spans]
    return found


def whole(text: str) -> list[Span]:
    """The text as one segment, for posts and answers; [] if there is nothing in it."""
    stripped = text.strip()
    start = text.index(stripped)
    return [Span(start, start + len(stripped))] if stripped else []


def sentences(text: str, start: int, end: int, language: str | None = None) -> list[Span]:
    """The sentences of `text[start:end]`, as spans of `text`."""
    part = text[start:end]
    tag = (language or FALLBACK).replace("_", "-").partition("-")[0].lower()
    ends = [found["end_index"] for found in get_sentence_boundaries(tag, part)]
    ends = sorted({*_without_breaks(part, ends), *_further_breaks(part, tag), len(part)})
    found = []
    for first, last in zip([0, *ends], ends, strict=False):
        stripped = part[first:last].strip()
        if stripped:
            at = start + part.index(stripped, first)
            found.append(Span(at, at + len(stripped)))
    return found


def join(pieces: Sequence[Piece]) -> Joined:
    """The text of a pre-segmented document: sentences of a paragraph joined by a space, else a blank line.

    `pieces` come in reading order. A paragraph ends where the number of the next differs, at a heading or
    boilerplate, and, where none is given, at another speaker. Pieces are stripped; those with nothing in
    them get no span.

    Raises Invalid if all of them are empty.
    """
    parts: list[str] = []
    spans: list[Span | None] = []
    last: Piece | None = None
    at = paragraph = 0
    for piece in pieces:
        stripped = (piece.text or "").strip()
        if not stripped:
            spans.append(None)
            continue
        if last is not None:
            between = " " if _same_paragraph(last, piece) else "\n\n"
            paragraph += between != " "
            parts.append(between)
            at += len(between)
        spans.append(Span(at, at + len(stripped), _type(piece), paragraph))
        parts.append(stripped)
        at += len(stripped)
        last = piece
    if last is None:
        raise Invalid("has no text: all its segments are empty")
    return Joined("".join(parts), spans)


def _without_breaks(part: str, ends: list[int]) -> Iterator[int]:
    """The breaks but those in the middle of something."""
    start = 0
    for end in ends:
        after = part[end : end + 1]
        glued = _GLUED.search(part, max(start, end - 2), end) and not after.isspace()
        initial = end - start < LONGEST_INITIAL and _INITIAL.fullmatch(part[start:end].strip())
        if after and (glued or initial or _CLOSING.match(after)):
            continue
        yield end
        start = end


def _further_breaks(part: str, language: str) -> Iterator[int]:
    """After "U.S." and its like, where the next word begins a sentence and no name."""
    begins = _BEGINS.get(language)
    for acronym in _ACRONYM.finditer(part) if begins else ():
        word = _WORD.match(part, acronym.end())
        if word and begins and word[0] in begins and not _is_quoted(part[: acronym.end()].rstrip()):
            yield acronym.end()


def _is_quoted(before: str) -> bool:
    """Whether a quotation that began before is still open."""
    return (
        before.count('"') % 2 == 1
        or before.count("“") > before.count("”")
        or before.count("«") > before.count("»")
    )


def _same_paragraph(last: Piece, piece: Piece) -> bool:
    if _type(last) != "body" or _type(piece) != "body":
        return False
    if last.paragraph is None or piece.paragraph is None:
        return last.speaker == piece.speaker
    return last.paragraph == piece.paragraph


def _type(piece: Piece) -> str:
    return piece.type or "body"
