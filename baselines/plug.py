"""Anybody's scikit-learn estimator as a recipe, by its import path: `package.module:Name`."""

import inspect
from importlib import import_module
from typing import Any

from sklearn.base import BaseEstimator, is_classifier

from annotator.errors import Invalid, NotFound
from baselines.features import Ngrams
from baselines.per_target import PerTarget
from baselines.recipes.ngrams import svm_ngrams_comb
from baselines.recipes.parts import calibrated


def plugged(path: str, seed: int) -> Any:
    """The estimator at `path`, unfitted.

    A class of classifiers is put over the n-grams of `svm_ngrams`, one a target. Anything else that can be
    called is called with the seed and gives a classifier of the rows themselves: a DataFrame with "text",
    "target" and "holder". Importing it runs its code.

    Raises
    ------
    NotFound
        If there is no such module or name.
    Invalid
        If it is, or gives, no classifier.
    """
    found = _imported(path)
    if inspect.isclass(found):
        return PerTarget(Ngrams(), _over_ngrams(path, found, seed), svm_ngrams_comb(seed))
    estimator = found(seed) if callable(found) else found
    _check(path, estimator)
    return estimator


def _imported(path: str) -> Any:
    module, _, name = path.partition(":")
    try:
        return getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise NotFound(f"There is no {path!r} to import ({error}): give package.module:Name.") from error


def _over_ngrams(path: str, found: type, seed: int) -> Any:
    try:
        classifier = found()
    except TypeError as error:
        raise Invalid(f"{path} cannot be made without arguments ({error}): name a function.") from error
    _check(path, classifier)
    if "random_state" in classifier.get_params():
        classifier.set_params(random_state=seed)
    return classifier if hasattr(classifier, "predict_proba") else calibrated(classifier, seed)


def _check(path: str, estimator: Any) -> None:
    if not isinstance(estimator, BaseEstimator) or not is_classifier(estimator):
        raise Invalid(f"{path} is no scikit-learn classifier, and gives none.")
