"""The boards of projects, kept in this process and brought up to date at each look.

Context: a curator's pages want sums over all answers. SQL needs 1.5 s for each at 300,000 answers, and
sums kept in tables cost every label a write. Choice: the rows stay here as arrays, 60 MB a million answers;
a look asks for the revisions since the last one, and for one row that tells whether items changed. Cost:
nothing a label; after a start all is read, 2.4 s of CPU at 300,000 answers on SQLite, by `web.warming`
before somebody looks; who comes meanwhile waits.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlmodel import Session, col

from annotator.domain import Annotation, Item, Project
from annotator.store import projects

if TYPE_CHECKING:
    from annotator.reading import board_columns as columns
    from annotator.reading.board import Board

KEY = "standpoint_boards"  # of the extensions of the web application
KEPT = 8  # projects; the one looked at longest ago goes
LAST = 1_000  # answers that tell which projects people work on


@dataclass
class _Place:
    """One project's board, and what tells whether it is still true."""

    lock: Lock = field(default_factory=Lock)
    board: "Board | None" = None
    stances: "columns.Stances | None" = None  # as stored: what was merged may be restored
    state: tuple[object, ...] = ()
    rows: int = 0  # revisions in the database up to the newest


class Boards:
    """The boards of the projects looked at last. Threads may share it; a board is never changed."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._places: OrderedDict[int, _Place] = OrderedDict()

    def of(self, session: Session, project: Project) -> "Board":
        """The project as this transaction sees it."""
        assert project.id is not None
        place = self._place(project.id)
        found = projects.labels(session, project)
        labels = [label.id for label in found if label.id is not None and label.merged_into_id is None]
        with place.lock:
            return _renewed(place, session.connection(), project.id, labels)

    def _place(self, project: int) -> _Place:
        with self._lock:
            place = self._places.setdefault(project, _Place())
            self._places.move_to_end(project)
            while len(self._places) > KEPT:
                self._places.popitem(last=False)
            return place


def worked_on(session: Session) -> list[Project]:
    """The projects that the LAST answers belong to, KEPT of them at most, the busiest first."""
    last = sa.select(col(Annotation.item_id)).order_by(col(Annotation.id).desc()).limit(LAST).subquery()
    busiest = sa.select(col(Item.project_id)).join(last, last.c.item_id == col(Item.id))
    busiest = busiest.group_by(col(Item.project_id)).order_by(sa.func.count().desc(), col(Item.project_id))
    found = [session.get_one(Project, id_) for id_ in session.execute(busiest).scalars()]
    return [project for project in found if project.deleted_at is None][:KEPT]


def _renewed(place: _Place, connection: Connection, project: int, labels: list[int]) -> "Board":
    import numpy as np  # noqa: PLC0415 - a tenth of a second and 20 MB that a start is spared

    from annotator.reading import board_columns as columns  # noqa: PLC0415 - likewise
    from annotator.reading.board import Board  # noqa: PLC0415 - likewise

    board = place.board
    state = (*columns.changing(connection, project), *labels)
    has_gaps = board is not None and columns.stored(connection, up_to=board.newest) != place.rows
    after = 0 if board is None or has_gaps else board.newest
    answers = columns.answers(connection, project, after=after)
    if board is not None and after and state == place.state and not len(answers):
        return board
    stances = columns.stances(connection, project, after=after)
    items = board.items if board is not None and state == place.state else columns.items(connection, project)
    if board is not None and place.stances is not None and after:
        answers, stances = board.answers.with_more(answers), place.stances.with_more(stances)
    stand = columns.standing(connection, project, stances)
    place.board = Board(items, answers, stand, np.array(labels, dtype=np.int64), state)
    place.state, place.stances = state, stances
    place.rows = columns.stored(connection, up_to=place.board.newest)
    return place.board
