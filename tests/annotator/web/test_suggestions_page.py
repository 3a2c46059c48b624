"""Curators see which models have said what, choose when annotators see it, and order the queue."""

import json
import re

import pytest
from click.testing import CliRunner
from sqlmodel import col, select

from annotator import cli
from annotator.domain import AuditEntry, Job, QueueEntry, Role
from annotator.jobs import ordering
from annotator.jobs.context import Context
from annotator.store import accounts, projects
from annotator.store.engine import reading
from tests import application, make

PAGE = "/projects/posts/suggestions"
API = "/api/v1/projects/posts/suggestions"


@pytest.fixture
def app(database_url):
    with application.running(database_url) as app:
        yield app


@pytest.fixture
def rows(app):
    def store(session):
        people = {name: make.user(session, name) for name in ("dee", "ada")}
        posts = make.directed(session, items=6, members=[people["ada"]])
        projects.join(session, posts.project, people["dee"], Role.CURATOR)
        for number, item in enumerate(posts.items):
            make.suggestion(session, item, "FAVOR", doubt=number / 10)

    application.stored(app, store)


@pytest.fixture
def dee(app, rows):
    return application.browser(app, "dee")


def send(dee, **fields):
    client, token = dee
    return client.post(PAGE, data={"csrf_token": token, **fields})


def in_order(app):
    with reading(app.extensions["standpoint_engine"]) as session:
        return list(session.exec(select(QueueEntry.item_id).order_by(col(QueueEntry.rank))))


def run(app, name):
    """What the job that was asked for does, as the process of it would."""
    engine = app.extensions["standpoint_engine"]
    with reading(engine) as session:
        job = session.exec(select(Job).where(Job.name == name).order_by(col(Job.id).desc())).first()
        settings = app.config["STANDPOINT"]
        context = Context(engine, settings, job.id, "posts", None, job.created_at, lambda *_: None)
    return {"order": ordering.order, "undo-order": ordering.undo}[name](context, job.arguments)


def test_the_page_tells_of_models_and_keeps_the_choice(app, dee):
    """Whoever looks at the quality must know what annotators saw."""
    client, _ = dee
    page = client.get(PAGE)
    assert page.status_code == 200 and "svm@0f" in page.text
    assert re.search(r'value="two-pass" checked', page.text)

    assert send(dee, do="show", show="single-pass").status_code == 303
    assert re.search(r'value="single-pass" checked', client.get(PAGE).text)
    assert send(dee, do="show", show="sometimes").status_code == 422
    with reading(app.extensions["standpoint_engine"]) as session:
        [noted] = session.exec(select(AuditEntry).where(AuditEntry.action == "change suggestions"))
        project = projects.find(session, "posts")
        assert project.settings["suggestions"] == {"show": "single-pass"}
    assert noted.detail["show"] == "single-pass"


def test_a_preview_shows_the_first_and_an_order_is_a_job_that_can_be_undone(app, dee):
    before = in_order(app)
    page = send(dee, do="preview", method="most-uncertain", control="0")
    assert page.status_code == 200
    assert page.text.index("posts-5-0") < page.text.index("posts-4-0")
    assert in_order(app) == before

    assert "/jobs/" in send(dee, do="order", method="most-uncertain", control="0").headers["Location"]
    assert run(app, "order") == {"items": 6, "suggested": 6, "control": 0}
    assert in_order(app) == before[::-1]
    assert "queue-1" in dee[0].get(PAGE).text

    send(dee, do="undo")
    assert run(app, "undo-order") == {}
    assert in_order(app) == before


