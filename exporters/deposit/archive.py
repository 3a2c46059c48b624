"""A zip file whose bytes hang on its contents alone: fixed times, order, rights and compression.

Files stream into it, hashed on their way; the last one, SHA256SUMS, is what `sha256sum -c` reads.

Source: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT; of SHA256SUMS, the GNU coreutils.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

SUMS = "SHA256SUMS"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first time that a zip file can tell
UNIX = 3  # the system that rights are told for, whatever system writes
RIGHTS = 0o100644


class Hashed:
    """A stream that is hashed on its way."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self._hash = stream, hashlib.sha256()

    def write(self, data: bytes) -> None:
        """Write on."""
        self._hash.update(data)
        self._stream.write(data)

    def hexdigest(self) -> str:
        """The hash of all that was written."""
        return self._hash.hexdigest()


class Archive:
    """Files in one folder of a zip file, in the order they are put."""

    def __init__(self, zipped: ZipFile, root: str) -> None:
        self._zipped, self._root = zipped, root
        self.sums: dict[str, str] = {}

    @contextmanager
    def adding(self, name: str) -> Iterator[Hashed]:
        """A file more, to be written in pieces; no other one can be added meanwhile."""
        told = ZipInfo(f"{self._root}/{name}", EPOCH)
        told.compress_type, told.create_system, told.external_attr = ZIP_DEFLATED, UNIX, RIGHTS << 16
        with self._zipped.open(told, "w", force_zip64=True) as stream:
            hashed = Hashed(stream)
            yield hashed
        self.sums[name] = hashed.hexdigest()

    def put(self, name: str, text: str) -> None:
        """A file more, whole."""
        with self.adding(name) as stream:
            stream.write(text.encode())


@contextmanager
def writing(path: Path, root: str) -> Iterator[Archive]:
    """A new archive at `path`, its files in the folder `root`; at the end it gets its sums."""
    options: dict[str, Any] = {"compression": ZIP_DEFLATED, "allowZip64": True}
    with ZipFile(path, "x", **options) as zipped:
        archive = Archive(zipped, root)
        yield archive
        archive.put(SUMS, "".join(f"{sha256}  {name}\n" for name, sha256 in archive.sums.items()))
