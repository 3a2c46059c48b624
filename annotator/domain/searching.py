"""The words of a text as a search compares them: one folding for every language and both databases.

What splits and folds is here and not in the databases, whose own ways differ: FTS5 knows no Arabic vowel
signs, PostgreSQL keeps accents and takes web addresses for words. Both are handed words parted by spaces.
"""

import re
from collections.abc import Iterable

from annotator.domain.naming import normalise

MOST_WORDS = 20  # of a query
MOST_LETTERS = 100  # of a word; PostgreSQL keeps none of more than 2,046 bytes
_WORD = re.compile(r"[^\W_]+")
_PART = re.compile(r'"([^"]*)"?|([^"\s]+)')
_ARTICLE = re.compile(r"^(?:[وفبك]?ال|ولل|لل)(?=\w{3})")  # "the", with what is written to its front
_TATWEEL = "ـ"


class _Folding(dict[int, str]):
    """Code point → what it is compared as; worked out once a character, not once an occurrence."""

    def __missing__(self, code: int) -> str:
        folded = chr(code)
        if folded.isalnum() or not folded.isascii():
            folded = "" if folded == _TATWEEL else (normalise(folded) if _is_said(folded) else folded)
        self[code] = folded
        return folded


def _is_said(character: str) -> bool:
    """Whether it is a letter, a digit or a mark on one; all else parts words."""
    return character.isalnum() or not normalise(character)


_FOLDING = _Folding()


def words(text: str) -> list[str]:
    """The words of a text in their order: no case, accents, vowel signs; Arabic without its article.

    >>> words("¡La Élection de MÁLAGA, 2016!")
    ['la', 'election', 'de', 'malaga', '2016']
    >>> words("وقالت الحكومةُ إنّ القطارات") == words("وقالت حكومه ان قطارات")
    True
    """
    found = _WORD.findall(text.translate(_FOLDING))
    return [_ARTICLE.sub("", word)[:MOST_LETTERS] for word in found]


def phrases(query: str) -> list[list[str]]:
    """What a query asks for: words, and phrases in quotes. All of them must be there, MOST_WORDS in all.

    >>> phrases('Night "The Mayor" trains')
    [['night'], ['the', 'mayor'], ['trains']]
    >>> phrases("co-operate"), phrases('" !')
    ([['co', 'operate']], [])
    """
    return list(
        _limited(found for quoted, plain in _PART.findall(query) if (found := words(quoted or plain)))
    )


def _limited(given: Iterable[list[str]]) -> Iterable[list[str]]:
    left = MOST_WORDS
    for phrase in given:
        if left > 0:
            yield phrase[:left]
        left -= len(phrase)
