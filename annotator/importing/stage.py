"""How an import writes: in the one transaction of its caller, in parts that are committed, or not at all.

Context: a large import writes for minutes. On SQLite nobody else can save meanwhile; on PostgreSQL nobody is
lent an item, because the project's row is locked. Choice: what comes in is stored part by part, hidden, and
shown at the end (`shown.py`); if that end is never reached, it is taken back (`taken_back.py`). A trial reads
only: it makes up the ids of what it would store. Cost: a row is written twice, and an import that is killed
leaves rows behind that nobody sees until somebody settles it.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any, TypeVar

from sqlmodel import Session, SQLModel

from annotator.domain import now

INFO = "import"  # where a session keeps it
GOAL_SECONDS = 0.1  # that a part is to take: others wait for its end
GLANCE = 50  # rows that are looked at while others wait
FIRST, MOST = 50, 2_000  # rows of a part, to begin with and at most
Value = TypeVar("Value")


@dataclass
class Stage:
    """What this import does with its rows.

    `moment` is the `created_at` of all of them. `later` is what changes rows that are there already, or
    cannot be hidden: it waits for the moment in which all is shown.
    """

    moment: datetime = field(default_factory=now)
    end_part: Callable[[], None] | None = None  # None: all is one part
    is_trial: bool = False
    later: list[SQLModel] = field(default_factory=list)
    size: float = FIRST
    stored: int = 0  # documents, items and answers
    _made_up: Iterator[int] = field(default_factory=lambda: count(-1, -1))

    @property
    def hidden(self) -> datetime | None:
        """The `deleted_at` of new rows."""
        return self.moment if self.end_part is not None else None

    def ids(self, rows: Sequence[object]) -> list[int]:
        """Ids for rows that a trial does not store."""
        return [next(self._made_up) for _ in rows]


class Trial(Session):
    """A session that reads. What is added to it gets an id that is made up, and is forgotten."""

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Write nothing."""
        for row in list(self.new):
            if getattr(row, "id", 0) is None:
                row.id = next(of(self)._made_up)
            self.expunge(row)


def of(session: Session) -> Stage:
    """The stage of a session's import; one transaction for all, unless it was told otherwise."""
    if INFO not in session.info:
        session.info[INFO] = Stage(is_trial=isinstance(session, Trial))
    stage: Stage = session.info[INFO]
    return stage


def breathe(session: Session) -> None:
    """Let others write: what was written until now is stored."""
    if (end := of(session).end_part) is not None:
        end()


def later(session: Session, row: SQLModel) -> None:
    """Store this changed row when all is shown; at once where all is one transaction."""
    stage = of(session)
    if stage.end_part is None:
        session.add(row)
    else:
        session.expunge(row)
        stage.later.append(row)


def glancing(session: Session, values: Sequence[Value]) -> Iterator[Value]:
    """The values; others write after every GLANCE of them, which are only looked at, and at the end."""
    for number, value in enumerate(values):
        if number % GLANCE == 0:
            breathe(session)
        yield value
    breathe(session)


def add(session: Session, rows: Sequence[SQLModel]) -> None:
    """Store these new rows, which cannot be hidden, when all is shown."""
    stage = of(session)
    if stage.end_part is None:
        session.add_all(rows)
        session.flush()
    else:
        stage.later += rows


def parts(
    session: Session, values: Sequence[Value], weigh: Callable[[Value], int] = lambda _: 1
) -> Iterator[Sequence[Value]]:
    """The values in lists, as long as their storing takes about GOAL_SECONDS; each is a part."""
    stage, start = of(session), 0
    while start < len(values):
        end, weight = start, 0
        while end < len(values) and (end == start or weight + weigh(values[end]) <= stage.size):
            weight += weigh(values[end])
            end += 1
        begun = time.perf_counter()
        yield values[start:end]
        stage.stored += end - start
        breathe(session)
        took = max(time.perf_counter() - begun, 1e-6)
        wanted = weight * GOAL_SECONDS / took
        stage.size = min(MOST, max(1.0, min(wanted, 2 * stage.size)))
        start = end


def audited(session: Session) -> dict[str, datetime | None]:
    """What a new row says of when it was made and whether it is hidden."""
    stage = of(session)
    return {"created_at": stage.moment, "deleted_at": stage.hidden}
