"""A release without its texts, and with all that is needed to put them back.

The tables are written whole first, hashed, and then row by row once more with null where a text stood: the
columns are the same in both forms; what is held out is gold in other splits, and treated like it. A profile
whose format holds texts is left out. The folder `withheld` says what puts the texts back: the hash and length
of each document's text, where an item's context begins and ends, where in its text a title stands, and the
card and croissant.json of the whole release, in which no text stands anyway. So who has the texts gets every
file of the whole release, byte for byte, profiles too, but release.json.

Metadata, titles and notes cannot be told by a place in the text. Where such a value holds words of the text,
nothing is published.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from annotator.errors import Invalid
from exporters import croissant, parquet, profiles, schema
from exporters.folder import sha256_of, sha256_over
from exporters.grouped import grouped
from exporters.rows import Row

PLACE = "withheld"
CARD = "README.md"
LEAST = 25  # characters that two texts do not have in common by accident
SPANS = ("rationales", "holder_mentions", "target_mentions")
DOCUMENTS = pa.schema(
    {
        "id": pa.string(),
        "url": pa.string(),
        "sha256": pa.string(),  # of the cleaned text in UTF-8
        "length": pa.int64(),  # code points
        "title_start": pa.int64(),  # null where the title is no part of the text, and stands in `documents`
        "title_end": pa.int64(),
    }
)
ITEMS = pa.schema(
    {"id": pa.string(), "document_id": pa.string(), "context_start": pa.int64(), "context_end": pa.int64()}
)


def withhold(part: Path, labels: list[str], hashes: Mapping[str, str]) -> tuple[parquet.Tables, Row]:
    """Take the texts out of the release in `part`, whose files of rows have these hashes.

    Returns the tables as they are now, and what release.json says of those that were there.

    Raises
    ------
    Invalid
        If texts stand where no place in a document can be told: in metadata, a title or a note.
    """
    cards = {name: sha256_of(part / name) for name in (CARD, croissant.NAME)}
    others = {name: sha256_of(part / name) for name in profiled(part)}
    whole = dict(sorted({**hashes, **cards, **others}.items()))
    _without_texts(part)
    full, place = part / "full", part / PLACE
    full.mkdir()
    place.mkdir()
    for name in cards:
        (part / name).rename(place / name)
    (part / "data").rename(full / "data")
    quoted = Quoted()
    with parquet.writing(part, labels) as tables:
        documents = _Sidecar(place / "documents.parquet", DOCUMENTS, parquet.GROUP)
        for split in splits(full):
            _documents(full, split, tables, documents, quoted)
            _items(
                full, split, tables, _Sidecar(place / f"items-{split}.parquet", ITEMS, parquet.GROUP), quoted
            )
            _others(full, split, tables, quoted)
        documents.close()
    for config in held_out(full):
        with parquet.adding(tables, config) as written:
            for split in splits(full):
                for row in rows(full, config, split):
                    written[split].append(put(row, None, None))
    shutil.rmtree(full)
    quoted.refuse()
    return tables, {PLACE: {"sha256": sha256_over(whole), "files": whole}}


def section() -> str:
    """What the card says of it."""
    return (
        "\n## The texts are withheld\n\n"
        "They may not be passed on. `text`, the contexts and the words of spans are null; offsets are there, "
        f"and `{PLACE}/documents.parquet` has the URL, the length and the SHA-256 of each document's text. "
        "Who has the texts gets the whole tables back, byte for byte:\n\n"
        "```sh\nstandpoint rehydrate path/to/this/folder TEXTS\n```\n\n"
        "That writes gold in a published format, too, where the format holds texts. "
        "TEXTS is a file with the columns `id` and `text`, or a folder with a file ID.txt for each of them.\n"
    )


def held_out(folder: Path) -> list[str]:
    """The configs of gold in other splits that are there."""
    return [config for config in schema.HELD_OUT.values() if (folder / "data" / config).is_dir()]


def profiled(folder: Path) -> list[str]:
    """The names of the files of gold in published formats."""
    files = (path for path in (folder / profiles.PLACE).rglob("*") if path.is_file())
    return sorted(str(path.relative_to(folder)) for path in files)


def splits(folder: Path) -> list[str]:
    """The splits that have rows."""
    return [
        split for split in schema.SPLITS if any((folder / "data" / "documents").glob(f"{split}-*.parquet"))
    ]


def rows(folder: Path, config: str, split: str) -> Iterator[Row]:
    """The rows of a config, in the order of its shards."""
    batch = parquet.GROUP_DOCUMENTS if config == "documents" else 1_000
    for shard in sorted((folder / "data" / config).glob(f"{split}-*.parquet")):
        yield from read(shard, batch)


def read(path: Path, batch: int = 1_000, columns: Sequence[str] | None = None) -> Iterator[Row]:
    """The rows of one file, with all columns or some."""
    with grouped(path) as file:
        for found in file.iter_batches(batch, columns=columns):
            yield from found.to_pylist()


def walking(found: Iterator[Row]) -> Callable[[str], Row]:
    """The row with an id, of rows that are asked for in their own order."""
    current: Row = {"id": None}

    def at(id_: str) -> Row:
        nonlocal current
        while current["id"] != id_:
            current = next(found)
        return current

    return at


def put(row: Row, text: str | None, place: Row | None) -> Row:
    """The row with what its places say of this text; None takes the words out."""
    if "segment_start" in row:
        start, end = row["segment_start"], row["segment_end"]
        inside = text is not None and place is not None
        row["text"] = text[start:end] if inside else None  # type: ignore[index]
        row["context_before"] = text[place["context_start"] : start] if inside else None  # type: ignore[index]
        row["context_after"] = text[end : place["context_end"]] if inside else None  # type: ignore[index]
    for stance in (row, *(row.get("stances") or ())):
        for span in (each for name in SPANS for each in stance.get(name) or ()):
            span["text"] = text[span["start"] : span["end"]] if text is not None else None
    return row


def put_document(row: Row, text: str | None, place: Row) -> Row:
    """The row of a document with this text, and with its title where that is a part of it."""
    if place["title_start"] is not None:
        row["title"] = text[place["title_start"] : place["title_end"]] if text is not None else None
    return row | {"text": text}


def _without_texts(part: Path) -> None:
    """Remove the profiles that hold texts."""
    place = part / profiles.PLACE
    for profile in place.glob("*"):
        if profiles.PROFILES[profile.name].has_text:
            shutil.rmtree(profile)
    if place.is_dir() and not any(place.iterdir()):
        place.rmdir()


def _documents(full: Path, split: str, tables: parquet.Tables, sidecar: "_Sidecar", quoted: "Quoted") -> None:
    for row in rows(full, "documents", split):
        text, title = row["text"], row["title"]
        start = text.find(title) if title else -1
        place = {
            "id": row["id"],
            "url": row["url"],
            "sha256": sha256_of_text(text),
            "length": len(text),
            "title_start": start if start >= 0 else None,
            "title_end": start + len(title) if start >= 0 else None,
        }
        sidecar.append(place)
        quoted.look(row["id"], "metadata", row["metadata"], text)
        if title and start < 0:
            for line in text.splitlines():
                quoted.look(row["id"], "title", json.dumps(title), line)
        tables.append("documents", split, put_document(row, None, place))


def _items(full: Path, split: str, tables: parquet.Tables, sidecar: "_Sidecar", quoted: "Quoted") -> None:
    for row in rows(full, "items", split):
        sidecar.append(
            {
                "id": row["id"],
                "document_id": row["document_id"],
                "context_start": row["segment_start"] - len(row["context_before"]),
                "context_end": row["segment_end"] + len(row["context_after"]),
            }
        )
        quoted.look(row["document_id"], "metadata", row["metadata"], row["text"])
        tables.append("items", split, put(row, None, None))
    sidecar.close()


def _others(full: Path, split: str, tables: parquet.Tables, quoted: "Quoted") -> None:
    item = walking(rows(full, "items", split))
    for row in rows(full, "annotations", split):
        if row["note"]:
            of = item(row["item_id"])
            for text in (of["text"], of["context_before"], of["context_after"]):
                quoted.look(of["document_id"], "note", json.dumps(row["note"]), text)
        tables.append("annotations", split, put(row, None, None))
    for row in rows(full, "gold", split):
        tables.append("gold", split, put(row, None, None))


def sha256_of_text(text: str) -> str:
    """The hash of a document's text."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Quoted:
    """Values that hold words of the texts."""

    found: int = 0
    first: tuple[str, str] = ("", "")

    def look(self, document: str, where: str, value: str, text: str) -> None:
        """Count the value, a JSON document, if the text is in one of its strings, or one in the text."""
        text = " ".join(text.split())
        if len(text) < LEAST or len(value) < LEAST:
            return
        for column, said in _strings(json.loads(value), where):
            flat = " ".join(said.split())
            if len(flat) >= LEAST and (flat in text or text in flat):
                self.found += 1
                self.first = self.first if self.found > 1 else (document, column)

    def refuse(self) -> None:
        """Nothing, if there are none; else Invalid."""
        if self.found:
            document, column = self.first
            raise Invalid(
                f"{self.found:,} values beside the texts hold words of them (first: {column} of the document "
                f"{document!r}), so --withhold-text would not withhold them. Nothing was published: import "
                "the texts without that column, or change the note."
            )


def _strings(value: Any, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _strings(inner, f"{where} {name!r}" if where == "metadata" else where)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner, where)


@dataclass
class _Sidecar:
    """A Parquet file beside the tables, written a row group at a time."""

    path: Path
    schema: pa.Schema
    group: int
    _waiting: list[Row] = field(default_factory=list)
    _writer: Any = None

    def append(self, row: Row) -> None:
        self._waiting.append(row)
        if len(self._waiting) == self.group:
            self._write()

    def close(self) -> None:
        self._write()
        self._writer.close()

    def _write(self) -> None:
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.path, self.schema, compression="zstd", version="2.6")
        self._writer.write_table(pa.Table.from_pylist(self._waiting, schema=self.schema))
        self._waiting = []
