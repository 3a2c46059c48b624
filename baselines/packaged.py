"""The bytes of a file that an installed package carries, read without importing the package."""

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from annotator.errors import Unusable


def file_of(package: str, path: str, *, extra: str) -> bytes:
    """The content of the package's file at `path`; `extra` is ours that brings the package.

    Raises
    ------
    Unusable
        If the package is not installed, or carries no such file.
    """
    try:
        return Path(str(distribution(package).locate_file(path))).read_bytes()
    except (PackageNotFoundError, OSError) as error:
        raise missing(package, extra) from error


def missing(what: str, extra: str) -> Unusable:
    """The error for a package that an extra of ours would bring."""
    return Unusable(f"This recipe needs {what}, which is not installed: pip install 'standpoint[{extra}]'.")
