"""Adjudication as scripts do it: the queue, a case, a decision that is saved once, and its precedent."""

from uuid import uuid4

import pytest

from annotator.domain import Role
from annotator.store import accounts, annotations, projects, seats
from tests import application, make

BASE = "/api/v1/projects/posts/adjudications"
PRECEDENTS = "/api/v1/projects/posts/precedents"


@pytest.fixture
def dee(app, rows):
    """A curator's script. Ada and Bob differ on the first post; Ada still owes the others."""

    def store(session):
        project = projects.find(session, "posts")
        project.overlap = 2
        session.flush()
        seats.recount(session, project)
        bob = make.user(session, "bob")
        projects.join(session, project, bob, Role.ANNOTATOR)
        for name in ("dee", "bea"):
            projects.join(session, project, make.user(session, name), Role.CURATOR)
        for user, label in ((accounts.find_user(session, "ada"), "FAVOR"), (bob, "AGAINST")):
            annotations.append(session, user, uuid4(), make.answer("posts-0-0", label))

    application.stored(app, store)
    return application.script(app, "dee")


def decide(client, label="NONE", *, item="posts-0-0", uuid=None, **more):
    body = {"item": item, **({"stances": [{"label": label}]} if label else {}), **more}
    return client.put(f"{BASE}/{uuid or uuid4()}", json=body)


def test_the_queue_tells_how_far_answers_lie_apart(dee):
    """A script may fill its own page with it."""
    told = dee.get(BASE).json

    assert [(each["item"], each["entropy"], each["complete"]) for each in told["items"]] == [
        ("posts-0-0", 1.0, True)
    ]
    assert (told["more"], told["unweighed"]) == (False, False)
    assert dee.get(f"{BASE}?after=posts-0-0").json["items"] == []
    assert dee.get(f"{BASE}?order=mood").status_code == 422


def test_a_case_tells_no_name_unless_asked(app, dee):
    """The API is no way around what the page hides."""
    hidden = dee.get(f"{BASE}/case?item=posts-0-0")
    shown = dee.get(f"{BASE}/case?item=posts-0-0&names=shown").json

    assert {each["annotator"] for each in shown["answers"]} == {"ada", "bob"}
    assert {each["annotator"] for each in hidden.json["answers"]} == {None}
    assert '"ada"' not in hidden.get_data(as_text=True)  # in quotation marks: a uuid may hold the letters
    [unit] = hidden.json["units"]
    assert set(unit["labels"].values()) == {"FAVOR", "AGAINST"}
    assert dee.get(f"{BASE}/case?item=nothing").status_code == 404


def test_sending_twice_saves_once(dee):
    """The same uuid is the same decision."""
    uuid = uuid4()

    sent = [decide(dee, uuid=uuid, reason="ironic").status_code for _ in range(2)]

    assert sent == [201, 200]
    assert decide(dee, "FAVOR", uuid=uuid).status_code == 409
    case = dee.get(f"{BASE}/case?item=posts-0-0").json
    assert (case["decision"]["reason"], case["decision"]["by"], case["replaces"]) == (
        "ironic",
        "dee",
        str(uuid),
    )
    assert dee.get(BASE).json["items"] == []
    assert [each["item"] for each in dee.get(f"{BASE}?state=settled").json["items"]] == ["posts-0-0"]


def test_the_second_hears_what_the_first_decided(app, dee):
    """409 brings the decision that stands, to show beside one's own."""
    bea = application.script(app, "bea")
    first = decide(bea, "FAVOR", comment="Plain.").json

    answer = decide(dee)

    assert answer.status_code == 409
    assert (answer.json["current"]["uuid"], answer.json["current"]["by"]) == (first["uuid"], "bea")
    assert answer.json["current"]["comment"] == "Plain."
    assert decide(dee, replaces=first["uuid"]).status_code == 201
    assert decide(bea, None, replaces=first["uuid"], withdrawn=True).status_code == 409


def test_reasons_are_a_closed_vocabulary(dee):
    """What everybody words in another way cannot be counted."""
    assert decide(dee, reason="mood").status_code == 422
    assert decide(dee, None, withdrawn=True, precedent=True).status_code == 422


def test_others_hear_that_an_item_is_open(app, dee):
    """A page of somebody's own can tell it as ours does."""
    bea = application.script(app, "bea")
    bea.post(f"{BASE}/look", json={"item": "posts-0-0"})

    assert dee.post(f"{BASE}/look", json={"item": "posts-0-0"}).json == {"looking": ["bea"]}
    assert dee.get(BASE).json["items"][0]["looking"] == ["bea"]
    assert dee.get(f"{BASE}/case?item=posts-0-0").json["looking"] == ["bea"]


@pytest.mark.parametrize("path", ["", "/case?item=posts-0-0"])
def test_annotators_see_nothing_of_it(ada, dee, path):
    """Who knows what others said agrees with them."""
    assert ada.get(BASE + path).status_code == 403
    assert decide(ada).status_code == 403


def test_a_decision_becomes_a_precedent_for_who_owes_it_no_more(ada, dee):
    """Ada has answered the first post and finds the decision; the second she still owes."""
    decide(dee, "AGAINST", reason="ironic", comment="The emoji turns it.", precedent=True)
    decide(dee, "AGAINST", item="posts-1-0", precedent=True)

    [told] = ada.get(PRECEDENTS).json["precedents"]

    assert (told["item"], told["reason"], told["comment"]) == ("posts-0-0", "ironic", "The emoji turns it.")
    assert [each["item"] for each in ada.get(f"{PRECEDENTS}?q=emoji").json["precedents"]] == ["posts-0-0"]
    ada.put(f"/api/v1/annotations/{uuid4()}", json={"item": "posts-1-0", "stances": [{"label": "NONE"}]})
    assert {each["item"] for each in ada.get(PRECEDENTS).json["precedents"]} == {"posts-0-0", "posts-1-0"}


def test_undo_takes_the_precedent_back(ada, dee):
    """What was decided by a slip must teach nobody."""
    first = decide(dee, precedent=True).json
    before = len(ada.get(PRECEDENTS).json["precedents"])

    decide(dee, None, replaces=first["uuid"], withdrawn=True)

    assert (before, ada.get(PRECEDENTS).json["precedents"]) == (1, [])


def test_a_near_duplicate_that_is_owed_hides_the_precedent(app, ada, dee):
    """The same words elsewhere are still to be judged by Ada: the decision would tell her the answer."""
    decide(dee, precedent=True)

    def again(session):
        project = projects.find(session, "posts")
        _, segments = make.document(session, project, "copy", ["Post 0: so it is."])
        make.items(session, project, segments)

    application.stored(app, again)

    assert ada.get(PRECEDENTS).json["precedents"] == []
