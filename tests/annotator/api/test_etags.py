"""ETags: what is known is not sent again, and what somebody else has changed is not written over."""

import pytest

from annotator.api.openapi import PREFIX, document
from annotator.domain import Role
from annotator.store import projects
from tests import application, make

POSTS = f"{PREFIX}/projects/posts"


@pytest.fixture
def dee(app, rows):
    """The script of Dee, who curates the posts."""

    def store(session):
        projects.join(session, projects.find(session, "posts"), make.user(session, "dee"), Role.CURATOR)

    application.stored(app, store)
    return application.script(app, "dee")


def tagged(app):
    """Addresses that tell a tag, as the description says."""
    for path, operations in document(app)["paths"].items():
        if "304" in operations.get("get", {}).get("responses", {}):
            yield path


def test_what_is_known_is_not_sent_again(app, dee):
    """A dashboard that asks every minute costs no traffic while nothing happens."""
    asked = 0
    for path in tagged(app):
        if "{number}" in path:
            continue
        address = path.replace("{slug}", "posts") + ("?id=posts-0" if path.endswith("/document") else "")
        first = dee.get(address)
        if first.status_code == 404:  # a document that this person has nothing to do with
            continue
        again = dee.get(address, headers={"If-None-Match": first.headers["ETag"]})
        weak = dee.get(address, headers={"If-None-Match": f"W/{first.headers['ETag'].removeprefix('W/')}"})
        assert (first.status_code, again.status_code, weak.status_code) == (200, 304, 304), address
        assert (again.data, again.headers["ETag"]) == (b"", first.headers["ETag"])
        assert dee.get(address, headers={"If-None-Match": '"another"'}).data == first.data
        asked += 1

    assert asked >= 9


def test_a_change_is_a_new_tag(dee):
    """What was kept must not be shown for what is there now."""
    before = {
        address: dee.get(address).headers["ETag"]
        for address in (POSTS, f"{POSTS}/scheme", f"{POSTS}/settings")
    }
    event = {"change": "rename", "of": "label", "names": ["NONE"], "to": ["NEITHER"]}
    assert dee.post(f"{POSTS}/scheme-events", json=event).status_code == 201

    for address, tag in before.items():
        answer = dee.get(address, headers={"If-None-Match": tag})
        assert answer.status_code == 200, address
        assert answer.headers["ETag"] != tag


@pytest.mark.parametrize("weak", ["", "W/"])
def test_who_has_not_seen_the_last_change_changes_nothing(dee, weak):
    """Two curators with the page of settings open; a compressed answer has made the tag weak."""
    read = dee.get(f"{POSTS}/settings")
    tag = weak + read.headers["ETag"].removeprefix("W/")
    first, second = ({**read.json, "description": text} for text in ("first", "second"))

    assert dee.put(f"{POSTS}/settings", json=first, headers={"If-Match": tag}).status_code == 200
    late = dee.put(f"{POSTS}/settings", json=second, headers={"If-Match": tag})

    assert (late.status_code, late.mimetype) == (412, "application/problem+json")
    assert dee.get(f"{POSTS}/settings").json["description"] == "first"
    assert dee.put(f"{POSTS}/settings", json=second).status_code == 200  # who says nothing wants it so


def test_rounds_are_changed_by_who_has_seen_them(dee):
    """A round that somebody else has planned meanwhile stays."""
    address, rounds = f"{POSTS}/rounds", {"rounds": [{"name": "pilot", "round": "pilot", "items": 2}]}
    read = dee.get(address)
    assert dee.post(f"{address}/preview", json=rounds).json["planned"][0]["items"] == 2
    assert dee.get(address).json == read.json

    assert dee.put(address, json=rounds, headers={"If-Match": read.headers["ETag"]}).status_code == 200
    assert (
        dee.put(address, json={"rounds": []}, headers={"If-Match": read.headers["ETag"]}).status_code == 412
    )
    assert [each["name"] for each in dee.get(address).json["rounds"]] == ["pilot"]


def test_guidelines_are_published_by_who_has_seen_the_last_ones(dee):
    """If-Match for those who keep tags, `replaces` for those who keep versions."""
    address = f"{POSTS}/guidelines"
    tag = dee.get(address).headers["ETag"]

    assert dee.post(address, json={"markdown": "One."}, headers={"If-Match": tag}).status_code == 201
    assert dee.post(address, json={"markdown": "Two."}, headers={"If-Match": tag}).status_code == 412
