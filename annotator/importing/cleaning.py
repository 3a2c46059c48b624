r"""Raw text → clean text, with every repair on record: what stood where, and what stands there now.

Mis-decoded characters are repaired by ftfy, line by line and then word by word, because one line may
hold a mis-decoded word beside sound curly quotes. Curly quotes, full-width letters, joiners inside emoji
and in Arabic, Persian or Indic words, and marks of direction stay: they are what the author wrote.

Text becomes NFC, for then an alias, a search and an n-gram see one spelling of "é" (two code points in
much of what macOS and PDFs give, one elsewhere; Arabic آ likewise). NFC leaves emoji and Arabic letters
as they are. NFKC would not: it folds ligatures of Arabic and full-width forms.

A repair can be undone (`restore`), cleaning a clean text changes nothing, and neither depends on
anything but the text.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from pkgutil import resolve_name
from typing import Any

from annotator.importing.edits import Edit, apply, compose

LINE_BREAK = re.compile("\r\n|[\r\v\f\u2028\u2029]")
TRAILING_SPACE = re.compile(r"(?<![^\S\n])[^\S\n]++(?=\n|\Z)")
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,23});")
INVISIBLE = re.compile(
    "\x1b\\[[0-9;]*[A-Za-z]"  # colours of a terminal
    "|[\x00-\x08\x0e-\x1f\x7f\u00ad\u2060\ufeff\ufff9-\ufffc]"  # controls, soft hyphen, joiner, mark, anchors
    "|(?<![\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])\u200b"  # Thai, Lao, Burmese and Khmer part words with it
)
WORD = re.compile(r"[^ \t\n]+")
UNQUOTED = re.compile("[^“”‘’«»„]+")


@dataclass(frozen=True, slots=True)
class Repair:
    """One change, with all the places that it was made at.

    `kind` is one of "line break", "normal form", "encoding: …", "entity", "invisible", "trailing
    space", or several with ", " between them where they met at one place.
    """

    kind: str
    before: str
    after: str
    starts: tuple[int, ...]  # code points of the raw text

    @property
    def count(self) -> int:
        """How often."""
        return len(self.starts)

    def as_json(self) -> dict[str, object]:
        """For the document's `repairs`."""
        return {"kind": self.kind, "before": self.before, "after": self.after, "starts": list(self.starts)}


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The clean text, and the repairs that made it, by their first place."""

    text: str
    repairs: tuple[Repair, ...] = ()

    def offset(self, raw: int) -> int:
        """Where a place of the raw text is now; what lay inside a repair is at its beginning."""
        gap = 0
        for edit in _edits(self.repairs):
            if edit.end > raw:
                return min(raw, edit.start) + gap
            gap += len(edit.after) - (edit.end - edit.start)
        return raw + gap


def clean(raw: str) -> Cleaned:
    """The text without the traces of its way here."""
    if raw.isascii() and raw.isprintable() and "&" not in raw and not raw.endswith(" "):
        return Cleaned(raw)  # most posts: nothing that any step could find
    text, edits, done = raw, list[Edit](), False
    while not done:  # one step's result may be the next one's case: a composed letter shows mis-decoding
        done = True
        for step in STEPS:
            if later := list(step(text)):
                edits, text, done = compose(edits, text, later), apply(text, later), False
    return Cleaned(text, tuple(_grouped(raw, edits)))


def restore(cleaned: Cleaned) -> str:
    """The raw text."""
    gap, back = 0, []
    befores = {start: repair.before for repair in cleaned.repairs for start in repair.starts}
    for edit in _edits(cleaned.repairs):
        start = edit.start + gap
        back.append(Edit(start, start + len(edit.after), befores[edit.start], edit.kind))
        gap += len(edit.after) - (edit.end - edit.start)
    return apply(cleaned.text, back)


def _replaced(kind: str, pattern: re.Pattern[str], after: str) -> Callable[[str], Iterator[Edit]]:
    def step(text: str) -> Iterator[Edit]:
        return (Edit(*found.span(), after, kind) for found in pattern.finditer(text))

    return step


def _composed(text: str) -> Iterator[Edit]:
    if unicodedata.is_normalized("NFC", text):
        return
    for word in WORD.finditer(text):
        if not unicodedata.is_normalized("NFC", word[0]):
            yield Edit(*word.span(), unicodedata.normalize("NFC", word[0]), "normal form")


def _decoded_lines(text: str) -> Iterator[Edit]:
    start = 0
    for line in text.split("\n"):
        after, kind = _decoded(line)
        if after != line:
            yield from _by_word(start, line, after, kind)
        start += len(line) + 1


def _decoded_words(text: str) -> Iterator[Edit]:
    if text.isascii() or not _late("ftfy.badness:is_bad")(text):
        return
    for word in WORD.finditer(text):
        whole, kind = _decoded(word[0])
        if whole != word[0]:
            yield Edit(*word.span(), whole, kind)
            continue
        for part in UNQUOTED.finditer(word[0]):
            after, kind = _decoded(part[0])
            if after != part[0]:
                yield Edit(word.start() + part.start(), word.start() + part.end(), after, kind)


def _decoded(text: str) -> tuple[str, str]:
    """The text as it was before somebody decoded it wrongly, and how that was."""
    if text.isascii() or not _late("ftfy.badness:is_bad")(text):
        return text, ""
    plain = _late("ftfy:TextFixerConfig")(uncurl_quotes=False)
    after, plan = _late("ftfy:fix_encoding_and_explain")(text, plain)
    read_as = [step.parameter.removeprefix("sloppy-") for step in plan or () if step.action == "encode"]
    return after, f"encoding: UTF-8 read as {' and '.join(read_as)}" if read_as else "encoding: mixed"


@cache
def _late(name: str) -> Any:
    """What is imported when the first text is cleaned: a server that starts needs none of it."""
    return resolve_name(name)


def _by_word(start: int, before: str, after: str, kind: str) -> Iterator[Edit]:
    """The words that differ, so that the report shows words; the whole line if words came or went."""
    olds, news = before.split(" "), after.split(" ")
    if len(olds) != len(news):
        yield Edit(start, start + len(before), after, kind)
        return
    for old, new in zip_longest(olds, news):
        if old != new:
            yield Edit(start, start + len(old), new, kind)
        start += len(old) + 1


def _unescaped(text: str) -> Iterator[Edit]:
    """HTML's entities, unless the text is about HTML: where there is a "<" they are left alone."""
    if "&" not in text or "<" in text:
        return
    for found in ENTITY.finditer(text):
        after = html.unescape(found[0])
        if after != found[0]:
            yield Edit(*found.span(), after, "entity")


def _grouped(raw: str, edits: Iterable[Edit]) -> Iterator[Repair]:
    starts: dict[tuple[str, str, str], list[int]] = {}
    for edit in edits:
        before = raw[edit.start : edit.end]
        if before != edit.after:
            starts.setdefault((edit.kind, before, edit.after), []).append(edit.start)
    for (kind, before, after), places in starts.items():
        yield Repair(kind, before, after, tuple(places))


def _edits(repairs: Iterable[Repair]) -> list[Edit]:
    return sorted(
        Edit(start, start + len(repair.before), repair.after, repair.kind)
        for repair in repairs
        for start in repair.starts
    )


STEPS: tuple[Callable[[str], Iterator[Edit]], ...] = (
    _replaced("line break", LINE_BREAK, "\n"),
    _composed,
    _decoded_lines,
    _decoded_words,
    _unescaped,
    _replaced("invisible", INVISIBLE, ""),
    _replaced("trailing space", TRAILING_SPACE, ""),
)
