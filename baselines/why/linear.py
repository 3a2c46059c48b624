"""A linear model's decision, taken apart: what each column of its features adds to it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.pipeline import Pipeline

from baselines.calibration import Calibrated
from baselines.known_targets import KnownTargets
from baselines.per_target import PerTarget
from baselines.why.places import Asked, places


@dataclass(frozen=True)
class Sum:
    """A decision a label, as the sum of what words, other features and the intercept add to it.

    Shapes: words (n_words, n_labels), intercept (n_labels,), each of the others (n_labels,).
    """

    labels: list[str]
    words: NDArray[np.float64]
    others: dict[str, NDArray[np.float64]]
    intercept: NDArray[np.float64]

    @property
    def decision(self) -> NDArray[np.float64]:
        """The decision values, shape (n_labels,)."""
        return np.asarray(self.words.sum(axis=0) + self.intercept + sum(self.others.values()))


def taken_apart(estimator: Any, of: Asked) -> Sum | None:
    """The decision of a fitted estimator on one row, exactly; None if it is not linear in its features.

    A value of tf–idf times its coefficient is what a column adds (a feature's term of a linear model); the
    place of the column says which words it came from.
    """
    if isinstance(estimator, PerTarget):
        target = str(of.row["target"].iloc[0])
        if target in estimator.classifiers_:
            own = estimator.classifiers_[target]
            return taken_apart(own, of) if estimator.features_ is None else _sum(estimator.features_, own, of)
        return taken_apart(estimator.pooled_, of) if target in estimator.targets_ else None
    if isinstance(estimator, KnownTargets):
        return taken_apart(estimator.classifier_, of)
    if isinstance(estimator, Pipeline) and len(estimator.steps) == 2:
        return _sum(estimator[0], estimator[1], of)
    return None


def _sum(features: Any, classifier: Any, of: Asked) -> Sum | None:
    inner = classifier.classifier_ if isinstance(classifier, Calibrated) else classifier
    if not isinstance(getattr(inner, "coef_", None), np.ndarray) or not hasattr(inner, "decision_function"):
        return None
    coefficients, intercept = np.atleast_2d(inner.coef_), np.atleast_1d(inner.intercept_)
    if len(inner.classes_) == 2:  # one row, of the second label
        coefficients, intercept = np.vstack([-coefficients, coefficients]), np.r_[-intercept, intercept]
    intercept = np.resize(intercept, len(coefficients))  # one for all where none is fitted
    read = features.transform(of.row)
    row = csr_matrix(read)
    row.sum_duplicates()
    if len(coefficients) != len(inner.classes_) or not _decides(
        inner, read, row @ coefficients.T + intercept
    ):
        return None
    added = coefficients[:, row.indices] * row.data  # (n_labels, n_columns that are not 0)
    where = places(features, of)
    shares = where.shares[:, row.indices]
    left = 1 - np.asarray(shares.sum(axis=0)).ravel()
    others: dict[str, NDArray[np.float64]] = {}
    for number in np.flatnonzero(np.abs(left) > 1e-9):
        name = where.names.get(int(row.indices[number]), "other")
        others[name] = others.get(name, np.zeros(len(added))) + left[number] * added[:, number]
    labels = [str(label) for label in inner.classes_]
    return Sum(labels, np.asarray(shares @ added.T), others, intercept)


def _decides(classifier: Any, read: Any, decision: Any) -> bool:
    """Whether it decides by these values, (1, n_labels): some have coefficients of pairs of labels."""
    told = np.ravel(classifier.decision_function(read))
    told = np.r_[-told, told] if len(classifier.classes_) == 2 else told
    return told.shape == np.ravel(decision).shape and np.allclose(told, np.ravel(decision))
