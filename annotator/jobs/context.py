"""What a job's function is given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import entry_points

from sqlalchemy.engine import Engine

from annotator.config import Settings
from annotator.errors import Invalid, Unusable

JOBS = "standpoint.jobs"  # what packages bring


class Stopped(Exception):
    """Raised in the midst of a job that is to end: whoever catches it takes back what was begun."""


@dataclass(frozen=True)
class Context:
    """One attempt at a job."""

    engine: Engine
    settings: Settings
    number: int
    slug: str | None  # of the project
    by_id: int | None  # who asked for it; None: the command line
    created_at: datetime
    heard: Callable[[int, int | None, str | None], None]
    look: Callable[[], None] = lambda: None
    """Raises Stopped where `report` would, and reports nothing: for a timer or a callback of a library."""

    def report(self, done: int = 0, total: int | None = None, doing: str | None = None) -> None:
        """So many steps are done, of so many, and this is done now: a word that pages can translate.

        Costs next to nothing: the database hears of it about once a second.

        Raises
        ------
        Stopped
            If somebody cancelled the job, or the server stops.
        """
        self.heard(done, total, doing)


Function = Callable[[Context, Mapping[str, object]], Mapping[str, object]]


def function(name: str) -> Function:
    """The function of a job, its package imported.

    Raises
    ------
    Invalid
        If no installed package brings one of this name.
    Unusable
        If the package cannot be imported.
    """
    entry = next(iter(entry_points(group=JOBS, name=name)), None)
    if entry is None:
        raise Invalid(f"No installed package brings the job {name!r}: install it on every host that serves.")
    try:
        found: Function = entry.load()
    except (ImportError, AttributeError) as error:
        raise Unusable(f"The job {name!r} of {entry.module} cannot be loaded: {error}.") from error
    return found
