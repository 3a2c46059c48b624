"""What recipes have in common."""

from typing import Any

from sklearn.compose import ColumnTransformer
from sklearn.preprocessing import OneHotEncoder
from sklearn.svm import LinearSVC

from baselines.calibration import Calibrated


def names(*columns: str) -> ColumnTransformer:
    """A column a name that stands in these columns of the training rows."""
    return ColumnTransformer([("names", OneHotEncoder(handle_unknown="ignore"), list(columns))])


def svm(seed: int, *, c: float = 1.0, class_weight: str | None = None) -> Calibrated:
    """A linear SVM with probabilities."""
    return calibrated(LinearSVC(C=c, class_weight=class_weight, random_state=seed), seed)


def calibrated(classifier: Any, seed: int) -> Calibrated:
    """Any classifier with a decision function, with probabilities."""
    return Calibrated(classifier, seed=seed)
