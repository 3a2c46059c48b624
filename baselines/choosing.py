"""A recipe and its settings, chosen by cross-validation on training rows alone.

Context: no recipe is best on every project, and who chooses by the test rows fools themselves. Choice: a
short list, plain before rich, over the same group-aware folds; the plainest whose figure is within one
standard error of the best is kept, since a difference that the folds do not bear out is not worth a slower
model. Cost: a fit a fold of each candidate, on at most MOST rows.

Source: the one-standard-error rule, Breiman et al. 1984, Classification and Regression Trees; Hastie et al.
2009, https://hastie.su.domains/ElemStatLearn/, section 7.10.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

import numpy as np
import pandas as pd
from pydantic import BaseModel
from sklearn.model_selection import ParameterGrid

from annotator.errors import Invalid
from baselines import models
from baselines.crossval import splits
from baselines.facts import Label
from baselines.packaged import installed
from baselines.scoring import lead_name
from baselines.search import Fold, Lead, Tried, search

FOLDS = 5
MOST = 5_000  # rows that choosing looks at; of more, whole groups are drawn
PLAIN = "svm_ngrams"  # what stands where nothing can be chosen
CANDIDATES = (PLAIN, "svm_crossed", "mention_aware", "embeddings", "ngrams_embeddings", "ngrams_layers")
OPEN_ONLY = ("mention_aware",)


class Bar(Protocol):
    """Shows how far the search is."""

    def update(self, n_steps: int) -> None:
        """So many fits more."""


Progress = Callable[[int], AbstractContextManager[Bar | None]]


class Candidate(BaseModel):
    """What was tried, its figure, 0–1, and the standard error of that; no figure where it cannot learn."""

    recipe: str
    params: dict[str, Any] = {}
    figure: float | None
    error: float | None = None


class Choice(BaseModel):
    """How a recipe or its settings were chosen; `tried` in the order in which they were."""

    what: str  # recipe | settings
    figure: str  # f_avg | macro_f1
    by: str  # what was kept together: document_id | target
    folds: int
    rows: int
    seed: int
    tried: list[Candidate]


class Folds:
    """Training rows, cut for choosing: MOST of them, their folds, and the figure that decides."""

    def __init__(self, rows: pd.DataFrame, labels: Sequence[Label], *, by: str, seed: int) -> None:
        self.rows = _fewer(rows, by=by, seed=seed)
        self.by, self.seed = by, seed
        self.polarities = {label.name: label.polarity for label in labels}
        n_groups = self.rows[by].nunique() if by in self.rows else len(self.rows)
        if n_groups < 2:
            raise Invalid(f"There is one group by {by} alone: nothing can be held out.")
        self.folds: list[Fold] = list(splits(self.rows, folds=min(FOLDS, n_groups), seed=seed, by=by))

    def tried(self, recipe: str, grid: Any, bar: Bar | None) -> list[Tried]:
        """What the recipe scores with each setting of the grid."""
        estimator = models.recipe(recipe).build(self.seed)
        tick = bar.update if bar is not None else None
        return search(estimator, grid, self.rows, self.folds, Lead(self.polarities), tick=tick)

    def choice(self, what: str, tried: list[Candidate]) -> Choice:
        """What a card says of it."""
        return Choice(
            what=what,
            figure=lead_name(self.polarities),
            by=self.by,
            folds=len(self.folds),
            rows=len(self.rows),
            seed=self.seed,
            tried=tried,
        )


def candidates(kind: str) -> list[str]:
    """The recipes to choose from for a project of that kind, with the extras that are installed."""
    return [
        name
        for name in CANDIDATES
        if (kind == "open" or name not in OPEN_ONLY) and installed(models.RECIPES[name].extra)
    ]


def choose_recipe(cut: Folds, names: Sequence[str], progress: Progress | None = None) -> tuple[str, Choice]:
    """The plainest recipe within one standard error of the best, and all figures.

    Raises
    ------
    Invalid
        If none of them can learn from the folds.
    """
    tried: list[Candidate] = []
    with _bar(progress, len(names) * len(cut.folds)) as bar:
        for name in names:
            tried.append(_candidate(cut, name, bar))
    return plainest(tried).recipe, cut.choice("recipe", tried)


def plainest(tried: Sequence[Candidate]) -> Candidate:
    """The first within one standard error of the best.

    Raises
    ------
    Invalid
        If none has a figure.
    """
    figured = [(each.figure, each) for each in tried if each.figure is not None]
    if not figured:
        raise Invalid("No recipe can learn from every fold of the rows: too few have two labels.")
    figure, best = max(figured, key=lambda each: each[0])
    return next(each for found, each in figured if found >= figure - (best.error or 0.0))


def choose_settings(
    cut: Folds, recipe: str, progress: Progress | None = None
) -> tuple[dict[str, Any], Choice]:
    """The settings of the recipe's grid with the best figure, the first of equal ones, and all figures.

    Raises
    ------
    Invalid
        If the recipe has no settings to search, or cannot learn from the folds.
    """
    grid = models.recipe(recipe).grid
    if not grid:
        searched = ", ".join(name for name, each in models.RECIPES.items() if each.grid)
        raise Invalid(f"{recipe} has no settings to search; these have: {searched}.")
    with _bar(progress, len(ParameterGrid(grid)) * len(cut.folds)) as bar:
        found = cut.tried(recipe, grid, bar)
    if not found:
        raise Invalid(f"{recipe} cannot learn from every fold of the rows with any of its settings.")
    best = max(found, key=lambda each: each.figure)
    tried = [
        Candidate(recipe=recipe, params=each.params, figure=each.figure, error=each.error) for each in found
    ]
    return best.params, cut.choice("settings", tried)


def _candidate(cut: Folds, name: str, bar: Bar | None) -> Candidate:
    try:
        found = cut.tried(name, {}, bar)
    except Invalid:
        found = []
    if not found:
        return Candidate(recipe=name, figure=None)
    return Candidate(recipe=name, figure=found[0].figure, error=found[0].error)


def _bar(progress: Progress | None, fits: int) -> AbstractContextManager[Bar | None]:
    return nullcontext() if progress is None else progress(fits)


def _fewer(rows: pd.DataFrame, *, by: str, seed: int) -> pd.DataFrame:
    """At most about MOST rows: whole groups, drawn by the seed, in their order."""
    if len(rows) <= MOST:
        return rows
    groups = rows[by] if by in rows else pd.Series(np.arange(len(rows)), index=rows.index)
    names = np.random.default_rng(seed).permutation(np.asarray(groups.unique()))
    sizes = groups.value_counts().loc[names].cumsum()
    kept = set(sizes.index[: max(int(np.searchsorted(sizes.to_numpy(), MOST, side="right")), 2)])
    return rows[groups.isin(kept)]
