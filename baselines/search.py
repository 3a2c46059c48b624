"""Cross-validated figures of an estimator's settings, by scikit-learn's grid search over folds of ours."""

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import joblib
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning, FitFailedWarning
from sklearn.model_selection import GridSearchCV, ParameterGrid

from annotator.errors import Invalid
from baselines.calibration import Calibrated
from baselines.data import ROW
from baselines.notes import BaselineWarning
from baselines.scoring import lead

Fold = tuple[NDArray[np.intp], NDArray[np.intp]]
Grid = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Tried:
    """One setting: mean of the folds' figures, 0–1, and its standard error."""

    params: dict[str, Any]
    figure: float
    error: float


class Lead:
    """The figure that leads, as a scorer: F_avg, or macro-F1 where the labels have not both sides."""

    def __init__(self, polarities: Mapping[str, str]) -> None:
        self.polarities = dict(polarities)

    def __call__(self, estimator: Any, rows: pd.DataFrame, y: NDArray[np.str_]) -> float:
        """Of predictions for `rows`, whose labels are `y`, shape (n_rows,)."""
        return lead(y, np.asarray(estimator.predict(rows), dtype=str), self.polarities)[1]


class Search(GridSearchCV):  # type: ignore[misc]
    """A grid search that tells how far it is after each few settings; `tick` takes fits that are done."""

    tick: Callable[[int], object] | None = None  # no parameter: a bar cannot be cloned
    n_folds: int = 1

    def __getstate__(self) -> dict[str, Any]:
        """What goes to a worker: a bar stays where it is seen."""
        return {name: each for name, each in super().__getstate__().items() if name != "tick"}

    def _run_search(self, evaluate_candidates: Any) -> None:
        settings = list(ParameterGrid(self.param_grid))
        step = max(1, math.ceil(joblib.effective_n_jobs(self.n_jobs) / self.n_folds))
        for start in range(0, len(settings), step):
            part = settings[start : start + step]
            evaluate_candidates(part)
            if self.tick is not None:
                self.tick(len(part) * self.n_folds)


def search(
    estimator: Any,
    grid: Grid,
    rows: pd.DataFrame,
    folds: Sequence[Fold],
    scorer: Lead,
    *,
    tick: Callable[[int], object] | None = None,
) -> list[Tried]:
    """What each setting of the grid scores over the folds, in the grid's order; `tick` gets fits done.

    Probabilities are not asked for, so none are calibrated. Where joblib has workers, they fit. Settings that
    cannot learn from a fold are left out.

    Raises
    ------
    Invalid
        If none can.
    """
    looking = Search(uncalibrated(estimator), dict(grid), scoring=scorer, cv=list(folds), refit=False)
    looking.tick, looking.n_folds = tick, len(folds)
    with warnings.catch_warnings():
        for kind in (BaselineWarning, FitFailedWarning, ConvergenceWarning):
            warnings.simplefilter("ignore", kind)
        warnings.filterwarnings("ignore", "One or more of the test scores", UserWarning)
        try:
            looking.fit(rows[ROW], np.asarray(rows["label"], dtype=str))
        except ValueError as error:
            told = str(error).strip().splitlines()[-1].rstrip(".")
            raise Invalid(f"Cross-validation is not possible on the {len(rows)} rows: {told}.") from error
    results = looking.cv_results_
    scores = np.column_stack([results[f"split{n}_test_score"] for n in range(len(folds))])
    return [
        Tried(dict(params), float(each.mean()), float(each.std(ddof=1) / math.sqrt(len(each))))
        for params, each in zip(results["params"], scores, strict=True)
        if np.isfinite(each).all()
    ]


def uncalibrated(estimator: Any) -> Any:
    """The estimator, its classifiers without the folds that calibration takes: labels stay as they are."""
    found = {
        name: each for name, each in estimator.get_params(deep=True).items() if isinstance(each, Calibrated)
    }
    return estimator.set_params(**{f"{name}__folds": 1 for name in found})
