"""The bytes of a file that an installed package carries, read without importing the package."""

import re
from importlib.metadata import PackageNotFoundError, distribution, requires
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


def installed(extra: str | None) -> bool:
    """Whether all that an extra of ours brings is installed."""
    needed = [
        re.split(r"[^\w.-]", each)[0]
        for each in requires("standpoint") or []
        if extra is not None and f'extra == "{extra}"' in each.replace("'", '"')
    ]
    try:
        return all(distribution(name) for name in needed)
    except PackageNotFoundError:
        return False


def missing(what: str, extra: str) -> Unusable:
    """The error for a package that an extra of ours would bring."""
    return Unusable(f"This recipe needs {what}, which is not installed: pip install 'standpoint[{extra}]'.")
