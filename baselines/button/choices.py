"""The names of the recipes, for a process that must not import scikit-learn."""

RECIPES = (
    "svm_ngrams",
    "svm_ngrams_semeval",
    "svm_ngrams_comb",
    "svm_crossed",
    "logistic_balanced",
    "svm_lexicon",
    "embeddings",
    "ngrams_embeddings",
    "ngrams_layers",
    "hashed",
    "mention_aware",
    "detection",
    "text_only",
    "target_only",
    "majority_per_target",
    "majority",
)
