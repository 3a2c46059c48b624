"""Parquet files, a batch at a time. Loaded when one is read: pyarrow is no weight for the web process.

Source: https://parquet.apache.org/docs/file-format/ ; class names stand where the `datasets` library
writes them, in the schema's metadata under "huggingface".
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from annotator.errors import BadInput
from annotator.importing.columns import Columns
from annotator.importing.rows import Rejected, Row
from annotator.importing.source import beginning, unreadable

BATCH = 1_000  # rows


def read(path: Path, columns: Columns, encoding: str | None) -> Iterator[Row | Rejected]:
    """A row for each row; `line` counts them from 1. Class numbers become class names."""
    beginning(path)
    try:
        with pq.ParquetFile(path) as file:
            columns.check(path, file.schema_arrow.names, line=None)
            classes = class_names(file.schema_arrow)
            line = 0
            for batch in file.iter_batches(batch_size=BATCH):
                for cells in batch.to_pylist():
                    line += 1
                    yield named(path, columns, line, cells, classes)
    except pa.ArrowException as error:
        raise BadInput(path, f"is no Parquet file that can be read: {_first_line(error)}") from error
    except OSError as error:
        raise unreadable(path, error) from error


def named(
    path: object,
    columns: Columns,
    line: int,
    cells: dict[str, object],
    classes: Mapping[str, list[str]],
) -> Row | Rejected:
    """The row of these cells, with the names of its classes for their numbers; -1 is no label."""
    for column, names in classes.items():
        number = cells.get(column)
        if not isinstance(number, int):
            continue
        if not -1 <= number < len(names):
            return Rejected(str(path), line, column, f"is class {number}, of {len(names)} from 0")
        cells[column] = None if number == -1 else names[number]
    return columns.build(path, line, cells)


def class_names(schema: pa.Schema) -> dict[str, list[str]]:
    """The names of each column's classes, where `datasets` wrote them; {} elsewhere."""
    said = (schema.metadata or {}).get(b"huggingface")
    try:
        features = json.loads(said)["info"]["features"] if said else {}
        return {
            column: list(feature["names"])
            for column, feature in features.items()
            if isinstance(feature, dict) and feature.get("_type") == "ClassLabel"
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}  # somebody else's key of the same name


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
