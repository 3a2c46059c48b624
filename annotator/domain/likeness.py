"""Which entities a text is likely to be about: those it names, and those that share words with it.

A new text names few of its targets: an issue such as "lower fares" is hardly ever called by its name. Its
definition and its poles share words with the text all the same. A shared word counts by its rarity among the
entities, squared as in the product of two tf–idf vectors, and an entity of many words needs more of them.

Embeddings would find more, but need a model of hundreds of megabytes on the server; words need a dictionary.

Source: G. Salton and C. Buckley 1988, https://doi.org/10.1016/0306-4573(88)90021-0:
binary terms, weighted by idf, one side normalised.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from annotator.domain.proposing.words import Word, words

ROOT = 6  # letters of a word that count: "regulate" and "regulations" are one
COMMON = 0.25  # share of the entities; a word that more of them have tells nothing
NAMED = 0.5  # worth of the first who is named in the document; the first by its words has 1
STEPS = {"sentence": 0.88, "document": 0.93}  # worth of each place against the one before it


class Likeness:
    """The words of a registry, by which a text finds its entities."""

    def __init__(self, said: Mapping[str, Iterable[tuple[str, str]]]) -> None:
        """`said` is key → (text, language) of its names, definitions and poles."""
        roots = {
            key: _roots(word for text, language in texts for word in words(text, language))
            for key, texts in said.items()
        }
        having = Counter(root for own in roots.values() for root in own)
        most = max(1.0, COMMON * len(roots))
        rarity = {root: math.log(1 + len(roots) / n) ** 2 for root, n in having.items() if n <= most}
        self._having: dict[str, list[tuple[str, float]]] = defaultdict(list)  # root → (key, worth)
        for key, own in roots.items():
            length = math.sqrt(sum(rarity.get(root, 0.0) for root in own))
            for root in own & rarity.keys():
                self._having[root].append((key, rarity[root] / length))

    def rank(self, text: Sequence[Word], *, most: int) -> list[str]:
        """At most `most` keys, the likeliest first; only those that share a telling word with the text.

        >>> likeness = Likeness(
        ...     {
        ...         "fares": [("Lower fares", "en")],
        ...         "trams": [("New tram lines", "en")],
        ...         "ash": [("Ash trees", "en")],
        ...         "dam": [("The dam", "en")],
        ...     }
        ... )
        >>> likeness.rank(words("Nobody takes a tram line whose fares are so high.", "en"), most=9)
        ['fares', 'trams']
        """
        worth: dict[str, float] = defaultdict(float)
        for root in _roots(text):
            for key, share in self._having.get(root, ()):
                worth[key] += share
        return sorted(worth, key=lambda key: (-worth[key], key))[:most]


def merged(*, sentence: Sequence[str], document: Sequence[str], named: Sequence[str], most: int) -> list[str]:
    """One ranking of three: by the words of the sentence, by those of its document, by who is named there.

    >>> merged(sentence=["dam", "fares"], document=["fares", "ash"], named=["ash"], most=2)
    ['fares', 'ash']
    """
    worth: dict[str, float] = defaultdict(float)
    for ranking, first, step in (
        (sentence, 1.0, STEPS["sentence"]),
        (document, 1.0, STEPS["document"]),
        (named, NAMED, STEPS["document"]),
    ):
        for place, key in enumerate(ranking):
            worth[key] += first * step**place
    return sorted(worth, key=lambda key: (-worth[key], key))[:most]


def _roots(text: Iterable[Word]) -> set[str]:
    return {form.removeprefix("ال")[:ROOT] for word in text for form in word.forms}
