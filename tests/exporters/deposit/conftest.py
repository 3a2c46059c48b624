"""A released project and its deposit, unpacked."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy.engine import Engine

from exporters import release
from exporters.options import Options
from tests.exporters.made_project import Make


@dataclass(frozen=True)
class Deposited:
    """A release, and the files of its deposit."""

    folder: Path
    zip: Path
    files: Path

    @property
    def facts(self) -> dict[str, Any]:
        return json.loads((self.folder / "release.json").read_text(encoding="utf-8"))

    def text(self, name: str) -> str:
        return (self.files / name).read_bytes().decode()


def deposit(engine: Engine, folder: Path, **options: Any) -> Deposited:
    """Release the project, and unpack what is for the archive."""
    release.write(engine, "trains", folder, Options(deposit=True, **options))
    packed, unpacked = folder / "deposit" / "trains.zip", folder.with_name(f"{folder.name}-unpacked")
    with ZipFile(packed) as zipped:
        zipped.extractall(unpacked)
    return Deposited(folder, packed, unpacked / "trains")


@pytest.fixture
def deposited(make: Make, engine: Engine, tmp_path: Path) -> Callable[..., Deposited]:
    """`deposited(fill)` fills the project, releases it and unpacks the deposit."""

    def come(fill: Callable[[Make], object], **options: Any) -> Deposited:
        fill(make)
        make.session.commit()
        return deposit(engine, tmp_path / "release", **options)

    return come
