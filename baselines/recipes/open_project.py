"""For projects in which annotators find holders and targets: is there a stance, and which."""

from sklearn.pipeline import FeatureUnion, Pipeline

from baselines.features import Ngrams
from baselines.known_targets import KnownTargets
from baselines.mentions import Distances, Masked
from baselines.recipes.parts import names, svm


def detection(seed: int = 0) -> Pipeline:
    """Whether a segment holds any stance at all: n-grams into one linear SVM.

    Source: the first of two stages, as subjectivity before polarity in Pang and Lee 2004,
    https://aclanthology.org/P04-1035
    """
    return Pipeline([("ngrams", Ngrams()), ("svm", svm(seed, c=0.3, class_weight="balanced"))])


def mention_aware(seed: int = 0) -> KnownTargets:
    """N-grams with holder and target masked where they are named, beside how near they stand.

    What is learned of "@holder_ condemned @target_" holds for holders and targets that were never met.

    Source: target-dependent features, Vo and Zhang 2015, https://www.ijcai.org/Abstract/15/194; masks as in
    Zhang et al. 2017, https://aclanthology.org/D17-1004
    """
    features = FeatureUnion(
        [
            ("ngrams", Masked(Ngrams())),
            ("distances", Distances()),
            ("who", names("target", "holder")),
        ]
    )
    return KnownTargets(
        Pipeline([("features", features), ("svm", svm(seed, c=0.3, class_weight="balanced"))])
    )
