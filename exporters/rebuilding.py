"""A release without texts, and the texts → the release with them, held against the hashes of its files."""

import json
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from annotator.errors import Invalid, NotFound, StandpointError
from annotator.plugin.texts import cleaned, texts
from annotator.reading import Label
from exporters import croissant, facts, parquet, profiles
from exporters.files import new_folder
from exporters.folder import Folder, opened, sha256_of, sha256_over
from exporters.schema import SPLITS
from exporters.withholding import (
    CARD,
    PLACE,
    held_out,
    put,
    put_document,
    read,
    rows,
    sha256_of_text,
    splits,
    walking,
)

NAMED = 5  # documents in a message
NOT_REBUILT = {"withhold_text", "deposit"}  # options of the release without texts


@dataclass(frozen=True)
class Rebuilt:
    """What became of a release without texts; `--json` prints it."""

    documents: int
    missing: list[str]  # documents of which there was no text
    different: list[str]  # documents of which there was another text
    identical: bool  # whether every file is the whole release's, byte for byte
    sha256: str


def rebuild(release: Path, given: Path, folder: Path, *, partial: bool = False) -> Rebuilt:
    """Write the release with its texts into `folder`, which is new or empty.

    Raises
    ------
    NotFound, Unusable
        If there is no such release, or a folder cannot be read or written.
    Invalid
        If the release has its texts or was changed, or texts are missing or others (not with `partial`).
    """
    without = _opened(release)
    with _wanted(without) as wanted, new_folder(folder) as part:
        for id_, text in texts(given):
            wanted.take(id_, text)
        missing, different = wanted.missing(), wanted.different()
        if (missing or different) and not partial:
            raise Invalid(_lacking(wanted, missing, different))
        with parquet.writing(part, without.labels) as tables:
            for split in splits(without.path):
                _write(without.path, split, tables, wanted)
        for config in held_out(without.path):
            with parquet.adding(tables, config) as written:
                _write_again(part, without.path, config, written)
        told = _profile(part, without)
        is_whole = not (missing or different)
        files, identical = _close(part, without, told, is_whole=is_whole)
        return Rebuilt(wanted.count(), missing, different, identical, sha256_over(files))


def _opened(path: Path) -> Folder:
    try:
        said = json.loads((path / facts.NAME).read_text(encoding="utf-8"))
        known = {name: said[name] for name in ("number", "slug", "sha256")}
    except (OSError, ValueError, KeyError, TypeError):
        raise NotFound(f"{path} is no release: give the folder that `standpoint release` wrote.") from None
    if PLACE not in said:
        raise Invalid(f"{path} was released with its texts: there is nothing to put back.")
    return opened(path, **known)


def _write(release: Path, split: str, tables: parquet.Tables, wanted: "Wanted") -> None:
    document = walking(read(release / PLACE / "documents.parquet"))
    for row in rows(release, "documents", split):
        place = document(row["id"])
        tables.append("documents", split, put_document(row, wanted.text(row["id"]), place))
    for config, key in (("items", "id"), ("gold", "item_id"), ("annotations", "item_id")):
        item = walking(read(release / PLACE / f"items-{split}.parquet"))
        for row in rows(release, config, split):
            place = item(row[key])
            tables.append(config, split, put(row, wanted.text(place["document_id"]), place))


def _write_again(part: Path, release: Path, config: str, written: Mapping[str, parquet.Split]) -> None:
    """The rows of gold once more, in the splits of `config`: they stand there in the order of gold."""
    sides = {split: _ids(release, config, split) for split in SPLITS}
    following = {split: next(ids, None) for split, ids in sides.items()}
    for row in (row for split in SPLITS for row in rows(part, "gold", split)):
        for split, id_ in following.items():
            if row["id"] == id_:
                written[split].append(row)
                following[split] = next(sides[split], None)
                break


def _ids(release: Path, config: str, split: str) -> Iterator[str]:
    for shard in sorted((release / "data" / config).glob(f"{split}-*.parquet")):
        yield from (row["id"] for row in read(shard, columns=["id"]))


def _profile(part: Path, without: Folder) -> dict[str, object]:
    """Write gold in the published format of the release, if it has one; what release.json says of it."""
    name = without.facts["options"].get("profile")
    if name is None:
        return {}
    labels = [Label(each["name"], each["polarity"], "") for each in without.facts["labels"]]
    related = [(subject, kind, object_) for subject, kind, object_ in without.facts["relations"]]
    return {"profile": profiles.write(part, name, labels, related).as_json()}


