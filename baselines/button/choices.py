"""The names of the recipes, for a process that must not import scikit-learn."""

RECIPES = ("svm_ngrams", "svm_ngrams_comb", "majority_per_target", "majority")
