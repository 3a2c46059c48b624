"""Sentence vectors, alone and beside n-grams. Figures as in `recipes.ngrams`."""

from sklearn.pipeline import FeatureUnion

from baselines.features import Ngrams
from baselines.kernels import KernelSum
from baselines.per_target import PerTarget
from baselines.recipes.ngrams import svm_crossed
from baselines.recipes.parts import calibrated
from baselines.sentences import Sentences
from baselines.vectors import WIDTH

MINILM = "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2"


def embeddings(seed: int = 0) -> PerTarget:
    """Vectors of the mean and the maximum of a text's tokens, Gaussian kernels, one model a target.

    Source: all-MiniLM-L6-v2, https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2; maximum beside
    mean as in Shen et al. 2018, https://aclanthology.org/P18-1041
    """
    blocks = [(WIDTH, 0.5, 1.0), (WIDTH, 0.5, 2.0)]
    return PerTarget(Sentences(), calibrated(KernelSum(blocks, c=1.0, seed=seed), seed), svm_crossed(seed))


def ngrams_embeddings(seed: int = 0) -> PerTarget:
    """The kernels of `embeddings` and that of the n-grams, summed, one model a target.

    Source: as for `embeddings`; sums of kernels, https://jmlr.org/papers/v12/gonen11a.html. Weights, widths
    and c are chosen by cross-validation.
    """
    features = FeatureUnion([("ngrams", Ngrams()), ("sentences", Sentences())])
    blocks = [(None, 0.175, None), (WIDTH, 0.325, 1.0), (WIDTH, 0.325, 2.0)]
    return PerTarget(features, calibrated(KernelSum(blocks, c=1.0, seed=seed), seed), svm_crossed(seed))
