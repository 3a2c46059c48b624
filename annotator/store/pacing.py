"""A person's counts in a project, and what chance they give: the same seed draws the same."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from annotator.domain import Pace, User, metadata
from annotator.domain.workforce import Ruled
from annotator.store import loaded
from annotator.store.ready import Ready

PACE = metadata.tables["pace"]


@dataclass(slots=True)
class Counts:
    """A row of the table, for who lends: no mapper looks for what changed in it. Without one all are 0."""

    user_id: int
    project_id: int
    answered: int = 0
    lent: int = 0
    checks_owed: int = 0
    last_check_id: int = 0
    trained_at: datetime | None = None
    failed_at: datetime | None = None
    training: int = 0


def counts(session: Session, project_id: int, user_id: int) -> Counts:
    """The person's counts as they are; `keep` writes what lending makes of them."""
    session.flush()
    row = _PACE.first(session, user=user_id, project=project_id)
    return Counts(*row) if row is not None else Counts(user_id, project_id)


def keep(session: Session, lent: Counts) -> None:
    """Write what lending has counted. Lock the person first."""
    given = {
        "person": lent.user_id,
        "of": lent.project_id,
        "work": lent.lent,
        "owed": lent.checks_owed,
        "check": lent.last_check_id,
    }
    if _KEEP.run(session, **given) == 0:
        of(session, lent.project_id, lent.user_id)
        _KEEP.run(session, **given)


def of(session: Session, project_id: int, user_id: int) -> Pace:
    """The person's counts, made at first. Lock the person first."""
    session.flush()
    row = _PACE.first(session, user=user_id, project=project_id)
    if row is not None:
        pace = loaded.of(session, Pace, loaded.names(Pace), row)
    else:
        pace = Pace(user_id=user_id, project_id=project_id)
        session.add(pace)
        session.flush()
    return pace


def count_answer(session: Session, project_id: int, user_id: int, step: int) -> None:
    """One answer more, or one less. Lock the person first."""
    given = {"person": user_id, "of": project_id, "step": step}
    if _COUNT.run(session, **given) == 0:
        of(session, project_id, user_id)
        _COUNT.run(session, **given)


def is_drawn(rate: float, project: Ruled, user: User, *what: object) -> bool:
    """Whether chance has it, with probability `rate`: decided by the project's seed, who and what."""
    return rate > 0 and number(project.seed, user.name, *what) < rate


def number(seed: int, *what: object) -> float:
    """A number in [0, 1) that depends on these alone: the first 53 bits of a SHA-256.

    >>> round(number(0, "ada", "check", 1), 3)
    0.405
    """
    digest = hashlib.sha256("\0".join(map(str, (seed, *what))).encode()).digest()
    return (int.from_bytes(digest[:8]) >> 11) / 2**53


_PACE = Ready(
    sa.select(*loaded.columns(Pace)).where(
        PACE.c.user_id == sa.bindparam("user"), PACE.c.project_id == sa.bindparam("project")
    )
)
_KEEP = Ready(
    sa.update(PACE)
    .where(PACE.c.user_id == sa.bindparam("person"), PACE.c.project_id == sa.bindparam("of"))
    .values(lent=sa.bindparam("work"), checks_owed=sa.bindparam("owed"), last_check_id=sa.bindparam("check"))
)
_COUNT = Ready(
    sa.update(PACE)
    .where(PACE.c.user_id == sa.bindparam("person"), PACE.c.project_id == sa.bindparam("of"))
    .values(answered=PACE.c.answered + sa.bindparam("step"))
)
