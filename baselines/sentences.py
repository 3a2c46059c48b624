"""Sentence vectors as features: a text read as a whole, where n-grams count its parts."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from baselines import vectors
from baselines.tweets import collection_tags, spelled_out, without_tags


class Sentences(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Vectors of the column "text", several views of a text side by side.

    The words of hashtags are spelled out, because the model was trained on sentences; collection tags are
    found in the texts that it is fitted on and taken out of all texts. Needs the extra `embeddings`.

    Parameters
    ----------
    views
        Of `vectors.VIEWS`: "mean" and "max" of the tokens' vectors; "middle", their mean half way through the
        model, where more of the wording is left.
    collection_share
        See `tweets.collection_tags`; above 1, none is taken out.
    """

    def __init__(self, *, views: Sequence[str] = ("mean", "max"), collection_share: float = 0.8) -> None:
        self.views = views
        self.collection_share = collection_share

    def fit(self, rows: pd.DataFrame, y: ArrayLike | None = None) -> Self:
        """Find the collection tags of `rows`: a DataFrame with a column "text", shape (n_rows, ≥ 1)."""
        self.collection_tags_ = collection_tags(rows["text"], share=self.collection_share)
        return self

    def transform(self, rows: pd.DataFrame) -> NDArray[np.float64]:
        """Vectors of shape (n_rows, len(views) * vectors.WIDTH); each view of a row has length 1."""
        check_is_fitted(self)
        texts = [spelled_out(text) for text in without_tags(rows["text"], self.collection_tags_)]
        chosen = [vectors.VIEWS.index(view) for view in self.views]
        return vectors.vectors(texts)[:, chosen].reshape(len(texts), -1)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Models that were saved before there was a choice read two views."""
        super().__setstate__({"views": ("mean", "max")} | state)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array, tags.input_tags.string = False, True
        return tags