@pytest.mark.parametrize("wrong", [{"method": "best"}, {"control": "95"}, {"control": "x"}, {"seed": "-1"}])
def test_what_cannot_be_ordered_is_told_and_stays_written(dee, wrong):
    answer = send(dee, **{"do": "preview", "method": "most-uncertain", "control": "15", **wrong})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_a_script_sees_the_same(app, rows):
    client = application.script(app, "dee")
    told = client.get(API).json
    assert [(each["name"], each["items"], each["stands"]) for each in told["models"]] == [("svm@0f", 6, 6)]
    assert (told["show"], told["order"]) == ("two-pass", None)

    planned = client.post(f"{API}/order/preview", json={"method": "diverse-uncertain", "control": 0}).json
    assert planned["first"][0]["item"] == "posts-5-0" and planned["items"] == 6
    assert client.post(f"{API}/order/preview", json={"method": "best"}).status_code == 422
    wanted = {"name": "order", "arguments": {"method": "shuffled"}}
    asked = client.post("/api/v1/projects/posts/jobs", json=wanted)
    assert asked.status_code == 202 and asked.json["arguments"]["control"] == 0.0


def test_the_command_orders_tries_and_goes_back(app, rows, database_url):
    def command(*words):
        return CliRunner().invoke(cli.main, ["--database", database_url, "order", "posts", *words])

    before = in_order(app)
    tried = json.loads(command("most-uncertain", "--control", "0", "--dry-run", "--json").output)
    assert [each["item"] for each in tried["first"]][:2] == ["posts-5-0", "posts-4-0"]
    assert in_order(app) == before

    made = command("most-uncertain", "--control", "0.5")
    assert made.exit_code == 0 and "drawn by chance" in made.output
    assert in_order(app) != before
    assert command("--undo").exit_code == 0
    assert in_order(app) == before
    assert command("--undo").exit_code == 1
    assert command().exit_code == 2


def test_an_open_project_says_what_is_shown_and_what_is_counted(app, dee):
    """Its curators would else read the figures as those of labels."""

    def store(session):
        news = make.open_document(session, members=[accounts.find_user(session, "ada")])
        projects.join(session, news.project, accounts.find_user(session, "dee"), Role.CURATOR)
        make.expected(session, news.items[0], p_absent=0.2)
        make.appended(session, accounts.find_user(session, "ada"), make.answer(news.items[0], stances=[]))

    application.stored(app, store)
    page = dee[0].get("/projects/news/suggestions").text
    report = dee[0].get("/projects/news/suggestions/report")

    assert "where the model expects a stance that they did not find" in page
    assert "/projects/news/suggestions/report" in page
    assert report.status_code == 200 and "Counted is whether there is any stance" in report.text
    assert "No first answer stands beside a suggestion yet" not in report.text
    assert "Counted is whether" not in dee[0].get("/projects/posts/suggestions/report").text


def test_stances_that_a_model_named_have_figures_of_their_own(app, dee, database_url):
    """They would else hide among those of whole items, or not be counted at all."""

    def store(session):
        ada = accounts.find_user(session, "ada")
        news = make.open_document(session, members=[ada])
        projects.join(session, news.project, accounts.find_user(session, "dee"), Role.CURATOR)
        make.expected(session, news.items[0], [("residents", "council", "FAVOR")])
        stance = {"holder": "residents", "target": "council", "label": "AGAINST"}
        make.appended(session, ada, make.answer(news.items[0], stances=[stance]))

    application.stored(app, store)
    page = dee[0].get("/projects/news/suggestions/report").text
    told = dee[0].get("/api/v1/projects/news/suggestions/report").json
    command = ["--database", database_url, "assistance", "news"]
    lines = CliRunner().invoke(cli.main, command).output

    assert "Where the model named stances" in page and "Counted is whether" not in page
    assert page.count('id="stances-labels"') == 1 and "No first answer stands" not in page
    assert told["whole"]["cases"] == 0 and [each["name"] for each in told["stances"]["labels"]] == ["AGAINST"]
    assert lines.startswith("Stances that suggestions named beside an answer: 1\n")
    assert json.loads(CliRunner().invoke(cli.main, [*command, "--json"]).output) == told
    assert dee[0].get("/api/v1/projects/posts/suggestions/report").json["stances"] is None
