"""A release's folder on disk, opened to be read: whole and as it was written, or refused with a sentence.

Nothing here needs a database, or more memory than a batch of rows.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, cast

from annotator.errors import Invalid, Unusable

BATCH = 2_000  # rows in memory
FACTS = "release.json"
MAJOR = "1."  # of the schema: versions that differ behind it have the columns that are read here
Cells = tuple[Any, ...]


@dataclass(frozen=True)
class Folder:
    """A release on disk. `facts` is its release.json."""

    path: Path
    facts: Mapping[str, Any]

    @property
    def number(self) -> int:
        """The release's number."""
        return cast(int, self.facts["number"])

    @property
    def labels(self) -> list[str]:
        """The names of the labels; the files hold their positions here."""
        return [label["name"] for label in self.facts["labels"]]

    def splits(self, config: str) -> set[str]:
        """The splits of a config that have rows."""
        return set(self.facts["rows"][config])

    def rows(self, config: str, split: str, columns: Sequence[str]) -> Iterator[Cells]:
        """These columns of every row, as they stand in the files; labels are positions."""
        from exporters.grouped import grouped  # noqa: PLC0415 - Arrow is 30 MB that few web processes need

        for shard in sorted((self.path / "data" / config).glob(f"{split}-*.parquet")):
            with grouped(shard) as file:
                for batch in file.iter_batches(BATCH, columns=list(columns)):
                    yield from zip(*(batch.column(name).to_pylist() for name in columns), strict=True)

    def groups(self, config: str, split: str, columns: Sequence[str]) -> Iterator[tuple[str, list[Cells]]]:
        """The same rows by their first column: those of one value stand together in a release."""
        for key, rows in groupby(self.rows(config, split, columns), key=itemgetter(0)):
            yield key, list(rows)


def opened(path: Path, *, number: int, slug: str, sha256: str) -> Folder:
    """The folder of that release, every file of which is as it was written.

    Raises
    ------
    Unusable
        If there is no such folder, or it cannot be read.
    Invalid
        If it holds another release, or was changed; says which file.
    """
    folder = described(path, number=number, slug=slug, sha256=sha256)
    _check(path, folder.facts["files"], f"Release {number} of {slug}")
    return folder


def described(path: Path, *, number: int, slug: str, sha256: str) -> Folder:
    """The folder of that release, of which release.json alone is read: it names what was recorded.

    Raises
    ------
    Unusable, Invalid
        As `opened` does, but for the files.
    """
    what = f"Release {number} of {slug}"
    try:
        facts = json.loads((path / FACTS).read_text(encoding="utf-8"))
        named = {
            name: facts[name] for name in ("number", "slug", "sha256", "schema_version", "files", "rows")
        }
    except FileNotFoundError:
        raise Unusable(
            f"{what} is not in {path}: give the folders where they are now (--at DIR DIR)."
        ) from None
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror or error}.") from error
    except (ValueError, KeyError, TypeError):
        raise Invalid(f"{path / FACTS} is not what a release writes: take the release from a copy.") from None
    if (named["number"], named["slug"], named["sha256"]) != (number, slug, sha256):
        found = f"release {named['number']} of {named['slug']}"
        raise Invalid(f"{path} holds {found}, and not what was recorded as release {number} of {slug}.")
    if not str(named["schema_version"]).startswith(MAJOR):
        raise Invalid(
            f"{path} has schema {named['schema_version']}, which this version cannot read: upgrade."
        )
    if sha256_over(named["files"]) != sha256:
        raise Invalid(f"{path / FACTS} was changed after it was written: take the release from a copy.")
    return Folder(path, facts)


def sha256_of(path: Path) -> str:
    """The hash of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_over(files: Mapping[str, str]) -> str:
    """The hash of a release: over the names and hashes of its files, as sha256sum prints them."""
    lines = "".join(f"{files[name]}  {name}\n" for name in sorted(files))
    return hashlib.sha256(lines.encode()).hexdigest()


def _check(path: Path, files: Mapping[str, str], what: str) -> None:
    there = {str(file.relative_to(path)) for file in (path / "data").rglob("*.parquet")}
    for name in sorted(files.keys() | there):
        if name not in files:
            raise Invalid(f"{what} in {path} was changed: {name} is not of it. Take the release from a copy.")
        try:
            found = sha256_of(path / name)
        except OSError as error:
            raise Unusable(f"{path / name} cannot be read: {error.strerror or error}.") from error
        if found != files[name]:
            raise Invalid(f"{what} in {path} was changed: {name} is not as it was. Take it from a copy.")
