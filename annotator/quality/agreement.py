"""Agreement coefficients, from how often each item was given each label.

Every coefficient is a function of sums over items (`summands` gives what is summed), and takes any number
of such sums at once: so a thousand resamples cost one matrix product. Missing judgements are allowed
everywhere: who did not judge an item is not counted there.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from annotator.quality.distances import Matrix, nominal, ordinal

Array = NDArray[np.float64]


class Sums(NamedTuple):
    """Sums over items. The leading dimensions are those of the resamples, if any."""

    coincidences: Array  # (…, K, K): pairs of values within items, each item weighed by 1/(m − 1)
    agreed: Array  # (…): the share of pairs that agree, summed over items judged by two or more
    compared: Array  # (…): the number of those
    shares: Array  # (…, K): the share of each label among an item's judgements, summed over items
    judged: Array  # (…): the number of items

    @classmethod
    def of(cls, sums: Array, labels: int) -> "Sums":
        """From the columns that `summands` gives, summed."""
        square = labels * labels
        return cls(
            sums[..., :square].reshape(*sums.shape[:-1], labels, labels),
            sums[..., square],
            sums[..., square + 1],
            sums[..., square + 2 : square + 2 + labels],
            sums[..., square + 2 + labels],
        )


def width(labels: int) -> int:
    """How many columns `summands` has."""
    return labels * labels + labels + 3


def summands(counts: NDArray[np.int64] | Array) -> Array:
    """What `Sums` are the sums of, a row an item; `counts` is of shape (n, K): items × labels."""
    counts = np.asarray(counts, dtype=np.float64)
    judges = counts.sum(axis=1)
    labels = counts.shape[1]
    pairs = counts[:, :, None] * counts[:, None, :]
    pairs[:, np.arange(labels), np.arange(labels)] -= counts
    compared = judges >= 2
    pairs = np.where(compared, 1 / np.maximum(judges - 1, 1), 0)[:, None, None] * pairs
    agreed = np.trace(pairs, axis1=1, axis2=2) / np.maximum(judges, 1)
    shares = counts / np.maximum(judges, 1)[:, None]
    columns = (pairs.reshape(len(counts), -1), agreed[:, None], compared[:, None], shares)
    return np.concatenate([*columns, (judges > 0)[:, None]], axis=1)


def percent(sums: Sums) -> Array:
    """The share of pairs of annotators who agree, mean over items judged by two or more."""
    return ratio(sums.agreed, sums.compared)


def alpha(coincidences: Array, distance: Array) -> Array:
    """Krippendorff's alpha for any distance between labels, of shape (…, K, K).

    Undefined (NaN) where all judgements are the same: nothing could have been disagreed on.

    Source: Krippendorff (2011), Computing Krippendorff's Alpha-Reliability,
    https://repository.upenn.edu/asc_papers/43. `distance` is the squared difference δ² there.
    """
    marginals = coincidences.sum(axis=-1)
    total = marginals.sum(axis=-1)
    observed = (coincidences * distance).sum(axis=(-2, -1)) * (total - 1)
    expected = (marginals[..., :, None] * marginals[..., None, :] * distance).sum(axis=(-2, -1))
    return 1 - ratio(observed, expected)


def alpha_ordinal(coincidences: Array, ranks: Sequence[int]) -> Array:
    """Alpha over ranks: `distances.ordinal` of the same sums."""
    return alpha(coincidences, ordinal(coincidences.sum(axis=-1), ranks))


def fleiss(sums: Sums) -> Array:
    """Fleiss' kappa; with missing judgements, each item's shares weigh the same.

    Source: Fleiss (1971), Measuring Nominal Scale Agreement Among Many Raters, Psychological Bulletin
    76(5); for missing judgements Gwet (2014), Handbook of Inter-Rater Reliability, 4th ed., section 2.6.
    """
    chance = ((sums.shares / sums.judged[..., None]) ** 2).sum(axis=-1)
    return ratio(percent(sums) - chance, 1 - chance)


def ac1(sums: Sums) -> Array:
    """Gwet's AC1. The number of labels is that of the scheme, used or not.

    Source: Gwet (2008), Computing inter-rater reliability and its variance in the presence of high
    agreement, https://doi.org/10.1348/000711006X126600; missing judgements as in Gwet (2014).
    """
    shares = sums.shares / sums.judged[..., None]
    labels = sums.shares.shape[-1]
    if labels < 2:
        return np.full(sums.agreed.shape, np.nan)
    chance = (shares * (1 - shares)).sum(axis=-1) / (labels - 1)
    return ratio(percent(sums) - chance, 1 - chance)


def cohen(table: Array) -> Array:
    """Cohen's kappa of tables of shape (…, K, K): what one said by what the other said.

    Source: Cohen (1960), A Coefficient of Agreement for Nominal Scales,
    https://doi.org/10.1177/001316446002000104.

    >>> round(float(cohen(np.array([[20.0, 5.0], [10.0, 15.0]]))), 3)
    0.4
    """
    total = table.sum(axis=(-2, -1))
    agreed = ratio(np.trace(table, axis1=-2, axis2=-1), total)
    chance = ratio((table.sum(axis=-1) * table.sum(axis=-2)).sum(axis=-1), total**2)
    return ratio(agreed - chance, 1 - chance)


def of_labels(sums: Array, labels: int, distance: Matrix, ranks: Sequence[int | None]) -> Mapping[str, Array]:
    """All coefficients of one question with one answer: percent, alphas, Fleiss, AC1."""
    parts = Sums.of(sums, labels)
    figures = {"percent": percent(parts), **alphas(parts.coincidences, distance, ranks)}
    return {**figures, "fleiss": fleiss(parts), "ac1": ac1(parts)}


def alphas(coincidences: Array, distance: Matrix, ranks: Sequence[int | None]) -> dict[str, Array]:
    """Nominal and polarity, and ordinal where every label has a rank."""
    labels = coincidences.shape[-1]
    figures = {"nominal": alpha(coincidences, nominal(labels))}
    graded = [rank for rank in ranks if rank is not None]
    if len(graded) == labels and labels:
        figures["ordinal"] = alpha_ordinal(coincidences, graded)
    return {**figures, "polarity": alpha(coincidences, distance)}


def ratio(above: Array, below: Array) -> Array:
    """NaN where there is nothing below. Tiny remainders of subtraction count as nothing."""
    above, below = np.broadcast_arrays(np.asarray(above, dtype=np.float64), below)
    found = np.full(above.shape, np.nan)
    np.divide(above, below, out=found, where=np.abs(below) > 1e-12)
    return found
