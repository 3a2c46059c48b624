"""A release as one file to download: its folder in a zip, made while it is sent.

Memory holds a block of a file. Each file is held against the hash that was recorded when it was written; one
that was changed breaks the download off, so that nobody gets another release than was made.

Source: ZIP with ZIP64, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
"""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import BoundedSemaphore
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from annotator.errors import Invalid, Unusable
from exporters.folder import FACTS, Folder

BLOCK = 2**20  # bytes of a file in memory
PACKED = ".parquet"  # compressed already
READABLE = 0o644 << 16  # by everybody, as Unix has it


class _Blocks:
    """What the archive writes, until it is sent on."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Take a piece. There is no `tell`: the archive counts for itself."""
        self._waiting.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""

    def taken(self) -> Iterator[bytes]:
        """What was written since the last time."""
        waiting, self._waiting = self._waiting, []
        yield from waiting


class Sending:
    """A download that takes one of few turns, and gives it back when it is closed, sent or not.

    Each holds a thread of the server until its reader has it all, and annotators need threads, too.
    """

    def __init__(self, blocks: Iterator[bytes], turns: BoundedSemaphore) -> None:
        self._blocks, self._turns = blocks, turns
        self._has_turn = turns.acquire(blocking=False)
        if not self._has_turn:
            raise Unusable("Others are downloading releases now: try again in a few minutes.")

    def __iter__(self) -> Iterator[bytes]:
        return self._blocks

    def close(self) -> None:
        """Let the next one begin. Again changes nothing."""
        if self._has_turn:
            self._has_turn = False
            self._turns.release()


def stream(folder: Folder, top: str) -> Iterator[bytes]:
    """The bytes of a zip whose one folder `top` is the release.

    Raises
    ------
    Invalid
        In the midst of it, if a file is not as it was written.
    """
    files = [*sorted(folder.facts["files"].items()), (FACTS, None)]
    yield from packed([(f"{top}/{name}", folder.path / name, sha256) for name, sha256 in files])


def packed(files: Iterable[tuple[str, Path, str | None]]) -> Iterator[bytes]:
    """The bytes of a zip of files, each with its name there and the hash that it must have, if any.

    Raises
    ------
    Invalid
        In the midst of it, if a file has another hash.
    """
    blocks = _Blocks()
    with ZipFile(blocks, "w") as archive:
        for name, path, sha256 in files:
            entry = ZipInfo(name)
            entry.compress_type = ZIP_STORED if name.endswith(PACKED) else ZIP_DEFLATED
            entry.external_attr = READABLE
            digest = hashlib.sha256()
            with path.open("rb") as file, archive.open(entry, "w", force_zip64=True) as part:
                while block := file.read(BLOCK):
                    digest.update(block)
                    part.write(block)
                    yield from blocks.taken()
            if sha256 is not None and digest.hexdigest() != sha256:
                raise Invalid(f"{path} is not as it was: take the release from a copy.")
    yield from blocks.taken()
