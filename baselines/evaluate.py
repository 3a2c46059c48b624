"""A model and a release → scores, with what people, probes and the majority line do beside them."""

import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from annotator.errors import Invalid
from baselines import data
from baselines.answers import answers
from baselines.cross_target import LeftOut, left_out
from baselines.curve import Curve, learning_curves
from baselines.facets import by_facet
from baselines.mistakes import Mistake, mistakes
from baselines.models import ANY
from baselines.notes import BaselineWarning, noted
from baselines.persist import Model, Training
from baselines.probes import probed
from baselines.reliability import Reliability, Soft, reliability, soft
from baselines.scoring import Scores, TargetScore, score
from baselines.training import labels_of, rows_of


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
    probes: dict[str, Scores] = field(default_factory=dict)  # none where the training rows are not at hand
    ceiling: dict[str, Any] | None = None  # what release.json says of its annotators
    reliability: Reliability | None = None
    soft: Soft | None = None
    facets: dict[str, dict[str, TargetScore]] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    curves: dict[str, Curve] = field(default_factory=dict)  # measure → curve, where it was asked for
    cross_target: dict[str, LeftOut] = field(default_factory=dict)  # likewise, by target

    @property
    def lines(self) -> dict[str, Scores]:
        """The lines of the first table: the model, and what it must beat."""
        return {self.recipe: self.scores, **self.probes, "majority per target": self.majority}

    @property
    def rows(self) -> str:
        """Which they are: "test", "gold_by_target test"."""
        return data.called(self.config, [self.split])

    @property
    def tells_why(self) -> bool:
        """Whether any word of the mistakes is marked: the model is linear."""
        return any(mistake.marked for mistake in self.mistakes)

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
    site: str = "",
    curve: bool = False,
    cross_target: bool = False,
) -> Evaluation:
    """Score the model on the gold rows of `split`; `seed` is that of the intervals.

    `site` is where the project's pages are: mistakes then link to their items. `curve` and `cross_target`
    train the recipe anew, some thirty times and once a target, on parts of the rows that it was trained on.

    The config is the one that the model was trained on, unless another is named.

    Raises
    ------
    NotFound
        If the release has no such config or split.
    BadInput
        If the split has no rows.
    Invalid
        If the model was trained on other labels; or is to be trained anew, and its rows are not here.
    """
    check_labels(model, release)
    if curve or cross_target:
        _check_same(model.card.training, release)
    config = data.config_of(release, config, model.card.training.config)
    task, training = model.card.task, model.card.training
    rows, labels = rows_of(release, [split], config, task=task), labels_of(release, task=task)
    with noted() as notes:
        _warn_of_trained_rows(training, release, config, split)
        predicted, shares = _answered(model, rows, [label.name for label in labels])
    polarities = {label.name: label.polarity for label in labels}
    how: dict[str, Any] = {"polarities": polarities, "seed": seed, "resamples": resamples}
    gold, targets = rows["label"].tolist(), rows["target"].tolist()
    return Evaluation(
        **_names(model, release),
        config=config,
        split=split,
        labels=[label.name for label in labels],
        seed=seed,
        scores=score(gold, predicted.tolist(), targets, **how),
        majority=score(gold, majority_labels(training, targets), targets, **how),
        notes=[*training.notes, *(note for note in notes if note not in training.notes)],
        probes=_probes(model, release, rows, how),
        facets=by_facet(rows, predicted, **how),
        **_trained_anew(model, release, rows, how, curve=curve, cross_target=cross_target),
        **_of_probabilities(model, release, rows, predicted, shares, site=site),
    )


def _names(model: Model, release: data.Release) -> dict[str, Any]:
    """Which model and which release, as an `Evaluation` says it."""
    training = model.card.training
    return {
        "recipe": model.card.recipe,
        "model_sha256": model.card.sha256,
        "trained_on": f"{training.release} {data.called(training.config, training.splits)}",
        "release": release.name,
        "release_sha256": release.facts.sha256,
    }


def _check_same(training: Training, release: data.Release) -> None:
    if training.release_sha256 != release.facts.sha256:
        raise Invalid(
            f"The model was trained on {training.release}: learning curve and cross-target scores train it "
            "anew, so give that release."
        )


def _trained_anew(
    model: Model,
    release: data.Release,
    rows: pd.DataFrame,
    how: dict[str, Any],
    *,
    curve: bool,
    cross_target: bool,
) -> dict[str, Any]:
    """Learning curves and scores on targets left out, if asked for."""
    if not curve and not cross_target:
        return {}
    training, seed = model.card.training, how["seed"]
    learned = rows_of(release, training.splits, training.config, task=model.card.task)
    estimator, polarities = model.estimator, how["polarities"]
    return {
        "curves": learning_curves(estimator, learned, rows, polarities=polarities, seed=seed)
        if curve
        else {},
        "cross_target": left_out(estimator, learned, rows, **how) if cross_target else {},
    }


def _of_probabilities(
    model: Model,
    release: data.Release,
    rows: pd.DataFrame,
    predicted: NDArray[np.str_],
    shares: NDArray[np.float64],
    *,
    site: str,
) -> dict[str, Any]:
    """What an `Evaluation` says of probabilities and of people."""
    task, ceiling = model.card.task, release.facts.human_ceiling
    labels = [label.name for label in labels_of(release, task=task)]
    right = predicted == np.asarray(rows["label"], dtype=str)
    return {
        "ceiling": ceiling if ceiling and ceiling.get("n") and task != ANY else None,
        "reliability": reliability(shares, right),
        "soft": soft(shares, rows, labels) if task != ANY else None,
        "mistakes": mistakes(model, rows, predicted, shares.max(axis=1), slug=release.facts.slug, site=site),
    }


def _answered(
    model: Model, rows: pd.DataFrame, labels: list[str]
) -> tuple[NDArray[np.str_], NDArray[np.float64]]:
    """Predicted labels, shape (n_rows,), and probabilities in label order, shape (n_rows, n_labels)."""
    predicted, found = answers(model.estimator, rows[data.ROW])
    shares = np.zeros((len(rows), len(labels)))
    shares[:, [labels.index(label) for label in model.estimator.classes_]] = found
    return np.asarray(predicted, dtype=str), shares


def _probes(
    model: Model, release: data.Release, rows: pd.DataFrame, how: dict[str, Any]
) -> dict[str, Scores]:
    """The probes' scores, if the rows that the model was trained on are in this release."""
    training = model.card.training
    if training.release_sha256 != release.facts.sha256 or model.card.task == ANY:
        return {}
    return probed(data.gold(release, training.splits, training.config), rows, **how)


def check_labels(model: Model, release: data.Release) -> None:
    """Raise Invalid if the model was trained on other labels than the release has."""
    trained = [label.name for label in model.card.labels]
    if model.card.task != ANY and set(trained) != set(release.labels):
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
    if not release.is_of(training.release):
        return
    if config != training.config:
        told = f"the model was trained on {training.config}, whose splits are other than those of {config}: "
        told += "it may be scored on rows that it has met"
    elif split in training.splits:
        told = f"the model was trained on {split} of {training.release}: it is scored on rows that it has met"
    else:
        return
    warnings.warn(told, BaselineWarning, stacklevel=2)
