"""What other tools' formats can hold of a project: one table for writers, readers, the manual and the tests.

An export tells a project in *cells*, objects as the importer's JSON Lines have them: one for a document with
its text, its segments and their items, and one for each answer. A format is a way to write cells down. What
it has no place for is a field of FIELDS that its line in HOLDS lacks.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

Cells = dict[str, Any]

# Marks on a text, in tools that know spans
RATIONALE, HOLDER, TARGET, FLAG = "rationale", "holder", "target", "flag"
NAMED_HOLDER, NAMED_TARGET = "named holder", "named target"  # linked to a mark that is called by their name
NO_STANCE, CANNOT_JUDGE = "no stance", "cannot judge"
BRAT_SEGMENT = "segment"  # brat has no other way to say how a text is cut

DOCUMENT, SEGMENT, ANSWER, STANCE = "documents", "segments", "answers", "stances"


class Field(NamedTuple):
    """Something that an export may tell: of what, and the cells that it stands in."""

    of: str  # DOCUMENT, SEGMENT, ANSWER or STANCE
    keys: tuple[str, ...]
    meaning: str


FIELDS: Mapping[str, Field] = {
    "about": Field(
        DOCUMENT,
        ("title", "author", "outlet", "url", "published_at", "language", "licence"),
        "title, author, outlet, url, date, language and licence of the text",
    ),
    "split": Field(DOCUMENT, ("split",), "the official split"),
    "metadata": Field(DOCUMENT, ("metadata",), "further columns of the text"),
    "speaker": Field(SEGMENT, ("speaker",), "who speaks in a segment"),
    "segment metadata": Field(SEGMENT, ("metadata",), "further columns of a segment"),
    "answer flags": Field(ANSWER, ("flags",), "needs context, bad segmentation, garbled, distressing"),
    "seconds": Field(ANSWER, ("seconds",), "how long an answer took"),
    "provenance": Field(
        ANSWER,
        ("answer_id", "created_at", "revision", "guidelines_version"),
        "id, time, revision and guidelines of an answer: told, and not taken in again",
    ),
    "attribution": Field(STANCE, ("attribution",), "how the stance comes into the text"),
    "voice": Field(STANCE, ("voice",), "the spokesperson"),
    "sources": Field(STANCE, ("sources",), "who says so"),
    "confidence": Field(STANCE, ("confidence",), "the annotator's"),
    "flags": Field(STANCE, ("flags",), "ironic, hypothetical, conditional, hedged, implicit target, former"),
    "rationales": Field(STANCE, ("rationales",), "the words that show the stance"),
    "mentions": Field(STANCE, ("mentions",), "the words that name holder and target"),
}
EVERY = frozenset(FIELDS)
OF_TEXTS = frozenset({"about", "split", "metadata", "speaker", "segment metadata"})
OF_STANCES = frozenset({"attribution", "voice", "sources", "confidence", "flags", "rationales", "mentions"})

# Who, to which item, holder, target, label, and whether it could be judged: every format holds these.
HOLDS: Mapping[str, frozenset[str]] = {
    "csv": EVERY,
    "jsonl": EVERY,
    "doccano": OF_TEXTS | {"flags", "rationales", "mentions"},
    "label-studio": EVERY - {"provenance"},
    "argilla": EVERY - {"provenance"},
    "brat": EVERY - {"provenance", "about", "split", "metadata"},
    "webanno": EVERY - {"provenance", "about", "split", "metadata"},
}


def lost(format_: str, document: Cells, answers: Iterable[Cells]) -> Counter[str]:
    """How often each field of this document and its answers has something that the format cannot hold."""
    found = Counter[str]()
    for name, cells in _told(document, answers):
        if name not in HOLDS[format_]:
            found[name] += any(_says(cells.get(key)) for key in FIELDS[name].keys)
    return +found


def held(format_: str, document: Cells, answers: Sequence[Cells]) -> tuple[Cells, list[Cells]]:
    """The same cells with what the format can hold alone."""
    kept = HOLDS[format_]
    cut = _only(document, DOCUMENT, kept)
    cut["segments"] = [_only(segment, SEGMENT, kept) for segment in document.get("segments", ())]
    return cut, [_answer(answer, kept) for answer in answers]


def _answer(answer: Cells, kept: frozenset[str]) -> Cells:
    cut = _only(answer, ANSWER, kept)
    if "stances" in answer:
        cut["stances"] = [_only(stance, STANCE, kept) for stance in answer["stances"]]
    return cut


def _only(cells: Cells, of: str, kept: frozenset[str]) -> Cells:
    gone = {
        key for name, field in FIELDS.items() if field.of == of and name not in kept for key in field.keys
    }
    return {key: value for key, value in cells.items() if key not in gone and _says(value)}


def _says(value: object) -> bool:
    return value is not None and value not in ({}, [])


def _told(document: Cells, answers: Iterable[Cells]) -> Iterator[tuple[str, Cells]]:
    """Each field beside each piece that may say something of it."""
    for name, field in FIELDS.items():
        if field.of == DOCUMENT:
            yield name, document
        elif field.of == SEGMENT:
            yield from ((name, segment) for segment in document.get("segments", ()))
    for answer in answers:
        for name, field in FIELDS.items():
            if field.of == ANSWER:
                yield name, answer
            elif field.of == STANCE:
                yield from ((name, stance) for stance in answer.get("stances", ()))
