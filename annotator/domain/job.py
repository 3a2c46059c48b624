"""What takes longer than a request: asked for in a transaction, run by a process of its own."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from annotator.domain.base import UTCDateTime, now, one_of, partial

UNFINISHED = sa.text("state IN ('waiting', 'running')")


class JobState(StrEnum):
    """How a job stands. The last three are final."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(SQLModel, table=True):
    """One piece of long work: who asked for what, how far it is, and what came of it.

    `worker` names the process that has it and changes with every attempt, so that one that was taken for
    dead can write nothing any more. Of the jobs with the same `key` one at most is unfinished.
    """

    __table_args__ = (
        partial("one_unfinished_job", "key", unique=True, where=UNFINISHED),
        partial("unfinished_jobs", "id", where=UNFINISHED),
        sa.CheckConstraint("done >= 0 AND attempts >= 0", name="counts_not_negative"),
    )

    id: int | None = Field(default=None, primary_key=True)
    name: str  # of an entry point in `standpoint.jobs`
    project_id: int | None = Field(default=None, foreign_key="project.id", index=True)
    key: str | None = None
    arguments: dict[str, object] = Field(default_factory=dict, sa_type=sa.JSON)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    created_by_id: int | None = Field(default=None, foreign_key="user.id")

    state: JobState = Field(default=JobState.WAITING, sa_type=one_of(JobState))
    attempts: int = 0
    worker: str | None = None
    heartbeat_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    started_at: datetime | None = Field(default=None, sa_type=UTCDateTime)  # the first attempt
    cancel_asked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UTCDateTime)

    done: int = 0  # steps
    total: int | None = None  # steps; None: not known
    doing: str | None = None  # a word for what it does now
    result: dict[str, object] | None = Field(default=None, sa_type=sa.JSON)
    failure: str | None = None  # a sentence for people
