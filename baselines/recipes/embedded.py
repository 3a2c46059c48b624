"""Sentence vectors, alone and beside n-grams. Figures as in `recipes.ngrams`."""

from sklearn.pipeline import FeatureUnion

from baselines.features import Ngrams
from baselines.kernels import KernelSum
from baselines.per_target import PerTarget
from baselines.recipes.ngrams import svm_crossed
from baselines.recipes.parts import calibrated
from baselines.sentences import Sentences
from baselines.vectors import VIEWS, WIDTH

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


def ngrams_layers(seed: int = 0) -> PerTarget:
    """The kernels of `ngrams_embeddings` and one more: the mean of the tokens half way through the model.

    The last layer is trained to tell what a text is about; half way more is left of how it is said, and who
    is for a thing and who against it write about the same. Weight and layer are chosen by cross-validation.

    Source: as for `ngrams_embeddings`; what the layers know, Jawahar et al. 2019,
    https://aclanthology.org/P19-1356
    """
    features = FeatureUnion([("ngrams", Ngrams()), ("sentences", Sentences(views=VIEWS))])
    widths = [1.0, 2.0, 1.0]  # gamma of each of VIEWS
    blocks = [(None, 0.175, None), *((WIDTH, 0.325, gamma) for gamma in widths)]
    return PerTarget(features, calibrated(KernelSum(blocks, c=1.0, seed=seed), seed), svm_crossed(seed))
