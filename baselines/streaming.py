"""Training on more rows than fit into memory: batches straight from the release's Parquet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import datasets
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from annotator.errors import Invalid
from baselines import data
from baselines.data import ROW
from baselines.hashed import BATCH, passes


@dataclass(frozen=True)
class Seen:
    """How many rows each label has of each target."""

    rows: int
    targets: dict[str, dict[str, int]]


def fit_streaming(
    estimator: Any, release: data.Release, splits: Sequence[str], config: str, *, seed: int
) -> Seen:
    """Fit the estimator by `partial_fit`, the rows in a random order, each label weighing alike.

    Memory holds BATCH rows, and of all rows the target and the label. The same seed gives the same model.

    Raises as `data.gold` does.
    """
    with data.opened(release, config) as found:
        whole = datasets.concatenate_datasets(
            [data.split_of(found, split, release).select_columns([*ROW, "label"]) for split in splits]
        )
        about = _about(whole, release)
        labels = sorted(about["label"].unique())
        if len(labels) < 2:
            raise Invalid(f"There is nothing to learn: the {len(about)} rows have one label, or none.")
        weights = len(about) / (len(labels) * about["label"].value_counts())
        rng = np.random.default_rng(seed)
        for _ in range(passes(len(about))):
            order = rng.permutation(about.index.to_numpy())
            for start in range(0, len(order), BATCH):
                part = rng.permutation(order[start : start + BATCH])
                rows = _rows(whole, release, part)
                y = np.asarray(rows["label"], dtype=str)
                estimator.partial_fit(
                    rows[ROW], y, classes=labels, sample_weight=rows["label"].map(weights).to_numpy()
                )
    return Seen(len(about), counted(about))


def _about(whole: datasets.Dataset, release: data.Release) -> pd.DataFrame:
    """Target and label of the rows that have both, by their numbers."""
    about = data.frame_of(whole, release, ["target", "label"]).dropna()
    names = dict(enumerate(release.labels))
    return about.assign(
        label=about["label"].astype(int).map(names), target=about["target"].astype("category")
    )


def _rows(whole: datasets.Dataset, release: data.Release, numbers: NDArray[np.int64]) -> pd.DataFrame:
    """The rows of these numbers, in this order; one without a text has an empty one."""
    order = np.argsort(numbers)
    rows = data.frame_of(whole.select(numbers[order]), release, [*ROW, "label"]).iloc[np.argsort(order)]
    data.check_texts(rows, release)
    names = dict(enumerate(release.labels))
    return rows.assign(
        text=rows["text"].fillna(""),
        holder=rows["holder"].fillna("author"),
        label=rows["label"].astype(int).map(names),
    )


def counted(rows: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Rows of each label of each target, targets by name."""
    counts = rows.groupby(["target", "label"], observed=True).size()
    found: dict[str, dict[str, int]] = {}
    for (target, label), n in zip(counts.index.tolist(), counts.tolist(), strict=True):
        found.setdefault(target, {})[label] = n
    return found
