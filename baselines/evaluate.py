"""A model and a release → scores, with the majority line beside them."""

import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from annotator.errors import Invalid
from baselines import data
from baselines.notes import BaselineWarning, noted
from baselines.persist import Model, Training
from baselines.scoring import Scores, score


@dataclass(frozen=True)
class Evaluation:
    """What a model scores on one split of a release, and what the majority label of each target does."""

    recipe: str
    model_sha256: str
    trained_on: str  # slug/number, the config if it is not gold, and splits
    release: str  # slug/number
    release_sha256: str
    config: str
    split: str
    labels: list[str]
    seed: int
    scores: Scores
    majority: Scores
    notes: list[str]

    @property
    def rows(self) -> str:
        """Which they are: "test", "gold_by_target test"."""
        return data.called(self.config, [self.split])

    def as_json(self) -> dict[str, Any]:
        """The scores at the top, as `standpoint evaluate --json` prints them, then all else."""
        told = asdict(self)
        return {**told.pop("scores"), **told}


def evaluate(
    model: Model,
    release: data.Release,
    *,
    split: str,
    config: str | None = None,
    seed: int = 0,
    resamples: int = 1000,
) -> Evaluation:
    """Score the model on the gold rows of `split`; `seed` is that of the intervals.

    The config is the one that the model was trained on, unless another is named.

    Raises
    ------
    NotFound
        If the release has no such config or split.
    BadInput
        If the split has no rows.
    Invalid
        If the model was trained on other labels.
    """
    check_labels(model, release)
    config = config or model.card.training.config
    rows = data.gold(release, [split], config)
    with noted() as notes:
        _warn_of_trained_rows(model.card.training, release, config, split)
        predicted = model.estimator.predict(rows[data.ROW])
    polarities = {label.name: label.polarity for label in release.facts.labels}
    gold, targets = rows["label"].tolist(), rows["target"].tolist()
    lines = [
        score(gold, labels, targets, polarities=polarities, seed=seed, resamples=resamples)
        for labels in (predicted, majority_labels(model.card.training, targets))
    ]
    training = model.card.training
    trained_on = f"{training.release} {data.called(training.config, training.splits)}"
    return Evaluation(
        recipe=model.card.recipe,
        model_sha256=model.card.sha256,
        trained_on=trained_on,
        release=release.name,
        release_sha256=release.facts.sha256,
        config=config,
        split=split,
        labels=release.labels,
        seed=seed,
        scores=lines[0],
        majority=lines[1],
        notes=[
            *model.card.training.notes,
            *(note for note in notes if note not in model.card.training.notes),
        ],
    )


def check_labels(model: Model, release: data.Release) -> None:
    """Raise Invalid if the model was trained on other labels than the release has."""
    trained = [label.name for label in model.card.labels]
    if set(trained) != set(release.labels):
        raise Invalid(
            f"The model knows the labels {', '.join(trained)}, the release has {', '.join(release.labels)}: "
            f"train a model on {release.path}."
        )


def majority_labels(training: Training, targets: Sequence[str]) -> list[str]:
    """The commonest training label of each row's target, of all targets for an unseen one; ties by name."""
    pooled: dict[str, int] = {}
    for counts in training.targets.values():
        for label, n in counts.items():
            pooled[label] = pooled.get(label, 0) + n
    return [_commonest(training.targets.get(target, pooled)) for target in targets]


def _commonest(counts: dict[str, int]) -> str:
    return min(counts, key=lambda label: (-counts[label], label))


def _warn_of_trained_rows(training: Training, release: data.Release, config: str, split: str) -> None:
    if training.release.split("/")[0] != release.facts.slug:
        return
    if config != training.config:
        told = f"the model was trained on {training.config}, whose splits are other than those of {config}: "
        told += "it may be scored on rows that it has met"
    elif split in training.splits:
        told = f"the model was trained on {split} of {training.release}: it is scored on rows that it has met"
    else:
        return
    warnings.warn(told, BaselineWarning, stacklevel=2)
