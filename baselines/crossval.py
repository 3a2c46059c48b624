"""Cross-validation on training rows: what chooses between recipes, so that the test rows choose nothing."""

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.model_selection import GroupKFold, StratifiedGroupKFold, StratifiedKFold

from annotator.errors import Invalid
from baselines.answers import answers
from baselines.data import ROW
from baselines.notes import BaselineWarning


def out_of_fold(
    estimator: Any, rows: pd.DataFrame, *, folds: int = 5, seed: int = 0, by: str = "document_id"
) -> pd.DataFrame:
    """Predictions for rows by copies of the estimator that were not fitted on them.

    Index as `rows`; "predicted" and a column of probability a label of `rows["label"]`, NaN-free. What the
    copies warn of their own part is not told.
    """
    y = np.asarray(rows["label"], dtype=str)
    shares = pd.DataFrame(0.0, index=rows.index, columns=np.unique(y))
    predicted = np.empty(len(rows), dtype=y.dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", BaselineWarning)
        for train, held_out in splits(rows, folds=folds, seed=seed, by=by):
            model = clone(estimator).fit(rows.iloc[train][ROW], y[train])
            columns = shares.columns.get_indexer(model.classes_)
            predicted[held_out], found = answers(model, rows.iloc[held_out][ROW])
            shares.iloc[held_out, columns] = found
    return shares.assign(predicted=predicted)


def splits(
    rows: pd.DataFrame, *, folds: int, seed: int, by: str = "document_id"
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Row numbers to fit on and to hold out, `folds` times; what shares the column `by` stays together.

    Each target's labels are spread evenly, as far as groups let them. With `by` "target" each target is
    held out whole.

    Raises
    ------
    Invalid
        If there are fewer groups than folds.
    """
    groups = np.asarray(rows[by], dtype=str) if by in rows else np.arange(len(rows)).astype(str)
    n_groups = len(np.unique(groups))
    if n_groups < folds:
        raise Invalid(f"There are {n_groups} groups by {by}, fewer than {folds} folds: ask for fewer folds.")
    kinds = _kinds(rows, folds)
    if by == "target":
        yield from GroupKFold(folds, shuffle=True, random_state=seed).split(groups, groups=groups)
        return
    if n_groups == len(rows):
        yield from StratifiedKFold(folds, shuffle=True, random_state=seed).split(groups, kinds)
        return
    yield from StratifiedGroupKFold(folds, shuffle=True, random_state=seed).split(groups, kinds, groups)


def _kinds(rows: pd.DataFrame, folds: int) -> NDArray[np.str_]:
    """What is to be spread evenly: target and label; the label alone where a target has too few of it.

    A label with fewer rows than folds counts as the commonest kind.
    """
    label = rows["label"].astype(str)
    kinds = rows["target"].astype(str) + "\0" + label
    kinds = kinds.where(kinds.map(kinds.value_counts()) >= folds, label)
    counts = kinds.value_counts()
    return np.asarray(kinds.where(kinds.map(counts) >= folds, counts.index[0]), dtype=str)
