"""How far annotators agree on single labels of items, by name: percent and Krippendorff's alpha, nominal."""

from collections.abc import Hashable, Iterable

import numpy as np

from annotator.quality import agreement
from annotator.quality.distances import nominal


def between(said: Iterable[tuple[Hashable, str]]) -> tuple[int, float | None, float | None]:
    """Of pairs of item and label: items with two or more labels, percent, alpha. None: undefined."""
    pairs = list(said)
    labels = {label: place for place, label in enumerate(sorted({label for _, label in pairs}))}
    items = {item: place for place, item in enumerate(dict.fromkeys(item for item, _ in pairs))}
    counts = np.zeros((len(items), max(1, len(labels))), dtype=np.int64)
    for item, label in pairs:
        counts[items[item], labels[label]] += 1
    counts = counts[counts.sum(axis=1) >= 2]
    if not len(counts):
        return 0, None, None
    sums = agreement.Sums.of(agreement.summands(counts).sum(axis=0), counts.shape[1])
    alpha = agreement.alpha(sums.coincidences, nominal(counts.shape[1]))
    return len(counts), _number(agreement.percent(sums)), _number(alpha)


def _number(value: object) -> float | None:
    number = float(np.asarray(value))
    return None if np.isnan(number) else number
