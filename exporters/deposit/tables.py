"""The Parquet files of a config → one CSV file, a batch at a time, counted on the way.

Lists, spans and stances are JSON in their cell, labels are names, times ISO 8601 in UTC. Null is an empty
cell. A cell that a spreadsheet would run gets an apostrophe in front, and the column `escaped` names it, as
in `standpoint export --format csv`. A byte order mark tells spreadsheets that the file is UTF-8.

Source: RFC 4180, https://www.rfc-editor.org/rfc/rfc4180
"""

import csv
import io
import json
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from datasets import ClassLabel, Features, List, Value

from exporters import parquet, schema
from exporters.deposit.archive import Hashed
from exporters.deposit.counting import Counts
from exporters.formats.csv import DANGEROUS, ESCAPED
from exporters.grouped import grouped

BATCH = 1_000  # rows in memory
JSON = json.JSONEncoder(ensure_ascii=False).encode
SPLIT = "split"
Cell = Callable[[Any], str]


def write(part: Path, config: str, features: Features, stream: Hashed) -> Counts:
    """Write all rows of a config, split after split; what was counted."""
    counts = Counts(features)
    names = [SPLIT, *features]
    stream.write(BOM_UTF8 + _lines([[*names, ESCAPED]]))
    cells = {name: cell(feature) for name, feature in features.items()}
    for split, batch in _batches(part, config):
        counts.add(split, batch)
        told = [
            [cells[name](value) for value in batch.column(name).to_pylist()] for name in batch.schema.names
        ]
        stream.write(_lines(_row(names, [split, *row]) for row in zip(*told, strict=True)))
    return counts


def cell(feature: Any) -> Cell:
    """How a column of this type is told in a cell; null is nothing."""
    plain = _plain(feature)
    if isinstance(feature, (List, dict)):
        return lambda value: ("" if value is None else "[]") if not value else JSON(plain(value))
    if feature == Value("bool"):
        return lambda value: "" if value is None else str(value).lower()
    return lambda value: "" if value is None else str(plain(value))


def _plain(feature: Any) -> Callable[[Any], Any]:
    """How a value of this type is told in JSON."""
    if isinstance(feature, ClassLabel):
        return _nullable(feature.names.__getitem__)
    if isinstance(feature, List):
        of = _plain(feature.feature)
        return _nullable(lambda values: [of(value) for value in values])
    if isinstance(feature, dict):
        columns = {name: _plain(inner) for name, inner in feature.items()}
        return _nullable(lambda row: {name: told(row[name]) for name, told in columns.items()})
    if feature == Value("float32"):
        return _nullable(lambda value: float(str(np.float32(value))))  # 0.1, and not 0.10000000149011612
    if feature.dtype.startswith("timestamp"):
        return _nullable(_when)
    return lambda value: value


def _nullable(told: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else told(value)


def _when(value: datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")


def _batches(part: Path, config: str) -> Iterator[tuple[str, pa.RecordBatch]]:
    rows = parquet.GROUP_DOCUMENTS if config == "documents" else BATCH
    for split in schema.SPLITS:
        for shard in sorted((part / "data" / config).glob(f"{split}-*.parquet")):
            with grouped(shard) as file:
                for batch in file.iter_batches(rows):
                    yield split, batch


def _row(names: Sequence[str], cells: list[str]) -> list[str]:
    escaped = [at for at, told in enumerate(cells) if told.startswith(DANGEROUS)]
    for at in escaped:
        cells[at] = f"'{cells[at]}"
    return [*cells, " ".join(names[at] for at in escaped)]


def _lines(rows: Any) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue().encode()
