"""Several models on the same rows: who is better, and is it luck."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from annotator.errors import Invalid
from baselines import data
from baselines.evaluate import check_labels
from baselines.notes import noted
from baselines.permutation import Difference, differences
from baselines.persist import Model
from baselines.scoring import Scores, score
from baselines.training import labels_of, rows_of


@dataclass(frozen=True)
class Comparison:
    """Scores of each model and differences of each pair, first minus second, on one split of a release."""

    release: str
    rows: str  # "test", "gold_by_target test"
    seed: int
    scores: dict[str, Scores]
    pairs: dict[tuple[str, str], dict[str, Difference]]
    notes: list[str]

    def as_json(self) -> dict[str, Any]:
        """Scores as `standpoint evaluate --json` has them, and pairs as a list."""
        return {
            "release": self.release,
            "rows": self.rows,
            "seed": self.seed,
            "models": {name: asdict(scores) for name, scores in self.scores.items()},
            "pairs": [
                {"first": first, "second": second, **{name: asdict(each) for name, each in found.items()}}
                for (first, second), found in self.pairs.items()
            ],
            "notes": self.notes,
        }


def compare(
    models: dict[str, Model],
    release: data.Release,
    *,
    split: str,
    config: str | None = None,
    seed: int = 0,
    rounds: int = 10_000,
) -> Comparison:
    """Score the models, by name, on the gold rows of `split`, and test each pair.

    Raises
    ------
    Invalid
        If there are fewer than two, or they answer different questions.
    NotFound, BadInput
        As `evaluate`.
    """
    tasks = {model.card.task for model in models.values()}
    if len(models) < 2 or len(tasks) > 1:
        raise Invalid("Two models or more are compared, and all must be of one task: name others.")
    first = next(iter(models.values()))
    config = data.config_of(release, config, first.card.training.config)
    rows = rows_of(release, [split], config, task=first.card.task)
    labels = labels_of(release, task=first.card.task)
    how: dict[str, Any] = {"polarities": {label.name: label.polarity for label in labels}, "seed": seed}
    with noted() as notes:
        said = {name: _labels(model, release, rows) for name, model in models.items()}
    gold = np.asarray(rows["label"], dtype=str)
    targets = rows["target"].tolist()
    return Comparison(
        release=release.name,
        rows=data.called(config, [split]),
        seed=seed,
        scores={name: score(gold.tolist(), each.tolist(), targets, **how) for name, each in said.items()},
        pairs={
            (one, other): differences(gold, said[one], said[other], rounds=rounds, **how)
            for one, other in combinations(said, 2)
        },
        notes=[*notes, *_doubts(models, release, split)],
    )


def _labels(model: Model, release: data.Release, rows: pd.DataFrame) -> NDArray[np.str_]:
    check_labels(model, release)
    return np.asarray(model.estimator.predict(rows[data.ROW]), dtype=str)


def _doubts(models: dict[str, Model], release: data.Release, split: str) -> Sequence[str]:
    """Who was trained on the rows that all are compared on."""
    return [
        f"{name} was trained on {split} of this project: it is scored on rows that it has met"
        for name, model in models.items()
        if split in model.card.training.splits and release.is_of(model.card.training.release)
    ]
