"""A file or a folder is whole or absent."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from annotator.errors import Conflict, Unusable


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to; at the end it takes the place of `path`. After an error nothing is left of it."""
    part = path.with_name(f"{path.name}.part")
    try:
        yield part
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """An empty folder beside `path` to write in; at the end it becomes `path`.

    After an error nothing is left of it. What a killed process left is cleared away by the next one.

    Raises
    ------
    Conflict
        If `path` holds something, or another process is writing it.
    Unusable
        If it cannot be written: no right, no space.
    """
    try:
        path = Path(os.path.realpath(path))
        _refuse_taken(path)
        part = path.with_name(f"{path.name}.part")
        with _claimed(part):
            yield part
            _refuse_taken(path)
            part.rename(path)
    except OSError as error:
        raise Unusable(f"{path} cannot be written: {error.strerror or error}.") from error


def clear_away(place: Path) -> None:
    """Remove what killed processes have left of new folders in `place`; what is being written stays."""
    for part in place.glob("*.part"):
        descriptor = os.open(part, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        else:
            shutil.rmtree(part, ignore_errors=True)
        finally:
            os.close(descriptor)


def _refuse_taken(path: Path) -> None:
    if path.is_symlink():  # resolved, and yet a link
        raise Conflict(f"{path} is a link that leads back to itself: give a folder that is new or empty.")
    if path.exists() and not path.is_dir():
        raise Conflict(f"{path} is a file: give a folder that is new or empty.")
    if path.is_dir() and any(path.iterdir()):
        raise Conflict(f"{path} is not empty, and what stands there is never changed: give a new folder.")


@contextmanager
def _claimed(part: Path) -> Iterator[None]:
    """The folder `part`, new and empty, ours alone; removed after an error."""
    part.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(part, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(f"{part} is being written by another process: wait for it.") from None
        for left in part.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        try:
            yield
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
    finally:
        os.close(descriptor)
