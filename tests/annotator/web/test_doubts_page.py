"""Gold that a model doubts: brought in by a file, looked at by curators, and gone once it is decided."""

import csv
import io
import re
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlmodel import select

from annotator.cli import main
from annotator.domain import Doubt, Role
from annotator.domain.deciding import DecisionIn
from annotator.store import accounts, adjudication, projects
from tests import application, make
from tests.services.running import ended, running

PAGE = "/projects/posts/doubts"
RELEASED = "2026-01-01T09:00:00Z"


@pytest.fixture
def app(database_url, tmp_path):
    with application.running(database_url, uploads=str(tmp_path / "uploads")) as app:
        application.stored(app, _fill)
        yield app


def _fill(session):
    ada = make.user(session, "ada")
    made = make.directed(session, items=4, members=[ada])
    projects.join(session, made.project, make.user(session, "dee"), Role.CURATOR)


def row(number, doubt, **more):
    told = {
        "label": "FAVOR",
        "predicted": "AGAINST",
        "p_label": 1 - doubt,
        "p_predicted": doubt,
        "doubt": doubt,
    }
    return {"item_id": f"posts-{number}-0", **told, "is_confident": True, "recipe": "svm", "target": "Trains",
            "release": "posts/1", "released_at": RELEASED} | more  # fmt: skip


def table(rows):
    """The rows as CSV."""
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


@pytest.fixture
def bring(app, tmp_path):
    """`bring(rows)` imports a file of them as the command does, and gives what it said."""

    def imported(rows, *options, code=0):
        path = tmp_path / "doubts.csv"
        path.write_text(table(rows))
        database = app.config["STANDPOINT"].database
        command = ["--database", database, "import", "posts", str(path), "--kind", "doubt", *options]
        done = CliRunner().invoke(main, command)
        assert done.exit_code == code, done.output
        return done.output

    return imported


def listed(app, name="dee"):
    """The items on the page, in order."""
    answer = application.browser(app, name)[0].get(PAGE)
    assert answer.status_code == 200
    return re.findall(r'<li class="disagreement">\s*<a href="[^"]+id=posts-(\d)-0"', answer.text)


def decide(session, number, *, by="dee", **more):
    given = DecisionIn.model_validate({"item": f"posts-{number}-0", "stances": [{"label": "FAVOR"}], **more})
    project, dee = projects.find(session, "posts"), accounts.find_user(session, by)
    return adjudication.decide(session, project, dee, uuid4(), given)[0].uuid


def test_a_file_is_brought_in_by_the_page(app):
    """Whoever decides about gold is not always who has the command line."""
    client, token = application.browser(app, "dee")
    imports, jobs = "/projects/posts/imports", "/projects/posts/jobs/"
    file = io.BytesIO(table([row(1, 0.9), row(9, 0.8)]).encode())
    sent = {"file": (file, "doubts.csv"), "kind": "doubt", "keep_going": "yes", "csrf_token": token}
    with running(app.config["STANDPOINT"]):
        tried = client.post(imports, data=sent)
        tried = ended(app.config["STANDPOINT"].database, int(tried.headers["Location"].rpartition("/")[2]))
        shown = client.get(f"{jobs}{tried.id}").text
        assert "1 labels would be in the queue" in shown
        assert "is no item of this project" in shown
        assert listed(app) == []

        made = client.post(f"{imports}/{tried.id}", data={"csrf_token": token})
        made = ended(app.config["STANDPOINT"].database, int(made.headers["Location"].rpartition("/")[2]))
    assert made.failure is None
    assert listed(app) == ["1"]
    assert PAGE in client.get(f"{jobs}{made.id}").text


def test_the_most_doubtful_come_first_and_leave_once_decided(app, bring):
    """A list that never gets shorter is not worked through."""
    assert "3 labels of posts are in the queue" in bring([row(0, 0.6), row(1, 0.9), row(2, 0.7)])
    assert listed(app) == ["1", "2", "0"]

    uuid = application.stored(app, lambda session: decide(session, 1))
    assert listed(app) == ["2", "0"]
    assert "1 is decided." in application.browser(app, "dee")[0].get(PAGE).text
    undone = {"withdrawn": True, "replaces": uuid, "stances": []}
    application.stored(app, lambda session: decide(session, 1, **undone))
    assert listed(app) == ["1", "2", "0"]


def test_the_same_file_again_brings_nothing_back(app, bring):
    """What was decided stays decided; the queue is that of the newest file."""
    bring([row(0, 0.6), row(1, 0.9)])
    application.stored(app, lambda session: decide(session, 1))
    bring([row(0, 0.6), row(1, 0.9)])
    assert listed(app) == ["0"]

    bring([row(1, 0.9, released_at="2126-01-01T09:00:00+00:00"), row(3, 0.3, released_at="")])
    assert listed(app) == [
        "1",
        "3",
    ]  # the release of another century has the decision, and it is doubted again


