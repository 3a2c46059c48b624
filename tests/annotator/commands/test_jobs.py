"""`standpoint jobs`, as people and scripts see it."""

import json

from click.testing import CliRunner

from annotator.cli import main
from annotator.domain import JobState
from annotator.store import jobs
from annotator.store.engine import writing
from annotator.store.jobs import Progress
from tests import make


def run(url, *arguments):
    return CliRunner().invoke(main, ["jobs", *arguments, "--database", url], catch_exceptions=False)


def test_jobs_are_listed_and_cancelled(engine, database_url):
    """Who sits at the server and has no browser at hand."""
    assert run(database_url).output == "No job was asked for yet.\n"
    with writing(engine) as session:
        posts = make.directed(session, "posts").project
        ids = [jobs.enqueue(session, "release", project=posts)[0].id for _ in range(3)]
        jobs.claim(session, "a")
        jobs.fail(session, ids[0], "a", "There is nothing here.")
        jobs.claim(session, "b")
        jobs.beat(session, ids[1], "b", Progress(1_200, 5_000, "rows"))

    lines = run(database_url).output.splitlines()
    assert [line.partition(" (")[2] for line in lines] == [
        "posts, command line): waiting",
        "posts, command line): running, 1,200 of 5,000, rows",
        "posts, command line): failed. There is nothing here.",
    ]
    for id_ in ids[1:]:
        told = json.loads(run(database_url, "posts", "--cancel", str(id_), "--json").output)
    assert [(each["id"], each["project"], each["state"]) for each in told] == [
        (ids[2], "posts", JobState.CANCELLED),
        (ids[1], "posts", JobState.RUNNING),
        (ids[0], "posts", JobState.FAILED),
    ]
    assert told[1]["cancel_asked_at"] is not None
    refused = run(database_url, "--cancel", str(ids[0]))
    assert (refused.exit_code, "has ended" in refused.stderr) == (1, True)
