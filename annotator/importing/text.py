"""Plain text: one document a file, or one a line."""

from collections.abc import Iterator
from pathlib import Path

from annotator.errors import BadInput
from annotator.importing.columns import Columns
from annotator.importing.rows import Rejected, Row
from annotator.importing.source import LONGEST, lines, opened, too_long


def read_document(path: Path, columns: Columns, encoding: str | None) -> Iterator[Row | Rejected]:
    """The file as one document; its id is the file's name without the suffix.

    Line ends stay as they are: the raw text is what the file holds, cleaning comes after.
    """
    with opened(path, encoding, newline="") as file:
        text = file.read(LONGEST + 1)
    if len(text) > LONGEST:
        raise BadInput(path, f"is longer than {LONGEST:,} characters: cut it in parts, a document a file")
    yield columns.build(path, 1, {"id": path.stem, "text": text})


def read_lines(path: Path, columns: Columns, encoding: str | None) -> Iterator[Row | Rejected]:
    """A document for each line that is not blank; its id is the file's name and the line's number."""
    for number, line in lines(path, encoding):
        if line is None:
            yield Rejected(str(path), number, None, too_long(number))
        elif line.strip():
            yield columns.build(path, number, {"id": f"{path.stem}-{number}", "text": line.rstrip("\r\n")})
