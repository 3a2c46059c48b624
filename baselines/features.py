"""Text into features: a tokenizer that knows tweets, and n-grams of its tokens and of characters."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.sparse import csr_matrix, hstack
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.utils.validation import check_is_fitted

# `\w` knows letters and digits and not the marks on them: Arabic vowels, Indic signs, loose accents.
_MARKS = "".join(chr(code) for code in range(0x300, 0x10000) if unicodedata.category(chr(code))[0] == "M")
_LETTER = rf"[\w{_MARKS}]"
_TOKEN = re.compile(
    rf"""
    (?P<link>    (?:https?://|www\.)\S+ )
  | (?P<hashtag> [#＃]{_LETTER}+ )
  | @{_LETTER}+                                   # a mention
  | [<>]?[:;=8][-o*']?[)(\]\[dDpP/\\|}}{{@3*]     # an emoticon, eyes first
  | <3
  | {_LETTER}+(?:['’\-]{_LETTER}+)*               # a word, with its apostrophes and hyphens
  | \.\.+ | !+ | \?+
  | \S
    """,
    re.VERBOSE,
)
_RUN = re.compile(rf"\d+|(?:[^\W\d_]|[{_MARKS}])+")
_LENGTHENED = re.compile(r"(\w)\1{3,}")


def tokens(text: str, *, split_hashtags: bool = True) -> list[str]:
    """The tokens of a tweet, or of any other text, in lower case.

    A hashtag gives itself and then the words that its capitals, digits and underscores part; every
    link is the same token; of a letter that stands four times or more in a row, three are left.

    >>> tokens("Sooooo true!! #LoveWins2015 @user http://t.co/x :)")
    ['sooo', 'true', '!!', '#lovewins2015', 'love', 'wins', '2015', '@user', 'http', ':)']

    Source: the token classes of NLTK's TweetTokenizer, https://www.nltk.org/api/nltk.tokenize.casual.html;
    written anew, for any script. Ours differs in the split hashtags.
    """
    found: list[str] = []
    for match in _TOKEN.finditer(text):
        token = match.group()
        if match.lastgroup == "link":
            found.append("http")
            continue
        found.append(_LENGTHENED.sub(r"\1\1\1", token.lower()))
        if match.lastgroup == "hashtag" and split_hashtags:
            parts = [part.lower() for run in _RUN.findall(token) for part in _cased(run)]
            found.extend(parts if len(parts) > 1 else [])
    return found


def collection_tags(texts: Iterable[str], *, share: float = 0.8) -> list[str]:
    """The hashtags that at least `share` (0–1) of the texts end with: how they were collected, no stance.

    Such a tag marks the search or the shared task that a text came from (#SemST). It is found in the
    training texts, so that no name of a collection stands in the code; below 20 texts nothing is.
    """
    texts = list(texts)
    ends = Counter(words[-1].lower() for words in map(str.split, texts) if words)
    return sorted(
        tag for tag, n in ends.items() if tag.startswith("#") and len(texts) >= 20 and n >= share * len(texts)
    )


class Ngrams(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Tf–idf of word and character n-grams of the column "text", side by side.

    Words are `tokens`; characters are those of the same text, its white space made single. Collection
    tags are found in the texts that it is fitted on, and taken out of all texts.

    Parameters
    ----------
    words, characters
        Lowest and highest n.
    min_df
        An n-gram must occur in so many training texts; 1 below `few` texts, where two would leave little.
    split_hashtags
        Whether `tokens` gives the words within a hashtag too.
    collection_share
        See `collection_tags`; above 1, none is taken out.
    """

    def __init__(
        self,
        *,
        words: Sequence[int] = (1, 3),
        characters: Sequence[int] = (2, 5),
        min_df: int = 2,
        few: int = 100,
        split_hashtags: bool = True,
        collection_share: float = 0.8,
    ) -> None:
        self.words = words
        self.characters = characters
        self.min_df = min_df
        self.few = few
        self.split_hashtags = split_hashtags
        self.collection_share = collection_share

    def fit(self, rows: pd.DataFrame, y: ArrayLike | None = None) -> Self:
        """Learn the n-grams of `rows`: a DataFrame with a column "text", shape (n_rows, ≥ 1)."""
        texts = list(rows["text"])
        self.collection_tags_ = collection_tags(texts, share=self.collection_share)
        min_df = self.min_df if len(texts) >= self.few else 1
        shared: dict[str, Any] = {
            "min_df": min_df,
            "sublinear_tf": True,
            "lowercase": False,
            "dtype": np.float64,
        }
        # Tokens come joined by a space: a pattern is data in a saved model, a function would be code.
        self.word_ngrams_ = TfidfVectorizer(ngram_range=tuple(self.words), token_pattern=r"\S+", **shared)  # noqa: S106
        self.character_ngrams_ = TfidfVectorizer(
            ngram_range=tuple(self.characters), analyzer="char", **shared
        )
        texts = self._without_tags(texts)
        self.word_ngrams_.fit(self._tokenized(texts))
        self.character_ngrams_.fit(self._lowered(texts))
        return self

    def transform(self, rows: pd.DataFrame) -> csr_matrix:
        """Tf–idf weights, float64, shape (n_rows, n_ngrams): words, characters; each part of length 1."""
        check_is_fitted(self)
        texts = self._without_tags(list(rows["text"]))
        words = self.word_ngrams_.transform(self._tokenized(texts))
        characters = self.character_ngrams_.transform(self._lowered(texts))
        return hstack([words, characters], format="csr")

    def __getstate__(self) -> dict[str, Any]:
        """What is saved: each vocabulary as one string; as dicts they took 2.7 s and 40 MB more (SemEval)."""
        state: dict[str, Any] = dict(super().__getstate__())
        for name in ("word_ngrams_", "character_ngrams_"):
            if name in state:
                fitted = state[name]
                state[name] = (fitted.get_params(), "\n".join(fitted.get_feature_names_out()), fitted.idf_)
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name in ("word_ngrams_", "character_ngrams_"):
            if name in state:
                params, ngrams, weights = state[name]
                fitted = TfidfVectorizer(**params)
                fitted.vocabulary_ = {ngram: column for column, ngram in enumerate(ngrams.split("\n"))}
                fitted.idf_ = weights
                state = {**state, name: fitted}
        super().__setstate__(state)

    def _without_tags(self, texts: list[str]) -> list[str]:
        for tag in self.collection_tags_:
            end = re.compile(rf"\s*{re.escape(tag)}\b", re.IGNORECASE)
            texts = [end.sub("", text) for text in texts]
        return texts

    def _tokenized(self, texts: list[str]) -> list[str]:
        return [" ".join(tokens(text, split_hashtags=self.split_hashtags)) for text in texts]

    def _lowered(self, texts: list[str]) -> list[str]:
        return [" ".join(text.lower().split()) for text in texts]


def _cased(run: str) -> list[str]:
    """The words that capitals part: "NHSFirst" gives "NHS" and "First"."""
    starts = [
        place
        for place in range(1, len(run))
        if run[place].isupper() and (run[place - 1].islower() or run[place + 1 : place + 2].islower())
    ]
    return [run[start:end] for start, end in pairwise([0, *starts, len(run)])]
