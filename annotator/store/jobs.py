"""Jobs: put in a queue, claimed once, told how far they are, ended or taken up again.

One statement claims the oldest job that waits, or whose process has fallen silent: UPDATE … RETURNING, and
on PostgreSQL SKIP LOCKED, so any number of hosts share the queue. Silence is measured by the clock of the
database there, and by that of the one machine on SQLite. A process writes under the name of its attempt, and
nothing any more once another attempt has begun.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import Job, JobState, Project, User, metadata, now
from annotator.errors import Conflict, NotFound

MOST_ATTEMPTS = 3
SILENT_SECONDS = 60  # after which the process of a job is taken for dead
LARGEST_ID = 2**31 - 1
FORGET_AFTER_DAYS = "forget_after_days"  # an argument of jobs that are not to be kept

WAITING, RUNNING = JobState.WAITING, JobState.RUNNING
UNFINISHED = (WAITING, RUNNING)
GAVE_UP = (
    f"Its process was killed {MOST_ATTEMPTS} times, perhaps for want of memory: look into the log first."
)
JOB = metadata.tables["job"]
Columns = sa.ColumnElement[Any]


class Wanted(StrEnum):
    """What a running job is to do."""

    GO_ON = "go on"
    CANCEL = "cancel"
    LEAVE = "leave"  # another attempt has begun


class Progress(NamedTuple):
    """How far a job is."""

    done: int = 0
    total: int | None = None
    doing: str | None = None


class Listed(NamedTuple):
    """A job, the slug of its project, and who asked for it."""

    job: Job
    slug: str | None
    by: str | None


def enqueue(
    session: Session,
    name: str,
    *,
    project: Project | None = None,
    arguments: Mapping[str, object] | None = None,
    by: User | None = None,
    key: str | None = None,
) -> tuple[Job, bool]:
    """A new job, run once this transaction is committed; or the unfinished one of this key, and False."""
    if key is not None and (found := _unfinished(session, key)) is not None:
        return found, False
    job = Job(
        name=name,
        project_id=project.id if project is not None else None,
        key=key,
        arguments=dict(arguments or {}),
        created_by_id=by.id if by is not None else None,
    )
    try:
        with session.begin_nested():
            session.add(job)
            session.flush()
    except sa.exc.IntegrityError:  # another was enqueued in this moment
        if key is None or (found := _unfinished(session, key)) is None:
            raise
        return found, False
    return job, True


def claim(session: Session, worker: str) -> int | None:
    """The id of the oldest job that waits for a process, which is now `worker`'s; None if none does."""
    silent = _silent(session)
    _settle(session, silent)
    oldest = sa.select(JOB.c.id).where(sa.or_(JOB.c.state == WAITING, silent)).order_by(JOB.c.id).limit(1)
    update = (
        sa.update(JOB)
        .where(JOB.c.id == oldest.with_for_update(skip_locked=True).scalar_subquery())
        .values(
            state=RUNNING,
            worker=worker,
            attempts=JOB.c.attempts + 1,
            heartbeat_at=_clock(session),
            started_at=sa.func.coalesce(JOB.c.started_at, _clock(session)),
            **Progress()._asdict(),
        )
    )
    return session.connection().execute(update.returning(JOB.c.id)).scalar()


def is_any(session: Session) -> bool:
    """Whether `claim` has something to do. It reads, and keeps no writer waiting."""
    some = sa.select(JOB.c.id).where(sa.or_(JOB.c.state == WAITING, _silent(session))).limit(1)
    return session.connection().execute(some).first() is not None


def claimed(session: Session, id_: int, worker: str) -> tuple[Job, Project | None] | None:
    """The job with its project, if it still is this worker's."""
    job = session.exec(select(Job).where(_mine(id_, worker))).first()
    if job is None:
        return None
    return job, session.get(Project, job.project_id) if job.project_id is not None else None


def beat(session: Session, id_: int, worker: str, progress: Progress) -> Wanted:
    """Say that the worker lives and how far it is; return what it is to do."""
    update = (
        sa.update(JOB).where(_mine(id_, worker)).values(heartbeat_at=_clock(session), **progress._asdict())
    )
    row = session.connection().execute(update.returning(JOB.c.cancel_asked_at)).first()
    if row is None:
        return Wanted.LEAVE
    return Wanted.GO_ON if row.cancel_asked_at is None else Wanted.CANCEL


def finish(session: Session, id_: int, worker: str, result: Mapping[str, object]) -> None:
    """The job is done, whatever was asked meanwhile."""
    _end(session, _mine(id_, worker), state=JobState.DONE, result=dict(result))


def fail(session: Session, id_: int, worker: str, sentence: str) -> None:
    """The job ends with a sentence for people."""
    _end(session, _mine(id_, worker), state=JobState.FAILED, failure=sentence)


def stopped(session: Session, id_: int, worker: str) -> None:
    """The job ends because somebody cancelled it."""
    _end(session, _mine(id_, worker), state=JobState.CANCELLED)


def to_forget(session: Session) -> list[int]:
    """Those that ended as many days ago as their arguments say that they are kept."""
    days = JOB.c.arguments[FORGET_AFTER_DAYS].as_integer()
    ended = sa.select(JOB.c.id, JOB.c.finished_at, days.label("days"))
    found = session.connection().execute(ended.where(JOB.c.finished_at.is_not(None), days.is_not(None)))
    return [row.id for row in found if row.finished_at <= now() - timedelta(days=row.days)]


