"""The queue of jobs: claimed once, taken up again, ended once."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from annotator.domain import Job, JobState, now
from annotator.errors import Conflict, NotFound
from annotator.store import jobs
from annotator.store.engine import reading, writing
from annotator.store.jobs import Progress, Wanted
from tests import make, together

LONG_AGO = timedelta(seconds=jobs.SILENT_SECONDS + 5)


@pytest.fixture
def queued(engine):
    """`queued(3)` puts jobs in the queue and gives their ids."""

    def put(count=1, **more):
        with writing(engine) as session:
            return [jobs.enqueue(session, "release", **more)[0].id for _ in range(count)]

    return put


def stands(engine, id_):
    with reading(engine) as session:
        return jobs.find(session, id_)


def fall_silent(engine, id_):
    with writing(engine) as session:
        jobs.find(session, id_).heartbeat_at = now() - LONG_AGO


def claim(engine, worker):
    with writing(engine) as session:
        return jobs.claim(session, worker)


def test_a_job_is_there_only_if_its_transaction_is(engine, queued):
    """A page that failed after the button was pressed must not have begun a release."""
    with pytest.raises(RuntimeError), writing(engine) as session:
        jobs.enqueue(session, "release")
        raise RuntimeError

    assert claim(engine, "a") is None


def test_many_workers_claim_each_job_once(engine, queued):
    """Two processes at one release would both write its folder."""
    ids = queued(12)

    found = together.at_once(lambda worker: [claim(engine, f"{worker}-{n}") for n in range(4)], range(6))

    assert sorted(id_ for each in found for id_ in each if id_) == ids


def test_asking_again_leads_to_the_one_that_is_unfinished(engine):
    """A second press is a question, not another release."""

    def ask(_):
        with writing(engine) as session:
            job, is_new = jobs.enqueue(session, "release", key="release 1")
            return job.id, is_new

    found = together.at_once(ask, range(8))

    assert len({id_ for id_, _ in found}) == 1
    assert sum(is_new for _, is_new in found) == 1
    claim(engine, "a")
    assert ask(0) == (found[0][0], False)
    with writing(engine) as session:
        jobs.finish(session, found[0][0], "a", {})
    assert ask(0)[1]


def test_who_fell_silent_is_followed_and_can_write_no_more(engine, queued):
    """A host that was cut off comes back, and thinks that the job is still its own."""
    [id_] = queued()
    claim(engine, "a")
    assert claim(engine, "b") is None
    fall_silent(engine, id_)

    assert claim(engine, "b") == id_
    with writing(engine) as session:
        assert jobs.beat(session, id_, "a", Progress(9, 9)) is Wanted.LEAVE
        jobs.finish(session, id_, "a", {"number": 1})
        assert jobs.claimed(session, id_, "a") is None
        assert jobs.beat(session, id_, "b", Progress(1, 9, "rows")) is Wanted.GO_ON
    job = stands(engine, id_)
    assert (job.state, job.worker, job.done, job.total, job.doing) == (JobState.RUNNING, "b", 1, 9, "rows")


def test_what_kills_its_process_is_not_tried_for_ever(engine, queued):
    """A release that needs more memory than there is would keep a server busy until somebody looks."""
    [id_] = queued()
    for attempt in range(jobs.MOST_ATTEMPTS):
        assert claim(engine, f"{attempt}") == id_
        with writing(engine) as session:
            jobs.lost(session, id_, f"{attempt}")

    assert claim(engine, "z") is None
    job = stands(engine, id_)
    assert (job.state, job.failure, job.attempts) == (JobState.FAILED, jobs.GAVE_UP, jobs.MOST_ATTEMPTS)
    assert job.finished_at is not None


def test_nor_where_its_whole_host_goes_down_with_it(engine, queued):
    """Then nobody is left to say that the process is gone."""
    [id_] = queued()
    for attempt in range(jobs.MOST_ATTEMPTS):
        assert claim(engine, f"{attempt}") == id_
        fall_silent(engine, id_)

    assert claim(engine, "z") is None
    assert stands(engine, id_).state == JobState.FAILED


def test_a_stopped_server_costs_no_attempt(engine, queued):
    """Three deployments in a row must not make a release fail."""
    [id_] = queued()
    for attempt in range(jobs.MOST_ATTEMPTS + 2):
        assert claim(engine, f"{attempt}") == id_
        with writing(engine) as session:
            jobs.give_back(session, id_, f"{attempt}")

    job = stands(engine, id_)
    assert (job.state, job.attempts) == (JobState.WAITING, 0)


def test_cancelling_ends_what_waits_and_asks_what_runs(engine, queued):
    """Who cancels wants the machine back, and no half release."""
    running, waiting = queued(2)
    claim(engine, "a")

    for id_ in (running, waiting, running, waiting):
        with writing(engine) as session:
            jobs.cancel(session, jobs.find(session, id_))

    assert stands(engine, waiting).state == JobState.CANCELLED
    assert stands(engine, running).state == JobState.RUNNING
    with writing(engine) as session:
        assert jobs.beat(session, running, "a", Progress()) is Wanted.CANCEL
        jobs.stopped(session, running, "a")
    assert stands(engine, running).state == JobState.CANCELLED


def test_a_cancelled_job_is_not_taken_up_again(engine, queued):
    """It was killed before it could obey."""
    lost, silent = queued(2)
    for id_ in (lost, silent):
        claim(engine, "a")
        with writing(engine) as session:
            jobs.cancel(session, jobs.find(session, id_))
    with writing(engine) as session:
        jobs.lost(session, lost, "a")
    fall_silent(engine, silent)

    assert claim(engine, "b") is None
    assert {stands(engine, id_).state for id_ in (lost, silent)} == {JobState.CANCELLED}


def test_what_has_ended_cannot_be_cancelled(engine, queued):
    """The page was older than the job."""
    [id_] = queued()
    claim(engine, "a")
    with writing(engine) as session:
        jobs.fail(session, id_, "a", "No.")

    with writing(engine) as session, pytest.raises(Conflict, match="has ended"):
        jobs.cancel(session, jobs.find(session, id_))


def test_jobs_are_of_their_project(session: Session):
    """A number that was guessed must not show what others release."""
    posts = make.directed(session, "posts").project
    news = make.directed(session, "news").project
    job, _ = jobs.enqueue(session, "release", project=posts)

    assert jobs.find(session, job.id, posts) == job
    assert [each.slug for each in jobs.listed(session)] == ["posts"]
    assert jobs.listed(session, news) == []
    for id_ in (job.id, job.id + 1, 2**80):
        with pytest.raises(NotFound):
            jobs.find(session, id_, news)


def test_looking_writes_nothing(engine, queued):
    """A look a second must keep no annotator waiting."""
    with reading(engine) as session:
        assert not jobs.is_any(session)
    [id_] = queued()
    with reading(engine) as session:
        assert jobs.is_any(session)
    claim(engine, "a")
    with reading(engine) as session:
        assert not jobs.is_any(session)
    fall_silent(engine, id_)
    with reading(engine) as session:
        assert jobs.is_any(session)
        assert session.exec(select(Job)).one().attempts == 1


def test_a_job_is_forgotten_as_long_after_its_end_as_it_says(engine, queued):
    """A text that somebody typed to have it explained would lie in the database for ever."""
    kept, due, fresh, waiting = (
        queued(arguments=arguments)[0]
        for arguments in ({}, *[{jobs.FORGET_AFTER_DAYS: 7, "text": "Keep the night trains!"}] * 3)
    )
    with writing(engine) as session:
        for id_, days in ((kept, 800), (due, 8), (fresh, 6)):
            jobs.find(session, id_).finished_at = now() - timedelta(days=days)

    with writing(engine) as session:
        assert jobs.to_forget(session) == [due]
        jobs.forget(session, [due])

    with reading(engine) as session:
        assert set(session.exec(select(Job.id))) == {kept, fresh, waiting}
