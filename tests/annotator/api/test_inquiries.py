"""Asking the curator: the item waits for the reply, comes back with it, and nobody else learns of it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlmodel import select

from annotator.domain import Inquiry, Lease, Role, now
from annotator.store import projects
from tests import application, make

BASE = "/api/v1/projects/posts/inquiries"
QUEUE = "/api/v1/projects/posts/queue?limit=10"


@pytest.fixture
def people(app, rows):
    """Scripts of Bea, who annotates too, and Dee, who curates."""

    def join(session):
        for name, role in [("bea", Role.ANNOTATOR), ("dee", Role.CURATOR)]:
            projects.join(session, projects.find(session, "posts"), make.user(session, name), role)

    application.stored(app, join)
    return application.script(app, "bea"), application.script(app, "dee")


def asked(client, item="posts-0-0", *, uuid=None, text="Is this irony?"):
    uuid = uuid or uuid4()
    return uuid, client.put(f"{BASE}/{uuid}", json={"item": item, "text": text})


def ids(client):
    return [item["id"] for item in client.get(QUEUE).json["items"]]


def test_an_item_that_was_asked_about_waits(ada, people):
    """The next item comes at once; this one must not come back before the reply."""
    first = ids(ada)
    uuid, answer = asked(ada)

    assert (answer.status_code, answer.json["uuid"], answer.json["by"]) == (201, str(uuid), "ada")
    assert "posts-0-0" in first
    assert "posts-0-0" not in ids(ada)


def test_its_seat_stays_with_who_asked(app, ada, people):
    """While the curator thinks, nobody else may take the item and make the answer surplus."""
    bea, _ = people
    ids(ada)
    asked(ada)

    def a_day_later(session):
        for lease in session.exec(select(Lease).where(Lease.parked_at == None)):  # noqa: E711
            lease.expires_at = now() - timedelta(minutes=1)
        for lease in session.exec(select(Lease).where(Lease.parked_at != None)):  # noqa: E711
            lease.expires_at -= timedelta(days=1)

    application.stored(app, a_day_later)

    assert "posts-0-0" not in ids(bea)


def test_asking_twice_asks_once(ada, people):
    """A page on a bad network repeats itself."""
    ids(ada)
    uuid, _ = asked(ada)

    assert asked(ada, uuid=uuid)[1].status_code == 200
    assert asked(ada, uuid=uuid, text="Something else?")[1].status_code == 409
    assert len(ada.get(BASE).json["inquiries"]) == 1


def test_the_reply_comes_with_the_item(ada, people):
    """A reply that one has to look for is read by nobody."""
    _, dee = people
    ids(ada)
    uuid, _ = asked(ada)

    replied = dee.post(f"{BASE}/{uuid}/reply", json={"reply": " Yes: see the emoji. "})
    items = ada.get(QUEUE).json["items"]

    assert replied.status_code == 200
    told = items[0]["inquiry"]
    assert (items[0]["id"], told["uuid"], told["text"]) == ("posts-0-0", str(uuid), "Is this irony?")
    assert told["reply"] == "Yes: see the emoji."
    assert {item["inquiry"] for item in items[1:]} == {None}


def test_an_answer_ends_it(ada, people):
    """The item counts like any other, once it is answered."""
    _, dee = people
    ids(ada)
    uuid, _ = asked(ada)
    dee.post(f"{BASE}/{uuid}/reply", json={"reply": "Yes."})

    answer = ada.put(
        f"/api/v1/annotations/{uuid4()}", json={"item": "posts-0-0", "stances": [{"label": "NONE"}]}
    )

    assert answer.json["counted"]
    assert "posts-0-0" not in ids(ada)


def test_a_question_taken_back_brings_the_item(ada, people):
    """Who sees the light does not have to wait for the curator."""
    ids(ada)
    uuid, _ = asked(ada)

    assert ada.delete(f"{BASE}/{uuid}").status_code == 204
    assert ada.delete(f"{BASE}/{uuid}").status_code == 204
    assert "posts-0-0" in ids(ada)
    assert ada.get(BASE).json == {"inquiries": [], "open": 0}


def test_an_item_with_two_questions_waits_for_both_replies(ada, people):
    """The second question may be the one that matters."""
    _, dee = people
    ids(ada)
    first, _ = asked(ada)
    second, _ = asked(ada, text="And who holds it?")

    dee.post(f"{BASE}/{first}/reply", json={"reply": "Yes."})
    between = ids(ada)
    dee.post(f"{BASE}/{second}/reply", json={"reply": "The author."})

    assert "posts-0-0" not in between
    assert "posts-0-0" in ids(ada)


def test_what_was_replied_to_or_taken_back_stays_so(ada, people):
    """Two curators, one question: the second hears what the first said."""
    _, dee = people
    ids(ada)
    uuid, _ = asked(ada)
    back, _ = asked(ada, "posts-1-0")
    ada.delete(f"{BASE}/{back}")
    dee.post(f"{BASE}/{uuid}/reply", json={"reply": "Yes."})

    again = dee.post(f"{BASE}/{uuid}/reply", json={"reply": "No."})

    assert (again.status_code, again.json["current"]["reply"]) == (409, "Yes.")
    assert dee.post(f"{BASE}/{back}/reply", json={"reply": "No."}).status_code == 409
    assert ada.delete(f"{BASE}/{uuid}").status_code == 409


def test_nobody_learns_of_anothers_question(ada, people):
    """What somebody did not understand is between them and the curator."""
    bea, dee = people
    ids(ada)
    uuid, _ = asked(ada)

    assert bea.get(BASE).json == {"inquiries": [], "open": 0}
    assert bea.get(f"{BASE}?whose=all").status_code == 403
    assert bea.delete(f"{BASE}/{uuid}").status_code == 404
    assert bea.post(f"{BASE}/{uuid}/reply", json={"reply": "Yes."}).status_code == 403
    assert dee.get(BASE).json["inquiries"] == []
    [told] = dee.get(f"{BASE}?whose=all").json["inquiries"]
    assert (told["by"], told["segment"], told["target"]) == ("ada", "Post 0: so it is.", "wind farms")


def test_lists_tell_open_from_replied(ada, people):
    """A curator's day begins with what waits."""
    _, dee = people
    ids(ada)
    one, _ = asked(ada)
    asked(ada, "posts-1-0")
    dee.post(f"{BASE}/{one}/reply", json={"reply": "Yes."})

    waiting = dee.get(f"{BASE}?whose=all&state=open").json
    replied = dee.get(f"{BASE}?whose=all&state=replied").json

    assert [told["item"] for told in waiting["inquiries"]] == ["posts-1-0"]
    assert [told["item"] for told in replied["inquiries"]] == ["posts-0-0"]
    assert waiting["open"] == replied["open"] == 1
    assert dee.get(f"{BASE}?state=new").status_code == 422


