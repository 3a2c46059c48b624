"""Agreement as it was measured last, project by project, kept in this process.

Context: with intervals and all break-downs it takes a tenth of a second for a hundred answers and about ten
for 300,000. Choice: up to INLINE answers it is measured while the page waits; past that the page shows what
was measured last, with its age, and a thread measures anew, one in this process at a time. Cost: a figure may
be older than the newest answer, and after a start there is none for some seconds. Every process has its own.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from threading import Lock, Thread

from sqlalchemy.engine import Engine
from sqlmodel import Session

from annotator.domain import Project, now
from annotator.quality.report import DIMENSIONS, Report
from annotator.store.engine import reading

INLINE = 3_000  # answers
KEPT = 32  # projects


@dataclass(frozen=True, slots=True)
class Measurement:
    """A report, of which version of the project's board it is, and when it was begun."""

    version: tuple[object, ...]
    report: Report
    at: datetime


class Measurements:
    """The last measurement of each project. Threads may share it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: OrderedDict[int, Measurement] = OrderedDict()
        self._running: dict[int, Thread] = {}
        self._lock = Lock()
        self._turn = Lock()  # one measurement at a time: each takes a core and 200 bytes an answer

    def of(
        self, session: Session, project: Project, version: tuple[object, ...], *, answers: int
    ) -> tuple[Measurement | None, bool]:
        """The last measurement, and whether it is of this version; if not, a newer one is on its way."""
        assert project.id is not None
        known = self._known.get(project.id)
        if known is not None and known.version == version:
            return known, True
        if answers <= INLINE:
            return self._measured(session, project, version), True
        self._begin(project.id, version)
        return known, False

    def wait(self) -> None:
        """Wait until nothing is being measured."""
        for thread in list(self._running.values()):
            thread.join()

    def _begin(self, project_id: int, version: tuple[object, ...]) -> None:
        with self._lock:
            if project_id in self._running:
                return
            thread = Thread(target=self._measure_behind, args=(project_id, version), daemon=True)
            self._running[project_id] = thread
        thread.start()

    def _measure_behind(self, project_id: int, version: tuple[object, ...]) -> None:
        try:
            with self._turn, reading(self._engine) as session:
                self._measured(session, session.get_one(Project, project_id), version)
        finally:
            with self._lock:
                del self._running[project_id]

    def _measured(self, session: Session, project: Project, version: tuple[object, ...]) -> Measurement:
        from annotator.quality.measure import measure  # noqa: PLC0415 - numpy: only curators ask for it
        from annotator.reading import judgements  # noqa: PLC0415

        assert project.id is not None
        began = now()
        report = measure(judgements.load(session, project), by=DIMENSIONS)
        made = Measurement(version, report, began)
        with self._lock:
            self._known[project.id] = made
            self._known.move_to_end(project.id)
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return made
