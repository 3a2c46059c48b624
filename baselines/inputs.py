"""What is to be predicted: a release's items, or a table of texts and targets; batches of `data.ROW`."""

import csv
import json
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from annotator.errors import BadInput, NotFound
from baselines import data, sources
from baselines.foreign import HUB_NAME
from baselines.notes import BaselineWarning
from baselines.persist import ModelCard

BATCH = 10_000
NEEDED = ("text", "target")
LONGEST = 10_000_000  # characters of a cell, as at import; the csv module's own limit is a long article
SURROGATE = re.compile("[\ud800-\udfff]")
Rows = Iterator[tuple[int, Mapping[str, Any]]]  # each with its line


def read(
    path: Path,
    *,
    every: bool = False,
    columns: Mapping[str, str] | None = None,
    cards: Sequence[ModelCard] = (),
) -> Iterator[pd.DataFrame]:
    """The rows of a release folder, a csv, tsv, jsonl or parquet file, or of another dataset.

    BATCH at a time, in their order.

    Columns item_id (null where a table has none), text, target, holder ("author" by default).
    Items of a release that fix no target give a row for each holder and target of their stances; those
    without a stance cannot be asked and are told (`BaselineWarning`). With `every` each item is one row, of
    the target `data.ANY`: detection asks of a segment as it stands. `columns` and `cards` as in
    `sources.read`.

    Raises
    ------
    NotFound
        If there is no such file.
    BadInput
        If a row has no text or no target, or the file cannot be read.
    """
    if columns or path.is_dir() or (not path.exists() and HUB_NAME.fullmatch(str(path))):
        release = sources.read(path, columns=columns, cards=cards, is_labelled=False)
        return _release(release, every=every)
    if not path.is_file():
        raise NotFound(f"There is no {path}: give a release folder or a csv, tsv, jsonl or parquet file.")
    if path.suffix.lower() not in READERS:
        raise BadInput(path, f"has a suffix that tells no format: it must be one of {', '.join(READERS)}")
    return _table(path)


def release_of(path: Path) -> str | None:
    """The slug/number of the release whose items are asked; None for a table, whose ids may be anybody's."""
    return data.read_release(path).name if (path / "release.json").is_file() else None


def _release(release: data.Release, *, every: bool) -> Iterator[pd.DataFrame]:
    left_out = 0
    for items in data.items(release, batch=BATCH):
        if items["text"].isna().all():
            raise BadInput(
                release.path,
                "was released without its texts: give a release that has them (standpoint rehydrate)",
            )
        if every:
            yield items.assign(target=data.ANY, holder="unspecified")[data.ROW]
            continue
        asked = _asked(items)
        left_out += items["item_id"].nunique() - asked["item_id"].nunique()
        yield asked
    if left_out:
        told = f"items that fix no target and have no stance yet get no suggestion: {left_out:,}"
        warnings.warn(told, BaselineWarning, stacklevel=2)


def _asked(items: pd.DataFrame) -> pd.DataFrame:
    """The rows that a batch of items asks for, in the items' order."""
    fixed = items["target"].notna()
    free = items[~fixed].explode("stances").dropna(subset=["stances"])
    free["target"] = [stance["target"] for stance in free["stances"]]
    free["holder"] = [stance["holder"] for stance in free["stances"]]
    rows = pd.concat([items[fixed], free]).sort_index(kind="stable")[data.ROW]
    return rows.assign(holder=rows["holder"].fillna("author")).drop_duplicates(ignore_index=True)


def _table(path: Path) -> Iterator[pd.DataFrame]:
    rows = (_row(path, line, row) for line, row in READERS[path.suffix.lower()](path))
    while batch := list(islice(rows, BATCH)):
        yield pd.DataFrame(batch, columns=data.ROW)


def _row(path: Path, line: int, row: Mapping[str, Any]) -> dict[str, str | None]:
    for column in NEEDED:
        if not isinstance(row[column], str) or not row[column].strip():
            raise BadInput(path, "is empty, or no text", line=line, column=column)
    name = row.get("item_id", row.get("id"))
    found = {
        "item_id": None if name in (None, "") else str(name),
        "text": row["text"],
        "target": row["target"],
        "holder": str(row.get("holder") or "author"),
    }
    for column, value in found.items():
        if value and SURROGATE.search(value):
            raise BadInput(
                path,
                "holds half of a character (a lone surrogate): take it out of the file",
                line=line,
                column=column,
            )
    return found


def _check_columns(path: Path, names: Iterable[str], *, line: int | None = None) -> None:
    names = list(names)
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise BadInput(path, "is there twice: give each column its own name", line=line, column=twice)
    absent = [column for column in NEEDED if column not in names]
    if absent:
        raise BadInput(path, f"has no column {absent[0]}; there are {', '.join(names) or 'none'}", line=line)


def _separated(path: Path) -> Rows:
    csv.field_size_limit(LONGEST)
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file, delimiter=delimiter, strict=True)
        try:
            _check_columns(path, rows.fieldnames or ())
            for row in rows:
                if None in row or None in row.values():
                    width = len(rows.fieldnames or ())
                    raise BadInput(path, f"has not the {width} fields of the header", line=rows.line_num)
                yield rows.line_num, row
        except UnicodeDecodeError as error:
            raise _not_utf8(path, error) from error
        except csv.Error as error:
            raise BadInput(path, f"cannot be read: {error}", line=rows.reader.line_num) from error


def _json_lines(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig") as file:
        try:
            for line, text in enumerate(file, start=1):
                row = json.loads(text) if text.strip() else None
                if isinstance(row, dict):
                    _check_columns(path, row, line=line)
                    yield line, row
                elif row is not None or text.strip():
                    raise BadInput(path, "is no JSON object", line=line)
        except UnicodeDecodeError as error:
            raise _not_utf8(path, error) from error
        except json.JSONDecodeError as error:
            raise BadInput(path, f"is not JSON: {error.msg}", line=line, column=error.colno) from error
        except RecursionError as error:
            raise BadInput(path, "is JSON nested too deeply to be read", line=line) from error


def _parquet(path: Path) -> Rows:
    try:
        with pq.ParquetFile(path) as file:
            _check_columns(path, file.schema_arrow.names)
            columns = [name for name in (*data.ROW, "id") if name in file.schema_arrow.names]
            row = 0
            for batch in file.iter_batches(batch_size=BATCH, columns=columns):
                for values in batch.to_pylist():
                    yield (row := row + 1), values
    except pa.ArrowException as error:
        raise BadInput(path, f"is no Parquet file: {error}") from error


def _not_utf8(path: Path, error: UnicodeDecodeError) -> BadInput:
    return BadInput(path, f"is not UTF-8 (byte {error.object[error.start]:#04x}): save it as UTF-8")


READERS = {
    ".csv": _separated,
    ".tsv": _separated,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".parquet": _parquet,
}
