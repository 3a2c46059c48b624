"""A Hugging Face dataset in a folder: saved by `save_to_disk`, or one that `load_dataset(FOLDER)` opens.

The one module of this package that imports `datasets` (5 s of CPU); it is loaded when such a folder is
read. Nothing is fetched from the network and no code of the folder is run.

Source: https://huggingface.co/docs/datasets/loading#local-and-remote-files
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import datasets
import pyarrow as pa
from datasets.exceptions import DatasetsError
from yaml import YAMLError

from annotator.errors import BadInput
from annotator.importing.columns import Columns
from annotator.importing.parquet import named
from annotator.importing.rows import Rejected, Row

# What `datasets`, pandas, PyArrow and PyYAML raise for files that are not what they seem.
UNREADABLE: tuple[type[Exception], ...] = (
    *(OSError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError),
    *(StopIteration, DatasetsError, pa.ArrowException, YAMLError),
)
SAVED = ("dataset_dict.json", "state.json")


def read(path: Path, columns: Columns, encoding: str | None) -> Iterator[Row | Rejected]:
    """A row for each row of each split, streamed; `line` counts from 1 in its split.

    A row's split is the one that it lies in, unless it has a column of that name. Of several
    configurations the default one is read.
    """
    try:
        for split, rows in _splits(path).items():
            yield from _rows(path, split, rows, columns)
    except UNREADABLE as error:
        said = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise BadInput(path, f"is no dataset folder that can be opened: {said}") from error


def _splits(path: Path) -> Mapping[str, Any]:
    """The rows of each split by its name; "" where a single dataset was saved without one."""
    if any((path / name).exists() for name in SAVED):
        saved = datasets.load_from_disk(str(path))
        single = isinstance(saved, datasets.Dataset)
        return {str(saved.split or ""): saved} if single else dict(saved)
    found = datasets.load_dataset(str(path), streaming=True)  # no copy in a cache
    return {str(split): rows for split, rows in found.items()}


def _rows(path: Path, split: str, rows: Any, columns: Columns) -> Iterator[Row | Rejected]:
    features = rows.features or {}  # streamed CSV and JSON do not tell theirs before they are read
    if features:
        columns.check(path, [*features, "split"], line=None)
    classes = {
        column: list(feature.names)
        for column, feature in features.items()
        if isinstance(feature, datasets.ClassLabel)
    }
    place = f"{path} [{split}]" if split else path
    for line, cells in enumerate(rows, 1):
        if split and cells.get("split") is None:
            cells["split"] = split
        yield named(place, columns, line, cells, classes)
    columns.check_met(path)
