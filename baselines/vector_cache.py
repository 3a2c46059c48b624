"""Vectors that were computed once, kept on this machine: ~/.cache/standpoint/vectors.sqlite.

A text is kept as its hash and its vectors, 2.3 kB; removing the file loses nothing but time. Where it cannot
be written, nothing is kept.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FILE = "~/.cache/standpoint/vectors.sqlite"
AT_ONCE = 500  # keys a statement
TABLE = "CREATE TABLE IF NOT EXISTS vector (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID"
QUERY = "SELECT key, vector FROM vector WHERE key IN ({})"


def read(model: str, texts: list[str]) -> dict[str, NDArray[np.float16]]:
    """The vectors of those of the texts that are kept."""
    texts_of = {_key(model, text): text for text in texts}
    found: dict[str, NDArray[np.float16]] = {}
    keys = list(texts_of)
    with _opened() as database:
        for start in range(0, len(keys) if database else 0, AT_ONCE):
            part = keys[start : start + AT_ONCE]
            query = QUERY.format(",".join("?" * len(part)))
            for key, vector in database.execute(query, part) if database else ():
                found[texts_of[key]] = np.frombuffer(vector, dtype="<f2")
    return found


def write(model: str, vectors: Mapping[str, NDArray[np.float16]]) -> None:
    """Keep the vectors of texts."""
    rows = ((_key(model, text), vector.astype("<f2").tobytes()) for text, vector in vectors.items())
    with _opened() as database:
        if database:
            _keep(database, rows)


def _keep(database: sqlite3.Connection, rows: Iterable[tuple[bytes, bytes]]) -> None:
    try:
        with database:
            database.executemany("INSERT OR IGNORE INTO vector VALUES (?, ?)", rows)
    except sqlite3.Error:  # a full disk, a folder that is read-only: it is only a cache
        return


@contextmanager
def _opened() -> Iterator[sqlite3.Connection | None]:
    path = Path(FILE).expanduser()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(path, timeout=30)
        database.execute(
            "CREATE TABLE IF NOT EXISTS vector (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID"
        )
    except (OSError, sqlite3.Error):
        yield None
        return
    with closing(database):
        yield database


def _key(model: str, text: str) -> bytes:
    return hashlib.sha256(f"{model}\0{text}".encode()).digest()
