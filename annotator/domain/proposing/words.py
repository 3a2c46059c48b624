"""A text cut into the words that rules look at, each with its place and the forms that may be known of it."""

import re
from dataclasses import dataclass
from functools import lru_cache

from annotator.domain.naming import normalise

_LETTERS = r"[^\W_\u0300-\u036f\u064b-\u065f\u0670]|[\u0300-\u036f\u064b-\u065f\u0670]"
_WORD = re.compile(rf"(?:{_LETTERS})+(?:[.'’](?:{_LETTERS})+)*")
_POSSESSIVE = re.compile(r"['’]s?$", re.IGNORECASE)
_CONTRACTIONS = {"es": {"del": ("de", "el"), "al": ("a", "el")}}
_ARABIC = re.compile(r"[ء-ي]")
_CLITICS = re.compile(r"^([وف]?)([بكلس]?)(?=.{3})")  # and, so; by, as, to, will


@dataclass(frozen=True, slots=True)
class Word:
    """One word: `start` and `end` in code points, `forms` normalised, the whole word first."""

    start: int
    end: int
    forms: tuple[str, ...]


def words(text: str, language: str) -> list[Word]:
    """The words of a text in their order. A contraction is two words in one place.

    >>> [word.forms for word in words("Anders's U.S. team", "en")]
    [('anderss', 'anders'), ('us',), ('team',)]
    >>> [word.forms for word in words("plan del alcalde", "es")]
    [('plan',), ('de',), ('el',), ('alcalde',)]
    >>> [word.forms for word in words("وللوزارة", "ar")]
    [('وللوزاره', 'للوزاره', 'الوزاره', 'لوزاره')]
    """
    return [
        Word(match.start(), match.end(), forms)
        for match in _WORD.finditer(text)
        for forms in _forms(match.group(), language)
    ]


@lru_cache(maxsize=50_000)
def _forms(word: str, language: str) -> tuple[tuple[str, ...], ...]:
    whole = normalise(word)
    contractions = _CONTRACTIONS.get(language, {})
    if whole in contractions:
        return tuple((part,) for part in contractions[whole])
    if _ARABIC.search(whole):
        return (tuple(dict.fromkeys((whole, *_without_clitics(whole)))),)
    bare = normalise(_POSSESSIVE.sub("", word))
    return ((whole, bare) if bare and bare != whole else (whole,),)


def _without_clitics(word: str) -> list[str]:
    """What is left without a conjunction, without a preposition too; "to the" is written لل for ل + ال.

    Source: the light stemming of Larkey, Ballesteros & Connell 2002, https://doi.org/10.1145/564376.564425.
    """
    found = []
    match = _CLITICS.match(word)
    conjunction, preposition = match.groups() if match else ("", "")
    if conjunction:
        found.append(word[1:])
    rest = word[len(conjunction) :]
    if preposition:
        found += ["ال" + rest[2:]] if rest.startswith("لل") else []
        found.append(rest[1:])
    return found
