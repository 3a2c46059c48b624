"""Labels and their probabilities in one go: the texts are read once, not once for each."""

from typing import Any, Protocol, runtime_checkable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

Answers = tuple[NDArray[Any], NDArray[np.float64]]


@runtime_checkable
class Answering(Protocol):
    """An estimator that knows how to give both at once."""

    def answers(self, rows: pd.DataFrame) -> Answers:
        """What `predict` and `predict_proba` give, each of them."""


def answers(estimator: Any, rows: Any) -> Answers:
    """The estimator's labels, shape (n_rows,), and its probabilities, (n_rows, n_classes)."""
    if isinstance(estimator, Answering):
        return estimator.answers(rows)
    if isinstance(estimator, Pipeline) and len(estimator.steps) > 1:
        return answers(estimator[-1], estimator[:-1].transform(rows))
    return np.asarray(estimator.predict(rows)), np.asarray(estimator.predict_proba(rows))
