"""PUT /api/v1/annotations/{uuid}, as a page or a script meets it."""

from collections import Counter
from uuid import uuid4

import sqlalchemy as sa

from annotator.domain import Entity
from annotator.store import projects
from tests import application, make
from tests.together import at_once

TUPLE = {"label": "AGAINST", "holder": "residents", "target": "delay"}


def put(client, body, uuid=None, **more):
    return client.put(f"/api/v1/annotations/{uuid or uuid4()}", json=body, **more)


def test_in_a_directed_project_a_label_is_enough(ada):
    """The smallest script there is must work."""
    answer = put(ada, {"item": "posts-0-0", "stances": [{"label": "FAVOR"}]})

    assert answer.status_code == 201
    assert answer.json.keys() == {"uuid", "revision", "counted", "withdrawn", "created_at", "expected"}
    assert answer.json["counted"] is True


def test_the_same_again_is_acknowledged_with_200(ada):
    """The outbox must be able to drop it."""
    uuid, body = uuid4(), {"item": "posts-0-0", "stances": [{"label": "FAVOR"}]}

    first, second = put(ada, body, uuid), put(ada, body, uuid)

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json == second.json


def test_twenty_at_the_same_moment_are_one_and_all_are_acknowledged(app, ada):
    """Nobody may read an error for an answer that is stored."""
    uuid, body = uuid4(), {"item": "posts-0-0", "stances": [{"label": "FAVOR"}]}
    headers = {"Authorization": ada.environ_base["HTTP_AUTHORIZATION"]}

    def send(_number):
        with app.test_client() as client:
            return put(client, body, uuid, headers=headers).status_code

    told = Counter(at_once(send, range(20)))
    rows = application.stored(
        app, lambda session: session.execute(sa.text("SELECT count(*) FROM annotation")).scalar_one()
    )

    assert told == {201: 1, 200: 19}
    assert rows == 1


def test_another_body_under_a_uuid_is_a_conflict(ada):
    """A script with a bug in its ids must hear of it."""
    uuid = uuid4()
    put(ada, {"item": "posts-0-0", "stances": [{"label": "FAVOR"}]}, uuid)

    refused = put(ada, {"item": "posts-0-0", "stances": [{"label": "AGAINST"}]}, uuid)

    assert refused.status_code == 409
    assert "current" not in refused.json


def test_a_stale_correction_comes_back_with_what_stands(ada):
    """The page shows both and lets her choose; it can send what it got back again."""
    first, item = uuid4(), "news-0-2"
    stance = TUPLE | {"rationales": [[8, 15]], "voice": "council", "sources": ["author"], "flags": ["ironic"]}
    put(ada, {"item": item, "stances": [stance], "comment": "hm"}, first)

    refused = put(ada, {"item": item, "stances": []})

    assert refused.status_code == 409
    assert refused.content_type == "application/problem+json"
    current = refused.json["current"]
    assert current["uuid"] == str(first)
    assert (current["item"], current["outcome"], current["comment"]) == (item, "judged", "hm")
    again = {"item": item, "stances": current["stances"], "comment": "better", "replaces": current["uuid"]}
    assert current["stances"][0] == stance | {
        "attribution": None,
        "candidate": None,
        "confidence": None,
        "mentions": {"holder": [], "target": []},
    }
    assert put(ada, again).status_code == 201


def test_undo_is_a_withdrawn_revision_and_the_item_comes_first(ada):
    """Undo must be as fast as the slip."""
    uuid = uuid4()
    ada.get("/api/v1/projects/posts/queue?limit=3")
    put(ada, {"item": "posts-0-0", "stances": [{"label": "FAVOR"}]}, uuid)

    undone = put(ada, {"item": "posts-0-0", "replaces": str(uuid), "withdrawn": True})
    queue = ada.get("/api/v1/projects/posts/queue?limit=3").json

    assert (undone.status_code, undone.json["withdrawn"]) == (201, True)
    assert [item["id"] for item in queue["items"]] == ["posts-0-0", "posts-1-0", "posts-2-0"]


def test_surplus_is_acknowledged_as_such(app, ada):
    """Her work is stored and paid, and the page can say why it does not count."""
    application.stored(app, _bob_joins)
    bob = application.script(app, "bob")
    put(bob, {"item": "posts-0-0", "stances": [{"label": "FAVOR"}]})

    answer = put(ada, {"item": "posts-0-0", "stances": [{"label": "AGAINST"}]})

    assert (answer.status_code, answer.json["counted"]) == (201, False)


WRONG = [
    ({}, "item"),
    ({"item": 3}, "item"),
    ({"item": "posts-0-0", "stance": []}, "stance"),
    ({"item": "posts-0-0", "stances": [{"label": "FAVOR", "lable": 1}]}, "stances.0.lable"),
    ({"item": "posts-0-0", "stances": [{"label": "MAYBE"}]}, "stances.0.label"),
    ({"item": "posts-0-0", "stances": [{"label": "FAVOR", "confidence": 2}]}, "stances.0.confidence"),
    ({"item": "posts-0-0", "stances": []}, "stances"),
    ({"item": "posts-0-0", "seconds": -1}, "seconds"),
    ({"item": "posts-0-0", "replaces": "the last one"}, "replaces"),
    ({"item": "posts-0-0", "answered_at": "2026-01-01T00:00:00"}, "answered_at"),
    ({"item": "posts-0-0", "answered_at": "0001-01-01T00:00:00+23:00"}, "answered_at"),
    ({"item": "posts-0-0", "answered_at": "9999-12-31T23:59:59-23:00"}, "answered_at"),
    ({"item": "posts-0-0", "shown": {"scheme": 2**63}}, "shown.scheme"),
    ({"item": "posts-0-0", "shown": {"scheme": 2**31}}, "shown.scheme"),
    ({"item": "posts-0-0", "shown": {"context": [0, 2**70]}}, "shown.context.1"),
    ({"item": "posts-0-0", "shown": {"context": [5, 1]}}, "shown.context"),
    ({"item": "news-0-1", "stances": [TUPLE | {"rationales": [[0, 2**63]]}]}, "stances.0.rationales.0.1"),
    ({"item": "news-0-1", "stances": [TUPLE | {"rationales": [[-1, 2]]}]}, "stances.0.rationales.0.0"),
    ({"item": "news-0-1", "stances": [TUPLE | {"rationales": [[0, 10**6]]}]}, "stances.0.rationales"),
    ({"item": "news-0-1", "outcome": "cannot_judge", "stances": [TUPLE]}, ""),
    ({"item": "news-0-1", "stances": [TUPLE] * 101}, "stances"),
]

