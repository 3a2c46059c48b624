"""POST and DELETE …/leases: items for a train ride, and what comes back of them."""

from datetime import datetime, timedelta
from uuid import uuid4

from annotator.domain import now
from annotator.store import accounts, projects
from tests import application, make

LEASES, QUEUE = "/api/v1/projects/posts/leases", "/api/v1/projects/posts/queue"


def ids(answer):
    return [item["id"] for item in answer.json["items"]]


def hours_left(item):
    return (datetime.fromisoformat(item["lease_expires_at"]) - now()) / timedelta(hours=1)


def test_items_are_lent_for_hours_and_come_as_the_queue_gives_them(ada):
    """Where there is no network, the page must have all that it shows."""
    taken = ada.post(LEASES, json={"count": 3, "hours": 10})

    assert taken.status_code == 200
    assert ids(taken) == [f"posts-{number}-0" for number in range(3)]
    assert taken.json["remaining"] == 1
    assert {round(hours_left(item)) for item in taken.json["items"]} == {10}
    assert taken.json["items"][0]["target"]["key"] == make.TARGET


def test_an_open_page_does_not_shorten_what_was_taken_along(ada):
    """She opens the page once more on the platform."""
    ada.post(LEASES, json={"count": 3, "hours": 10})

    held = ada.get(f"{QUEUE}?limit=2")
    more = ada.get(f"{QUEUE}?limit=20").json["items"]

    assert ids(held) == ["posts-0-0", "posts-1-0"]
    assert [round(hours_left(item), 1) for item in more] == [10, 10, 10, 0.5]


def test_what_is_held_already_counts_and_is_lent_as_long(ada):
    """Two hundred means two hundred, with those on the screen."""
    ada.get(f"{QUEUE}?limit=2")

    taken = ada.post(LEASES, json={"count": 3, "hours": 10})
    again = ada.post(LEASES, json={"count": 1, "hours": 20})

    assert ids(taken) == ids(again) == [f"posts-{number}-0" for number in range(3)]
    assert {round(hours_left(item)) for item in taken.json["items"]} == {10}
    assert {round(hours_left(item)) for item in again.json["items"]} == {20}


def test_whole_documents_are_taken_along(app, ada):
    """Half an article cannot be read on."""
    application.stored(app, _three_documents)

    taken = ada.post("/api/v1/projects/papers/leases", json={"count": 5})

    assert ids(taken) == [f"papers-{document}-{sentence}" for document in range(2) for sentence in range(4)]


def test_more_than_a_page_holds_is_taken_along(app, ada):
    """A train ride is longer than fifty posts."""
    application.stored(app, _many)

    taken = ada.post("/api/v1/projects/many/leases", json={})
    more = ada.get("/api/v1/projects/many/queue?limit=50")

    assert len(ids(taken)) == 120
    assert ids(more) == ids(taken)[:50]


def test_what_was_put_off_comes_along_last(ada):
    """With nothing else left, a skipped item is better than an idle hour."""
    ada.get(f"{QUEUE}?limit=1")
    ada.post("/api/v1/projects/posts/skips", json={"item": "posts-0-0"})

    assert ids(ada.post(LEASES, json={"count": 9})) == [f"posts-{number}-0" for number in (1, 2, 3, 0)]


def test_giving_back_frees_the_seats(app, ada):
    """The train arrived early; others may go on."""
    application.stored(app, _bob_joins)
    bob = application.script(app, "bob")
    ada.post(LEASES, json={"count": 4})
    ada.put(f"/api/v1/annotations/{uuid4()}", json={"item": "posts-0-0", "stances": [{"label": "FAVOR"}]})
    waiting = bob.get(QUEUE).json

    given = ada.delete(LEASES)

    assert (waiting["items"], 0 < waiting["retry_after"] <= 1800) == ([], True)
    assert (given.status_code, given.data) == (204, b"")
    assert ids(bob.get(QUEUE)) == [f"posts-{number}-0" for number in (1, 2, 3)]
    assert ada.delete(LEASES).status_code == 204


def test_an_answer_after_giving_back_is_stored(app, ada):
    """Her phone was offline while she answered, and she gave back on the laptop."""
    application.stored(app, _bob_joins)
    ada.post(LEASES, json={"count": 4})
    ada.delete(LEASES)
    application.script(app, "bob").get(QUEUE)

    late = ada.put(
        f"/api/v1/annotations/{uuid4()}", json={"item": "posts-0-0", "stances": [{"label": "FAVOR"}]}
    )

    assert (late.status_code, late.json["counted"]) == (201, False)


def test_wrong_numbers_are_refused(ada):
    """Nobody takes a project home for a month."""
    wrong = [{"count": 0}, {"count": 501}, {"hours": 0}, {"hours": 73}, {"days": 1}, {"count": "many"}]

    assert {ada.post(LEASES, json=body).status_code for body in wrong} == {422}


def test_taking_along_costs_the_same_however_many_items(app, ada):
    """Two hundred items must not be two hundred queries."""
    ada.get("/api/v1/projects/posts")  # which notes that her token is used
    with application.counted_queries(app) as few:
        ada.post(LEASES, json={"count": 2})
    application.stored(app, _many)
    with application.counted_queries(app) as many:
        taken = ada.post("/api/v1/projects/many/leases", json={"count": 90})

    assert len(taken.json["items"]) == 90
    assert len(few) == len(many) <= 40


def _three_documents(session):
    make.open_document(session, "papers", documents=3, members=[accounts.find_user(session, "ada")])


def _many(session):
    make.directed(session, "many", items=120, members=[accounts.find_user(session, "ada")])


def _bob_joins(session):
    projects.join(session, projects.find(session, "posts"), make.user(session, "bob"), "annotator")
