"""A model and one text → its label, and the words that speak for each label and against it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from annotator.errors import Invalid
from baselines import data
from baselines.answers import answers
from baselines.models import ANY
from baselines.notes import noted
from baselines.persist import Model
from baselines.tweets import pieces
from baselines.why.linear import Sum, taken_apart
from baselines.why.occlusion import left_out
from baselines.why.places import asked

LINEAR, OCCLUSION, NONE = "linear", "occlusion", "none"


@dataclass(frozen=True)
class Word:
    """A word of the text, text[start:end], and what it adds to each label: above 0 it speaks for it."""

    text: str
    start: int
    end: int
    weights: dict[str, float]


@dataclass(frozen=True)
class Explanation:
    """Why a model gave this label.

    method "linear": words, others (features that lie in no word) and the intercept of a label are exactly
    its decision, in sum. "occlusion": a word's weight is the share of probability that the label loses
    without it; there are no others, no intercept and no decision. "none": the model is not linear, and
    nobody asked for more: no words.
    """

    recipe: str
    text: str
    target: str
    holder: str
    label: str
    probabilities: dict[str, float]
    method: str
    words: list[Word]
    others: dict[str, dict[str, float]]
    intercept: dict[str, float]
    decision: dict[str, float]
    notes: list[str]

    def strongest(self, label: str, *, sign: int, most: int = 10) -> list[Word]:
        """The words that speak for the label (sign 1) or against it (−1), the strongest first."""
        chosen = [word for word in self.words if sign * word.weights[label] > 0]
        return sorted(chosen, key=lambda word: (-abs(word.weights[label]), word.start))[:most]

    def as_json(self) -> dict[str, Any]:
        """As `standpoint explain --json` prints it."""
        return asdict(self)


def explain(
    model: Model,
    *,
    text: str,
    target: str | None = None,
    holder: str = "author",
    leave_out: bool = True,
) -> Explanation:
    """What the model makes of the text, and why. A model of detection needs no target.

    With `leave_out` a model that is not linear is asked about the text without each of its words.

    Raises
    ------
    Invalid
        If there is no text or no target, or the model is not linear and the text too long to try its words.
    """
    if model.card.task == ANY:
        target, holder = data.ANY, "unspecified"
    if not text.strip() or not (target or "").strip():
        raise Invalid("There is nothing to explain: give a text and a target.")
    row = pd.DataFrame([["", text, target, holder]], columns=data.ROW)
    estimator = model.estimator
    labels = [str(label) for label in estimator.classes_]
    with noted() as notes:
        (label,), (probabilities,) = answers(estimator, row)
        found = taken_apart(estimator, asked(row))
        method, words = _weights(estimator, row, found, leave_out=leave_out)
    ordered = [each.name for each in model.card.labels if each.name in labels]
    told = partial(_by_label, ordered)
    summed = found.labels if found else []
    return Explanation(
        recipe=model.card.recipe,
        text=text,
        target=str(target),
        holder=holder,
        label=str(label),
        probabilities=told(labels, probabilities),
        method=method,
        words=[
            Word(text[start:end], start, end, told(labels, weights))
            for (start, end), weights in zip(pieces(text) if method != NONE else [], words, strict=True)
        ],
        others={name: told(summed, values) for name, values in found.others.items()} if found else {},
        intercept=told(summed, found.intercept) if found else {},
        decision=told(summed, found.decision) if found else {},
        notes=notes,
    )


def _by_label(
    order: Sequence[str], labels: Sequence[str], values: Sequence[float] | NDArray[np.float64]
) -> dict[str, float]:
    """The values of the labels, (n_labels,), by label in this order."""
    by_label = dict(zip(labels, map(float, values), strict=True))
    return {name: by_label[name] for name in order if name in by_label}


def _weights(
    estimator: Any, row: pd.DataFrame, found: Sum | None, *, leave_out: bool
) -> tuple[str, NDArray[np.float64]]:
    """By which method, and the words' weights in the order of the estimator's labels, (n_words, n_labels)."""
    labels = [str(label) for label in estimator.classes_]
    if found is None:
        return (OCCLUSION, left_out(estimator, row)) if leave_out else (NONE, np.zeros((0, len(labels))))
    weights = np.zeros(
        (len(found.words), len(labels))
    )  # 0: a label that the target's own model does not know
    weights[:, [labels.index(label) for label in found.labels]] = found.words
    return LINEAR, weights
