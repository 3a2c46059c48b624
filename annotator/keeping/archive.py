"""The file of a backup: a zip with a Parquet file a table and `manifest.json`.

The manifest has the schema revision, the kinds of all columns, the rows, the SHA-256 of each file and the
sum of each table's rows; its own hash stands beside it. Any reader of Parquet opens it.
"""

import io
import json
import zipfile
from collections.abc import Generator
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any, NamedTuple, Self

import pyarrow as pa
import pyarrow.parquet as pq

from annotator.errors import BadInput
from annotator.keeping.contents import CHUNK, Content, Source, Tick
from annotator.keeping.form import Kind, Row, Table

FORMAT = "standpoint-backup/1"
MANIFEST, CHECK = "manifest.json", "manifest.sha256"
GROUP_BYTES = 16_000_000
BLOCK = 1 << 20
TYPES = {Kind.WHOLE: pa.int64(), Kind.TRUTH: pa.int64(), Kind.REAL: pa.float64(), Kind.BYTES: pa.binary()}


class Entry(NamedTuple):
    """A table in the file."""

    table: Table
    content: Content
    sha256: str


def write(path: Path, source: Source, *, dialect: str, tick: Tick) -> None:
    """Write all that a source holds to a new file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        entries = [_write_table(archive, source, table, tick) for table in source.tables]
        manifest = {
            "format": FORMAT,
            "standpoint": version("standpoint"),
            "revision": source.revision,
            "database": dialect,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "numbers": source.numbers,
            "tables": {entry.table.name: _told(entry) for entry in entries},
        }
        written = json.dumps(manifest, indent=1).encode()
        archive.writestr(MANIFEST, written)
        archive.writestr(CHECK, sha256(written).hexdigest())


class Archive:
    """A backup that was opened, its manifest read and checked. Use it in a `with`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
            written = self._zip.read(MANIFEST)
            if sha256(written).hexdigest() != self._zip.read(CHECK).decode():
                raise BadInput(path, "its manifest is damaged: take another backup.")
            manifest = json.loads(written)
        except FileNotFoundError:
            raise BadInput(path, "there is no such file.") from None
        except (
            OSError,
            zipfile.BadZipFile,
            NotImplementedError,
            KeyError,
            UnicodeDecodeError,
            EOFError,
        ) as error:
            raise BadInput(path, f"this is no whole backup ({error}): take another one.") from error
        if manifest.get("format") != FORMAT:
            raise BadInput(path, f"its format is {manifest.get('format')!r}: a newer Standpoint reads it.")
        self.revision: str = manifest["revision"]
        self.numbers: dict[str, int] = manifest["numbers"]
        self.made_at: str = manifest["made_at"]
        self.entries = [_entry(name, told) for name, told in manifest["tables"].items()]
        self.tables = [entry.table for entry in self.entries]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._zip.close()

    def rows(self) -> int:
        """The rows of all tables."""
        return sum(entry.content.rows for entry in self.entries)

    def check(self, tick: Tick) -> None:
        """Read all bytes.

        Raises
        ------
        BadInput
            If a table is not what was written.
        """
        for entry in self.entries:
            try:
                found = self._sha256(entry.table)
            except (OSError, zipfile.BadZipFile, RuntimeError, KeyError, EOFError):
                found = ""
            if found != entry.sha256:
                raise BadInput(self.path, f"the table {entry.table.name!r} is damaged: take another backup.")
            tick(entry.content.rows)

    def chunks(self, table: Table) -> Generator[list[Row]]:
        """All rows of a table, some at a time."""
        with self._zip.open(_name(table)) as file, pq.ParquetFile(file) as parquet:
            for batch in parquet.iter_batches(CHUNK):
                yield list(zip(*(column.to_pylist() for column in batch.columns), strict=True))

    def _sha256(self, table: Table) -> str:
        found = sha256()
        with self._zip.open(_name(table)) as file:
            while block := file.read(BLOCK):
                found.update(block)
        return found.hexdigest()


class _Hashed(io.RawIOBase):
    """An entry of the zip while it is written; knows its hash, and where it is."""

    def __init__(self, below: IO[bytes]) -> None:
        self.below, self.sha256, self.at = below, sha256(), 0

    def write(self, data: Any) -> int:
        self.sha256.update(data)
        self.below.write(data)
        self.at += len(data)
        return len(data)

    def tell(self) -> int:
        return self.at

    def writable(self) -> bool:
        return True


def _write_table(archive: zipfile.ZipFile, source: Source, table: Table, tick: Tick) -> Entry:
    schema = pa.schema([(name, TYPES.get(kind, pa.string())) for name, kind in table.columns.items()])
    content = Content()
    with archive.open(_name(table), "w", force_zip64=True) as below:
        file = _Hashed(below)
        with pq.ParquetWriter(file, schema, compression="zstd") as writer:
            held: list[pa.RecordBatch] = []
            for chunk in source.chunks(table):
                content = content.and_(chunk)
                columns = zip(*chunk, strict=True)
                arrays = [pa.array(each, kind) for each, kind in zip(columns, schema.types, strict=True)]
                held.append(pa.record_batch(arrays, schema=schema))
                if sum(batch.nbytes for batch in held) > GROUP_BYTES:
                    writer.write_table(pa.Table.from_batches(held))
                    held = []
                tick(len(chunk))
            writer.write_table(pa.Table.from_batches(held, schema))
    return Entry(table, content, file.sha256.hexdigest())


def _told(entry: Entry) -> dict[str, object]:
    return {
        "rows": entry.content.rows,
        "sha256": entry.sha256,
        "sum": entry.content.hexadecimal(),
        "key": entry.table.key,
        "columns": entry.table.columns,
    }


def _entry(name: str, told: dict[str, Any]) -> Entry:
    columns = {column: Kind(kind) for column, kind in told["columns"].items()}
    content = Content(told["rows"], int(told["sum"], 16))
    return Entry(Table(name, columns, tuple(told["key"])), content, told["sha256"])


def _name(table: Table) -> str:
    return f"tables/{table.name}.parquet"
