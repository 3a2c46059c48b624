"""Rows → Parquet shards that `datasets.load_dataset` opens with their label names.

The same rows give the same bytes: the size of row groups and shards, the compression and the schema's
metadata are fixed here, and the only name in a file is that of the pyarrow that wrote it.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from datasets import Features

from exporters import schema
from exporters.rows import Row

GROUP = 5_000  # rows of a row group
GROUP_DOCUMENTS = 500  # they may be long
SHARD = 256 * 2**20  # bytes on disk after which a new shard is begun


@dataclass
class Split:
    """One split of one config, being written. Memory holds a row group of it."""

    folder: Path
    name: str
    schema: pa.Schema
    group: int
    shard_bytes: int
    rows: int = 0
    bytes: int = 0  # in memory, uncompressed
    shards: list[Path] = field(default_factory=list)
    _waiting: list[Row] = field(default_factory=list)
    _pieces: list[pa.Table] = field(default_factory=list)
    _writer: Any = None
    _file: Any = None

    def append(self, row: Row) -> None:
        """Add a row; every so many are written."""
        self._waiting.append(row)
        if len(self._waiting) == self.group:
            self._write_waiting()

    def extend(self, piece: pa.Table) -> None:
        """Add rows that are Arrow's already. To a split they all come in this way, or none."""
        self._pieces.append(piece)
        while sum(map(len, self._pieces)) >= self.group:
            whole = pa.concat_tables(self._pieces)
            self._pieces = [whole.slice(self.group)]
            self._write(_compact(whole.slice(0, self.group)))

    def finish(self) -> None:
        """Write what waits, and give the shards the names that say how many they are."""
        if self._waiting:
            self._write_waiting()
        if sum(map(len, self._pieces)):
            self._write(_compact(pa.concat_tables(self._pieces)))
        self.close()
        for number, shard in enumerate(self.shards):
            name = f"{self.name}-{number:05d}-of-{len(self.shards):05d}.parquet"
            self.shards[number] = shard.rename(shard.with_name(name))

    def close(self) -> None:
        """Let go of the file, whole or not."""
        if self._writer is not None:
            self._writer.close()
            self._file.close()
            self._writer = None

    def _write_waiting(self) -> None:
        table = as_table(self._waiting, self.schema)
        self._waiting = []
        self._write(table)

    def _write(self, table: pa.Table) -> None:
        if self._writer is None:
            self._open()
        self._writer.write_table(table, row_group_size=self.group)
        self.rows += len(table)
        self.bytes += table.nbytes
        if self._file.tell() >= self.shard_bytes:
            self.close()

    def _open(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        shard = self.folder / f"{self.name}-{len(self.shards):05d}.parquet"
        self._file = shard.open("xb")
        self._writer = pq.ParquetWriter(self._file, self.schema, compression="zstd", version="2.6")
        self.shards.append(shard)


def as_table(rows: Sequence[Row], schema: pa.Schema) -> pa.Table:
    """Rows as columns."""
    if not rows:
        return schema.empty_table()
    columns = [
        pa.array(values, type=kind)
        for values, kind in zip(_transposed(rows, schema), schema.types, strict=True)
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _compact(table: pa.Table) -> pa.Table:
    """Each column in one piece, with nothing around it: as `as_table` makes it, to the byte."""
    columns = []
    for column in table.columns:
        assert column.null_count >= 0  # counted, so that what has no nulls is not told where they are
        columns.append(pa.concat_arrays(column.chunks) if column.num_chunks else column.combine_chunks())
    return pa.Table.from_arrays(columns, schema=table.schema)


def _transposed(rows: Sequence[Row], schema: pa.Schema) -> Iterator[tuple[Any, ...]]:
    """The columns of the rows, in the schema's order. One pass over each row: they lie far apart."""
    return zip(*map(itemgetter(*schema.names), rows), strict=True)


class Tables:
    """All configs of a release, being written."""

    def __init__(self, folder: Path, labels: Sequence[str], *, shard_bytes: int) -> None:
        self.folder, self.labels, self.shard_bytes = folder, labels, shard_bytes
        self.features: dict[str, Features] = {}
        self.splits: dict[tuple[str, str], Split] = {}
        for config in schema.CONFIGS:
            self.begin(config)

    @property
    def configs(self) -> list[str]:
        """All configs, in the order they were begun."""
        return list(self.features)

    def begin(self, config: str) -> dict[str, Split]:
        """A config more; its splits, to be written."""
        self.features[config] = schema.features(config, self.labels)
        begun = {
            split: Split(
                self.folder / "data" / config,
                split,
                self.features[config].arrow_schema,
                GROUP_DOCUMENTS if config == "documents" else GROUP,
                self.shard_bytes,
            )
            for split in schema.SPLITS
        }
        self.splits |= {(config, name): split for name, split in begun.items()}
        return begun

    def append(self, config: str, split: str, row: Row) -> None:
        """Add a row; its columns are those of `schema.features(config)`."""
        self.splits[config, split].append(row)

    def rows(self) -> dict[str, dict[str, int]]:
        """The number of rows, {config: {split: n}}; splits without any are not listed."""
        configs = self.features
        return {config: {split.name: split.rows for split in self.written(config)} for config in configs}

    def written(self, config: str) -> list[Split]:
        """The splits of a config that have rows."""
        return [split for (of, _), split in self.splits.items() if of == config and split.rows]


@contextmanager
def writing(folder: Path, labels: Sequence[str], *, shard_bytes: int = SHARD) -> Iterator[Tables]:
    """Tables under `folder`/data, whole at the end. After an error no file is open, and none is whole."""
    tables = Tables(folder, labels, shard_bytes=shard_bytes)
    with _finishing(tables.splits.values()):
        yield tables


@contextmanager
def adding(tables: Tables, config: str) -> Iterator[dict[str, Split]]:
    """A config more of tables that are whole: its splits, by name, whole at the end."""
    splits = tables.begin(config)
    with _finishing(splits.values()):
        yield splits


@contextmanager
def _finishing(splits: Iterable[Split]) -> Iterator[None]:
    with ExitStack() as stack:
        for split in splits:
            stack.callback(split.close)
        yield
        for split in splits:
            split.finish()
