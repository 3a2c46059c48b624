"""The form in which names are compared."""

import re
import unicodedata

_ARABIC = str.maketrans("أإآٱىةؤئیک", "اااايهوييك", "ـ")
_DROPPED = re.compile(r"[.'’‘ʼ`´\"“”„«»]")
_SPACED = re.compile(r"[\s\-‐‑‒–—_]+")


def normalise(name: str) -> str:
    """The form in which names are compared: no case, accents, vowel signs, quotes, dots or dashes.

    Arabic letters that are written one for the other (أ إ آ ا, ى ي, ة ه) become one, as in the light
    normalisation of Larkey, Ballesteros & Connell 2002, https://doi.org/10.1145/564376.564425; so do
    the Persian forms of yeh and kaf. Invisible marks of direction and joining are dropped.

    >>> normalise("Méxicó  U.S.-led") == normalise("mexico us led")
    True
    >>> normalise("الحكومةُ") == normalise("الحكومه")
    True
    """
    composed = unicodedata.normalize("NFKC", name).translate(_ARABIC)
    folded = unicodedata.normalize("NFKD", composed).casefold()
    letters = "".join(filter(_is_letter, folded)).translate(_ARABIC)
    return _SPACED.sub(" ", _DROPPED.sub("", letters)).strip()


def _is_letter(character: str) -> bool:
    return not unicodedata.combining(character) and unicodedata.category(character) != "Cf"
