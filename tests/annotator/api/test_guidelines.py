"""Guidelines over the API: texts in force, versions, changes, what was read, who may publish."""

from functools import partial

import pytest

from annotator.domain import Role
from annotator.store import accounts, guidelines, projects
from tests import application, make

BASE = "/api/v1/projects/posts/guidelines"


@pytest.fixture
def dee(app, rows):
    """The curator's script."""

    def join(session):
        dee = make.user(session, "dee")
        dee.display_name = "Dee D."
        projects.join(session, projects.find(session, "posts"), dee, Role.CURATOR)

    application.stored(app, join)
    return application.script(app, "dee")


def published(client, markdown, **more):
    return client.post(BASE, json={"markdown": markdown, **more})


def test_texts_in_force_come_with_their_versions(ada, dee):
    """The panel shows a label's rule beside the project's."""
    before = ada.get(BASE).json
    published(dee, "# Read")
    published(dee, "Clear *approval*.", scope="label", of="FAVOR")
    published(dee, "At sea too.", scope="entity", of=make.TARGET)

    after = ada.get(BASE).json

    assert before == {
        "version": 0,
        "markdown": "",
        "html": "",
        "guidelines_version": 0,
        "labels": [],
        "entities": [],
    }
    assert (after["version"], after["html"], after["guidelines_version"]) == (1, "<h1>Read</h1>\n", 3)
    assert after["labels"] == [
        {
            "version": 2,
            "markdown": "Clear *approval*.",
            "html": "<p>Clear <em>approval</em>.</p>\n",
            "of": "FAVOR",
            "name": "FAVOR",
        }
    ]
    assert [(text["of"], text["name"]) for text in after["entities"]] == [(make.TARGET, "wind farms")]


def test_an_emptied_text_is_no_longer_shown(ada, dee):
    """A rule of a label that was dropped must leave the panel."""
    published(dee, "Rule.", scope="label", of="FAVOR")
    published(dee, "", scope="label", of="FAVOR")

    assert ada.get(BASE).json["labels"] == []


def test_guidelines_and_their_differences_are_safe_to_show(ada, dee):
    """A curator's Markdown must not run as script in an annotator's browser."""
    evil = "# Read\n\n<script>alert(1)</script> [x](javascript:alert(1))"
    published(dee, evil)
    published(dee, f"{evil} <img src=x onerror=alert(1)>")

    shown = ada.get(BASE).json["html"] + ada.get(f"{BASE}/changes?since=1").json["changes"][0]["html"]

    assert "<h1>Read</h1>" in shown
    for markup in ("<script", "<img", "href"):
        assert markup not in shown


def test_versions_say_what_who_and_why(ada, dee):
    """An annotator must be able to find out since when a rule holds."""
    published(dee, "One.")
    published(dee, "Two.", note="Second thoughts", must_read=True)
    published(dee, "Yes.", scope="label", of="FAVOR")

    versions = ada.get(f"{BASE}/versions").json["versions"]

    told = [(v["version"], v["scope"], v["of"], v["note"], v["must_read"], v["by"]) for v in versions]
    assert told == [
        (3, "label", "FAVOR", None, False, "Dee D."),
        (2, "project", None, "Second thoughts", True, "Dee D."),
        (1, "project", None, None, False, "Dee D."),
    ]


def test_the_difference_is_told_in_words_and_signs(ada, dee):
    """Colour alone tells nothing to many."""
    published(dee, "A report is no stance.")
    published(dee, "A report is never a stance.", note="Clearer", must_read=True)

    told = ada.get(f"{BASE}/changes?since=1").json

    [change] = told["changes"]
    assert (told["guidelines_version"], change["replaces"], change["version"]) == (2, 1, 2)
    assert (change["notes"], change["must_read"]) == (["Clearer"], True)
    assert "<del>" in change["html"]
    assert "removed:" in change["html"]
    assert "never a" in change["html"].split("<ins>")[1].split("</ins>")[0]


def test_the_queue_says_what_must_be_read_until_it_was(ada, dee):
    """A page learns of a new rule from the answer that it gets anyway."""
    published(dee, "One.")
    ada.put(f"{BASE}/read", json={"version": 1})
    published(dee, "Two.", must_read=True)

    before = ada.get("/api/v1/projects/posts/queue?limit=1").json
    changes = ada.get(f"{BASE}/changes").json
    read = ada.put(f"{BASE}/read", json={"version": 2})
    after = ada.get("/api/v1/projects/posts/queue?limit=1").json

    assert [before[name] for name in ("guidelines_version", "guidelines_read", "must_read")] == [2, 1, 2]
    assert (changes["since"], len(changes["changes"])) == (1, 1)
    assert (read.status_code, read.json) == (200, {"guidelines_read": 2})
    assert [after[name] for name in ("guidelines_version", "guidelines_read", "must_read")] == [2, 2, None]


def test_a_newcomer_is_not_interrupted(app, ada, dee):
    """The first thing that somebody sees must be the work, with all of the guidelines beside it."""
    published(dee, "One.", must_read=True)

    report = ada.get("/api/v1/projects/posts/queue?limit=1").json

    assert (report["guidelines_read"], report["must_read"]) == (0, None)
    assert ada.get(f"{BASE}/changes").json["changes"] == []


def test_publishing_over_a_newer_version_is_refused_with_it(dee):
    """The text that a curator wrote must never vanish under another's."""
    published(dee, "One.")
    published(dee, "Theirs.", replaces=1)

    refused = published(dee, "Mine.", replaces=1)

    assert (refused.status_code, refused.json["current"]["markdown"]) == (409, "Theirs.")


def test_only_curators_publish(app, ada, dee):
    """An annotator who can change the rules is judge in their own case."""
    assert published(ada, "Mine.").status_code == 403
    assert application.stored(app, partial(_count, "posts")) == 0


@pytest.mark.parametrize(
    "body",
    [
        {"markdown": "x", "scope": "label"},
        {"markdown": "x", "of": "FAVOR"},
        {"markdown": "a\0"},
        {"markdown": "x" * 200_001},
        {"markdown": "x", "note": "x" * 501},
        {"markdown": "x", "replaces": -1},
    ],
    ids=str,
)
def test_what_cannot_be_published_is_told(dee, body):
    """A script's author needs to know which part of the body is wrong."""
    assert published(dee, **{"markdown": "x", **body}).status_code == 422


def test_what_is_not_there_is_not_found(dee, ada):
    """Nor can a version be read that nobody has written."""
    assert published(dee, "x", scope="label", of="MAYBE").status_code == 404
    assert ada.put(f"{BASE}/read", json={"version": 1}).status_code == 422
    assert {ada.get(f"{BASE}/changes?since={since}").status_code for since in ("-1", "x", "", "9" * 30)} == {
        422
    }


def _count(slug, session):
    return len(guidelines.versions(session, projects.find(session, slug)))


def test_strangers_learn_nothing(app, ada, dee):
    """A project of others is not there."""
    application.stored(app, lambda session: accounts.add_user(session, "eve") and None)
    eve = application.script(app, "eve")

    pages = ("", "/versions", "/changes")
    assert {eve.get(f"{BASE}{page}").status_code for page in pages} == {404}
    assert published(eve, "x").status_code == 404