UNSTORABLE = ("a\\u0000b", "a\\ud800b", "a\\udfffb")  # JSON's escapes of NUL and of half a character
TEXTS = (
    '{"item": "%s"}',
    '{"item": "posts-0-0", "project": "%s"}',
    '{"item": "posts-0-0", "comment": "%s", "stances": [{"label": "FAVOR"}]}',
    '{"item": "posts-0-0", "shown": {"arm": "%s"}, "stances": [{"label": "FAVOR"}]}',
    '{"item": "posts-0-0", "stances": [{"label": "%s"}]}',
    '{"item": "posts-0-0", "stances": [{"label": "FAVOR", "target": "%s"}]}',
    '{"item": "news-0-1", "stances": [{"label": "FAVOR", "target": "delay", "holder": "%s"}]}',
    '{"item": "news-0-1", "stances": [{"label": "FAVOR", "target": "delay", "voice": "%s"}]}',
    '{"item": "news-0-1", "stances": [{"label": "FAVOR", "target": "delay", "sources": ["%s"]}]}',
    '{"%s": 1}',
)
NO_ANSWERS = (
    b"",
    b"null",
    b"[]",
    b'"text"',
    b"{",
    b"\xff\xfe",
    b"[" * 5_000,
    b"NaN",
    b'{"item": "\xed\xa0\x80"}',
)


def test_what_is_wrong_is_said_where(ada):
    """A script's author reads the path and finds the line."""
    refused = [put(ada, body) for body, _ in WRONG]

    assert {answer.status_code for answer in refused} == {422}
    assert {answer.content_type for answer in refused} == {"application/problem+json"}
    assert [answer.json["errors"][0]["where"] for answer in refused] == [where for _, where in WRONG]


def test_what_no_database_keeps_is_refused(ada):
    """PostgreSQL cannot store NUL, and half a character is none: a 500 would be our fault."""
    bodies = [template.replace("%s", text) for template in TEXTS for text in UNSTORABLE]
    refused = {body: ada.put(f"/api/v1/annotations/{uuid4()}", data=body) for body in bodies}

    assert [body for body, answer in refused.items() if answer.status_code != 422] == []
    assert all(answer.json["errors"] for answer in refused.values())


def test_what_is_no_answer_at_all_is_refused(ada):
    """Whatever comes over the wire is answered."""
    told = {body: ada.put(f"/api/v1/annotations/{uuid4()}", data=body).status_code for body in NO_ANSWERS}

    assert told == dict.fromkeys(NO_ANSWERS, 422)


def test_a_huge_body_is_refused_unread(ada):
    """One request must not fill the memory."""
    refused = put(ada, {"item": "posts-0-0", "comment": "x" * 2**21})

    assert refused.status_code == 413
    assert refused.content_type == "application/problem+json"


def test_an_item_of_another_project_is_not_there(ada):
    """She is no member of "others", and must not learn what it holds."""
    hidden = put(ada, {"item": "others-0-0", "stances": [{"label": "FAVOR"}]})
    missing = put(ada, {"item": "nothing", "stances": [{"label": "FAVOR"}]})

    assert hidden.status_code == missing.status_code == 404
    assert hidden.json["detail"].replace("others-0-0", "nothing") == missing.json["detail"]


def test_a_refused_answer_leaves_nothing_behind(app, ada):
    """Half an answer would be counted."""
    ada.get("/api/v1/projects/news/queue")
    put(ada, {"item": "news-0-1", "stances": [TUPLE, TUPLE | {"label": "MAYBE"}]})

    left = application.stored(
        app,
        lambda session: [
            session.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in ("annotation", "stance", "span")
        ],
    )
    assert left == [0, 0, 0]


def test_an_answer_costs_the_same_however_large_the_registry(app, ada):
    """A project with ten thousand entities is as fast as one with ten."""
    body = {"item": "news-0-1", "stances": [TUPLE]}
    read = []
    ada.get("/api/v1/projects/news/queue")  # which begins her pace
    with application.counted_queries(app) as small:
        put(ada, body)
    application.stored(app, _grow_registry)
    sa.event.listen(Entity, "load", lambda entity, _context: read.append(entity.key))
    with application.counted_queries(app) as large:
        put(ada, body | {"item": "news-0-2"})

    assert len(small) == len(large) <= 18
    assert set(read) == {"residents", "delay"}


def _grow_registry(session):
    news = projects.find(session, "news")
    for number in range(20):
        make.entity(session, news, f"entity-{number}")


def _bob_joins(session):
    projects.join(session, projects.find(session, "posts"), make.user(session, "bob"), "annotator")