def test_the_item_says_what_is_doubted(app, bring):
    """Whoever came by the list decided without seeing the gold label and the model's."""
    bring([row(0, 0.6), row(1, 0.9)])
    client = application.browser(app, "dee")[0]
    item = "/projects/posts/adjudicate/item?id=posts-1-0"

    [told] = re.findall(r"<p[^>]* data-doubt>(.*?)</p>", client.get(f"{item}&list=doubts").text, re.DOTALL)

    assert re.findall(r'data-label="(\w+)"', told) == ["FAVOR", "AGAINST"]
    assert "(10%)" in told and "(90%)" in told
    assert "data-doubt" not in client.get(item).text
    decided = client.get("/projects/posts/adjudicate/item?id=posts-2-0&list=doubts").text
    assert "data-doubt" not in decided  # nobody doubts that one


def test_what_is_not_there_is_told(app, bring):
    """Items of another project, or that were renamed since."""
    told = bring([row(0, 0.6), row(7, 0.9)])
    assert "Left out, no such items: 1 ('posts-7-0'" in told
    assert listed(app) == ["0"]


def test_a_trial_changes_nothing(app, bring):
    """--dry-run means it."""
    bring([row(0, 0.6)])
    assert "would be" in bring([row(1, 0.6)], "--dry-run")
    assert listed(app) == ["0"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"p_label": "1.5"}, "p_label"),
        ({"doubt": "much"}, "doubt"),
        ({"predicted": ""}, "label-errors"),
        ({"label": ""}, "label"),
        ({"released_at": "yesterday"}, "released_at"),
    ],
)
def test_a_file_at_fault_changes_nothing(app, bring, wrong, told):
    """Half a queue in the place of a whole one is worse than the message."""
    bring([row(0, 0.6)])
    assert told in bring([row(1, 0.9), row(2, 0.5) | wrong], code=1)
    assert listed(app) == ["0"]
    assert len(application.stored(app, lambda session: session.exec(select(Doubt)).all())) == 1


def test_a_long_queue_has_pages(app, bring, monkeypatch):
    """And none of it is skipped between two of them."""
    monkeypatch.setattr("annotator.store.doubts.LISTED", 2)
    bring([row(number, 0.5) for number in range(4)])  # all alike: the place in the queue must still tell
    first = listed(app)
    page = application.browser(app, "dee")[0].get(PAGE).text
    after = re.search(r'href="(/projects/posts/doubts\?after=\d+)"', page)[1]
    second = re.findall(r"id=posts-(\d)-0\"", application.browser(app, "dee")[0].get(after).text)

    assert len(first) == 2 and {*first, *second} == {"0", "1", "2", "3"}


def test_annotators_do_not_see_it(app, bring):
    """It tells the gold of items that they may still be asked."""
    bring([row(0, 0.6)])
    assert application.browser(app, "ada")[0].get(PAGE).status_code == 403


def test_programs_read_the_same_list(app, bring, monkeypatch):
    """Page by page, with how many are left."""
    bring([row(number, 0.6 + number / 10) for number in range(3)])
    monkeypatch.setattr("annotator.store.doubts.LISTED", 2)
    browser, _ = application.browser(app, "dee")
    first = browser.get(f"/api/v1{PAGE}").json
    rest = browser.get(f"/api/v1{PAGE}", query_string={"after": first["next"]}).json

    assert [each["item"] for each in first["doubts"] + rest["doubts"]] == [
        "posts-2-0",
        "posts-1-0",
        "posts-0-0",
    ]
    assert (first["open"], first["settled"], rest["next"]) == (3, 0, None)
    assert first["doubts"][0] | {"id": 0, "text": ""} == {
        **{"id": 0, "item": "posts-2-0", "text": "", "holder": None, "target": "Trains", "label": "FAVOR"},
        **{"predicted": "AGAINST", "p_label": pytest.approx(0.2), "p_predicted": 0.8, "doubt": 0.8},
        **{"is_confident": True, "model": "svm", "release": "posts/1", "released_at": "2026-01-01T09:00:00Z"},
    }


def test_who_works_through_doubts_stays_among_them(app, bring):
    """After a decision the next doubt comes, not the next disagreement; at the end, the list."""
    bring([row(0, 0.6), row(1, 0.9), row(2, 0.7)])
    browser, token = application.browser(app, "dee")
    item, seen = "/projects/posts/adjudicate/item", []
    at = f"{item}?list=doubts&id=posts-1-0"
    while at != PAGE and len(seen) < 9:
        page = browser.get(at).text
        desk = page[page.index('<form class="desk"') :]
        assert f'href="{PAGE}"' in desk  # the way back
        form = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">', desk))
        seen.append(form["item"])
        if seen == ["posts-1-0", "posts-2-0"]:  # passes over it
            at = browser.get(f"{item}?list=doubts&after={form['item']}&from={form['item']}").location
            continue
        sent = browser.post(
            "/projects/posts/adjudicate/decide", data=form | {"csrf_token": token, "take": "cannot"}
        )
        at = browser.get(sent.location).location

    assert seen == ["posts-1-0", "posts-2-0", "posts-0-0", "posts-2-0"]
