"""The tables in CSV: the rows of the Parquet files, and no cell that a spreadsheet would run."""

import csv
import io
import json
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exporters import parquet, schema
from exporters.deposit import archive, tables
from exporters.formats.csv import DANGEROUS
from tests.exporters.deposit.conftest import Deposited
from tests.exporters.deposit.filled import directed, fill, hostile, opened
from tests.exporters.made_project import Make

NAMES = ["FAVOR", "AGAINST", "NONE"]


def rows_of(text: str) -> list[dict[str, str]]:
    """The rows of a table, read as README.txt says."""
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    for row in rows:
        for name in row.pop("escaped").split():
            assert row[name].startswith("'")
            row[name] = row[name][1:]
    return rows


def parquet_rows(folder: Path, config: str) -> list[dict[str, Any]]:
    """The same rows from the release."""
    return [
        {"split": split} | row
        for split in schema.SPLITS
        for shard in sorted((folder / "data" / config).glob(f"{split}-*.parquet"))
        for row in pq.read_table(shard).to_pylist()
    ]


def same(cell: str, value: Any) -> bool:
    """Whether a cell tells this value of the Parquet file."""
    if value is None or value == "":
        return cell == ""
    if isinstance(value, bool):
        return cell == ("true" if value else "false")
    if isinstance(value, float):
        return np.float32(cell) == np.float32(value)
    if isinstance(value, datetime):
        return datetime.fromisoformat(cell) == value
    if isinstance(value, list):
        told = json.loads(cell)
        return len(told) == len(value) and all(map(_alike, told, value))
    return cell == str(value)


def _alike(told: Any, value: Any) -> bool:
    if isinstance(value, float):
        return np.float32(told) == np.float32(value)
    if isinstance(value, dict) and "label" in value:
        return told == value | {"label": NAMES[value["label"]]}
    return told == value


@pytest.mark.parametrize(
    ("kind", "hold_out"), [(fill, "document"), (directed, "document"), (opened, None), (hostile, None)]
)
def test_every_cell_tells_what_the_parquet_holds(
    kind: Callable[[Make], object], hold_out: str | None, deposited: Callable[..., Deposited]
) -> None:
    """Two publications of one dataset that differ are two datasets."""
    made = deposited(kind, hold_out=hold_out)

    for config in (*schema.CONFIGS, *([f"gold_by_{hold_out}"] if hold_out else [])):
        told, held = rows_of(made.text(f"{config}.csv")), parquet_rows(made.folder, config)
        assert len(told) == len(held) > 0
        for row, values in zip(told, held, strict=True):
            assert list(row) == list(values)
            for name, value in values.items():
                is_label = name == "label" and value is not None
                assert same(row[name], NAMES[value] if is_label else value), (config, name)


def test_no_cell_is_a_formula(deposited: Callable[..., Deposited]) -> None:
    """A tweet that begins with = must not send a curator's table to a stranger."""
    made = deposited(hostile)

    guarded = 0
    for path in made.files.glob("*.csv"):
        text = path.read_bytes().decode("utf-8-sig")
        for row in csv.reader(io.StringIO(text, newline="")):
            assert not any(cell.startswith(DANGEROUS[:-1]) for cell in row)
            guarded += sum(cell.startswith("'") for cell in row)
    assert guarded > 20


CELLS = st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
TIMES = st.none() | st.datetimes(timezones=st.just(UTC))


@settings(deadline=None)
@given(texts=st.lists(st.tuples(CELLS, CELLS, TIMES), min_size=1, max_size=4))
def test_whatever_texts_hold_comes_back(texts: list[tuple[str | None, str | None, datetime | None]]) -> None:
    """A line end or a quotation mark in a tweet shifts every column after it."""
    with TemporaryDirectory() as folder:
        documents = [_document(number, *told) for number, told in enumerate(texts)]
        told = rows_of(_written(Path(folder), documents))

    for row, document in zip(told, documents, strict=True):
        assert all(same(row[name], value) for name, value in document.items())


def test_memory_holds_a_batch(tmp_path: Path) -> None:
    """A dataset of millions of rows is deposited on a laptop."""
    few, many = (_peak(tmp_path / str(number), number) for number in (2_000, 20_000))

    assert many < few * 1.5


def _peak(folder: Path, number: int) -> int:
    """Bytes that were held at most while so many documents were written."""
    with parquet.writing(folder, NAMES) as written:
        for each in range(number):
            written.append("documents", "train", _document(each, "t" * 300, None, None))
    with (
        archive.writing(folder / "deposit.zip", "p") as deposit,
        deposit.adding("documents.csv") as stream,
    ):
        tracemalloc.start()
        counts = tables.write(folder, "documents", schema.features("documents", NAMES), stream)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert counts.rows == {"train": number}
    return peak


def _document(number: int, text: str | None, title: str | None, when: datetime | None) -> dict[str, Any]:
    nothing = dict.fromkeys(schema.features("documents", NAMES))
    return nothing | {"id": f"d{number}", "text": text, "title": title, "published_at": when}


def _written(folder: Path, documents: list[dict[str, Any]]) -> str:
    with parquet.writing(folder, NAMES) as written:
        for document in documents:
            written.append("documents", "test", document)
    stream = io.BytesIO()
    tables.write(folder, "documents", schema.features("documents", NAMES), archive.Hashed(stream))
    return stream.getvalue().decode()


@pytest.mark.parametrize("when", [datetime(1969, 7, 20, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)])
def test_times_are_told_to_the_microsecond(when: datetime, tmp_path: Path) -> None:
    """Two answers within a second have an order."""
    exact = when + timedelta(microseconds=1)
    (row,) = rows_of(_written(tmp_path, [_document(0, "t", None, exact)]))

    assert row["published_at"] == f"{exact:%Y-%m-%dT%H:%M:%S}.000001Z"
