"""Jobs in real processes: ended, cancelled, killed, and their servers stopped and killed."""

import os
from datetime import timedelta

import pytest
from sqlalchemy import event

from annotator.config import Settings
from annotator.domain import Job, JobState, now
from annotator.jobs.child import FAULT
from annotator.jobs.context import Stopped
from annotator.jobs.heart import REST, Heart
from annotator.store import jobs
from annotator.store.engine import reading, writing
from annotator.store.jobs import MOST_ATTEMPTS
from tests.services import served
from tests.services.running import ended, kill, processes, reached, running
from tests.services.waiting import until


@pytest.fixture
def files(tmp_path):
    return {"begun": tmp_path / "begun", "end": tmp_path / "end"}


def cancel(engine, number):
    with writing(engine) as session:
        jobs.cancel(session, jobs.find(session, number))


def test_a_job_runs_tells_how_far_it_is_and_ends(runner, ask, files, database_url):
    """The curator sees a bar that moves, then the result."""
    number = ask("steps", **files)
    assert reached(database_url, number, "steps").total == 1_000_000
    files["end"].touch()

    job = ended(database_url, number)
    assert (job.state, job.result, job.failure, job.attempts) == (JobState.DONE, {"done": True}, None, 1)


def test_a_fault_is_told_in_a_sentence(runner, ask, database_url):
    """A traceback tells a stranger of other people's data, and the curator nothing."""
    refused, broken, unknown, missing = (ask(name) for name in ("refuses", "breaks", "fly", "missing"))

    assert ended(database_url, refused).failure == "There is nothing here: import texts first."
    assert ended(database_url, broken).failure == FAULT
    assert "No installed package brings the job 'fly'" in ended(database_url, unknown).failure
    assert "cannot be loaded" in ended(database_url, missing).failure
    assert ended(database_url, broken).state == JobState.FAILED


def test_a_running_job_is_cancelled_and_takes_back_what_it_began(runner, ask, files, database_url, engine):
    """Whoever cancels finds no half of something."""
    number = ask("steps", **files)
    until(files["begun"].exists)

    cancel(engine, number)

    job = ended(database_url, number)
    assert (job.state, job.result) == (JobState.CANCELLED, None)
    assert not files["begun"].exists()


def test_a_killed_process_is_followed_by_another(runner, ask, files, database_url, engine):
    """The kernel ends what takes too much memory; nobody wants to press the button again."""
    number = ask("steps", **files)
    reached(database_url, number, "steps")
    kill(database_url, number)
    files["end"].touch()

    job = ended(database_url, number)
    assert (job.state, job.attempts) == (JobState.DONE, 2)


def test_what_always_dies_is_given_up(runner, ask, tmp_path, database_url):
    """Three times is bad luck, four is a plan."""
    number = ask("dies", attempts=tmp_path / "attempts")

    job = ended(database_url, number)
    assert (job.state, job.failure) == (JobState.FAILED, jobs.GAVE_UP)
    assert (tmp_path / "attempts").read_text() == "I" * MOST_ATTEMPTS


def test_a_stopped_server_pauses_its_job_and_the_next_one_goes_on(brought, ask, files, database_url, engine):
    """A deployment in the middle of a release."""
    settings = Settings(database=database_url)
    with running(settings):
        number = ask("steps", **files)
        until(files["begun"].exists)
    with writing(engine) as session:
        job = jobs.find(session, number)
        assert (job.state, job.attempts) == (JobState.WAITING, 0)
    assert not files["begun"].exists()

    files["end"].touch()
    with running(settings):
        assert ended(database_url, number).state == JobState.DONE


def test_what_does_not_listen_is_ended_with_its_server(
    brought, ask, tmp_path, database_url, monkeypatch, engine
):
    """A server that is to stop stops."""
    monkeypatch.setattr("annotator.jobs.runner.GRACE", 0.1)
    os.mkfifo(tmp_path / "pipe")
    with running(Settings(database=database_url)):
        number = ask("blocks", pipe=tmp_path / "pipe")
        reached(database_url, number, "blocks")

    assert processes(database_url, number) == []
    with writing(engine) as session:
        assert jobs.find(session, number).state == JobState.WAITING


def test_a_killed_server_leaves_its_job_alive(brought, ask, files, database_url):
    """The job ends as ever, and the server that comes next does not begin it anew."""
    with served.serving(database_url) as server:
        number = ask("steps", **files)
        until(files["begun"].exists)
        server.kill()
        [process] = processes(database_url, number)
        server.start()
        files["end"].touch()

        job = ended(database_url, number)
        assert (job.state, job.attempts) == (JobState.DONE, 1)
    until(lambda: process not in processes(database_url, number))


def test_a_server_that_is_told_to_stop_pauses_its_job(brought, ask, files, database_url):
    """A service manager sends SIGTERM, and starts it again after the deployment."""
    with served.serving(database_url) as server:
        number = ask("steps", **files)
        until(files["begun"].exists)
        server.stop()
        assert processes(database_url, number) == []
        assert not files["begun"].exists()
        files["end"].touch()
        server.start()

        job = ended(database_url, number)
        assert (job.state, job.attempts) == (JobState.DONE, 1)


def test_two_hosts_share_one_queue(brought, ask, tmp_path, database_url):
    """Each job is done once, whoever does it."""
    settings = Settings(database=database_url)
    (tmp_path / "end").touch()
    with running(settings), running(settings):
        numbers = [ask("steps", begun=tmp_path / str(n), end=tmp_path / "end") for n in range(4)]

        found = [ended(database_url, number) for number in numbers]
    assert {(job.state, job.attempts) for job in found} == {(JobState.DONE, 1)}


def test_reports_cost_the_database_a_write_a_beat(engine, ask):
    """A release reports every document; annotators save meanwhile."""
    number = ask("steps")
    with writing(engine) as session:
        jobs.claim(session, "a")
    heart, statements = Heart(engine, number, "a"), []
    event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))

    for done in range(10_000):
        heart.hear(done, 10_000, "rows")
    assert statements == []
    heart.beat()
    assert len([each for each in statements if each.startswith("UPDATE")]) == 1
    for _ in range(REST):
        heart.beat()
    assert len([each for each in statements if each.startswith("UPDATE")]) == 1
    heart.beat()
    assert len([each for each in statements if each.startswith("UPDATE")]) == 2

    cancel(engine, number)
    heart.hear(1, 2, "rows")
    heart.beat()
    with pytest.raises(Stopped):
        heart.hear(2, 2, "rows")


def test_a_server_forgets_what_is_not_to_be_kept(engine, database_url):
    """A text that somebody pasted to have it explained lies there until a server looks."""
    with writing(engine) as session:
        job, _ = jobs.enqueue(session, "explain", arguments={"text": "x", jobs.FORGET_AFTER_DAYS: 7})
        job.state, job.finished_at = JobState.DONE, now() - timedelta(days=8)
        number = job.id

    def is_gone():
        with reading(engine) as session:
            return session.get(Job, number) is None

    assert not is_gone()
    with running(Settings(database=database_url)):
        until(is_gone)
