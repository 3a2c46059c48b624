"""Files that come in by the page: where they lie until they are imported, and what is wanted of them.

A path never comes from a request: the folder is the project's, the name of an upload is made here, and the
file's own name is cut down to what no system reads as a path.
"""

import re
import secrets
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from annotator.config import Settings
from annotator.domain import Kind, Purpose, Split
from annotator.errors import Invalid, Unusable
from annotator.importing.options import COVERAGE, DOUBT, Options

FORMATS = ("csv", "tsv", "jsonl", "parquet", "text", "lines", "doccano", "label-studio")
KINDS = (str(Kind.GOLD), str(Kind.ANNOTATION), str(Kind.SUGGESTION), COVERAGE, DOUBT)
SENTENCE = "sentence"
SEGMENTS = (SENTENCE, "whole")
FOLDER = "uploads"
KEPT_SECONDS = 7 * 86_400
NAME, KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}"), re.compile(r"[0-9a-f]{32}")
MOST_CELL = 200  # characters of a column's name
MOST_ENCODING = 40  # characters of one that are told again


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An upload, and how it is to be read. `trial`: all of it is done, and nothing stored."""

    upload: str
    name: str
    trial: bool
    format: str | None
    kind: str | None
    split: str | None
    columns: Mapping[str, str]
    keep_going: bool
    encoding: str | None = None
    purpose: str | None = None
    segment: str | None = None

    def options(self) -> Options:
        """The same for `load`."""
        return Options(
            format=self.format,
            columns=self.columns,
            kind=Kind(self.kind) if self.kind not in {None, COVERAGE, DOUBT} else None,
            is_coverage=self.kind == COVERAGE,
            split=Split(self.split) if self.split else None,
            keep_going=self.keep_going,
            encoding=self.encoding,
            purpose=Purpose(self.purpose or Purpose.WORK),
            cut=self.segment == SENTENCE if self.segment else None,
        )


def wanted(arguments: Mapping[str, object]) -> Wanted:
    """What these arguments of a job ask for.

    Raises
    ------
    Invalid
        If one is missing, or is none that there is.
    """
    columns = arguments.get("columns") or {}
    if not isinstance(columns, dict) or not all(map(_is_column, columns.items())):
        raise Invalid("A column is mapped by its name: {'text': 'tweet'}.", {"columns": "are no names"})
    return Wanted(
        upload=_matching(arguments, "upload", KEY),
        name=_matching(arguments, "name", NAME),
        trial=arguments.get("trial") is not False,
        format=_one_of(arguments, "format", FORMATS),
        kind=_one_of(arguments, "kind", KINDS),
        split=_one_of(arguments, "split", tuple(map(str, Split))),
        columns=columns,
        keep_going=arguments.get("keep_going") is True,
        encoding=_encoding(arguments),
        purpose=_one_of(arguments, "purpose", tuple(map(str, Purpose))),
        segment=_one_of(arguments, "segment", SEGMENTS),
    )


def of_project(settings: Settings, slug: str) -> Path:
    """A project's uploads: in the folder of the settings, or in `uploads` beside SQLite's file, else here."""
    if settings.uploads:
        return Path(settings.uploads).absolute() / slug
    url = make_url(settings.database)
    file = url.database if url.get_backend_name() == "sqlite" else None
    return (Path(file or "").parent / FOLDER / slug).absolute()


def begin(settings: Settings, slug: str, called: str) -> tuple[str, Path]:
    """The key of a new upload, and where its file is to be put. Those of last week are removed.

    Raises
    ------
    Unusable
        If the folder cannot be written.
    """
    folder, key = of_project(settings, slug), secrets.token_hex(16)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            if time.time() - old.stat().st_mtime > KEPT_SECONDS:
                shutil.rmtree(old, ignore_errors=True)
        (folder / key).mkdir()
    except OSError as error:
        raise Unusable(f"The folder of uploads cannot be written ({error.strerror}).") from error
    return key, folder / key / plain(called)


def found(settings: Settings, slug: str, wanted_: Wanted) -> Path:
    """The file of an upload.

    Raises
    ------
    Unusable
        If it is not here: it was removed, or came to another host.
    """
    path = of_project(settings, slug) / wanted_.upload / wanted_.name
    if not path.is_file():
        raise Unusable("The file is not on this server any more: upload it again.")
    return path


def plain(called: str) -> str:
    r"""A file's name without what could lead elsewhere.

    >>> plain("../../etc/pass wd.csv"), plain("C:\\Users\\.posts.CSV"), plain("مقالات.csv")
    ('pass_wd.csv', 'posts.CSV', 'file.csv')
    """
    last = re.split(r"[/\\]", called)[-1]
    stem, dot, suffix = last.rpartition(".")
    stem, suffix = (stem, suffix) if dot else (last, "")
    stem = re.sub(r"[^A-Za-z0-9_-]+", "_", stem).strip("_")[:80] or "file"
    suffix = re.sub(r"[^A-Za-z0-9]+", "", suffix)[:10]
    return f"{stem}.{suffix}" if suffix else stem


def _is_column(pair: tuple[object, object]) -> bool:
    from annotator.importing.columns import KNOWN  # noqa: PLC0415 - what reads files, for the first upload

    ours, theirs = pair
    return ours in KNOWN and isinstance(theirs, str) and len(theirs) <= MOST_CELL


def _matching(arguments: Mapping[str, Any], name: str, pattern: re.Pattern[str]) -> str:
    given = arguments.get(name)
    if not isinstance(given, str) or not pattern.fullmatch(given):
        raise Invalid("Choose a file to import.", {name: "is none"})
    return given


def _encoding(arguments: Mapping[str, Any]) -> str | None:
    given = arguments.get("encoding") or None
    try:
        if given is not None:
            "".encode(given)
    except (LookupError, TypeError, ValueError):
        message = f"{str(given)[:MOST_ENCODING]!r} is no encoding of texts: try utf-8, cp1252 or cp1256."
        raise Invalid(message, {"encoding": "is none"}) from None
    return given


def _one_of(arguments: Mapping[str, Any], name: str, known: tuple[str, ...]) -> str | None:
    given = arguments.get(name) or None
    if given is not None and given not in known:
        raise Invalid(f"{given!r} is no {name}; there is: {', '.join(known)}.", {name: "is none"})
    return given
