"""Words of praise and blame, and whether they are negated, as a few dense features.

The lexicon is that of the package `vaderSentiment` (MIT, extra `lexicon`): English, 7,500 words and
emoticons, each with a valence from −4 to 4. Nothing of it is copied here.
"""

from functools import cache
from itertools import pairwise
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, TransformerMixin

from baselines.packaged import file_of
from baselines.tweets import tokens

LEXICON = ("vaderSentiment", "vaderSentiment/vader_lexicon.txt")
NEGATIONS = frozenset(
    {"not", "no", "never", "none", "nobody", "nothing", "nowhere", "neither", "nor", "cannot", "without"}
    | {"hardly", "barely", "ain't", "can't", "won't", "don't", "doesn't", "didn't", "isn't", "aren't"}
    | {"wasn't", "weren't", "haven't", "hasn't", "hadn't", "shouldn't", "wouldn't", "couldn't"}
)
ENDS = frozenset(".,;:!?") | {"but", "..", "..."}  # a negation does not reach past these
NAMES = ("praise", "blame", "praise negated", "blame negated", "balance", "negations", "exclaims", "asks")


class Valence(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Sums of the valences of a text's words, negated ones apart, divided by the root of its length.

    Parameters
    ----------
    reach
        So many words after a negation, up to the next punctuation, are negated.

    Source: VADER, Hutto and Gilbert 2014, https://ojs.aaai.org/index.php/ICWSM/article/view/14550; negation
    scope as in Pang, Lee and Vaithyanathan 2002, https://aclanthology.org/W02-1011.
    """

    def __init__(self, *, reach: int = 4) -> None:
        self.reach = reach

    def fit(self, rows: pd.DataFrame, y: ArrayLike | None = None) -> Self:
        """Nothing is learned; refuses where the lexicon is not installed."""
        valences()
        self.n_words_ = len(valences())
        return self

    def transform(self, rows: pd.DataFrame) -> NDArray[np.float64]:
        """The features of NAMES, shape (n_rows, len(NAMES)), from a DataFrame with a column "text"."""
        found = [self._features(tokens(text)) for text in rows["text"]]
        return np.array(found, dtype=np.float64).reshape(len(rows), len(NAMES))

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """NAMES."""
        return np.array(NAMES, dtype=object)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array, tags.input_tags.string, tags.requires_fit = False, True, False
        return tags

    def _features(self, words: list[str]) -> list[float]:
        sums = [0.0] * 4
        for word, is_negated in zip(words, negated(words, reach=self.reach), strict=True):
            valence = valences().get(word, 0.0)
            sums[2 * is_negated + (valence < 0)] += abs(valence)
        balance = sums[0] - sums[1] - sums[2] + sums[3]
        size = max(1, len(words)) ** 0.5
        marks = [sum(word in NEGATIONS for word in words), *(sum(map(_is(mark), words)) for mark in "!?")]
        return [each / size for each in (*sums, balance, *marks)]


def negated(words: list[str], *, reach: int) -> list[bool]:
    """Whether each word stands in the reach of a negation.

    >>> negated("not very good , but cheap".split(), reach=4)
    [False, True, True, False, False, False]
    """
    found, left = [False] * len(words), 0
    for place, (before, word) in enumerate(pairwise(["", *words])):
        left = reach if before.replace("’", "'") in NEGATIONS else 0 if word in ENDS else left
        found[place] = left > 0
        left -= left > 0
    return found


@cache
def valences() -> dict[str, float]:
    """Each word's valence, −4 to 4.

    Raises Unusable if the extra `lexicon` is not installed.
    """
    lines = file_of(*LEXICON, extra="lexicon").decode("utf-8").splitlines()
    fields = [line.split("\t") for line in lines if "\t" in line]
    return {word.lower(): float(valence) for word, valence, *_ in fields}


def _is(mark: str) -> Any:
    return lambda word: word[:1] == mark
