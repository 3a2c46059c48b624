"""Experiments: what is drawn for a person and an item, and that the queue obeys it."""

from uuid import uuid4

import pytest
from pydantic import ValidationError
from sqlmodel import select

from annotator.domain import Annotation, Arm, Document, Item, Segment
from annotator.domain.project_file import ProjectFile
from annotator.store import projects
from annotator.store.registry import Registry
from tests import application, make

BASE = "/api/v1/projects/posts"
MASKED = {"name": "who", "factor": "holder", "levels": ["shown", "masked"]}
WIDTH = {"name": "width", "factor": "context", "levels": [0, 2], "seed": 7}


def project(app, kind="directed", **fields):
    def store(session):
        ada = make.user(session, "ada")
        if kind == "directed":
            make.directed(session, "posts", items=12, members=[ada], **fields)
        else:
            make.open_document(
                session, "posts", sentences=[f"So it is {n}." for n in range(8)], members=[ada], **fields
            )

    application.stored(app, store)
    return application.script(app, "ada")


def queue(client):
    return client.get("/api/v1/projects/posts/queue").json["items"]


def test_the_context_is_cut_to_the_width_that_was_drawn(app):
    """Two widths that look the same would be no experiment."""
    items = queue(project(app, "open", context=1, experiments=[WIDTH]))
    inner = items[2:-2]

    assert {item["arm"] for item in items} == {"width:context=0", "width:context=2"}
    for item in inner:
        is_cut = item["arm"] == "width:context=0"
        assert (item["before"]["text"] == "" and item["after"]["text"] == "") == is_cut
        assert len(item["around"]) == (1 if is_cut else 5)


def test_what_is_drawn_once_stays_and_goes_out_with_the_answer(app):
    """An item that changes sides between a reload and the answer belongs to neither."""
    ada = project(app, experiments=[WIDTH])
    arms = {item["id"]: item["arm"] for item in queue(ada)}
    assert {item["id"]: item["arm"] for item in queue(ada)} == arms
    ada.put(
        "/api/v1/annotations/00000000-0000-0000-0000-000000000001",
        json={"item": "posts-0-0", "stances": [{"label": "FAVOR"}]},
    )

    def stored(session):
        answer = session.exec(select(Annotation)).one()
        arm = session.get(Arm, answer.arm_id)
        return session.get(Item, answer.item_id).external_id, f"{arm.experiment}:{arm.factor}={arm.level}"

    name, told = application.stored(app, stored)
    assert told == arms[name]


def test_a_masked_holder_is_told_nowhere(app):
    """A name in the small print is read, too."""
    ada = project(app, experiments=[MASKED])
    items = queue(ada)

    assert {item["arm"] for item in items} == {"who:holder=shown", "who:holder=masked"}
    for item in items:
        assert (item["holder"] is None) == (item["arm"] == "who:holder=masked")
        if item["holder"] is None:
            assert item["document"]["author"] is item["document"]["outlet"] is item["speaker"] is None
    hidden = next(item["id"] for item in items if item["holder"] is None)
    sent = ada.put(
        "/api/v1/annotations/00000000-0000-0000-0000-000000000002",
        json={"item": hidden, "stances": [{"label": "FAVOR"}]},
    )
    assert sent.status_code == 201


def test_a_masked_holder_stays_masked_in_the_whole_text_and_among_own_answers(app):
    """Whoever learns the name a click away was not masked, and the difference measured is none."""
    ada = project(app, experiments=[MASKED])
    application.stored(app, speak)
    items = {item["id"]: item for item in queue(ada)}
    for name in items:
        assert put(ada, name).status_code == 201
    answers = {answer["item"]: answer for answer in ada.get(f"{BASE}/answers").json["answers"]}
    assert {item["holder"] is None for item in items.values()} == {True, False}

    for name, item in items.items():
        is_masked = item["holder"] is None
        whole = ada.get(f"{BASE}/document?id={item['document']['id']}").json
        piece, opened = whole["segments"][0], ada.get(f"{BASE}/items?id={name}").json
        told = [whole["document"]["author"], piece["speaker"], piece["current"]["stances"][0]["holder"]]
        told += [opened["speaker"], opened["document"]["author"], opened["current"]["stances"][0]["holder"]]
        told += [answers[name]["holder"], *named(answers[name]["stances"][0])]
        assert [each is None for each in told] == [is_masked] * len(told)
        conflict = put(ada, name)
        assert (conflict.json["current"]["stances"][0]["holder"] is None) == is_masked


