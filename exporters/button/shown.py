"""Releases to look at: what the database knows of one, and what release.json adds where that is there."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Engine
from sqlmodel import Session

from annotator.errors import NotFound, StandpointError
from annotator.reading import Made, made, numbered
from annotator.reading.releases import of
from exporters.folder import Folder, described

READ = 20  # of the newest, in one request


@dataclass(frozen=True)
class Shown:
    """One release. `folder` is None where it is not there, or is not what was recorded."""

    made: Made
    folder: Folder | None

    @property
    def held_out(self) -> dict[str, Any] | None:
        """What release.json says of what was held out: config, rows, left_out."""
        found: dict[str, Any] | None = self._facts.get("hold_out")
        return found

    @property
    def audit(self) -> dict[str, int] | None:
        """Documents with a near-duplicate in another split, and questions that gold answers twice."""
        audit = self._facts.get("audit")
        if audit is None:
            return None
        return {
            "near_duplicates": audit["near_duplicates"]["documents"],
            "contradictions": audit["contradictions"]["questions"],
        }

    @property
    def _facts(self) -> dict[str, Any]:
        return dict(self.folder.facts) if self.folder is not None else {}


def newest_first(releases: list[Made], slug: str) -> list[Shown]:
    """All of them; only of the newest READ release.json is looked at."""
    newest = releases[::-1]
    return [Shown(each, folder_of(each, slug)) for each in newest[:READ]] + [
        Shown(each, None) for each in newest[READ:]
    ]


def here(session: Session, project: Any) -> list[Made]:
    """Of the newest READ releases of a project, as `g.project`, those on this machine; the newest first."""
    found = of(session, project)[::-1][:READ]
    return [each for each in found if each.withdrawn_at is None and folder_of(each, project.slug)]


def on_disk(engine: Engine, slug: str, number: int) -> Path:
    """The folder of that release.

    Raises
    ------
    NotFound
        If there is no such release, or its folder is not on this machine.
    """
    release = numbered(made(engine, slug), number, slug)
    folder = folder_of(release, slug)
    if folder is None or release.withdrawn_at is not None:
        raise NotFound(f"The folder of release {number} is not on this machine, or was withdrawn.")
    return folder.path


def folder_of(made: Made, slug: str) -> Folder | None:
    """Where the release is, on this machine; None if it is not, or another stands there."""
    if made.folder is None:
        return None
    try:
        return described(Path(made.folder), number=made.number, slug=slug, sha256=made.sha256)
    except StandpointError:
        return None
