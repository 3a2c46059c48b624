"""A person's counts in a project, and what chance they give: the same seed draws the same."""

import hashlib

from sqlmodel import Session

from annotator.domain import Pace, Project, User


def of(session: Session, project_id: int, user_id: int) -> Pace:
    """The person's counts, made at first. Lock the person first."""
    pace = session.get(Pace, (user_id, project_id), populate_existing=True)
    if pace is None:
        pace = Pace(user_id=user_id, project_id=project_id)
        session.add(pace)
        session.flush()
    return pace


def is_drawn(rate: float, project: Project, user: User, *what: object) -> bool:
    """Whether chance has it, with probability `rate`: decided by the project's seed, who and what."""
    return rate > 0 and number(project.seed, user.name, *what) < rate


def number(seed: int, *what: object) -> float:
    """A number in [0, 1) that depends on these alone: the first 53 bits of a SHA-256.

    >>> round(number(0, "ada", "check", 1), 3)
    0.405
    """
    digest = hashlib.sha256("\0".join(map(str, (seed, *what))).encode()).digest()
    return (int.from_bytes(digest[:8]) >> 11) / 2**53
