"""Agreement of open projects in stages: is there a stance, whose towards what, which, and the whole.

Each stage gives summands, a row an item, and what their sums come to. Items judged by one person alone
have none: there is nobody to agree with.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from annotator.quality import agreement, distances, units
from annotator.quality.agreement import Array, ratio
from annotator.quality.judgements import Answers, Codes, Judgements
from annotator.quality.pairs import combined


class Stage(NamedTuple):
    """Summands of shape (n_items, k), and the figures of their sums."""

    columns: Array
    figures: Callable[[Array], Mapping[str, Array]]


def joined(stages: list[Stage]) -> Stage:
    """Several stages over the same items as one: they are resampled together."""
    ends = np.cumsum([stage.columns.shape[1] for stage in stages])

    def figures(sums: Array) -> Mapping[str, Array]:
        found: dict[str, Array] = {}
        for stage, end in zip(stages, ends, strict=True):
            found |= stage.figures(sums[..., end - stage.columns.shape[1] : end])
        return found

    return Stage(np.concatenate([stage.columns for stage in stages], axis=1), figures)


def judges(answers: Answers, items: int) -> NDArray[np.int64]:
    """How many people judged each item."""
    return np.bincount(answers.item, minlength=items)


def detection(answers: Answers, table: Judgements) -> Stage:
    """Alpha of the question whether there is any stance at all."""
    found = np.bincount(answers.stances.judgement, minlength=len(answers)) > 0
    counts = np.bincount(answers.item * 2 + found, minlength=len(table.items) * 2).reshape(-1, 2)
    columns = agreement.summands(counts)[:, :4]

    def figures(sums: Array) -> Mapping[str, Array]:
        square = sums.reshape(*sums.shape[:-1], 2, 2)
        return {"detection": agreement.alpha(square, distances.nominal(2))}

    return Stage(columns, figures)


def pairwise_f1(name: str, judgement: Codes, thing: Codes, answers: Answers, items: int) -> Stage:
    """F1 of the things that people named, each pair of people of an item, pooled.

    Each is the measure of the other, so precision and recall are the same figure: twice what two share
    over what both name. With m judges, a thing named by n of them is shared by n (n − 1) / 2 pairs.
    """
    _, first = np.unique(combined(judgement, thing), return_index=True)
    of = answers.item[judgement[first]]
    group = combined(of, thing[first])
    named_by = np.bincount(group)
    shared = np.bincount(of, weights=named_by[group] - 1, minlength=items)  # n (n − 1) a thing
    named = np.bincount(of, minlength=items) * np.maximum(judges(answers, items) - 1, 0)

    def figures(sums: Array) -> Mapping[str, Array]:
        return {name: ratio(sums[..., 0], sums[..., 1])}

    return Stage(np.stack([shared, named], axis=1).astype(np.float64), figures)


def tuples(name: str, found: units.Units, answers: Answers, table: Judgements) -> Stage:
    """F1 of (holder, target, label)."""
    return pairwise_f1(name, found.judgement, combined(found.pair, found.label), answers, len(table.items))


def identification(name: str, found: units.Units, answers: Answers, table: Judgements) -> Stage:
    """F1 of (holder, target)."""
    return pairwise_f1(name, found.judgement, found.pair, answers, len(table.items))


def labels(found: units.Units, answers: Answers, table: Judgements) -> Stage:
    """Alphas of the label where several named the same holder and target, and how much that covers."""
    once, _ = units.once(found, answers)
    number, items, scheme = len(table.scheme.labels), len(table.items), table.scheme
    unit = once.unit
    _, first = np.unique(unit, return_index=True)
    counts = np.bincount(unit * number + once.label, minlength=len(first) * number).reshape(-1, number)
    square = agreement.summands(counts)[:, : number * number]
    columns = np.zeros((items, number * number + 2))
    for cell in range(number * number):
        columns[:, cell] = np.bincount(once.item[first], weights=square[:, cell], minlength=items)
    several = judges(answers, items) >= 2
    named_by = np.bincount(unit, minlength=len(first))
    columns[:, -2] = np.bincount(once.item, weights=named_by[unit] >= 2, minlength=items)
    columns[:, -1] = np.where(several, np.bincount(once.item, minlength=items), 0)
    distance = distances.of_scheme(scheme)

    def figures(sums: Array) -> Mapping[str, Array]:
        pairs = sums[..., :-2].reshape(*sums.shape[:-1], number, number)
        alphas = agreement.alphas(pairs, distance, scheme.ranks)
        return {**alphas, "coverage": ratio(sums[..., -2], sums[..., -1])}

    return Stage(columns, figures)
