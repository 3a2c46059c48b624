"""GET …/answers and …/items: own answers, searched and opened again."""

from datetime import timedelta
from uuid import uuid4

import pytest

from annotator.domain import Lease, now
from annotator.store import accounts, items, projects, registry
from tests import application, make

TUPLE = {"label": "AGAINST", "holder": "residents", "target": "delay", "voice": "council"}
POSTS = "/api/v1/projects/posts"
NEWS = "/api/v1/projects/news"


def put(client, item, *stances, **more):
    """The uuid of an answer that was saved."""
    uuid = str(uuid4())
    answer = client.put(f"/api/v1/annotations/{uuid}", json={"item": item, "stances": stances} | more)
    assert answer.status_code == 201, answer.json
    return uuid


def favor(client, number, **more):
    return put(client, f"posts-{number}-0", {"label": "FAVOR"}, **more)


def found(client, project, **query):
    return [answer["item"] for answer in client.get(f"{project}/answers", query_string=query).json["answers"]]


def test_an_answer_is_listed_with_all_that_its_row_shows(ada):
    """A list that must ask again for each line is a slow list."""
    spans = {"rationales": [[8, 15]], "flags": ["ironic"], "sources": ["author"]}
    uuid = put(ada, "news-0-1", TUPLE | spans, comment="Sure?", flags=["needs_context"])

    [told] = ada.get(f"{NEWS}/answers").json["answers"]

    assert (told["item"], told["uuid"], told["cursor"]) == ("news-0-1", uuid, uuid)
    assert (told["revision"], told["occasion"], told["counted"], told["outcome"]) == (0, 0, True, "judged")
    assert (told["comment"], told["flags"]) == ("Sure?", ["needs_context"])
    assert told["text"] == make.SENTENCES[0]
    assert told["document"] == {"id": "news-0", "title": "About news-0"}
    assert told["target"] is told["holder"] is None
    [stance] = told["stances"]
    assert stance.items() >= (TUPLE | spans).items()
    assert [stance[f"{role}_name"] for role in ("holder", "target", "voice")] == [
        "residents",
        "delay",
        "council",
    ]


def test_what_the_item_fixes_is_named(ada):
    """Without its target, a label says nothing."""
    favor(ada, 0)

    [told] = ada.get(f"{POSTS}/answers").json["answers"]

    assert told["target"] == {"key": make.TARGET, "name": "wind farms", "names": {}}
    assert told["holder"]["key"] == "author"


def test_the_newest_stand_first_and_pages_follow(ada):
    """She goes back step by step, over any number of steps."""
    uuids = [favor(ada, number) for number in range(4)]
    pages, before = [], None
    while True:
        page = ada.get(f"{POSTS}/answers", query_string={"limit": 3, "before": before or ""}).json
        pages.append([answer["uuid"] for answer in page["answers"]])
        before = page["next"]
        if before is None:
            break

    one_before = ada.get(f"{POSTS}/answers?limit=1&before={uuids[2]}").json["answers"]

    assert pages == [uuids[:0:-1], uuids[:1]]
    assert [answer["uuid"] for answer in one_before] == [uuids[1]]


def test_the_list_goes_on_after_an_answer_that_was_corrected_since(ada):
    """A correction in the middle of the way back must not send her to its start."""
    first, second = favor(ada, 0), favor(ada, 1)
    revised = put(ada, "posts-1-0", {"label": "NONE"}, replaces=second)

    listed = ada.get(f"{POSTS}/answers").json["answers"]

    assert [(each["uuid"], each["revision"]) for each in listed] == [(revised, 1), (first, 0)]
    assert [each["uuid"] for each in ada.get(f"{POSTS}/answers?before={second}").json["answers"]] == [first]


