"""Gold rows whose label a model doubts that has not seen them, the most doubtful first.

Choice: own lines, over the probabilities of our own cross-validation; cleanlab, which does the same, is under
the AGPL. Of its scores self-confidence is taken, the probability of the label itself: it was the best of four
on SemEval-2016's training tweets with every twentieth label flipped (`benchmarks/label_errors.py`).
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from baselines.crossval import out_of_fold

COLUMNS = ["item_id", "holder", "target", "label", "predicted", "p_label", "p_predicted", "doubt"]


def doubted(
    estimator: Any, rows: pd.DataFrame, *, folds: int = 5, repeats: int = 1, seed: int = 0
) -> pd.DataFrame:
    """Rows of gold whose label a model contradicts: COLUMNS and is_confident, by doubt.

    `doubt` is from 0 to 1: what the probability of the label is short of certainty. With `repeats` the
    probabilities are the mean of as many cross-validations. Rows that the model agrees with are left out.

    is_confident: what is predicted is as probable as it is, on the mean, where it is the label.

    Source: Northcutt, Jiang and Chuang 2021, Confident Learning, https://doi.org/10.1613/jair.1.12125

    Raises
    ------
    Invalid
        If there are fewer documents than folds.
    """
    labels = np.unique(np.asarray(rows["label"], dtype=str))
    parts = [out_of_fold(estimator, rows, folds=folds, seed=seed + number) for number in range(repeats)]
    shares = np.mean([part[list(labels)].to_numpy(dtype=float) for part in parts], axis=0)
    given = np.searchsorted(labels, np.asarray(rows["label"], dtype=str))
    predicted = shares.argmax(axis=1)
    of_label, of_predicted = (shares[np.arange(len(rows)), codes] for codes in (given, predicted))
    found: pd.DataFrame = rows[["item_id", "holder", "target", "label"]].assign(
        predicted=labels[predicted],
        p_label=of_label,
        p_predicted=of_predicted,
        doubt=1 - of_label,
        is_confident=of_predicted >= thresholds(shares, given)[predicted],
    )
    found = found[predicted != given]
    return found.sort_values(["doubt", "item_id"], ascending=[False, True], kind="stable", ignore_index=True)


def thresholds(shares: NDArray[np.float64], given: NDArray[np.intp]) -> NDArray[np.float64]:
    """The mean probability of each label among the rows that have it, (n_labels,).

    `shares` has shape (n_rows, n_labels), `given` the columns of the rows' labels, shape (n_rows,).

    >>> thresholds(np.array([[0.9, 0.1], [0.5, 0.5], [0.2, 0.8]]), np.array([0, 0, 1])).tolist()
    [0.7, 0.8]
    """
    n_labels = shares.shape[1]
    return np.array([shares[given == code, code].mean() for code in range(n_labels)])
