"""A release and a recipe → a model."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from annotator.errors import Invalid
from baselines import data, models
from baselines.notes import noted
from baselines.persist import Model, ModelCard, Training, versions


def train(
    release: data.Release, *, recipe: str, splits: Sequence[str], seed: int, config: str = data.GOLD
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
    estimator = models.recipe(recipe).build(seed)
    rows = data.gold(release, splits, config)
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
        rows=len(rows),
        targets=_counts(rows),
        notes=notes,
    )
    labels = release.facts.labels
    return Model(
        estimator, ModelCard(recipe=recipe, seed=seed, labels=labels, training=training, versions=versions())
    )


def _counts(rows: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Rows of each label of each target, targets by name."""
    counted = rows.groupby(["target", "label"]).size()
    found: dict[str, dict[str, int]] = {}
    for (target, label), n in zip(counted.index.tolist(), counted.tolist(), strict=True):
        found.setdefault(target, {})[label] = n
    return found
