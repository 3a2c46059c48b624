"""Whether probabilities mean what they say, and how near they come to the annotators' own shares."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial.distance import jensenshannon

BINS = 10


@dataclass(frozen=True)
class Reliability:
    """ece: mean distance, 0–1, between confidence and accuracy, over bins of confidence by their rows.

    bins: of each that has rows (lowest, highest, mean confidence, accuracy, rows).
    """

    ece: float
    bins: list[tuple[float, float, float, float, int]]


@dataclass(frozen=True)
class Soft:
    """The model's distribution against the annotators', over the `n` rows that several people judged.

    cross_entropy: in nats, with the annotators' shares as the truth; entropy: the least that it can be.
    divergence: mean Jensen–Shannon divergence, base 2, 0 (the same) to 1.
    """

    cross_entropy: float
    entropy: float
    divergence: float
    n: int


def reliability(shares: NDArray[np.float64], right: NDArray[np.bool_]) -> Reliability:
    """Calibration error of probabilities, (n_rows, n_labels); `right`, (n_rows,), is whose label was.

    Source: Guo et al. 2017, https://arxiv.org/abs/1706.04599; equal-width bins of the highest probability.
    """
    sure = shares.max(axis=1)
    number = np.minimum((sure * BINS).astype(int), BINS - 1)
    bins = [
        (
            float(each / BINS),
            float((each + 1) / BINS),
            float(sure[number == each].mean()),
            float(right[number == each].mean()),
            int(np.sum(number == each)),
        )
        for each in np.unique(number)
    ]
    return Reliability(sum(abs(mean - hits) * n for _, _, mean, hits, n in bins) / len(sure), bins)


def soft(shares: NDArray[np.float64], rows: pd.DataFrame, labels: Sequence[str]) -> Soft | None:
    """The model's shares, (n_rows, n_labels) in label order, against the column "label_distribution".

    None where the rows have no distributions of several people.

    Source: soft evaluation, Uma et al. 2021, Learning from Disagreement, https://doi.org/10.1613/jair.1.12752
    """
    if not {"label_distribution", "n_annotators"} <= set(rows.columns):
        return None
    several = rows["label_distribution"].notna() & (rows["n_annotators"].fillna(0) > 1)
    truth = [np.asarray(each, dtype=float) for each in rows.loc[several, "label_distribution"]]
    sums = np.array([each.sum() for each in truth])
    if not len(sums) or not (sums > 0).any():
        return None
    people = np.array(truth)[sums > 0] / sums[sums > 0, None]  # whoever saw no such stance is left out
    model = np.clip(shares[several.to_numpy()][sums > 0], 1e-6, None)
    model /= model.sum(axis=1, keepdims=True)
    surprise = -np.sum(people * np.log(model), axis=1)
    own = -np.sum(people * np.log(np.where(people > 0, people, 1)), axis=1)
    apart = jensenshannon(people, model, base=2, axis=1) ** 2
    return Soft(float(surprise.mean()), float(own.mean()), float(np.nan_to_num(apart).mean()), len(people))
