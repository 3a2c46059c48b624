"""Many lines at once: receipts, what is stored beside what is refused, again, and out again."""

import json
from uuid import uuid4

import pytest
import sqlalchemy as sa

from annotator.api import bulk
from annotator.api.openapi import NDJSON, PREFIX
from annotator.domain import Role
from annotator.store import accounts, annotations, projects
from tests import application, make

POSTS = f"{PREFIX}/projects/posts"


@pytest.fixture
def dee(app, rows):
    """The script of Dee, who curates the posts."""

    def store(session):
        projects.join(session, projects.find(session, "posts"), make.user(session, "dee"), Role.CURATOR)

    application.stored(app, store)
    return application.script(app, "dee")


def sent(client, address, lines):
    """The receipts of these lines, each an object or bytes."""
    body = b"".join(
        (line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines
    )
    answer = client.post(f"{POSTS}{address}", data=body, content_type=NDJSON)
    assert (answer.status_code, answer.mimetype) == (200, NDJSON), answer.text
    return read(answer)


def read(answer):
    return [json.loads(line) for line in answer.data.splitlines()]


def answer(item, label="FAVOR", **fields):
    return {"uuid": str(uuid4()), "item": item, "stances": [{"label": label}], **fields}


def test_each_line_has_its_receipt_and_one_that_is_wrong_holds_up_no_other(ada):
    """Somebody who worked offline for a day must not lose it for one bad line."""
    good, bad = answer("posts-0-0"), answer("posts-1-0", label="MAYBE")
    lines = [good, b"", b"{ no json", bad, b'"' + b"x" * 2**20 + b'"', answer("posts-2-0")]

    told = sent(ada, "/annotations/bulk", lines)

    assert [(each["line"], each["status"], each["code"]) for each in told] == [
        (1, "created", 201),
        (3, "refused", 422),
        (4, "refused", 422),
        (5, "refused", 413),
        (6, "created", 201),
    ]
    assert told[0]["uuid"] == good["uuid"]
    assert told[2]["errors"][0]["where"] == "stances.0.label"


def test_lines_that_are_sent_again_are_told_as_there(ada):
    """A connection that broke is tried again from the first line."""
    lines = [answer(f"posts-{number}-0") for number in range(3)]

    first, again = (sent(ada, "/annotations/bulk", lines) for _ in range(2))

    assert [each["status"] for each in first] == ["created"] * 3
    assert [each["status"] for each in again] == ["exists"] * 3
    assert len(ada.get(f"{POSTS}/answers").json["answers"]) == 3


def test_more_lines_than_a_transaction_holds_are_all_stored(app, ada, monkeypatch):
    """Memory and the writer's place are taken for a few lines at a time."""
    monkeypatch.setattr(bulk, "ANSWERS", 2)
    lines = [answer("posts-0-0")]
    for _ in range(6):
        lines.append(answer("posts-0-0", "AGAINST", replaces=lines[-1]["uuid"]))

    with application.counted_queries(app) as statements:
        told = sent(ada, "/annotations/bulk", lines)

    assert [each["revision"] for each in told] == list(range(7))
    begun = [statement for statement in statements if statement.startswith("INSERT INTO annotation")]
    assert len(begun) == 7


def test_a_conflict_brings_the_answer_that_stands(ada):
    """As a PUT does, so that both can be shown."""
    first = answer("posts-0-0")

    told = sent(ada, "/annotations/bulk", [first, answer("posts-0-0", "AGAINST")])

    assert (told[1]["code"], told[1]["current"]["uuid"]) == (409, first["uuid"])


def test_a_database_that_goes_away_is_told_line_by_line(app, ada, monkeypatch):
    """What is not acknowledged is sent again; what is, was stored."""
    monkeypatch.setattr(bulk, "ANSWERS", 1)
    engine = app.extensions["standpoint_engine"]
    lines = [answer(f"posts-{number}-0") for number in range(3)]

    def fail(_connection, _cursor, statement, *_rest):
        if statement.startswith("INSERT INTO annotation") and str(lines[1]["uuid"]).replace("-", "") in str(
            _rest
        ).replace("-", ""):
            raise sa.exc.OperationalError(statement, {}, Exception("disk I/O error"))

    sa.event.listen(engine, "before_cursor_execute", fail)
    told = sent(ada, "/annotations/bulk", lines)
    sa.event.remove(engine, "before_cursor_execute", fail)

    assert [each["code"] for each in told] == [201, 503, 503]
    assert [each["code"] for each in sent(ada, "/annotations/bulk", lines)] == [200, 201, 201]


def test_documents_come_in_with_their_items(app, dee):
    """A pipeline that finds new posts every hour sends them as it finds them."""
    lines = [
        {"id": "n1", "text": "More buses, please.", "target": "Night bus"},
        {"id": "n2", "text": "   ", "target": "Night bus"},
        {"id": "n3", "text": "No more buses.", "target": "Night bus", "published_at": "tomorrow"},
        {"id": "n4", "text": "Buses are late.", "target": "Night bus"},
        ["no", "object"],
    ]

    told = sent(dee, "/documents", lines)

    assert [(each["line"], each["id"], each["status"]) for each in told] == [
        (1, "n1", "created"),
        (2, "n2", "refused"),
        (3, None, "refused"),
        (4, "n4", "created"),
        (5, None, "refused"),
    ]
    assert [each["status"] for each in sent(dee, "/documents", [lines[0], lines[3]])] == ["exists", "exists"]
    shown = read(dee.get(f"{POSTS}/export/items"))
    assert [each["text"] for each in shown if each["target"] == "night-bus"] == [
        "More buses, please.",
        "Buses are late.",
    ]


def test_an_export_goes_on_behind_any_of_its_lines(ada, dee):
    """A download of hours that breaks off must not begin anew."""
    sent(ada, "/annotations/bulk", [answer(f"posts-{number}-0") for number in range(4)])

    for address in ("/export/items", "/export/annotations"):
        whole = read(dee.get(f"{POSTS}{address}"))
        assert len(whole) == 4
        for number, line in enumerate(whole):
            assert read(dee.get(f"{POSTS}{address}?after={line['cursor']}")) == whole[number + 1 :]
        assert read(dee.get(f"{POSTS}{address}?limit=2")) == whole[:2]


def test_exported_answers_say_which_of_them_stand(app, ada, dee):
    """Who counts revisions twice has wrong figures."""
    first = answer("posts-0-0")
    sent(ada, "/annotations/bulk", [first, answer("posts-0-0", "AGAINST", replaces=first["uuid"])])

    def decide(session):
        curator = accounts.find_user(session, "dee")
        annotations.append(session, curator, uuid4(), make.answer("posts-1-0", "FAVOR", project="posts"))

    application.stored(app, decide)
    told = read(dee.get(f"{POSTS}/export/annotations?kind=annotation"))
    assert [(each["by"], each["stances"][0]["label"], each["current"]) for each in told] == [
        ("ada", "FAVOR", False),
        ("ada", "AGAINST", True),
        ("dee", "FAVOR", True),
    ]
    assert dee.get(f"{POSTS}/export/gold").data == b""
    decision = {"item": "posts-0-0", "stances": [{"label": "FAVOR"}]}
    assert dee.put(f"{POSTS}/adjudications/{uuid4()}", json=decision).status_code == 201
    [gold] = read(dee.get(f"{POSTS}/export/gold"))
    assert (gold["kind"], gold["item"], gold["by"]) == ("adjudication", "posts-0-0", "dee")
