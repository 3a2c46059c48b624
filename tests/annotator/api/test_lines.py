"""POST …/annotations: several answers in one request, each as its own PUT would be."""

import json
from collections import Counter
from uuid import uuid4

import pytest
import sqlalchemy as sa

from annotator.api.lines import MOST_LINES
from annotator.store import projects
from tests import application, make
from tests.together import at_once

TUPLE = {"label": "AGAINST", "holder": "residents", "target": "delay"}
PIER = {"item": "posts-0-0", "stances": [{"label": "FAVOR"}]}


def post(client, lines, *, slug="posts", **more):
    """The answer of the server, and its receipts."""
    body = (
        lines if isinstance(lines, bytes) else b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    )
    more = {"content_type": "application/jsonl"} | more
    answer = client.post(f"/api/v1/projects/{slug}/annotations", data=body, **more)
    is_told = answer.content_type == "application/jsonl"
    return answer, [json.loads(line) for line in answer.data.splitlines()] if is_told else []


def line(number, label="FAVOR", **more):
    return {"uuid": str(uuid4()), "item": f"posts-{number}-0", "stances": [{"label": label}]} | more


def counted(app, table="annotation"):
    count = sa.text(f"SELECT count(*) FROM {table}")
    return application.stored(app, lambda session: session.execute(count).scalar_one())


def test_each_line_has_its_receipt_in_order(ada):
    """The outbox drops what was acknowledged, and nothing else."""
    lines = [line(number) for number in range(4)]

    answer, receipts = post(ada, lines)

    assert (answer.status_code, answer.content_type) == (200, "application/jsonl")
    assert [receipt["uuid"] for receipt in receipts] == [each["uuid"] for each in lines]
    assert {receipt["status"] for receipt in receipts} == {201}
    assert receipts[0].keys() == {
        "uuid",
        "status",
        "revision",
        "counted",
        "withdrawn",
        "created_at",
        "expected",
    }


def test_a_line_and_a_put_of_the_same_answer_are_one(app, ada):
    """A save that timed out is sent again with the rest."""
    uuid = uuid4()
    first = ada.put(f"/api/v1/annotations/{uuid}", json=PIER)
    _, [receipt] = post(ada, [PIER | {"uuid": str(uuid)}])
    again = ada.put(f"/api/v1/annotations/{uuid}", json=PIER)

    assert (first.status_code, receipt.pop("status"), again.status_code) == (201, 200, 200)
    assert first.json == receipt == again.json
    assert counted(app) == 1


def test_the_same_line_twice_is_saved_once(app, ada):
    """Two tabs may share an outbox."""
    same, other = line(0), line(0, "AGAINST")
    other["uuid"] = same["uuid"]

    _, receipts = post(ada, [same, same, other])

    assert [receipt["status"] for receipt in receipts] == [201, 200, 409]
    assert counted(app) == 1


BAD = [
    (b"{", 422, None),
    (b"[]", 422, None),
    (b"null", 422, None),
    (b"\xff", 422, None),
    (b'{"item": "posts-0-0"}', 422, None),
    (b'{"uuid": "no"}', 422, None),
    (b'{"uuid": "%s"}', 422, "item"),
    (b'{"uuid": "%s", "item": "posts-0-0", "lable": 1}', 422, "lable"),
    (b'{"uuid": "%s", "item": "posts-0-0", "stances": [{"label": "MAYBE"}]}', 422, "stances.0.label"),
    (b'{"uuid": "%s", "item": "posts-0-0", "stances": [{"label": "a\\u0000b"}]}', 422, "stances.0.label"),
    (b'{"uuid": "%s", "item": "posts-0-0", "stances": []}', 422, "stances"),
    (b'{"uuid": "%s", "item": "nothing", "stances": []}', 404, None),
    (b'{"uuid": "%s", "item": "others-0-0", "stances": []}', 404, None),
    (b'{"uuid": "%s", "item": "news-0-1", "stances": []}', 404, None),
    (b'{"uuid": "%s", "item": "posts-0-0", "project": "news", "stances": []}', 404, None),
    (b'{"uuid": "%s", "item": "posts-0-0", "replaces": "%s", "stances": [{"label": "FAVOR"}]}', 409, None),
]


@pytest.mark.parametrize(("bad", "status", "where"), BAD)
def test_a_bad_line_holds_up_nobody(app, ada, bad, status, where):
    """One answer that a bug spoilt must not keep a day's work out of the database."""
    uuid = str(uuid4())
    filled = bad.replace(b"%s", uuid.encode())
    first, last = (json.dumps(line(number)).encode() for number in (1, 2))

    answer, receipts = post(ada, b"\n".join([first, filled, last]))

    assert answer.status_code == 200
    assert [receipt["status"] for receipt in receipts] == [201, status, 201]
    assert receipts[1]["uuid"] == (uuid if b"%s" in bad else None)
    assert receipts[1]["detail"]
    assert where is None or receipts[1]["errors"][0]["where"] == where
    assert (counted(app), counted(app, "stance")) == (2, 2)


