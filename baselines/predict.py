"""A model and texts → suggestions.parquet: a label for each text, and how sure the model is of it."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy.stats import entropy

from annotator.errors import Unusable
from baselines.answers import answers
from baselines.models import ANY
from baselines.persist import Model
from exporters.files import replacing

SUGGESTIONS = pa.schema(
    {
        "item_id": pa.string(),
        "holder": pa.string(),  # null, and so is target, where the whole item is spoken of: any stance here?
        "target": pa.string(),
        "label": pa.string(),
        "label_distribution": pa.list_(pa.struct({"label": pa.string(), "p": pa.float32()})),
        "uncertainty": pa.float32(),  # 0–1: entropy of the distribution; 1 for an unseen target
        "model": pa.string(),  # the recipe
        "model_sha256": pa.string(),
        "release": pa.string(),  # slug/number of the release whose items these are; null for a table
        "created_at": pa.timestamp("us", tz="UTC"),
    }
)


def predict(
    model: Model, batches: Iterable[pd.DataFrame], path: Path, *, now: datetime, release: str | None = None
) -> int:
    """Write a suggestion for each row of `batches` (columns `data.ROW`), in order; returns their number.

    `release` is whose items they are, slug/number; an import holds it against its project. The label is the
    model's decision, the distribution has every label of the scheme in its order. Nothing is left at `path`
    if a batch cannot be read.

    Raises
    ------
    Unusable
        If it cannot be written: no right, no space.
    """
    if not path.parent.is_dir():
        raise Unusable(f"{path.parent} is no folder: make it, or write elsewhere.")
    written = 0
    try:
        with replacing(path) as part, pq.ParquetWriter(part, SUGGESTIONS) as writer:
            for rows in batches:
                if len(rows):
                    writer.write_table(suggest(model, rows, now=now, release=release))
                    written += len(rows)
    except OSError as error:
        raise Unusable(f"{path} cannot be written: {error.strerror or error}.") from error
    return written


def suggest(model: Model, rows: pd.DataFrame, *, now: datetime, release: str | None = None) -> pa.Table:
    """The suggestions for `rows`, one each, under SUGGESTIONS.

    Detection speaks of whole items: without holder and target.
    """
    labels = [label.name for label in model.card.labels]
    decided, found = answers(model.estimator, rows)
    shares = np.zeros((len(rows), len(labels)))
    shares[:, [labels.index(label) for label in model.estimator.classes_]] = found
    is_whole = model.card.task == ANY
    met = is_whole | rows["target"].isin(model.card.training.targets).to_numpy()
    columns = {
        "item_id": rows["item_id"].tolist(),
        "holder": [None] * len(rows) if is_whole else rows["holder"].tolist(),
        "target": [None] * len(rows) if is_whole else rows["target"].tolist(),
        "label": decided.tolist(),
        "label_distribution": _distributions(shares, labels),
        "uncertainty": np.where(met, entropy(shares, axis=1) / np.log(len(labels)), 1.0),
        "model": [model.card.recipe] * len(rows),
        "model_sha256": [model.card.sha256] * len(rows),
        "release": [release] * len(rows),
        "created_at": [now] * len(rows),
    }
    return pa.table(
        [
            column if isinstance(column, pa.Array) else pa.array(column, type=SUGGESTIONS.field(name).type)
            for name, column in columns.items()
        ],
        schema=SUGGESTIONS,
    )


def _distributions(shares: NDArray[np.float64], labels: list[str]) -> pa.Array:
    """A list of {label, p} a row, in label order, from shares of shape (n_rows, n_labels)."""
    n_rows, n_labels = shares.shape
    names = pa.array(labels * n_rows, type=pa.string())
    pairs = pa.StructArray.from_arrays(
        [names, pa.array(shares.ravel(), type=pa.float32())], names=["label", "p"]
    )
    return pa.ListArray.from_arrays(np.arange(0, n_rows * n_labels + 1, n_labels, dtype=np.int32), pairs)
