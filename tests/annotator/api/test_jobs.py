"""Jobs by the API: ask, look, cancel."""

import pytest

from annotator.api.openapi import PREFIX
from annotator.domain import Role
from annotator.store import jobs, projects
from tests import application, make

JOBS = f"{PREFIX}/projects/posts/jobs"


@pytest.fixture
def dee(app, rows):
    """The script of Dee, who curates the posts."""

    def store(session):
        projects.join(session, projects.find(session, "posts"), make.user(session, "dee"), Role.CURATOR)

    application.stored(app, store)
    return application.script(app, "dee")


def test_a_job_is_asked_for_once_and_found_where_the_answer_says(app, dee):
    """A script that was cut off asks again, and must not make two releases."""
    wanted = {"name": "release", "arguments": {"aggregate": "mace", "scan": True, "profile": None}}

    first = dee.post(JOBS, json=wanted)
    again = dee.post(JOBS, json={"name": "release"})

    assert (first.status_code, again.status_code) == (202, 202)
    assert first.headers["Location"] == again.headers["Location"] == f"{JOBS}/{first.json['id']}"
    assert first.json["arguments"] == {"aggregate": "mace", "scan": True}
    assert (first.json["state"], first.json["result"]) == ("waiting", None)
    assert dee.get(first.headers["Location"]).json == first.json
    assert dee.get(JOBS).json == {"jobs": [first.json], "next": None}


def test_the_list_goes_on_page_by_page(app, dee):
    """After a year of releases nobody wants all jobs in one answer, nor the first fifty alone."""
    asked = []
    for _ in range(5):
        asked.append(dee.post(JOBS, json={"name": "release"}).json["id"])
        dee.delete(f"{JOBS}/{asked[-1]}")

    pages = [dee.get(f"{JOBS}?limit=2").json]
    while pages[-1]["next"]:
        pages.append(dee.get(f"{JOBS}?limit=2&before={pages[-1]['next']}").json)

    assert [[job["id"] for job in page["jobs"]] for page in pages] == [asked[:2:-1], asked[2:0:-1], asked[:1]]
    assert dee.get(f"{JOBS}?limit=201").status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {"name": "rm"},
        {"name": "release", "arguments": {"folder": "/etc"}},
        {"name": "release", "arguments": {"aggregate": "../.."}},
        {"name": "release", "arguments": {"scan": "yes"}},
        {"name": "release", "arguments": {"withhold_text": True, "hold_out": "moon"}},
    ],
)
def test_what_cannot_be_done_is_refused_at_once(dee, body):
    """Not an hour later, in a log."""
    answer = dee.post(JOBS, json=body)

    assert answer.status_code == 422
    assert dee.get(JOBS).json == {"jobs": [], "next": None}


def test_a_job_is_cancelled(app, dee):
    """One that waits is gone at once; one that has ended stays what it is."""
    number = dee.post(JOBS, json={"name": "release"}).json["id"]

    assert dee.delete(f"{JOBS}/{number}").json["state"] == "cancelled"
    assert dee.delete(f"{JOBS}/{number}").status_code == 202

    number = dee.post(JOBS, json={"name": "release"}).json["id"]
    application.stored(app, lambda session: jobs.claim(session, "a"))
    running = dee.delete(f"{JOBS}/{number}").json
    assert (running["state"], running["cancel_asked_at"] is not None) == ("running", True)
    application.stored(app, lambda session: jobs.finish(session, number, "a", {"number": 1}))
    assert dee.delete(f"{JOBS}/{number}").status_code == 409


def test_jobs_are_for_curators_of_the_project(app, dee, ada):
    """A release tells who answered what."""
    number = dee.post(JOBS, json={"name": "release"}).json["id"]
    news = JOBS.replace("posts", "news")

    for send in (ada.get, ada.delete):
        assert send(f"{JOBS}/{number}").status_code == 403
    assert ada.post(JOBS, json={"name": "release"}).status_code == 403
    assert dee.get(f"{news}/{number}").status_code == 404
    for missing in (number + 1, 2**70):
        assert dee.get(f"{JOBS}/{missing}").status_code == 404
