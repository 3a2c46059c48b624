"""A folder that is whole or absent, as `exporters.files.replacing` does it for a file."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from annotator.errors import Conflict, Unusable


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A folder beside `path` to write in; it takes the name `path` when the block ends without an error.

    Raises
    ------
    Conflict
        If `path` exists and is not an empty folder; before anything is written.
    Unusable
        If the place cannot be written.
    """
    if path.exists() and not (path.is_dir() and not any(path.iterdir())):
        raise Conflict(f"{path} is there already and not empty; give a new folder")
    with _beside(path) as part:
        yield part
        part.replace(path)


@contextmanager
def renewed_folder(path: Path) -> Iterator[Path]:
    """The same, for a folder that may be replaced: the old one goes when the new one is whole.

    Raises
    ------
    Unusable
        If the place cannot be written.
    """
    with _beside(path) as part:
        yield part
        if path.exists():
            old = path.replace(part.with_suffix(".old"))
            part.replace(path)
            shutil.rmtree(old)
        else:
            part.replace(path)


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    part = path.parent / f".{path.name}-{uuid4().hex[:8]}.part"
    try:
        part.mkdir(parents=True)
        yield part
    except OSError as error:
        raise Unusable(f"{path} cannot be written ({error.strerror or error}); give another place") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