def _close(
    part: Path, without: Folder, told: Mapping[str, object], *, is_whole: bool
) -> tuple[dict[str, str], bool]:
    """Put the card and release.json beside the rows; the hashes, and whether they are the whole release's."""
    expected: dict[str, str] = without.facts[PLACE]["files"]
    cards = without.path / PLACE if is_whole else without.path
    shutil.copyfile(cards / CARD, part / CARD)
    if is_whole:  # it tells hashes, which are not those of tables in which texts are missing
        shutil.copyfile(cards / croissant.NAME, part / croissant.NAME)
    there = sorted(path for path in part.rglob("*") if path.is_file())
    files = {str(path.relative_to(part)): sha256_of(path) for path in there}
    identical = files == expected
    if is_whole and not identical and not _other_writer(without):
        raise StandpointError(
            f"The tables of {without.path} do not come out as they were, though every text is the right one. "
            "Nothing was written. This is a fault of Standpoint."
        )
    said = {name: value for name, value in without.facts.items() if name != PLACE or not is_whole}
    said.pop("deposit", None)  # that one has no texts either, and stays where it is
    if is_whole:
        said["options"] = {name: on for name, on in said["options"].items() if name not in NOT_REBUILT}
    said |= {**told, "files": dict(sorted(files.items())), "sha256": sha256_over(files)}
    (part / facts.NAME).write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return files, identical


def _other_writer(without: Folder) -> str | None:
    """The pyarrow that wrote the release, if it is another one: its files have other bytes."""
    wrote: str = without.facts["versions"]["pyarrow"]
    return wrote if wrote != version("pyarrow") else None


def _lacking(wanted: "Wanted", missing: list[str], different: list[str]) -> str:
    said = []
    if missing:
        said.append(
            f"{len(missing):,} of {wanted.count():,} documents have no text there: {_named(missing)}."
        )
    if different:
        told = "; ".join(wanted.difference(id_) for id_ in different[:NAMED])
        more = f" and {len(different) - NAMED:,} more" if len(different) > NAMED else ""
        said.append(f"{len(different):,} have another text than was annotated: {told}{more}.")
        said.append("Texts are taken as the import got them, or as it stored them; whole ones, not segments.")
    return " ".join([*said, "Nothing was written: bring these texts, or say --partial to go without them."])


def _named(ids: list[str]) -> str:
    more = f" and {len(ids) - NAMED:,} more" if len(ids) > NAMED else ""
    return ", ".join(map(repr, ids[:NAMED])) + more


class Wanted:
    """The documents of a release and the texts found for them, on disk: memory may not hold them."""

    def __init__(self, database: sqlite3.Connection, documents: Iterator[dict[str, Any]]) -> None:
        self._run = database.execute
        self._run(
            "CREATE TABLE document (id TEXT PRIMARY KEY, place, sha256, length, found, text) WITHOUT ROWID"
        )
        database.executemany(
            "INSERT INTO document (id, place, sha256, length) VALUES (?, ?, ?, ?)",
            ((row["id"], place, row["sha256"], row["length"]) for place, row in enumerate(documents)),
        )
        self.text = lru_cache(maxsize=8)(self._text)

    def take(self, id_: str, text: str) -> None:
        """Keep the text if the release wants it: as it stands, cleaned, or without blank ends."""
        row = self._run("SELECT sha256 FROM document WHERE id = ? AND text IS NULL", (id_,)).fetchone()
        if row is None:
            return
        for each in (text, cleaned(text), cleaned(text.strip())):
            if sha256_of_text(each) == row[0]:
                self._run("UPDATE document SET text = ? WHERE id = ?", (each, id_))
                return
        self._run("UPDATE document SET found = ? WHERE id = ?", (len(cleaned(text.strip())), id_))

    def count(self) -> int:
        """How many documents the release has."""
        return int(self._run("SELECT count(*) FROM document").fetchone()[0])

    def missing(self) -> list[str]:
        """Documents of which no text came, in the order of the release."""
        return self._ids("text IS NULL AND found IS NULL")

    def different(self) -> list[str]:
        """Documents of which only other texts came."""
        return self._ids("text IS NULL AND found IS NOT NULL")

    def difference(self, id_: str) -> str:
        """How the text that came differs."""
        query = "SELECT length, found FROM document WHERE id = ?"
        length, found = self._run(query, (id_,)).fetchone()
        how = "as long, but not the same" if length == found else f"{found:,} characters long, not {length:,}"
        return f"{id_!r} ({how})"

    def _text(self, id_: str) -> str | None:
        return self._run("SELECT text FROM document WHERE id = ?", (id_,)).fetchone()[0]  # type: ignore[no-any-return]

    def _ids(self, where: str) -> list[str]:
        return [id_ for (id_,) in self._run(f"SELECT id FROM document WHERE {where} ORDER BY place")]  # noqa: S608


@contextmanager
def _wanted(without: Folder) -> Iterator[Wanted]:
    with TemporaryDirectory(prefix="standpoint-") as folder:
        database = sqlite3.connect(Path(folder) / "texts", isolation_level=None)
        try:
            database.execute("PRAGMA journal_mode = OFF")
            database.execute("BEGIN")
            yield Wanted(database, read(without.path / PLACE / "documents.parquet"))
        finally:
            database.close()