def test_questions_belong_to_their_project(app, ada, people):
    """A curator of one project must not reply in another, nor an item be asked about through another."""
    _, dee = people
    uuid = uuid4()
    ada.get("/api/v1/projects/news/queue?limit=10")
    ada.put(f"/api/v1/projects/news/inquiries/{uuid}", json={"item": "news-0-1", "text": "Who?"})

    assert dee.post(f"{BASE}/{uuid}/reply", json={"reply": "Me."}).status_code == 404
    assert asked(ada, "news-0-1")[1].status_code == 404
    assert application.stored(app, lambda session: len(session.exec(select(Inquiry)).all())) == 1


def test_an_empty_question_is_none(ada, people):
    """A slip of the finger must not park an item for two weeks."""
    for text in ("", "  ", "x" * 5_001, "a\0"):
        assert asked(ada, text=text)[1].status_code == 422


def test_a_question_about_an_item_that_was_never_put_to_one_is_refused(app, ada, people):
    """A script could take every seat of a project by asking about items that nobody gave it."""
    bea, _ = people
    ids(ada)

    _, answer = asked(bea)

    assert answer.status_code == 422
    assert "'posts-0-0' was never put to you" in answer.json["detail"]
    assert application.stored(app, lambda session: len(session.exec(select(Inquiry)).all())) == 0
    parked = application.stored(app, lambda session: [each.parked_at for each in session.exec(select(Lease))])
    assert set(parked) == {None}


@pytest.mark.parametrize("ended", [True, False])
def test_a_question_is_not_refused_because_time_passed(app, ada, people, ended):
    """Who comes out of a tunnel after an hour asked in good time; the lease has run out meanwhile."""
    ids(ada)

    def an_hour_later(session):
        for lease in session.exec(select(Lease)):
            lease.expires_at = now() - timedelta(minutes=30)
            lease.ended_at = now() if ended else None

    application.stored(app, an_hour_later)

    assert asked(ada)[1].status_code == 201


def test_one_may_ask_about_what_one_answered(app, ada, people):
    """The doubt often comes an item later; an answer that came without a lease is enough."""
    bea, _ = people
    answer = {"item": "posts-0-0", "stances": [{"label": "FAVOR"}]}
    assert bea.put(f"/api/v1/annotations/{uuid4()}", json=answer).status_code == 201

    assert asked(bea)[1].status_code == 201
