"""Annotators held against answers that are known: of check items, adjudications, imported gold."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from annotator.quality import agreement, units, votes
from annotator.quality.agreement import Array, ratio
from annotator.quality.bootstrap import Resampling, Statistic, measured
from annotator.quality.judgements import Judgements, Reference, together
from annotator.quality.pairs import combined, parts
from annotator.quality.report import Figure, Group

ALL = ""  # the name of the first group


def against(reference: Reference, table: Judgements, how: Resampling) -> tuple[Group, ...]:
    """All annotators together, named ALL, then each by name.

    Accuracy and Cohen's kappa where one label is asked; F1 of tuples, opposites turned round, where not.
    """
    columns, statistic = (_labels if table.scheme.directed else _tuples)(reference, table)
    given = reference.given

    def group(name: str, rows: NDArray[np.int64]) -> Group:
        found: dict[str, Figure] = measured(columns[rows], statistic, how)
        return Group(name, len(np.unique(given.item[rows])), len(rows), found)

    everybody = group(ALL, np.arange(len(given)))
    return (everybody, *(group(table.annotators[code], rows) for code, rows in parts(given.annotator)))


def _labels(reference: Reference, table: Judgements) -> tuple[Array, Statistic]:
    """A confusion of a row each: what is right by what was said."""
    given, right = votes.cast(reference.given, table), votes.cast(reference.truth, table)
    classes = len(table.scheme.labels) + 1
    truth = np.zeros(len(table.items), dtype=np.int64)
    truth[right.item] = right.label
    cell = truth[given.item] * classes + given.label
    columns = np.eye(classes * classes)[cell]

    def statistic(sums: Array) -> Mapping[str, Array]:
        table_ = sums.reshape(*sums.shape[:-1], classes, classes)
        hit = ratio(np.trace(table_, axis1=-2, axis2=-1), table_.sum(axis=(-2, -1)))
        return {"accuracy": hit, "cohen": agreement.cohen(table_)}

    return columns, statistic


def _tuples(reference: Reference, table: Judgements) -> tuple[Array, Statistic]:
    """Twice what is shared, and what both name, a row a judgement."""
    given, truth = reference.given, reference.truth
    both = together(given, truth)
    found = units.named(both, table)
    things = combined(found.pair, found.label)
    _, first = np.unique(combined(found.judgement, things), return_index=True)
    judgement = found.judgement[first]
    is_truth = judgement >= len(given)
    group = combined(both.item[judgement], things[first])
    right = np.bincount(group, weights=is_truth)[group] if len(group) else group
    own = ~is_truth
    hits = np.bincount(judgement[own], weights=right[own], minlength=len(given))[: len(given)]
    named = np.bincount(judgement, minlength=len(both))
    of_truth = np.zeros(len(table.items))
    of_truth[truth.item] = named[len(given) :]
    columns = np.stack([2 * hits, named[: len(given)] + of_truth[given.item]], axis=1)
    return columns, lambda sums: {"aligned": ratio(sums[..., 0], sums[..., 1])}
