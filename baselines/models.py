"""The recipes: pipelines by name, each with its source.

Every recipe fits a DataFrame with the columns "text", "target" and "holder", shape (n_rows, ≥ 3), and
predicts label names, ndarray of str, shape (n_rows,); `predict_proba` gives shares, (n_rows, n_classes).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from annotator.errors import NotFound
from baselines.plug import plugged
from baselines.recipes.embedded import MINILM, embeddings, ngrams_embeddings, ngrams_layers
from baselines.recipes.majority import majority, majority_per_target, target_only, text_only
from baselines.recipes.ngrams import (
    hashed,
    logistic_balanced,
    svm_crossed,
    svm_lexicon,
    svm_ngrams,
    svm_ngrams_comb,
    svm_ngrams_semeval,
)
from baselines.recipes.open_project import detection, mention_aware

SEMEVAL = "https://aclanthology.org/S16-1003"
STANCE, ANY = "stance", "detection"  # what a recipe answers: which stance towards a target; any stance at all


@dataclass(frozen=True)
class Recipe:
    """A named pipeline: `build(seed)` gives it unfitted."""

    build: Callable[[int], Any]
    summary: str  # a line for people
    source: str  # a link
    task: str = STANCE
    extra: str | None = None  # of pyproject.toml, that it needs
    is_streamed: bool = False  # fitted a batch at a time: no number of rows is too large
    grid: Mapping[str, Sequence[Any]] = field(default_factory=dict)  # what --search tries


def recipe(name: str) -> Recipe:
    """The recipe of that name, or the estimator at the import path `package.module:Name`.

    Raises
    ------
    NotFound
        If there is none; the message lists those there are.
    """
    if ":" in name:
        return Recipe(lambda seed: plugged(name, seed), f"the estimator {name}", name)
    if name not in RECIPES:
        raise NotFound(
            f"There is no recipe {name!r}; there are {', '.join(RECIPES)}, or package.module:Name."
        )
    return RECIPES[name]


_WEIGHTS: list[str | None] = ["balanced", None]
_OWN_SVM: dict[str, Sequence[Any]] = {
    "classifier__classifier__C": [0.1, 0.3, 1.0],
    "classifier__classifier__class_weight": _WEIGHTS,
}
_ONE_SVM: dict[str, Sequence[Any]] = {
    "svm__classifier__C": [0.1, 0.3, 1.0],
    "svm__classifier__class_weight": _WEIGHTS,
}
_KNOWN_SVM = {f"classifier__{name}": values for name, values in _ONE_SVM.items()}
_KERNELS = {"classifier__classifier__c": [0.1, 0.3, 1.0, 3.0]}

RECIPES = {
    "svm_ngrams": Recipe(
        svm_ngrams, "word and character n-grams, one linear SVM a target", SEMEVAL, grid=_OWN_SVM
    ),
    "svm_ngrams_semeval": Recipe(
        svm_ngrams_semeval,
        "the organisers' n-grams: presence, a vocabulary and an SVM a target",
        SEMEVAL,
        grid={"classifier__svm__classifier__C": [0.001, 0.003, 0.01, 0.03]},
    ),
    "svm_ngrams_comb": Recipe(
        svm_ngrams_comb, "the same n-grams, one linear SVM for all targets", SEMEVAL, grid=_KNOWN_SVM
    ),
    "svm_crossed": Recipe(
        svm_crossed,
        "n-grams shared by targets and crossed with each, one linear SVM: for targets with few labels",
        "https://aclanthology.org/P07-1033",
        grid={**_KNOWN_SVM, "classifier__svm__classifier__C": [0.2, 0.5, 1.0]},
    ),
    "logistic_balanced": Recipe(
        logistic_balanced,
        "n-grams, one logistic regression a target, labels weighing alike",
        "https://doi.org/10.1093/oxfordjournals.pan.a004868",
        grid={"classifier__C": [1.0, 3.0, 10.0, 30.0]},
    ),
    "svm_lexicon": Recipe(
        svm_lexicon,
        "n-grams, praise, blame and negation by a lexicon, one linear SVM a target",
        "https://doi.org/10.1145/3003433",
        extra="lexicon",
        grid=_OWN_SVM,
    ),
    "embeddings": Recipe(
        embeddings,
        "sentence vectors, Gaussian kernels, one model a target",
        MINILM,
        extra="embeddings",
        grid=_KERNELS,
    ),
    "ngrams_embeddings": Recipe(
        ngrams_embeddings,
        "n-grams and sentence vectors, a sum of kernels, one model a target",
        MINILM,
        extra="embeddings",
        grid=_KERNELS,
    ),
    "ngrams_layers": Recipe(
        ngrams_layers,
        "n-grams, sentence vectors and a middle layer of their model, a sum of kernels, one model a target",
        "https://aclanthology.org/P19-1356",
        extra="embeddings",
        grid=_KERNELS,
    ),
    "hashed": Recipe(
        hashed,
        "hashed words crossed with targets, in batches: for more rows than fit into memory",
        "https://arxiv.org/abs/0902.2206",
        is_streamed=True,
        grid={"classifier__alpha": [1e-7, 1e-6, 1e-5]},
    ),
    "mention_aware": Recipe(
        mention_aware,
        "n-grams with holder and target masked, and how near they stand, one linear SVM",
        "https://www.ijcai.org/Abstract/15/194",
        grid=_KNOWN_SVM,
    ),
    "detection": Recipe(
        detection,
        "is there any stance in the segment: n-grams, one linear SVM",
        "https://aclanthology.org/P04-1035",
        task=ANY,
        grid=_ONE_SVM,
    ),
    "text_only": Recipe(
        text_only, "a probe: the text without its target", "https://aclanthology.org/S18-2023"
    ),
    "target_only": Recipe(
        target_only, "a probe: target and holder without the text", "https://aclanthology.org/S18-2023"
    ),
    "majority_per_target": Recipe(majority_per_target, "the commonest label of each target", SEMEVAL),
    "majority": Recipe(majority, "the commonest label of all", SEMEVAL),
}


def manual() -> str:
    r"""The recipes as a list for `--help`, which `\\b` keeps from being wrapped."""
    width = max(map(len, RECIPES))
    return "\n".join(
        ["\b", "Recipes:", *(f"  {name:<{width}}  {each.summary}" for name, each in RECIPES.items())]
    )
