"""Features that all targets share beside the same features for one target alone."""

from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.sparse import csr_matrix, hstack
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.preprocessing import OneHotEncoder
from sklearn.utils.validation import check_is_fitted


class Crossed(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """The features, `shared` times, then a copy of them for each target, zero for the others.

    One linear model over these learns what holds for all targets, and for each what differs: a target with
    few labels leans on the others, and one without any has the shared part.

    Parameters
    ----------
    features
        Unfitted transformer of the DataFrame of rows.
    shared
        How much the shared copy weighs; the larger, the more targets lean on one another.

    Source: Frustratingly Easy Domain Adaptation, Daumé III 2007, https://aclanthology.org/P07-1033
    """

    def __init__(self, features: Any, *, shared: float = 0.5) -> None:
        self.features = features
        self.shared = shared

    def fit(self, rows: pd.DataFrame, y: ArrayLike | None = None) -> Self:
        """Fit on a DataFrame with "target" and what the features read."""
        self.features_ = clone(self.features).fit(rows, y)
        self.targets_ = OneHotEncoder(handle_unknown="ignore").fit(rows[["target"]])
        return self

    def transform(self, rows: pd.DataFrame) -> csr_matrix:
        """Features of shape (n_rows, n_features * (1 + n_targets))."""
        check_is_fitted(self)
        matrix = csr_matrix(self.features_.transform(rows))
        targets = csr_matrix(self.targets_.transform(rows[["target"]]))
        known = np.diff(targets.indptr) > 0
        owner = np.zeros(len(rows), dtype=np.int64)
        owner[known] = targets.indices
        counts = np.diff(matrix.indptr)
        own = csr_matrix(
            (
                np.where(np.repeat(known, counts), matrix.data, 0.0),
                matrix.indices.astype(np.int64) + np.repeat(owner * matrix.shape[1], counts),
                matrix.indptr,
            ),
            shape=(len(rows), matrix.shape[1] * targets.shape[1]),
        )
        return hstack([self.shared * matrix, own], format="csr")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array, tags.input_tags.string = False, True
        return tags
