"""One classifier a target over shared features, and what to do where a target has too few labels."""

import warnings
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.dummy import DummyClassifier
from sklearn.utils.validation import check_is_fitted

from baselines.answers import Answers, answers
from baselines.notes import BaselineWarning, named


class PerTarget(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Features of all targets' texts, then a classifier of its own for each target.

    Parameters
    ----------
    features
        Unfitted transformer of the DataFrame of rows; fitted once, over all targets. "passthrough" gives the
        classifiers the rows themselves.
    classifier
        Unfitted classifier, copied for each target.
    pooled
        Unfitted classifier of the DataFrame of rows, for targets with too few labels.
    min_labels
        A target has its own classifier if two labels have at least so many of its rows; with 0 every target.
    """

    def __init__(self, features: Any, classifier: Any, pooled: Any, *, min_labels: int = 5) -> None:
        self.features = features
        self.classifier = classifier
        self.pooled = pooled
        self.min_labels = min_labels

    def fit(self, rows: pd.DataFrame, y: ArrayLike) -> Self:
        """Fit on a DataFrame with "target" and what the features read, and on labels of shape (n_rows,).

        Warns of targets that fall back on the pooled classifier (`BaselineWarning`).
        """
        y, targets = np.asarray(y), _targets(rows)
        self.classes_ = np.unique(y)
        self.targets_ = np.unique(targets)
        self.prior_ = DummyClassifier(strategy="prior").fit(np.zeros((len(y), 1)), y)
        self.features_ = None if self.features == "passthrough" else clone(self.features)
        matrix = rows if self.features_ is None else self.features_.fit_transform(rows, y)
        own = [target for target in self.targets_ if self._has_enough(y[targets == target])]
        self.classifiers_ = {
            str(target): clone(self.classifier).fit(
                _taken(matrix, np.flatnonzero(targets == target)), y[targets == target]
            )
            for target in own
        }
        poor = [str(target) for target in self.targets_ if target not in self.classifiers_]
        self.pooled_ = clone(self.pooled).fit(rows, y) if poor else None
        if poor:
            _warn_of(poor, f"fewer than {self.min_labels} rows of two labels each; the pooled model answers")
        return self

    def predict(self, rows: pd.DataFrame) -> NDArray[Any]:
        """The label that each target's classifier decides for, shape (n_rows,).

        An unseen target gets the commonest label of the training rows, with a `BaselineWarning`.
        """
        targets = _targets(rows)
        self._warn_of_unseen(targets)
        labels = np.empty(len(rows), dtype=self.classes_.dtype)
        for where, classifier, part in self._parts(rows, targets):
            labels[where] = classifier.predict(part)
        return labels

    def predict_proba(self, rows: pd.DataFrame) -> NDArray[np.float64]:
        """Probabilities in the order of `classes_`, (n_rows, n_classes); the prior for an unseen target."""
        return self.answers(rows)[1]

    def answers(self, rows: pd.DataFrame) -> Answers:
        """Labels as `predict` gives them, and probabilities as `predict_proba` does; texts are read once."""
        targets = _targets(rows)
        self._warn_of_unseen(targets)
        labels = np.empty(len(rows), dtype=self.classes_.dtype)
        shares = np.zeros((len(rows), len(self.classes_)))
        for where, classifier, part in self._parts(rows, targets):
            columns = np.searchsorted(self.classes_, classifier.classes_)
            labels[where], shares[np.ix_(where, columns)] = answers(classifier, part)
        return labels, shares

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array, tags.input_tags.string = False, True
        return tags

    def _parts(self, rows: pd.DataFrame, targets: NDArray[Any]) -> list[tuple[NDArray[Any], Any, Any]]:
        """For each classifier that is asked: the numbers of its rows, itself, and what it reads of them."""
        check_is_fitted(self)
        matrix = rows if self.features_ is None else self.features_.transform(rows)
        parts: list[tuple[NDArray[Any], Any, Any]] = []
        known, pooled, unseen = set(self.targets_), [np.empty(0, np.intp)], [np.empty(0, np.intp)]
        for target, found in pd.Series(targets).groupby(targets).indices.items():
            where = np.asarray(found)
            if target in self.classifiers_:
                parts.append((where, self.classifiers_[target], _taken(matrix, where)))
            else:
                (pooled if target in known else unseen).append(where)
        if len(where := np.sort(np.concatenate(pooled))):
            parts.append((where, self.pooled_, rows.iloc[where]))
        if len(where := np.sort(np.concatenate(unseen))):
            parts.append((where, self.prior_, np.zeros((len(where), 1))))
        return parts

    def _has_enough(self, y: NDArray[Any]) -> bool:
        counts = np.unique(y, return_counts=True)[1]
        return self.min_labels == 0 or int(np.sum(counts >= self.min_labels)) >= 2

    def _warn_of_unseen(self, targets: NDArray[Any]) -> None:
        check_is_fitted(self)
        unseen = sorted(set(targets) - set(self.targets_))
        if unseen:
            _warn_of(unseen, "no such target among the training rows; the commonest label is given")


def _targets(rows: pd.DataFrame) -> NDArray[Any]:
    return np.asarray(rows["target"], dtype=str)


def _warn_of(targets: list[str], reason: str) -> None:
    warnings.warn(f"{named(targets)}: {reason}", BaselineWarning, stacklevel=3)


def _taken(matrix: Any, where: NDArray[np.intp]) -> Any:
    """Rows of a DataFrame or of a matrix."""
    return matrix.iloc[where] if isinstance(matrix, pd.DataFrame) else matrix[where]
