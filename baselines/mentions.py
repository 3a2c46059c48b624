"""Where a text names the holder and the target: masked, so that words are learned and not names."""

import re
from collections.abc import Iterable
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.utils.validation import check_is_fitted

from baselines.lexicon import NEGATIONS
from baselines.tweets import tokens

TARGET, HOLDER = "@target_", "@holder_"  # each is one token, and no name
SHORTEST = 4  # letters of a part of a name that stands for the whole
SAME = ("author", "unspecified", "everyone")  # reserved holders: no text names them


def masked(text: str, target: str, holder: str) -> str:
    """The text with the names of target and holder replaced by TARGET and HOLDER.

    A name counts also in another case, and a long word of it alone where the whole does not occur.

    >>> masked("Rail Watch says the night trains must stay.", "Night Trains", "Rail Watch")
    '@holder_ says the @target_ must stay.'
    """
    for name, mask in names(target, holder):
        if pattern := name_pattern(name, text):
            text = pattern.sub(mask, text)
    return text


def names(target: str, holder: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """The names that are masked one after the other, each with its mask."""
    return (target, TARGET), ("" if holder in SAME else holder, HOLDER)


def name_pattern(name: str, text: str) -> re.Pattern[str] | None:
    """What of the name is masked in the text; None if nothing of it occurs."""
    for part in [name, *sorted(re.findall(rf"\w{{{SHORTEST},}}", name), key=len, reverse=True)]:
        pattern = re.compile(rf"(?<!\w){re.escape(part)}(?!\w)", re.IGNORECASE)
        if part and pattern.search(text):
            return pattern
    return None


class Masked(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Features of the rows with `masked` texts.

    Parameters
    ----------
    features
        Unfitted transformer of the DataFrame of rows.
    """

    def __init__(self, features: Any) -> None:
        self.features = features

    def fit(self, rows: pd.DataFrame, y: ArrayLike | None = None) -> Self:
        """Fit on a DataFrame with "text", "target" and "holder"."""
        self.features_ = clone(self.features).fit(_masked(rows), y)
        return self

    def transform(self, rows: pd.DataFrame) -> Any:
        """What the features give of the masked rows."""
        check_is_fitted(self)
        return self.features_.transform(_masked(rows))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array, tags.input_tags.string = False, True
        return tags


class Distances(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Whether holder and target are named, which one first, and how far from each other and a negation."""

    def fit(self, rows: pd.DataFrame, y: ArrayLike | None = None) -> Self:
        """Nothing is learned."""
        self.n_features_out_ = 6
        return self

    def transform(self, rows: pd.DataFrame) -> NDArray[np.float64]:
        """Features of shape (n_rows, 6); nearness is 1 / (1 + words between), 0 where one is not there."""
        texts = _masked(rows)["text"]
        return np.array([_distances(tokens(text)) for text in texts], dtype=np.float64).reshape(len(rows), 6)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array, tags.input_tags.string, tags.requires_fit = False, True, False
        return tags


def _masked(rows: pd.DataFrame) -> pd.DataFrame:
    columns = (rows[name].tolist() for name in ("text", "target", "holder"))
    return rows.assign(text=[masked(*row) for row in zip(*columns, strict=True)])


def _distances(words: list[str]) -> list[float]:
    targets = [place for place, word in enumerate(words) if word == TARGET]
    holders = [place for place, word in enumerate(words) if word == HOLDER]
    negations = [place for place, word in enumerate(words) if word.replace("’", "'") in NEGATIONS]
    first = 1.0 if targets and holders and holders[0] < targets[0] else 0.0
    return [
        float(bool(targets)),
        float(bool(holders)),
        first,
        _nearness(targets, holders),
        _nearness(targets, negations),
        _nearness(holders, negations),
    ]


def _nearness(some: list[int], others: Iterable[int]) -> float:
    gaps = [abs(one - other) for one in some for other in others]
    return 1 / min(gaps) if gaps else 0.0
