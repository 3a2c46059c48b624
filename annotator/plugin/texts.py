"""Texts in files, as an import reads and cleans them, for commands of other packages."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from annotator.errors import BadInput
from annotator.importing import source
from annotator.importing.cleaning import clean
from annotator.importing.drafts import own_id
from annotator.importing.formats import read
from annotator.importing.rows import Rejected

__all__ = ["cleaned", "texts"]


def texts(path: Path) -> Iterator[tuple[str, str]]:
    """(id, text as it stands there) of each text in a file of `standpoint import`, or in a folder of ID.txt.

    In a file's name what a system does not allow there may be percent-encoded: "a%2Fb.txt" is "a/b".

    Raises
    ------
    BadInput
        If a file cannot be read, or a row of it is at fault.
    """
    if path.is_dir() and (files := sorted(path.glob("*.txt"))):
        for file in files:
            yield from _whole(file)
        return
    for row in read(path):
        if isinstance(row, Rejected):
            raise row.error()
        if row.text is not None and row.document is None:
            yield own_id(row), row.text


def cleaned(text: str) -> str:
    """The text as an import stores it."""
    return clean(text).text


def _whole(file: Path) -> Iterator[tuple[str, str]]:
    try:
        with source.opened(file, newline="") as opened:
            text = opened.read()
    except BadInput as fault:
        if "is empty" in fault.reason:
            return
        raise
    for id_ in dict.fromkeys((file.stem, unquote(file.stem))):
        yield id_, text
