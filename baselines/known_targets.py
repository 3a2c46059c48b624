"""One model for all targets that promises little about a target it has never met."""

import warnings
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.utils.validation import check_is_fitted

from baselines.answers import Answers, answers
from baselines.notes import BaselineWarning, named

TRUST = 0.25  # share of the model's own word where the target is new


class KnownTargets(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A classifier of rows; for a target without training rows its probabilities are mixed with even ones.

    Its label stays, for it may be right: models trained on other targets had F_avg 21–39 on SemEval-2016's
    held-out ones. No probability of such a row is above TRUST + (1 − TRUST) / n_classes.

    Parameters
    ----------
    classifier
        Unfitted, of the DataFrame of rows, with `predict_proba`.
    """

    def __init__(self, classifier: Any) -> None:
        self.classifier = classifier

    def fit(self, rows: pd.DataFrame, y: ArrayLike) -> Self:
        """Fit on a DataFrame with "target" and what the classifier reads, and labels of shape (n_rows,)."""
        self.targets_ = np.unique(np.asarray(rows["target"], dtype=str))
        self.classifier_ = clone(self.classifier).fit(rows, y)
        self.classes_ = self.classifier_.classes_
        return self

    def partial_fit(self, rows: pd.DataFrame, y: ArrayLike, **how: Any) -> Self:
        """Let the classifier learn of a batch, if it can; `how` is for it."""
        known = getattr(self, "targets_", np.empty(0, dtype=str))
        self.targets_ = np.union1d(known, np.unique(np.asarray(rows["target"], dtype=str)))
        if not hasattr(self, "classifier_"):
            self.classifier_ = clone(self.classifier)
        self.classifier_.partial_fit(rows, y, **how)
        self.classes_ = self.classifier_.classes_
        return self

    def predict(self, rows: pd.DataFrame) -> NDArray[Any]:
        """The classifier's labels, shape (n_rows,). Warns of targets that it has not met."""
        self._unseen(rows)
        return np.asarray(self.classifier_.predict(rows))

    def predict_proba(self, rows: pd.DataFrame) -> NDArray[np.float64]:
        """Probabilities in the order of `classes_`, shape (n_rows, n_classes)."""
        return self.answers(rows)[1]

    def answers(self, rows: pd.DataFrame) -> Answers:
        """Labels as `predict` gives them, and probabilities as `predict_proba` does; texts are read once."""
        unseen = self._unseen(rows)
        labels, found = answers(self.classifier_, rows)
        shares: NDArray[np.float64] = np.array(found, dtype=np.float64)
        shares[unseen] = TRUST * shares[unseen] + (1 - TRUST) / len(self.classes_)
        return labels, shares

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array, tags.input_tags.string = False, True
        return tags

    def _unseen(self, rows: pd.DataFrame) -> NDArray[np.bool_]:
        check_is_fitted(self)
        targets = np.asarray(rows["target"], dtype=str)
        unseen = ~np.isin(targets, self.targets_)
        if unseen.any():
            told = f"{named(sorted(set(targets[unseen])))}: no such target among the training rows; "
            warnings.warn(f"{told}the labels are guesses", BaselineWarning, stacklevel=3)
        return np.asarray(unseen)