def test_what_was_taken_back_is_not_listed(ada):
    """It is no answer."""
    favor(ada, 0)
    undone = favor(ada, 1)
    ada.put(
        f"/api/v1/annotations/{uuid4()}", json={"item": "posts-1-0", "replaces": undone, "withdrawn": True}
    )

    assert found(ada, POSTS) == ["posts-0-0"]


def test_nobody_sees_anothers_answers(app, ada):
    """Not in a list, not by a cursor, not by an id."""
    application.stored(app, _bob_joins)
    bob = application.script(app, "bob")
    uuid = favor(ada, 0)

    assert found(bob, POSTS) == []
    assert bob.get(f"{POSTS}/answers?before={uuid}").status_code == 422
    assert bob.get(f"{POSTS}/items?id=posts-0-0").status_code == 404


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("COUNCIL HINTED", ["news-0-1"]),
        ("residents’ GROUP", ["news-0-2"]),
        ("ÉLAN", ["news-0-3"]),
        ("élan", ["news-0-3"]),
        ("عام", ["news-0-3"]),
        ("100%", ["news-0-3"]),
        ("0_0", []),
        ("Residents", ["news-0-2", "news-0-1"]),
        ("the inhabitants", ["news-0-1"]),
        ("habitánts", ["news-0-1"]),
        ("against", ["news-0-1"]),
        ("contra", ["news-0-1"]),
        ("about NEWS", ["news-0-3", "news-0-2", "news-0-1"]),
        ("%", ["news-0-3"]),
        ("'", []),
        ("nowhere", []),
    ],
)
def test_words_are_found_in_all_that_a_row_shows(app, ada, words, expected):
    """She remembers a word of the sentence, a name, a label, or her own remark."""
    application.stored(app, _inhabitants)
    put(ada, "news-0-1", TUPLE)
    put(ada, "news-0-2")
    put(ada, "news-0-3", comment="Élan, 100% — عام")

    assert found(ada, NEWS, q=words) == expected


def test_answers_are_filtered_by_label(ada):
    """All that she called AGAINST, before the call with the curator."""
    favor(ada, 0)
    put(ada, "posts-1-0", {"label": "AGAINST"})

    assert found(ada, POSTS, label="AGAINST") == ["posts-1-0"]
    assert found(ada, POSTS, label="AGAINST", q="post 0") == []
    assert found(ada, POSTS, label="NONE") == []


def test_an_answered_item_opens_with_its_answer(ada):
    """What she changes is what she had said."""
    uuid = favor(ada, 0, comment="hm")

    item = ada.get(f"{POSTS}/items?id=posts-0-0").json
    corrected = put(ada, "posts-0-0", {"label": "NONE"}, replaces=item["current"]["uuid"])

    assert (item["id"], item["current"]["uuid"], item["lease_expires_at"]) == ("posts-0-0", uuid, None)
    assert (item["current"]["comment"], item["current"]["stances"][0]["label"]) == ("hm", "FAVOR")
    assert item["segment"]["text"] == "Post 0: so it is."
    assert ada.get(f"{POSTS}/items?id=posts-0-0").json["current"]["uuid"] == corrected


def test_an_item_that_is_held_or_was_taken_back_opens_without_an_answer(ada):
    """It is hers, and there is nothing in it."""
    ada.get(f"{POSTS}/queue?limit=2")
    uuid = favor(ada, 0)
    ada.put(f"/api/v1/annotations/{uuid4()}", json={"item": "posts-0-0", "replaces": uuid, "withdrawn": True})

    opened = [ada.get(f"{POSTS}/items?id=posts-{number}-0").json for number in range(2)]
    queued = ada.get(f"{POSTS}/queue").json["items"]

    assert [item["current"] for item in opened] == [None, None]
    assert {item["current"] for item in queued} == {None}


def test_an_item_that_is_not_hers_does_not_open(ada):
    """The queue decides what she judges next."""
    told = {
        path: ada.get(f"{POSTS}/items{path}").status_code
        for path in ("?id=posts-0-0", "?id=others-0-0", "?id=nothing", "", "?id=", "?id=%00")
    }

    assert list(told.values()) == [404, 404, 404, 422, 422, 422]


