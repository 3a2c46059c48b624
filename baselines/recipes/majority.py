"""What one gets without reading, and with reading half: floors and leak probes."""

from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from baselines.features import Ngrams
from baselines.known_targets import KnownTargets
from baselines.per_target import PerTarget
from baselines.recipes.parts import names, svm


def majority(seed: int = 0) -> DummyClassifier:
    """The commonest label of the training rows, always."""
    return DummyClassifier(strategy="prior")


def majority_per_target(seed: int = 0) -> PerTarget:
    """The commonest label that the row's target has among the training rows.

    Source: the "Majority class" line of SemEval-2016 Task 6, https://aclanthology.org/S16-1003
    """
    return PerTarget(names("target"), majority(seed), majority(seed), min_labels=0)


def text_only(seed: int = 0) -> Pipeline:
    """The text without its target: what it scores, labels tell of the text and not of a stance towards.

    Source: hypothesis-only baselines, Poliak et al. 2018, https://aclanthology.org/S18-2023
    """
    return Pipeline([("ngrams", Ngrams()), ("svm", svm(seed, c=0.3, class_weight="balanced"))])


def target_only(seed: int = 0) -> KnownTargets:
    """Target and holder without the text: what it scores, the choice of texts gives away.

    Source: as for `text_only`.
    """
    who = Pipeline(
        [("who", names("target", "holder")), ("logistic", LogisticRegression(C=10.0, max_iter=1000))]
    )
    return KnownTargets(who)
