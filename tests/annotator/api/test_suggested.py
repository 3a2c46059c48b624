"""What a model says comes with the item, in an open project as in a directed one, by the project's rules."""

from uuid import uuid4

import pytest
from sqlmodel import col, select

from annotator.domain import Annotation, Item, Kind
from tests import application, make

QUEUE = "/api/v1/projects/news/queue"
PRAISE = ("residents", "council", "FAVOR")
HELP = {"name": "help", "factor": "suggestions", "levels": ["on", "off"]}
SENTENCES = [f"So it is {number}." for number in range(8)]


@pytest.fixture
def open_project(app):
    """Makes one of eight sentences, of which a model says the same, and gives Ada's script."""

    def made(*stances, p_absent=None, said=8, **more):
        def store(session):
            ada = make.user(session, "ada")
            news = make.open_document(session, sentences=SENTENCES, members=[ada], **more)
            for item in news.items[:said]:
                make.expected(session, item, stances, p_absent=p_absent)

        application.stored(app, store)
        return application.script(app, "ada")

    return made


def items(ada):
    return ada.get(QUEUE).json["items"]


def test_of_a_whole_item_whether_there_is_a_stance(open_project):
    """It comes with the item, so that a look works without a network."""
    first, *_, last = items(open_project(p_absent=0.9, said=7))

    assert first["suggestion"] | {"uuid": None} == {
        "uuid": None,
        "label": None,
        "any_stance": False,
        "stances": [],
        "p": pytest.approx(0.9),
        "at_once": False,
    }
    assert last["suggestion"] is None


def test_of_stances_each_with_holder_target_and_label(open_project):
    said = items(open_project(PRAISE))[0]["suggestion"]

    assert said["stances"] == [{"holder": "residents", "target": "council", "label": "FAVOR", "p": 0.75}]
    assert (said["any_stance"], said["p"]) == (True, None)


@pytest.mark.parametrize(("show", "at_once"), [("two-pass", False), ("single-pass", True), ("off", None)])
def test_when_it_is_seen_is_the_projects_to_say(open_project, show, at_once):
    said = items(open_project(p_absent=0.1, suggestions={"show": show}))[0]["suggestion"]

    assert (said and said["at_once"]) == at_once


def test_an_experiment_hides_it(open_project):
    """What is compared are people with and without it."""
    ada = open_project(PRAISE, experiments=[HELP])
    found = {item["arm"]: item["suggestion"] is None for item in items(ada)}

    assert found == {"help:suggestions=on": False, "help:suggestions=off": True}


def test_a_second_answer_names_it_and_the_first_stands(app, open_project):
    """Two saves of one item: the one without and the one after a look."""
    ada = open_project(p_absent=0.1)
    item = items(ada)[0]
    stance = {"holder": "residents", "target": "council", "label": "FAVOR"}
    first, second = uuid4(), uuid4()
    ada.put(f"/api/v1/annotations/{first}", json={"item": item["id"], "stances": []})
    shown = {"suggestion": item["suggestion"]["uuid"]}

    answer = ada.put(
        f"/api/v1/annotations/{second}", json={"item": item["id"], "stances": [stance], "shown": shown}
    )

    assert answer.status_code == 201
    assert application.stored(app, occasions) == [(0, 0, False), (2, 1, True)]
    assert ada.get(f"/api/v1/projects/news/items?id={item['id']}").json["suggestion"] is None  # answered


def occasions(session):
    query = select(Annotation).join(Item, col(Item.id) == col(Annotation.item_id))
    found = session.exec(query.where(Annotation.kind == Kind.ANNOTATION).order_by(col(Annotation.id)))
    return [(each.occasion, len(each.stances), each.suggestion is not None) for each in found]


def test_it_costs_the_same_however_many_items(app, open_project):
    ada = open_project(PRAISE)
    ada.get("/api/v1/projects/news")
    with application.counted_queries(app) as one:
        ada.get(f"{QUEUE}?limit=1")
    with application.counted_queries(app) as many:
        assert len(ada.get(f"{QUEUE}?limit=8").json["items"]) == 8

    assert len(many) <= len(one)


def test_the_report_of_an_open_project(app, open_project):
    """A curator asks what looks do there, too."""
    ada = open_project(p_absent=0.1)
    ada.put(f"/api/v1/annotations/{uuid4()}", json={"item": items(ada)[0]["id"], "stances": []})
    application.stored(app, lambda session: make.user(session, "root", is_admin=True).id)

    report = application.script(app, "root").get("/api/v1/projects/news/suggestions/report").json

    assert (report["whole"]["cases"], report["whole"]["agreed"]["n"]) == (1, 0)
    assert [each["name"] for each in report["suggested"]] == ["stance"]
