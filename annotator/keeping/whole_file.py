"""A file is whole under its name, or not there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from annotator.errors import Conflict, Unusable


@contextmanager
def new_file(path: Path, *, replace: bool) -> Iterator[Path]:
    """A path to write to, readable by its owner alone; at the end it becomes `path`.

    After an error nothing is left of it. What a killed process left is overwritten by the next one.

    Raises
    ------
    Conflict
        If there is such a file and `replace` is not set.
    Unusable
        If it cannot be written: no right, no space.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        _refuse_taken(path, replace=replace)
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            yield part
            sync(part)
            _refuse_taken(path, replace=replace)
            part.replace(path)
            sync(path.parent)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise Unusable(f"{path} cannot be written: {error.strerror or error}.") from error


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refuse_taken(path: Path, *, replace: bool) -> None:
    if path.is_dir():
        raise Conflict(f"{path} is a folder: give a file.")
    if path.exists() and not replace:
        raise Conflict(f"{path} is there already: give another name, or --replace.")