def test_a_refused_line_leaves_nothing_behind(app, ada):
    """Half an answer would be counted, and its lease gone."""
    ada.get("/api/v1/projects/news/queue")
    spoilt = {"uuid": str(uuid4()), "item": "news-0-1", "stances": [TUPLE, TUPLE | {"label": "MAYBE"}]}

    post(ada, [spoilt], slug="news")
    held = ada.get("/api/v1/projects/news/queue").json["items"]

    assert [counted(app, table) for table in ("annotation", "stance", "span")] == [0, 0, 0]
    assert held[0]["id"] == "news-0-1"


def test_a_stale_correction_brings_what_stands(ada):
    """The page shows both, as it does after a PUT."""
    first = line(0)
    post(ada, [first])

    _, [receipt] = post(ada, [line(0, "AGAINST")])

    assert receipt["status"] == 409
    assert receipt["current"]["uuid"] == first["uuid"]
    assert receipt["current"]["stances"][0]["label"] == "FAVOR"


def test_a_correction_may_follow_in_the_same_request(ada):
    """Offline, she answered, took it back and answered again."""
    first, second, third = (str(uuid4()) for _ in range(3))
    lines = [
        PIER | {"uuid": first},
        {"uuid": second, "item": "posts-0-0", "replaces": first, "withdrawn": True},
        {"uuid": third, "item": "posts-0-0", "stances": [{"label": "NONE"}]},
    ]

    _, receipts = post(ada, lines)

    assert [(receipt["status"], receipt.get("revision")) for receipt in receipts] == [
        (201, n) for n in range(3)
    ]


def test_too_many_lines_and_too_long_a_body_are_refused_whole(app, ada):
    """A client must learn to send less before it sends a gigabyte."""
    many, _ = post(ada, [line(0)] * (MOST_LINES + 1))
    long, _ = post(ada, [line(0, comment="x" * 2**20)])

    assert (many.status_code, long.status_code) == (422, 413)
    assert "500" in many.json["detail"]
    assert "1 MiB" in long.json["detail"]
    assert counted(app) == 0


def test_blank_lines_and_strange_breaks_are_no_lines(ada):
    """A file may end in a line feed, and a comment may hold a line separator."""
    body = json.dumps(line(0, comment="a\u2028b"), ensure_ascii=False).encode()

    answer, receipts = post(ada, b"\n\r\n" + body + b"\r\n\n")
    empty, none = post(ada, b"")

    assert [receipt["status"] for receipt in receipts] == [201]
    assert (answer.status_code, empty.status_code, none) == (200, 200, [])


def test_a_browser_needs_its_csrf_token(app, rows):
    """Another site must not answer in her name."""
    client, token = application.browser(app, "ada")

    forged, _ = post(client, [line(0)])
    own, _ = post(client, [line(0)], headers={"X-CSRFToken": token})

    assert (forged.status_code, own.status_code) == (403, 200)
    assert counted(app) == 1


def test_strangers_and_readers_send_nothing(app, rows):
    """The door is the same as that of a PUT."""
    reader = application.script(app, "ada", scopes=["read"])

    assert post(reader, [line(0)])[0].status_code == 403
    assert post(app.test_client(), [line(0)])[0].status_code == 401
    assert post(application.script(app, "ada"), [line(0)], slug="others")[0].status_code == 404


def test_many_lines_and_puts_at_the_same_moment_are_each_saved_once(app, ada):
    """A page that wakes up sends what piled up, while its other tab sends it one by one."""
    lines = [line(number) for number in range(4)]
    headers = {"Authorization": ada.environ_base["HTTP_AUTHORIZATION"]}

    def send(number):
        with app.test_client() as client:
            if number % 2:
                each = dict(lines[number // 2 % 4])
                uuid = each.pop("uuid")
                return [client.put(f"/api/v1/annotations/{uuid}", json=each, headers=headers).status_code]
            return [receipt["status"] for receipt in post(client, lines, headers=headers)[1]]

    told = Counter(status for statuses in at_once(send, range(12)) for status in statuses)

    assert told == {201: 4, 200: 4 * 6 + 6 - 4}
    assert counted(app) == 4


def test_two_people_whose_lines_cross_are_both_served(app, ada):
    """Locks that are taken line by line must not wait for each other in a circle."""
    application.stored(app, _bob_joins)
    clients = {name: application.script(app, name) for name in ("ada", "bob")}
    lines = {"ada": [line(number) for number in range(4)], "bob": [line(number) for number in (3, 2, 1, 0)]}

    told = dict(at_once(lambda name: (name, post(clients[name], lines[name])[1]), ["ada", "bob"]))

    assert {receipt["status"] for receipts in told.values() for receipt in receipts} == {201}
    by_seat = Counter(receipt["counted"] for receipts in told.values() for receipt in receipts)
    assert by_seat == {True: 4, False: 4}


def test_a_uuid_of_two_people_at_the_same_moment_spoils_its_line_alone(app, ada):
    """What the database refuses must not end the transaction of all the other lines."""
    application.stored(app, _bob_joins)
    clients = {name: application.script(app, name) for name in ("ada", "bob")}
    shared = [line(0), line(1)]
    lines = {name: [*shared, line(2 if name == "ada" else 3)] for name in clients}

    told = at_once(
        lambda name: [receipt["status"] for receipt in post(clients[name], lines[name])[1]], list(lines)
    )

    assert sorted(told) == [[201, 201, 201], [409, 409, 201]]
    assert counted(app) == 4


def _bob_joins(session):
    projects.join(session, projects.find(session, "posts"), make.user(session, "bob"), "annotator")
