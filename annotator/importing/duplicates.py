"""The same id twice in one file, told with the place where it was first.

Ids are kept in a temporary SQLite database that spills to disk and vanishes with it, so memory stays
flat however long the file is; a Python set of five million ids would take half a gigabyte.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from hashlib import blake2b

from annotator.importing.rows import Rejected, Row


def refuse_duplicates(path: object, rows: Iterator[Row | Rejected]) -> Iterator[Row | Rejected]:
    """The same rows; those that contradict or repeat an earlier one are rejected.

    An id may come again with the same text: for another target or holder, or with another answer (one
    row an annotator). It may not come again with another text, nor twice with nothing new.
    """
    with closing(sqlite3.connect("", check_same_thread=False, isolation_level=None)) as seen:
        seen.execute("PRAGMA journal_mode = OFF")
        seen.execute("BEGIN")  # one transaction, or each id would be written through
        seen.execute("CREATE TABLE seen (id TEXT PRIMARY KEY, line INT, text BLOB, rest TEXT) WITHOUT ROWID")
        for row in rows:
            fault = _fault(seen, row) if isinstance(row, Row) and row.id and row.text is not None else None
            yield row if fault is None else Rejected(str(path), row.line, "id", fault)


def _fault(seen: sqlite3.Connection, row: Row) -> str | None:
    text = blake2b((row.text or "").encode(), digest_size=16).digest()
    rest = "\0".join(part or "" for part in (row.item_id, row.target, row.holder))
    if _is_new(seen, row.id, row.line, text, rest):
        return None
    line, first_text, first_rest = seen.execute(
        "SELECT line, text, rest FROM seen WHERE id = ?", (row.id,)
    ).fetchone()
    if text != first_text:
        return f"{row.id!r} stands at line {line} with another text: give one of them another id"
    if row.has_answer or (rest != first_rest and _is_new(seen, f"{row.id}\0{rest}", row.line, text, rest)):
        return None
    return f"{row.id!r} stands at line {line} already, with the same text: leave one of them out"


def _is_new(seen: sqlite3.Connection, key: str | None, line: int, text: bytes, rest: str) -> bool:
    insert = "INSERT OR IGNORE INTO seen VALUES (?, ?, ?, ?)"
    return seen.execute(insert, (key, line, text, rest)).rowcount == 1
