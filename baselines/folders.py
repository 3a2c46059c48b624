"""A folder that is replaced whole, as `exporters.files.replacing` does it for a file."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from annotator.errors import Conflict, Unusable


@contextmanager
def renewed_folder(path: Path) -> Iterator[Path]:
    """A folder beside `path` to write in; at the end it becomes `path`, and what stood there goes.

    Raises
    ------
    Conflict
        If `path` is a file.
    Unusable
        If it cannot be written: no right, no space.
    """
    if path.exists() and not path.is_dir():
        raise Conflict(f"{path} is a file: give a folder.")
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
