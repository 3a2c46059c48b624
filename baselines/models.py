"""The recipes: pipelines by name, each with its source.

Every recipe fits a DataFrame with the columns "text", "target" and "holder", shape (n_rows, ≥ 3), and
predicts label names, ndarray of str, shape (n_rows,); `predict_proba` gives shares, (n_rows, n_classes).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyClassifier
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import OneHotEncoder
from sklearn.svm import LinearSVC

from annotator.errors import NotFound
from baselines.calibration import Calibrated
from baselines.features import Ngrams
from baselines.per_target import PerTarget

SEMEVAL = "https://aclanthology.org/S16-1003"


@dataclass(frozen=True)
class Recipe:
    """A named pipeline: `build(seed)` gives it unfitted."""

    build: Callable[[int], Any]
    summary: str  # a line for people
    source: str  # a link


def recipe(name: str) -> Recipe:
    """The recipe of that name.

    Raises
    ------
    NotFound
        If there is none; the message lists those there are.
    """
    if name not in RECIPES:
        raise NotFound(f"There is no recipe {name!r}; there are {', '.join(RECIPES)}.")
    return RECIPES[name]


def majority(seed: int = 0) -> DummyClassifier:
    """The commonest label of the training rows, always."""
    return DummyClassifier(strategy="prior")


def majority_per_target(seed: int = 0) -> PerTarget:
    """The commonest label that the row's target has among the training rows.

    Source: the "Majority class" line of SemEval-2016 Task 6, https://aclanthology.org/S16-1003
    """
    return PerTarget(_names("target"), majority(seed), majority(seed), min_labels=0)


def svm_ngrams(seed: int = 0) -> PerTarget:
    """Word and character n-grams into one linear SVM a target.

    Source: SVM-ngrams of SemEval-2016 Task 6, https://aclanthology.org/S16-1003, which scored 68.98.
    Ours differs: the weights are tf–idf, the vocabulary is that of all targets, hashtags are split too,
    and targets with few labels share `svm_ngrams_comb`.
    """
    return PerTarget(Ngrams(), _svm(seed), svm_ngrams_comb(seed))


def svm_ngrams_comb(seed: int = 0) -> Pipeline:
    """Word and character n-grams and the names of target and holder into one linear SVM for all targets.

    Source: SVM-ngrams-comb of SemEval-2016 Task 6, https://aclanthology.org/S16-1003.
    Ours differs twice: the weights are tf–idf, and target and holder are one-hot columns.
    """
    features = FeatureUnion([("ngrams", Ngrams()), ("who", _names("target", "holder"))])
    return Pipeline([("features", features), ("svm", _svm(seed))])


def _names(*columns: str) -> ColumnTransformer:
    return ColumnTransformer([("names", OneHotEncoder(handle_unknown="ignore"), list(columns))])


def _svm(seed: int) -> Calibrated:
    return Calibrated(LinearSVC(random_state=seed), seed=seed)


RECIPES = {
    "svm_ngrams": Recipe(svm_ngrams, "word and character n-grams, one linear SVM a target", SEMEVAL),
    "svm_ngrams_comb": Recipe(svm_ngrams_comb, "the same n-grams, one linear SVM for all targets", SEMEVAL),
    "majority_per_target": Recipe(majority_per_target, "the commonest label of each target", SEMEVAL),
    "majority": Recipe(majority, "the commonest label of all", SEMEVAL),
}
