"""A folder that is replaced whole, as `exporters.files.replacing` does it for a file."""

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from annotator.errors import Conflict, Unusable


@contextmanager
def renewed_folder(path: Path, *, ours: Collection[str]) -> Iterator[Path]:
    """A folder beside `path` to write in; at the end it becomes `path`, and what stood there goes.

    Only files of the names in `ours` may stand there: whoever names their home folder keeps it.

    Raises
    ------
    Conflict
        If `path` is a file, or a folder with anything else in it.
    Unusable
        If it cannot be written: no right, no space.
    """
    path = Path(os.path.realpath(path))
    _refuse_others(path, ours)
    part = path.with_name(f".{path.name}.{uuid4().hex[:8]}.part")
    old = part.with_suffix(".old")
    try:
        part.mkdir(parents=True)
        yield part
        if path.exists():
            path.replace(old)
        part.replace(path)
    except OSError as error:
        raise Unusable(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
        if path.exists():
            shutil.rmtree(old, ignore_errors=True)


def _refuse_others(path: Path, ours: Collection[str]) -> None:
    try:
        if path.is_symlink() or (path.exists() and not path.is_dir()):
            raise Conflict(f"{path} is a file, or a link to itself: give a folder.")
        there = sorted(each.name for each in path.iterdir()) if path.is_dir() else []
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror or error}.") from error
    if others := [name for name in there if name not in ours]:
        raise Conflict(f"{path} holds {others[0]!r}, which is no part of a report: give a new folder.")