def forget(session: Session, ids: Sequence[int]) -> None:
    """Delete these jobs."""
    session.connection().execute(sa.delete(JOB).where(JOB.c.id.in_(ids)))


def give_back(session: Session, id_: int, worker: str) -> None:
    """The job waits again, and this attempt does not count: its server was stopped."""
    again = {"state": WAITING, "worker": None, "attempts": JOB.c.attempts - 1, **Progress()._asdict()}
    session.connection().execute(sa.update(JOB).where(_mine(id_, worker)).values(again))


def lost(session: Session, id_: int, worker: str) -> None:
    """The worker's process is gone without a word: the job waits again, or has had its attempts."""
    mine = _mine(id_, worker)
    _settle(session, mine)
    again = {"state": WAITING, "worker": None, **Progress()._asdict()}
    session.connection().execute(sa.update(JOB).where(mine).values(again))


def cancel(session: Session, job: Job) -> None:
    """End a job that waits; ask one that runs to stop. Again changes nothing.

    Raises
    ------
    Conflict
        If it has ended.
    """
    _end(session, sa.and_(JOB.c.id == job.id, JOB.c.state == WAITING), state=JobState.CANCELLED)
    asked = sa.func.coalesce(JOB.c.cancel_asked_at, _clock(session))
    running = sa.and_(JOB.c.id == job.id, JOB.c.state == RUNNING)
    session.connection().execute(sa.update(JOB).where(running).values(cancel_asked_at=asked))
    session.refresh(job)
    if job.state in {JobState.DONE, JobState.FAILED}:
        raise Conflict(f"Job {job.id} has ended: there is nothing to cancel.")


def find(session: Session, id_: int, project: Project | None = None) -> Job:
    """The job of this id, and of this project if one is given.

    Raises
    ------
    NotFound
        If there is none.
    """
    job = session.get(Job, id_) if id_ <= LARGEST_ID else None
    if job is None or (project is not None and job.project_id != project.id):
        raise NotFound(f"There is no job {id_}" + (f" in {project.slug!r}." if project is not None else "."))
    return job


def listed(
    session: Session, project: Project | None = None, *, before: int | None = None, limit: int = 50
) -> Sequence[Listed]:
    """The newest jobs, of a project or of all; those before a number."""
    query = (
        select(Job, Project.slug, User.name)
        .join(Project, col(Project.id) == col(Job.project_id), isouter=True)
        .join(User, col(User.id) == col(Job.created_by_id), isouter=True)
        .order_by(col(Job.id).desc())
        .limit(limit)
    )
    if project is not None:
        query = query.where(Job.project_id == project.id)
    if before is not None:
        query = query.where(col(Job.id) < before)
    return [Listed(*row) for row in session.exec(query)]


def done(session: Session, project: Project, name: str) -> list[Job]:
    """The jobs of this name in the project that ended well, the newest first."""
    query = select(Job).where(Job.project_id == project.id, Job.name == name, Job.state == JobState.DONE)
    return list(session.exec(query.order_by(col(Job.id).desc())))


def unfinished_counts(session: Session) -> dict[str, int]:
    """How many jobs wait and how many run, by an index that holds no others."""
    counts = sa.select(JOB.c.state, sa.func.count()).where(JOB.c.state.in_(UNFINISHED)).group_by(JOB.c.state)
    found = {str(state): number for state, number in session.connection().execute(counts)}
    return {str(state): found.get(str(state), 0) for state in UNFINISHED}


def unfinished(session: Session, project: Project, name: str) -> Job | None:
    """The oldest job of this name in the project that waits or runs."""
    query = select(Job).where(Job.project_id == project.id, Job.name == name, col(Job.state).in_(UNFINISHED))
    return session.exec(query.order_by(col(Job.id)).limit(1)).first()


def _unfinished(session: Session, key: str) -> Job | None:
    return session.exec(select(Job).where(Job.key == key, col(Job.state).in_(UNFINISHED))).first()


def _mine(id_: int, worker: str) -> Columns:
    return sa.and_(JOB.c.id == id_, JOB.c.worker == worker, JOB.c.state == RUNNING)


def _settle(session: Session, which: Columns) -> None:
    """End those of these running jobs that nobody is to take up again."""
    _end(session, sa.and_(which, JOB.c.cancel_asked_at.is_not(None)), state=JobState.CANCELLED)
    _end(session, sa.and_(which, JOB.c.attempts >= MOST_ATTEMPTS), state=JobState.FAILED, failure=GAVE_UP)


def _end(session: Session, which: Columns, **values: object) -> None:
    update = sa.update(JOB).where(which).values(finished_at=_clock(session), **values)
    session.connection().execute(update)


def _silent(session: Session) -> Columns:
    """Jobs whose process has not been heard of for SILENT_SECONDS.

    Nor at a time that is still to come: the clock was put back, and the process, if it lives, writes soon.
    """
    silence: Any = timedelta(seconds=SILENT_SECONDS)
    if session.get_bind().dialect.name == "postgresql":
        silence = sa.literal(silence, sa.Interval())
    clock = _clock(session)
    heard = JOB.c.heartbeat_at.between(clock - silence, clock + silence)
    return sa.and_(JOB.c.state == RUNNING, sa.not_(heard))


def _clock(session: Session) -> Any:
    """The present moment: by the database's clock where several hosts share it."""
    if session.get_bind().dialect.name == "postgresql":
        return sa.func.clock_timestamp(type_=sa.DateTime(timezone=True))
    return now()
