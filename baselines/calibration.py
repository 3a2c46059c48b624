"""Probabilities for a classifier that only has a decision function, never against its own labels.

Context: the n-gram SVM takes its label from its decision; suggestions and their order need probabilities.
Choice: temperature scaling, one number that all decision values are divided by before the softmax. The
likeliest label is always the decided one, and one number can be fitted on few rows; Platt's sigmoid, one
a label, may contradict the decision. Cost: it cannot move one label's probability without the others'.
scikit-learn's `CalibratedClassifierCV(method="temperature")` refuses a label that is rarer than the
folds, which projects have; a test holds ours to it where it does not.
"""

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp, softmax
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.model_selection import StratifiedKFold
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from baselines.answers import Answers


class Calibrated(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A classifier with a decision function, given probabilities by temperature scaling.

    The classifier is fitted on all rows; the temperature on decisions for rows that it was not fitted on.

    Parameters
    ----------
    classifier
        Unfitted, with `decision_function`.
    folds
        Parts that the rows are cut into for it; at most as many as the second commonest label has rows.
    seed
        Of the cut.

    Source: Guo et al. 2017, On Calibration of Modern Neural Networks, https://arxiv.org/abs/1706.04599
    """

    def __init__(self, classifier: Any, *, folds: int = 5, seed: int = 0) -> None:
        self.classifier = classifier
        self.folds = folds
        self.seed = seed

    def fit(self, rows: Any, y: ArrayLike) -> Self:
        """Fit on a matrix of shape (n_rows, n_features) and two or more labels of shape (n_rows,)."""
        rows, y = validate_data(self, rows, y, accept_sparse="csr")
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        self.classifier_ = clone(self.classifier).fit(rows, y)
        self.temperature_ = temperature(*self._held_out_decisions(rows, codes))
        return self

    def decision_function(self, rows: Any) -> NDArray[np.float64]:
        """A value a label in the order of `classes_`, shape (n_rows, n_classes); of two, the second's."""
        check_is_fitted(self)
        rows = validate_data(self, rows, accept_sparse="csr", reset=False)
        return np.asarray(self.classifier_.decision_function(rows))

    def predict(self, rows: Any) -> NDArray[Any]:
        """The label of the highest decision value, shape (n_rows,)."""
        check_is_fitted(self)
        return self._labels(_columns(self.decision_function(rows)))

    def predict_proba(self, rows: Any) -> NDArray[np.float64]:
        """Probabilities in the order of `classes_`, shape (n_rows, n_classes)."""
        check_is_fitted(self)
        return self._shares(_columns(self.decision_function(rows)))

    def answers(self, rows: Any) -> Answers:
        """Labels as `predict` gives them and probabilities as `predict_proba` does, from one decision."""
        decisions = _columns(self.decision_function(rows))
        return self._labels(decisions), self._shares(decisions)

    def _labels(self, decisions: NDArray[np.float64]) -> NDArray[Any]:
        return np.asarray(self.classes_[decisions.argmax(axis=1)])

    def _shares(self, decisions: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(softmax(decisions / self.temperature_, axis=1))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    def _held_out_decisions(self, rows: Any, codes: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[Any]]:
        """Decisions for rows that were not fitted on, (n, n_classes), and the codes of their labels, (n,).

        Rows of a label that is rarer than the folds are always fitted on and never held out.
        """
        counts = np.bincount(codes)
        folds = min(self.folds, int(np.sort(counts)[-2]))
        decisions = np.empty((len(codes), len(counts)))
        held_out = np.zeros(len(codes), dtype=bool)
        often = np.flatnonzero(counts[codes] >= folds)
        for fold in _folds(codes[often], folds=folds, seed=self.seed):
            part = often[fold]
            rest = np.setdiff1d(np.arange(len(codes)), part)
            model = clone(self.classifier).fit(rows[rest], codes[rest])
            decisions[part] = _columns(model.decision_function(rows[part]))
            held_out[part] = True
        return decisions[held_out], codes[held_out]


def temperature(decisions: NDArray[np.float64], codes: NDArray[Any]) -> float:
    """The temperature under which `softmax(decisions / temperature)` makes the labels likeliest.

    `decisions` has shape (n_rows, n_classes); `codes` are the columns of the right labels, shape (n_rows,).
    Between 0.25 and 20, so that a few rows that are all right do not promise
    certainty; 1 if there are no rows.
    """
    if not len(codes):
        return 1.0

    def loss(log_temperature: float) -> float:
        scaled = decisions / np.exp(log_temperature)
        return float(np.mean(logsumexp(scaled, axis=1) - scaled[np.arange(len(codes)), codes]))

    best = minimize_scalar(loss, bounds=(np.log(0.25), np.log(20)), method="bounded", options={"xatol": 1e-6})
    return float(np.exp(best.x))


def _folds(codes: NDArray[Any], *, folds: int, seed: int) -> list[NDArray[Any]]:
    """Row numbers of each fold, every label spread evenly; none where there is too little to cut."""
    if folds < 2:
        return []
    folding = StratifiedKFold(folds, shuffle=True, random_state=seed)
    return [held_out for _, held_out in folding.split(codes, codes)]


def _columns(decisions: NDArray[np.float64]) -> NDArray[np.float64]:
    """A column a class; scikit-learn gives two classes one value, whose sign decides."""
    return np.column_stack([-decisions, decisions]) if decisions.ndim == 1 else decisions
