"""A linear model of any number of rows: it sees a batch at a time and keeps no vocabulary.

Source: feature hashing, Weinberger et al. 2009, https://arxiv.org/abs/0902.2206, whose crossing of words with
tasks is ours of words with targets; stochastic gradient descent, Bottou 2010,
https://doi.org/10.1007/978-3-7908-2604-3_16
"""

import zlib
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import SGDClassifier
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.validation import check_is_fitted

from baselines.tweets import tokens

BATCH = 10_000  # rows
ENOUGH = 200_000  # rows to see, the same ones again if need be
MOST_PASSES = 10


class Hashed(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Hashed words and pairs of words, shared and crossed with the target, under a logistic regression.

    Parameters
    ----------
    bits
        There are 2 to the power of `bits` columns for what is shared, and as many for what is crossed.
    alpha
        Of the L2 penalty.
    seed
        Of the order of rows in `fit`.
    """

    def __init__(self, *, bits: int = 20, alpha: float = 1e-6, seed: int = 0) -> None:
        self.bits = bits
        self.alpha = alpha
        self.seed = seed

    def fit(self, rows: pd.DataFrame, y: ArrayLike) -> Self:
        """Fit on a DataFrame with "text" and "target", and on labels of shape (n_rows,), in `passes`."""
        y = np.asarray(y)
        self.__dict__.pop("sgd_", None)
        weights = compute_sample_weight("balanced", y)
        rng = np.random.default_rng(self.seed)
        for _ in range(passes(len(y))):
            order = rng.permutation(len(y))
            for start in range(0, len(y), BATCH):
                part = order[start : start + BATCH]
                self.partial_fit(rows.iloc[part], y[part], classes=np.unique(y), sample_weight=weights[part])
        return self

    def partial_fit(
        self,
        rows: pd.DataFrame,
        y: ArrayLike,
        *,
        classes: ArrayLike,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Learn of a batch; `classes` are all labels that any batch has."""
        if not hasattr(self, "sgd_"):
            self.classes_ = np.unique(classes)
            # No learning rate of ours: averaged weights forgive the library's.
            self.sgd_ = SGDClassifier(
                loss="log_loss", alpha=self.alpha, average=True, shuffle=False, random_state=self.seed
            )
        self.sgd_.partial_fit(
            self._features(rows), np.asarray(y), classes=self.classes_, sample_weight=sample_weight
        )
        return self

    def predict(self, rows: pd.DataFrame) -> NDArray[Any]:
        """Labels, shape (n_rows,)."""
        check_is_fitted(self, "sgd_")
        return np.asarray(self.sgd_.predict(self._features(rows)))

    def predict_proba(self, rows: pd.DataFrame) -> NDArray[np.float64]:
        """Probabilities in the order of `classes_`, shape (n_rows, n_classes)."""
        return self.answers(rows)[1]

    def answers(self, rows: pd.DataFrame) -> tuple[NDArray[Any], NDArray[np.float64]]:
        """Both of them; the texts are read once."""
        check_is_fitted(self, "sgd_")
        features = self._features(rows)
        return np.asarray(self.sgd_.predict(features)), np.asarray(self.sgd_.predict_proba(features))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array, tags.input_tags.string = False, True
        return tags

    def _features(self, rows: pd.DataFrame) -> csr_matrix:
        """Shape (n_rows, 2 ** (bits + 1)): each row has length 1 in either half."""
        hashing = HashingVectorizer(
            n_features=2**self.bits,
            ngram_range=(1, 2),
            token_pattern=r"\S+",  # noqa: S106
            lowercase=False,
            alternate_sign=False,
            binary=True,
        )
        shared = hashing.transform([" ".join(tokens(text)) for text in rows["text"]])
        marks = np.array(
            [zlib.crc32(target.encode()) % 2**self.bits for target in rows["target"]], shared.indices.dtype
        )
        moved = shared.indices ^ np.repeat(marks, np.diff(shared.indptr))  # within a target none collide anew
        crossed = csr_matrix((shared.data, moved, shared.indptr), shape=shared.shape)
        return hstack([shared, crossed], format="csr")


def passes(n_rows: int) -> int:
    """How often rows are seen.

    >>> passes(1_000), passes(50_000), passes(1_000_000)
    (10, 4, 1)
    """
    return min(MOST_PASSES, -(-ENOUGH // max(n_rows, 1)))
