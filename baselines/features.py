"""Text into features: n-grams of its tokens and of its characters, side by side."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.sparse import csr_matrix, hstack
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.utils.validation import check_is_fitted

from baselines.counting import counts
from baselines.tweets import collection_tags, tokens, without_tags

WEIGHTS: dict[str, tuple[type, dict[str, Any]]] = {
    "tfidf": (TfidfVectorizer, {"sublinear_tf": True}),
    "presence": (CountVectorizer, {"binary": True}),
}


class Ngrams(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Word and character n-grams of the column "text", side by side, weighted.

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
    weights
        "tfidf" (sublinear, each part of length 1) or "presence": 1 where the n-gram occurs.
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
        weights: str = "tfidf",
    ) -> None:
        self.words = words
        self.characters = characters
        self.min_df = min_df
        self.few = few
        self.split_hashtags = split_hashtags
        self.collection_share = collection_share
        self.weights = weights

    def fit(self, rows: pd.DataFrame, y: ArrayLike | None = None) -> Self:
        """Learn the n-grams of `rows`: a DataFrame with a column "text", shape (n_rows, ≥ 1)."""
        texts = list(rows["text"])
        self.collection_tags_ = collection_tags(texts, share=self.collection_share)
        min_df = self.min_df if len(texts) >= self.few else 1
        counting, how = WEIGHTS[self.weights]
        shared: dict[str, Any] = {
            "min_df": min_df,
            "lowercase": False,
            "dtype": np.float64,
            **how,
        }
        # Tokens come joined by a space: a pattern is data in a saved model, a function would be code.
        self.word_ngrams_ = counting(ngram_range=tuple(self.words), token_pattern=r"\S+", **shared)  # noqa: S106
        self.character_ngrams_ = counting(ngram_range=tuple(self.characters), analyzer="char", **shared)
        texts = without_tags(texts, self.collection_tags_)
        self.word_ngrams_.fit(self._tokenized(texts))
        self.character_ngrams_.fit(self._lowered(texts))
        return self

    def transform(self, rows: pd.DataFrame) -> csr_matrix:
        """Weights, float64, shape (n_rows, n_ngrams): words, then characters."""
        check_is_fitted(self)
        texts = without_tags(list(rows["text"]), self.collection_tags_)
        words = self.word_ngrams_.transform(self._tokenized(texts))
        characters = self._characters(self._lowered(texts))
        return hstack([words, characters], format="csr")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array, tags.input_tags.string = False, True
        return tags

    def __getstate__(self) -> dict[str, Any]:
        """What is saved: each vocabulary as one string; as dicts they took 2.7 s and 40 MB more (SemEval)."""
        state: dict[str, Any] = dict(super().__getstate__())
        for name in ("word_ngrams_", "character_ngrams_"):
            if name in state:
                fitted = state[name]
                weights = getattr(fitted, "idf_", None)
                state[name] = (fitted.get_params(), "\n".join(fitted.get_feature_names_out()), weights)
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name in ("word_ngrams_", "character_ngrams_"):
            if name in state:
                params, ngrams, weights = state[name]
                fitted = CountVectorizer(**params) if weights is None else TfidfVectorizer(**params)
                fitted.vocabulary_ = {ngram: column for column, ngram in enumerate(ngrams.split("\n"))}
                if weights is not None:
                    fitted.idf_ = weights
                state = {**state, name: fitted}
        super().__setstate__(state)

    def _characters(self, texts: list[str]) -> csr_matrix:
        """The weights of the characters' n-grams, counted at once where there are many texts."""
        low, high = self.characters
        vectoriser = self.character_ngrams_
        found = counts(texts, vectoriser.vocabulary_, low=low, high=high)
        if found is None:
            return vectoriser.transform(texts)
        if self.weights == "presence":
            found.data.fill(1.0)
            return found
        return vectoriser._tfidf.transform(found, copy=False)

    def _tokenized(self, texts: list[str]) -> list[str]:
        return [" ".join(tokens(text, split_hashtags=self.split_hashtags)) for text in texts]

    def _lowered(self, texts: list[str]) -> list[str]:
        return [" ".join(text.lower().split()) for text in texts]