def test_own_answers_cannot_be_searched_by_a_masked_holder(app):
    """What is found under a name is by that name."""
    ada = project(app, experiments=[MASKED])
    application.stored(app, speak)
    shown = {item["id"] for item in queue(ada) if item["holder"] is not None}
    for item in queue(ada):
        put(ada, item["id"])

    found = {answer["item"] for answer in ada.get(f"{BASE}/answers?q=author").json["answers"]}
    assert found == shown


def test_one_masked_sentence_masks_its_document(app):
    """The same person speaks in the next sentence, too."""
    ada = project(app, experiments=[MASKED])
    application.stored(app, debate)
    application.stored(app, speak)
    items = [item for item in queue(ada) if item["document"]["id"] == "debate"]
    assert {item["arm"] for item in items} == {"who:holder=shown", "who:holder=masked"}

    whole = ada.get(f"{BASE}/document?id=debate").json
    assert {piece["speaker"] for piece in whole["segments"]} == {None}
    assert {(item["speaker"] is None) == (item["arm"] == "who:holder=masked") for item in items} == {True}


def test_a_drawn_width_is_not_widened(app):
    """More context is what the experiment varies."""
    ada = project(app, "open", context=1, experiments=[WIDTH])
    assert {item["bound"] for item in queue(ada)} == {True}

    refused = ada.get(f"{BASE}/document?id=posts-0")
    assert refused.status_code == 403
    assert "part of an experiment" in refused.json["detail"]
    application.stored(app, end)
    assert ada.get(f"{BASE}/document?id=posts-0").status_code == 200
    assert {item["bound"] for item in queue(ada)} == {False}


def put(client, item):
    return client.put(f"/api/v1/annotations/{uuid4()}", json={"item": item, "stances": [{"label": "FAVOR"}]})


def named(stance):
    return stance["holder"], stance["holder_name"]


def debate(session):
    posts = projects.find(session, "posts")
    registry = Registry.load(session, posts.id).by_key
    _, segments = make.document(session, posts, "debate", [f"So it is {n}." for n in range(8)])
    make.items(session, posts, segments, target=registry[make.TARGET], holder=registry["author"])


def speak(session):
    for segment in session.exec(select(Segment)):
        segment.speaker = "Mayor Anders"
    for document in session.exec(select(Document)):
        document.author = "Mayor Anders"


def end(session):
    project = projects.find(session, "posts")
    project.settings = project.settings | {"experiments": [{**WIDTH, "levels": ["0", "2"], "ended": True}]}


def test_without_suggestions_nothing_is_proposed(app):
    """Who sees proposals finds what they propose."""
    off = {"name": "help", "factor": "suggestions", "levels": ["on", "off"]}
    ada = project(app, experiments=[off])

    for item in queue(ada):
        assert item["suggestion"] is None
        if item["arm"] == "help:suggestions=off":
            assert item["candidates"] == []


def test_nothing_is_drawn_when_no_experiment_runs(app):
    """An experiment that has ended must not go on in silence."""
    items = queue(project(app, experiments=[{**WIDTH, "ended": True}]))

    assert {item["arm"] for item in items} == {None}


@pytest.mark.parametrize(
    "experiments",
    [
        [{**WIDTH, "levels": ["wide", "narrow"]}],
        [{**WIDTH, "levels": [2, 2]}],
        [WIDTH, {**WIDTH, "name": "other"}],
        [{**WIDTH, "ended": True}, WIDTH],
    ],
)
def test_an_experiment_that_could_not_be_read_is_refused(experiments):
    """Levels that mean nothing, and two experiments at once."""
    with pytest.raises(ValidationError):
        ProjectFile(slug="posts", kind="directed", experiments=experiments)
