"""GET …/document: the whole text, own answers in it, and nothing of anybody else's."""

from uuid import uuid4

from annotator.domain import Item, Pool, PoolKind
from annotator.store import accounts, items, projects
from tests import application, make

NEWS = "/api/v1/projects/news"
TUPLE = {"label": "AGAINST", "holder": "residents", "target": "delay", "sources": ["author"]}


def put(client, item, *stances, **more):
    uuid = str(uuid4())
    body = {"item": item, "stances": stances} | more
    assert client.put(f"/api/v1/annotations/{uuid}", json=body).status_code == 201
    return uuid


def test_a_document_comes_whole_and_in_reading_order(ada):
    """She reads it as its author wrote it."""
    whole = ada.get(f"{NEWS}/document?id=news-0").json

    pieces = [whole["text"][segment["start"] : segment["end"]] for segment in whole["segments"]]
    assert pieces == ["Harbour", *make.SENTENCES]
    assert (whole["document"]["id"], whole["document"]["title"]) == ("news-0", "About news-0")
    assert whole["language"] == "en"
    assert [segment["type"] for segment in whole["segments"]] == ["heading"] + ["body"] * 4
    assert [segment["item"] for segment in whole["segments"]] == [None] + [f"news-0-{n}" for n in range(1, 5)]
    assert whole["segments"][0].keys() == {
        *("start", "end", "type", "speaker", "paragraph", "item", "state", "target", "current", "more")
    }


def test_each_segment_tells_how_it_stands_with_her(ada):
    """The margin shows her own stances, and what is still to do."""
    first = ada.get(f"{NEWS}/document?id=news-0").json["segments"]
    ada.get(f"{NEWS}/queue")
    uuid = put(ada, "news-0-1", TUPLE)

    segments = ada.get(f"{NEWS}/document?id=news-0").json["segments"]

    assert [segment["state"] for segment in first] == [None, "open", "open", "open", "open"]
    assert [segment["state"] for segment in segments] == [None, "answered", "yours", "yours", "yours"]
    assert segments[1]["current"]["uuid"] == uuid
    assert segments[1]["current"]["stances"][0]["holder"] == "residents"


def test_what_others_answered_is_not_told(app, ada):
    """To know that a sentence was judged already is to know where stances are."""
    application.stored(app, lambda session: _bob(session, "news"))
    bob = application.script(app, "bob")
    before = bob.get(f"{NEWS}/document?id=news-0").json
    put(ada, "news-0-1", TUPLE)

    assert bob.get(f"{NEWS}/document?id=news-0").json == before


def test_a_document_that_is_not_hers_is_not_there(app, ada):
    """A pool of named people is theirs."""
    application.stored(app, _for_others_only)

    told = {
        path: ada.get(f"/api/v1/projects/{path}").status_code
        for path in (
            "news/document?id=news-0",
            "news/document?id=nothing",
            "news/document?id=posts-0",
            "news/document?id=",
            "news/document?id=%00",
            "others/document?id=others-0",
        )
    }

    assert list(told.values()) == [404, 404, 404, 422, 422, 404]


def test_what_she_answered_stays_open_to_her(app, ada):
    """Her own work may be looked at after its pool has gone to others."""
    put(ada, "news-0-1", TUPLE)
    application.stored(app, _for_others_only)

    assert ada.get(f"{NEWS}/document?id=news-0").status_code == 200


def test_a_segment_with_several_items_tells_them_all(app, ada):
    """In a directed project one post may be asked about several targets."""
    application.stored(app, _second_target)
    uuid = put(ada, "posts-0-0-trams", {"label": "FAVOR"})

    [segment] = ada.get("/api/v1/projects/posts/document?id=posts-0").json["segments"]

    assert (segment["item"], segment["state"], segment["current"]["uuid"]) == (
        "posts-0-0-trams",
        "answered",
        uuid,
    )
    [other] = segment["more"]
    assert (other["item"], other["state"], other["current"]) == ("posts-0-0", "open", None)
    assert (segment["target"]["key"], other["target"]["key"]) == ("trams", make.TARGET)


def test_a_document_costs_the_same_however_long_and_answered(app, ada):
    """A transcript of an hour has a thousand turns."""
    put(ada, "news-0-1", TUPLE)
    with application.counted_queries(app) as short:
        ada.get(f"{NEWS}/document?id=news-0")
    application.stored(app, _long)
    for number in range(3):
        put(ada, f"long-0-{number}", TUPLE)
    with application.counted_queries(app) as long:
        whole = ada.get("/api/v1/projects/long/document?id=long-0").json

    assert len(whole["segments"]) == 80
    assert len(short) == len(long) <= 18


def _bob(session, slug):
    projects.join(session, projects.find(session, slug), make.user(session, "bob"), "annotator")


def _for_others_only(session):
    pool = make.pool(session, projects.find(session, "news"))
    pool.kind = PoolKind.PEOPLE
    session.add(pool)
    assert isinstance(pool, Pool)


def _second_target(session):
    posts = projects.find(session, "posts")
    first = items.find(session, posts, "posts-0-0")
    trams = make.entity(session, posts, "trams")
    session.add(
        Item(
            project_id=posts.id,
            external_id="posts-0-0-trams",
            segment_id=first.segment_id,
            target_id=trams.id,
            holder_id=first.holder_id,
        )
    )


def _long(session):
    ada = accounts.find_user(session, "ada")
    made = make.open_document(
        session, "long", sentences=[f"Turn {number}." for number in range(80)], members=[ada]
    )
    assert len(made.items) == 80
