"""N-grams under linear models. All figures are F_avg on the training tweets of SemEval-2016 Task 6A."""

from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline

from baselines.crossed import Crossed
from baselines.features import Ngrams
from baselines.hashed import Hashed
from baselines.known_targets import KnownTargets
from baselines.lexicon import Valence
from baselines.per_target import PerTarget
from baselines.recipes.parts import names, svm


def svm_ngrams(seed: int = 0) -> PerTarget:
    """Word and character n-grams into one linear SVM a target, labels weighing alike.

    Source: SVM-ngrams of SemEval-2016 Task 6, https://aclanthology.org/S16-1003, which scored 68.98.
    Ours differs: the weights are tf–idf, the vocabulary is that of all targets, hashtags are split too,
    rare labels weigh more, and targets with few labels share `svm_ngrams_comb`. C and the weights of labels
    are chosen by cross-validation: 67.7; with labels as they come and C = 1, 67.2.
    """
    return PerTarget(Ngrams(), svm(seed, c=0.3, class_weight="balanced"), svm_ngrams_comb(seed))


def svm_ngrams_semeval(seed: int = 0) -> PerTarget:
    """The organisers' own: presence of n-grams, a vocabulary and a linear SVM a target.

    Source: SVM-ngrams of SemEval-2016 Task 6, https://aclanthology.org/S16-1003: word 1–3-grams, character
    2–5-grams, 68.98. Their tokenizer and C are not told; C is chosen by cross-validation: 66.7.
    """
    ngrams = Ngrams(min_df=1, split_hashtags=False, weights="presence")
    own = Pipeline([("ngrams", ngrams), ("svm", svm(seed, c=0.003))])
    return PerTarget("passthrough", own, svm_ngrams_comb(seed))


def svm_ngrams_comb(seed: int = 0) -> KnownTargets:
    """Word and character n-grams and the names of target and holder into one linear SVM for all targets.

    Source: SVM-ngrams-comb of SemEval-2016 Task 6, https://aclanthology.org/S16-1003.
    Ours differs twice: the weights are tf–idf, and target and holder are one-hot columns.
    """
    features = FeatureUnion([("ngrams", Ngrams()), ("who", names("target", "holder"))])
    return KnownTargets(Pipeline([("features", features), ("svm", svm(seed))]))


def svm_crossed(seed: int = 0) -> KnownTargets:
    """N-grams shared by all targets beside the same n-grams crossed with each target, one linear SVM.

    For targets with few labels, which lean on the others.

    Source: Frustratingly Easy Domain Adaptation, Daumé III 2007, https://aclanthology.org/P07-1033
    """
    features = FeatureUnion([("ngrams", Crossed(Ngrams())), ("who", names("target", "holder"))])
    return KnownTargets(
        Pipeline([("features", features), ("svm", svm(seed, c=0.5, class_weight="balanced"))])
    )


def logistic_balanced(seed: int = 0) -> PerTarget:
    """N-grams into one logistic regression a target, every label weighing the same.

    Source: King and Zeng 2001, Logistic Regression in Rare Events Data, https://doi.org/10.1093/oxfordjournals.pan.a004868
    """
    own = LogisticRegression(C=10.0, class_weight="balanced", max_iter=1000)
    return PerTarget(Ngrams(), own, svm_ngrams_comb(seed))


def svm_lexicon(seed: int = 0) -> PerTarget:
    """N-grams beside praise, blame and negation by a lexicon, one linear SVM a target.

    Source: the sentiment features of Mohammad, Sobhani and Kiritchenko 2017, Stance and Sentiment in Tweets,
    https://doi.org/10.1145/3003433; the lexicon is VADER's.
    """
    features = FeatureUnion([("ngrams", Ngrams()), ("valence", Valence())])
    return PerTarget(features, svm(seed, c=0.3, class_weight="balanced"), svm_ngrams_comb(seed))


def hashed(seed: int = 0) -> KnownTargets:
    """Hashed words and pairs of words, crossed with targets, by stochastic gradient descent.

    For more rows than fit into memory: it is trained a batch at a time.

    Source: Weinberger et al. 2009, https://arxiv.org/abs/0902.2206
    """
    return KnownTargets(Hashed(seed=seed))
