"""A release and a recipe → a model."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from annotator.errors import Invalid
from baselines import data, models
from baselines.notes import noted
from baselines.persist import Model, ModelCard, Training, versions


def train(
    release: data.Release, *, recipe: str, splits: Sequence[str], seed: int, config: str | None = None
) -> Model:
    """Fit the recipe on the gold rows of these splits of the config.

    The same release, recipe and seed give the same model.

    Raises
    ------
    NotFound
        If there is no such recipe, config or split.
    BadInput
        If a split has no rows.
    Invalid
        If nothing can be learned from the rows: one label only, or no letters.
    """
    chosen = models.recipe(recipe)
    estimator = chosen.build(seed)
    config = data.config_of(release, config, data.GOLD)
    rows = rows_of(release, splits, config, task=chosen.task)
    if rows["label"].nunique() < 2:
        raise Invalid(
            f"There is nothing to learn: each of the {len(rows)} rows is labelled {rows['label'].iloc[0]}."
        )
    with noted() as notes:
        try:
            estimator.fit(rows[data.ROW], np.asarray(rows["label"], dtype=str))
        except ValueError as error:
            raise Invalid(f"{recipe} cannot learn from the {len(rows)} rows: {error}.") from error
    training = Training(
        release=release.name,
        release_sha256=release.facts.sha256,
        kind=release.facts.kind,
        config=config,
        splits=list(splits),
        columns=dict(release.columns),
        rows=len(rows),
        targets=_counts(rows),
        notes=notes,
    )
    labels = labels_of(release, task=chosen.task)
    card = ModelCard(
        recipe=recipe, task=chosen.task, seed=seed, labels=labels, training=training, versions=versions()
    )
    return Model(estimator, card)


def rows_of(release: data.Release, splits: Sequence[str], config: str, *, task: str) -> pd.DataFrame:
    """The rows that a recipe of this task learns from and is scored on: gold, or judged segments."""
    return data.segments(release, splits) if task == models.ANY else data.gold(release, splits, config)


def labels_of(release: data.Release, *, task: str) -> list[data.Label]:
    """The labels that a recipe of this task gives."""
    if task != models.ANY:
        return release.facts.labels
    return [data.Label(name=data.FOUND, polarity="other"), data.Label(name=data.ABSENT, polarity="none")]


def _counts(rows: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Rows of each label of each target, targets by name."""
    counted = rows.groupby(["target", "label"]).size()
    found: dict[str, dict[str, int]] = {}
    for (target, label), n in zip(counted.index.tolist(), counted.tolist(), strict=True):
        found.setdefault(target, {})[label] = n
    return found
