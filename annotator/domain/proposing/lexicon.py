"""What a language offers to rules: verbs, by what they say of their subject, and words for whoever is meant.

A language is a TOML file beside this one; whoever knows another language adds its file.
"""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from annotator.domain.naming import normalise


class Does(StrEnum):
    """What a verb says of its subject."""

    JUDGES = "judging"  # welcomed, demands: who does that takes a side
    SAYS = "saying"
    ACTS = "acting"  # voted, marched


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one language, normalised; phrases are tuples of words."""

    language: str  # ISO 639-1
    verbs: dict[str, Does]
    according: frozenset[tuple[str, ...]]  # stands before the one who says so
    pronouns: frozenset[str]  # who is meant stands in the text before
    own: frozenset[str]  # the writer speaks: I, we, must
    drops_subjects: bool  # a verb alone has a subject: "añadió que"


@cache
def lexicon(language: str | None) -> Lexicon | None:
    """The lexicon of a language, "en" or "en-GB"; None where there is none."""
    code = (language or "").partition("-")[0].lower()
    if not code.isalpha() or not (path := Path(__file__).with_name(f"{code}.toml")).is_file():
        return None
    file = tomllib.loads(path.read_text(encoding="utf-8"))
    return Lexicon(
        language=file["language"],
        verbs={form: does for does in reversed(Does) for form in _forms(file[does], file["patterns"])},
        according=frozenset(tuple(normalise(phrase).split()) for phrase in file["according"]),
        pronouns=frozenset(_words(file["pronouns"])),
        own=frozenset(_words(file["own"])),
        drops_subjects=file["drops_subjects"],
    )


def _words(text: str) -> list[str]:
    return [normalise(word) for word in text.split()]


def _forms(verbs: dict[str, str], patterns: dict[str, Any]) -> list[str]:
    """The forms of verbs that are given by their stems a pattern, and "forms" as they are.

    >>> _forms({"e": "argu hop", "forms": "said"}, {"e": "_e _ed"})
    ['argue', 'argued', 'hope', 'hoped', 'said']
    """
    return [
        form
        for pattern, stems in verbs.items()
        for stem in stems.split()
        for form in _words(patterns.get(pattern, "_").replace("_", stem))
    ]