def test_the_earlier_answer_of_a_pending_repeat_is_hidden(app, ada):
    """A repeat measures how steady she is only if she cannot look."""
    uuid = favor(ada, 0)
    favor(ada, 1)
    application.stored(app, lambda session: _repeat(session, "posts-0-0"))

    hidden = found(ada, POSTS)
    opened = ada.get(f"{POSTS}/items?id=posts-0-0").json
    document = ada.get(f"{POSTS}/document?id=posts-0").json["segments"][0]
    again = favor(ada, 0)

    assert hidden == ["posts-1-0"]
    assert (opened["occasion"], opened["current"]) == (1, None)
    assert (document["state"], document["current"]) == ("yours", None)
    assert found(ada, POSTS) == ["posts-0-0", "posts-1-0", "posts-0-0"]
    told = ada.get(f"{POSTS}/answers").json["answers"]
    assert [(each["uuid"], each["occasion"]) for each in (told[0], told[2])] == [(again, 1), (uuid, 0)]


def test_a_correction_belongs_to_the_occasion_of_what_it_replaces(app, ada):
    """Written offline before the repeat was lent, it must not be taken for the repeat's answer."""
    uuid = favor(ada, 0)
    application.stored(app, lambda session: _repeat(session, "posts-0-0"))

    late = put(ada, "posts-0-0", {"label": "NONE"}, replaces=uuid)
    repeated = put(ada, "posts-0-0", {"label": "AGAINST"})
    changed = put(ada, "posts-0-0", {"label": "FAVOR"}, replaces=repeated)

    told = ada.get(f"{POSTS}/answers").json["answers"]
    assert [(each["uuid"], each["occasion"], each["revision"]) for each in told] == [
        (changed, 1, 1),
        (late, 0, 1),
    ]
    assert ada.get(f"{POSTS}/items?id=posts-0-0").json["current"]["uuid"] == changed


def test_wrong_queries_are_refused(ada):
    """Each with a sentence that says which."""
    wrong = {
        "limit=0": "limit",
        "limit=101": "limit",
        "before=x": "before",
        f"before={uuid4()}": "before",
        "label=MAYBE": "label",
        "q=%00": "q",
        "q=" + "x" * 1_001: "q",
    }
    told = {query: ada.get(f"{POSTS}/answers?{query}") for query in wrong}

    assert {answer.status_code for answer in told.values()} == {422}
    assert {query: answer.json["errors"][0]["where"] for query, answer in told.items()} == wrong


def test_a_list_costs_the_same_however_long(app, ada):
    """A page of a hundred answers is as few queries as one of two."""
    costs = []
    for number in range(4):
        put(ada, f"news-0-{number + 1}", TUPLE | {"sources": ["author"], "rationales": [[40, 45]]})
        if number % 3 == 0:
            with application.counted_queries(app) as sent:
                ada.get(f"{NEWS}/answers?q=delay&label=AGAINST")
            costs.append(len(sent))

    assert costs[0] == costs[1] <= 13


def _bob_joins(session):
    projects.join(session, projects.find(session, "posts"), make.user(session, "bob"), "annotator")


def _inhabitants(session):
    news = projects.find(session, "news")
    known = registry.Registry.load(session, news.id)
    known.alias(known.by_key["residents"], "the inhabitants")
    against = next(label for label in projects.labels(session, news) if label.name == "AGAINST")
    against.names = {"es": "EN CONTRA"}
    session.add(against)


def _repeat(session, item):
    row = items.find(session, projects.find(session, "posts"), item)
    ada = accounts.find_user(session, "ada")
    expires = now() + timedelta(hours=1)
    session.add(Lease(item_id=row.id, user_id=ada.id, occasion=1, takes_seat=False, expires_at=expires))
