"""The human ceiling: how well annotators do at the task that models are marked on.

Each annotator is held against the majority of the others who judged the item, two or more of them; where
these are tied, or fewer, there is nothing to be held against. All annotators' answers are one confusion
table; accuracy, macro-F1 and the mean F1 of favor and against (`f_avg`, SemEval's) come from it as they do
for a model. The majority of few people errs itself, so a good model may do better.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from annotator.quality import votes
from annotator.quality.agreement import Array, ratio
from annotator.quality.bootstrap import Resampling, measured
from annotator.quality.judgements import Judgements, Scheme
from annotator.quality.report import Figure, rounded
from annotator.quality.votes import Votes

HOW = "each annotator against the majority of the others on the item, two or more; ties left out"


class Ceiling(NamedTuple):
    """`accuracy`, `macro_f1` and `f_avg` with intervals, of `n` answers."""

    figures: Mapping[str, Figure]
    n: int


def told_ceiling(ceiling: Ceiling) -> dict[str, Any]:
    """What release.json says of it."""
    return {
        **{name: rounded(figure.value) for name, figure in ceiling.figures.items()},
        "n": ceiling.n,
        "intervals": {
            name: [rounded(figure.low), rounded(figure.high)]
            for name, figure in ceiling.figures.items()
            if figure.interval
        },
        "how": HOW,
    }


def of(table: Judgements, how: Resampling) -> Ceiling:
    """The ceiling of a directed project. In an open one `n` is 0: no label is asked by itself."""
    if not table.scheme.directed:
        return Ceiling({}, 0)
    return of_votes(votes.cast(table.answers, table), table.scheme, how)


def of_votes(cast: Votes, scheme: Scheme, how: Resampling) -> Ceiling:
    """The ceiling where each judgement is one vote."""
    labels = len(scheme.labels)
    counts, times = votes.tallied(cast, labels)
    if not len(counts):
        return Ceiling({}, 0)
    confusions = _confusions(counts)
    sides = [
        [number for number, polarity in enumerate(scheme.polarities) if polarity == side]
        for side in ("favor", "against")
    ]

    def statistic(sums: Array) -> Mapping[str, Array]:
        return _figures(sums.reshape(*sums.shape[:-1], labels, labels), sides)

    n = int((times @ confusions).sum())
    return Ceiling(measured(confusions, statistic, how, times) if n else {}, n)


def _confusions(counts: Array) -> Array:
    """[majority of the others, said] how often, for each row of an item's counts: (n, K × K)."""
    labels = counts.shape[1]
    found = np.zeros((len(counts), labels, labels))
    for said in range(labels):
        others = counts.copy()
        others[:, said] -= 1
        top = others.max(axis=1)
        clear = (others == top[:, None]).sum(axis=1) == 1
        clear &= (counts[:, said] > 0) & (others.sum(axis=1) >= 2)
        found[clear, others.argmax(axis=1)[clear], said] = counts[clear, said]
    return found.reshape(len(counts), labels * labels)


def _figures(confusion: Array, sides: list[list[int]]) -> Mapping[str, Array]:
    right = np.diagonal(confusion, axis1=-2, axis2=-1)
    both = confusion.sum(axis=-1) + confusion.sum(axis=-2)
    f1 = ratio(2 * right, both)  # NaN where a label is neither right nor said
    figures = {
        "accuracy": ratio(right.sum(axis=-1), confusion.sum(axis=(-2, -1))),
        "macro_f1": ratio(np.nan_to_num(f1).sum(axis=-1), (both > 0).sum(axis=-1)),
    }
    if all(sides):
        of_sides = [np.nan_to_num(f1[..., side]).mean(axis=-1) for side in sides]
        figures["f_avg"] = (of_sides[0] + of_sides[1]) / 2
    return figures
