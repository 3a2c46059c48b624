"""A release and a recipe → a model."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from annotator.errors import BadInput, Invalid, NotFound
from baselines import data, models
from baselines.choosing import PLAIN, Choice, Folds, Progress, candidates, choose_recipe, choose_settings
from baselines.facts import Label
from baselines.notes import BaselineWarning, noted
from baselines.persist import Model, ModelCard, Training, versions
from baselines.streaming import Seen, counted, fit_streaming


def train(
    release: data.Release,
    *,
    recipe: str | None,
    splits: Sequence[str],
    seed: int,
    config: str | None = None,
    is_searched: bool = False,
    progress: Progress | None = None,
) -> Model:
    """Fit the recipe on the gold rows of these splits of the config.

    Without a recipe one is chosen by cross-validation on these rows, `is_searched` chooses the settings so;
    the card tells of both. The same release, recipe and seed give the same model.

    Raises
    ------
    NotFound
        If there is no such recipe, config or split.
    BadInput
        If a split has no rows.
    Invalid
        If nothing can be learned from the rows: one label only, or no letters.
    """
    config = data.config_of(release, config, data.GOLD)
    task = models.recipe(recipe).task if recipe else models.STANCE
    with noted() as notes:
        if recipe and models.recipe(recipe).is_streamed and not is_searched:
            chosen = _Chosen(recipe)
            estimator = models.recipe(recipe).build(seed)
            seen = fit_streaming(estimator, release, splits, config, seed=seed)
        else:
            rows = _learnable(release, splits, config, task)
            cutting = partial(_folds, release, rows, config, task, seed)
            chosen = _chosen(recipe, is_searched, cutting, release.facts.kind, progress)
            estimator = _fitted(chosen, rows, seed)
            seen = Seen(len(rows), counted(rows))
    card = ModelCard(
        recipe=chosen.recipe,
        params=chosen.params,
        choices=chosen.choices,
        task=task,
        seed=seed,
        labels=labels_of(release, task=task),
        training=_trained_on(release, config, splits, seen, notes),
        versions=versions(),
    )
    return Model(estimator, card)


def _trained_on(
    release: data.Release, config: str, splits: Sequence[str], seen: Seen, notes: list[str]
) -> Training:
    return Training(
        release=release.name,
        release_sha256=release.facts.sha256,
        kind=release.facts.kind,
        config=config,
        splits=list(splits),
        columns=dict(release.columns),
        rows=seen.rows,
        targets=seen.targets,
        notes=notes,
    )


@dataclass(frozen=True)
class _Chosen:
    """What is fitted."""

    recipe: str
    params: dict[str, Any] = field(default_factory=dict)
    choices: list[Choice] = field(default_factory=list)


def _learnable(release: data.Release, splits: Sequence[str], config: str, task: str) -> pd.DataFrame:
    rows = rows_of(release, splits, config, task=task)
    if rows["label"].nunique() < 2:
        raise Invalid(
            f"There is nothing to learn: each of the {len(rows)} rows is labelled {rows['label'].iloc[0]}."
        )
    return rows


def _chosen(
    recipe: str | None,
    is_searched: bool,
    cutting: Callable[[], Folds],
    kind: str,
    progress: Progress | None,
) -> _Chosen:
    """The recipe that is named, or the one that the rows choose; then its settings, if they are searched."""
    if recipe is not None and not is_searched:
        return _Chosen(recipe)
    params: dict[str, Any] = {}
    choices: list[Choice] = []
    try:
        cut = cutting()
        if recipe is None:
            recipe, choice = choose_recipe(cut, candidates(kind), progress)
            choices.append(choice)
    except Invalid as error:
        if is_searched:
            raise
        told = f"no recipe could be chosen, {PLAIN} stands: {error}".rstrip(".")
        warnings.warn(told, BaselineWarning, stacklevel=2)
        return _Chosen(PLAIN)
    if is_searched:
        params, choice = choose_settings(cut, recipe, progress)
        choices.append(choice)
    return _Chosen(recipe, params, choices)


def _fitted(chosen: _Chosen, rows: pd.DataFrame, seed: int) -> Any:
    estimator = models.recipe(chosen.recipe).build(seed).set_params(**chosen.params)
    try:
        return estimator.fit(rows[data.ROW], np.asarray(rows["label"], dtype=str))
    except ValueError as error:
        raise Invalid(f"{chosen.recipe} cannot learn from the {len(rows)} rows: {error}.") from error


def _folds(release: data.Release, rows: pd.DataFrame, config: str, task: str, seed: int) -> Folds:
    by = _kept_together(release, config) if task == models.STANCE else "document_id"
    return Folds(rows, labels_of(release, task=task), by=by, seed=seed)


def _kept_together(release: data.Release, config: str) -> str:
    """What the folds keep whole: documents, or targets where a model is to meet new ones.

    It is, if validation shares no target with train.
    """
    try:
        known, others = (
            set(data.gold(release, [split], config)["target"]) for split in ("train", "validation")
        )
    except (NotFound, BadInput):
        return "document_id"
    return "document_id" if known & others else "target"


def rows_of(release: data.Release, splits: Sequence[str], config: str, *, task: str) -> pd.DataFrame:
    """The rows that a recipe of this task learns from and is scored on: gold, or judged segments."""
    return data.segments(release, splits) if task == models.ANY else data.gold(release, splits, config)


def labels_of(release: data.Release, *, task: str) -> list[Label]:
    """The labels that a recipe of this task gives."""
    if task != models.ANY:
        return release.facts.labels
    return [Label(name=data.FOUND, polarity="other"), Label(name=data.ABSENT, polarity="none")]
