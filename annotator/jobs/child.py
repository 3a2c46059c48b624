"""`python -m annotator.jobs.child NUMBER WORKER`: one attempt at one job, in a process of its own.

A fault that nobody foresaw goes to the log with its traceback; people read one sentence. If the database is
away when the outcome is to be stored, the attempt counts as lost.
"""

import logging
import os
import signal
import sys
from collections.abc import Callable, Mapping
from functools import partial

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlmodel import Session

from annotator import logs
from annotator.config import Settings
from annotator.errors import StandpointError
from annotator.jobs import context
from annotator.jobs.context import Context, Stopped
from annotator.jobs.heart import Heart
from annotator.store import engine as store
from annotator.store import jobs
from annotator.store.jobs import Wanted

KINDNESS = 10  # added to the nice value: annotators go first
FAULT = "Something went wrong in this job, and was logged: look into the log of the server, then try again."

log = logging.getLogger(__name__)
Outcome = Callable[[Session, int, str], None]


def main(arguments: list[str]) -> None:
    """Run the job that the runner has claimed."""
    number, worker = int(arguments[0]), arguments[1]
    os.nice(KINDNESS)
    settings = Settings.read()
    logs.configure(settings.log_format)
    engine = store.current(settings)
    try:
        run(engine, settings, number, worker)
    finally:
        engine.dispose()


def run(engine: Engine, settings: Settings, number: int, worker: str) -> None:
    """Run the job, if it still is this worker's, and store what came of it."""
    heart = Heart(engine, number, worker)
    signal.signal(signal.SIGTERM, lambda *_: setattr(heart, "must_pause", True))
    with store.reading(engine) as session:
        found = jobs.claimed(session, number, worker)
        if found is None:
            return
        job, project = found
        name, arguments = job.name, job.arguments
        given = Context(
            engine=engine,
            settings=settings,
            number=number,
            slug=project.slug if project is not None else None,
            by_id=job.created_by_id,
            created_at=job.created_at,
            heard=heart.hear,
            look=heart.look,
        )
    with heart.beating():
        outcome = _outcome(heart, name, given, arguments)
        with store.writing(engine) as session:
            outcome(session, number, worker)


def _outcome(heart: Heart, name: str, given: Context, arguments: Mapping[str, object]) -> Outcome:
    """What is to be stored. A database that fails ends the process: the attempt is lost."""
    try:
        given.report(doing="loading")
        result = context.function(name)(given, arguments)
    except Stopped:
        return jobs.stopped if heart.wanted is Wanted.CANCEL else jobs.give_back
    except StandpointError as error:
        log.warning("job %s failed: %s", given.number, error)
        return partial(_failed, sentence=str(error))
    except sa.exc.OperationalError:
        raise
    except Exception:  # anybody's package runs here: people get a sentence, the log the rest
        log.exception("job %s failed", given.number)
        return partial(_failed, sentence=FAULT)
    return partial(_finished, result=result)


def _failed(session: Session, number: int, worker: str, *, sentence: str) -> None:
    jobs.fail(session, number, worker, sentence)


def _finished(session: Session, number: int, worker: str, *, result: Mapping[str, object]) -> None:
    jobs.finish(session, number, worker, result)


if __name__ == "__main__":
    main(sys.argv[1:])
