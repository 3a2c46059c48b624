"""A path → its text, line by line, in bounded memory. What is no text is refused by name."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from annotator.errors import BadInput, Invalid
from annotator.importing import decoding

LONGEST = 10_000_000  # characters of one line, cell or text: three times "War and Peace"
HEAD = 8_192  # bytes that tell what a file is
ELSE = {
    b"PK\x03\x04": "a ZIP archive or an office file; save a sheet as CSV, or unpack the archive",
    b"\xd0\xcf\x11\xe0": "an old office file; save its sheet as CSV",
    b"\x1f\x8b": "compressed with gzip; unpack it first",
    b"BZh": "compressed with bzip2; unpack it first",
    b"\xfd7zXZ": "compressed with xz; unpack it first",
    b"\x28\xb5\x2f\xfd": "compressed with Zstandard; unpack it first",
    b"%PDF": "a PDF; extract its text first",
    b"PAR1": "Parquet; say --format parquet",
    b"ARROW1": "an Arrow file; import the folder that it lies in",
    b"SQLite format 3": "an SQLite database; export a table as CSV",
}
Lines = Iterator[tuple[int, str | None]]


def lines(path: Path, encoding: str | None = None, *, newline: str = "\n") -> Lines:
    """Number (from 1) and text of each line, its line end included.

    A line longer than LONGEST is read past in pieces and given as None. With newline "" a lone CR
    ends a line, too, as csv wants it.

    Raises BadInput if the file is none, is empty, is no text, is not in its encoding, or is gone.
    """
    with opened(path, encoding, newline=newline) as file:
        number = 0
        while line := file.readline(LONGEST + 1):
            number += 1
            if len(line) <= LONGEST:
                yield number, line
                continue
            while line and not line.endswith(("\n", newline or "\r")):
                line = file.readline(LONGEST)
            yield number, None


def too_long(line: int) -> str:
    """What to say about a line that `lines` gave as None."""
    return f"line {line} is longer than {LONGEST:,} characters: is this file what its name says?"


@contextmanager
def opened(path: Path, encoding: str | None = None, *, newline: str = "\n") -> Iterator[io.TextIOWrapper]:
    """The file as text; its faults, also those met while it is read, are BadInput."""
    head = beginning(path)
    name = encoding or decoding.by_mark(head)
    if encoding is None:
        refuse_binary(path, head)
    try:
        file = path.open(encoding=name, errors="strict", newline=newline)
    except LookupError as error:
        raise Invalid(f"--encoding {encoding}: there is no such encoding. Try utf-8 or cp1252") from error
    except OSError as error:
        raise unreadable(path, error) from error
    with file:
        try:
            yield file
        except UnicodeError as error:
            raise decoding.wrong(path, name) from error
        except OSError as error:
            raise unreadable(path, error) from error


def beginning(path: Path) -> bytes:
    """The first bytes of a file.

    Raises BadInput if there is no file, or nothing in it.
    """
    try:
        if path.is_dir():
            raise BadInput(path, "is a folder where a file is meant: name the files in it")
        if path.exists() and not path.is_file():
            raise BadInput(path, "is no regular file: save what it gives to a file first")
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise unreadable(path, error) from error
    if not head.strip(b" \t\r\n\xef\xbb\xbf") and path.stat().st_size <= HEAD:
        raise BadInput(path, "is empty")
    return head


def unreadable(path: object, error: OSError) -> BadInput:
    """What to say when the system cannot open or read a file that was named."""
    why = "is not there (any more)" if isinstance(error, FileNotFoundError) else "cannot be read"
    said = os.strerror(error.errno) if error.errno else str(error)
    return BadInput(path, f"{why}: {said}. Put it right and import again; what is there is not doubled")


def refuse_binary(path: Path, head: bytes) -> None:
    """Nothing, if these first bytes may be text. A NUL here and there is a matter of its row.

    Raises BadInput otherwise, with what the file seems to be.
    """
    for magic, what in ELSE.items():
        if head.startswith(magic):
            raise BadInput(path, f"is no text but {what}")
    if decoding.by_mark(head) not in {"utf-8", "utf-8-sig"}:
        return
    if wide := decoding.unmarked_wide(head):
        raise BadInput(path, f"looks like {wide} without a byte order mark: say --encoding {wide}")
    controls = sum(byte < 32 and byte not in b"\t\n\v\f\r\x1b" for byte in head)
    if controls > max(8, len(head) // 20):
        raise BadInput(
            path, "is no text: it is full of control characters. Which program can save it as text?"
        )
