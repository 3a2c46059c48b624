"""Precedents: curators' decisions, shown to whoever no longer has to judge the same."""

from functools import partial
from uuid import uuid4

import pytest
from sqlmodel import delete, select

from annotator.domain import (
    Annotation,
    Document,
    Entity,
    Item,
    Kind,
    Label,
    Purpose,
    QueueEntry,
    Role,
    Stance,
)
from annotator.store import accounts, annotations, projects, queue
from annotator.store.registry import Registry
from tests import application, make

BASE = "/api/v1/projects/posts/precedents"


@pytest.fixture
def decide(app, rows):
    """`decide("posts-0-0", "FAVOR", reason="…")` stores a curator's decision on an item."""
    application.stored(app, lambda session: make.user(session, "dee") and None)
    return lambda item, label, **more: application.stored(app, partial(_decide, item, label, more))


def _decide(external_id, label, more, session):
    item = session.exec(select(Item).where(Item.external_id == external_id)).one()
    target = item.target_id or _entity(session, item, "delay")
    named = select(Label).where(Label.project_id == item.project_id, Label.name == label)
    decision = Annotation(
        uuid=uuid4(),
        item_id=item.id,
        annotator_id=accounts.find_user(session, "dee").id,
        kind=Kind.ADJUDICATION,
        body_sha256="0" * 64,
        **{"precedent": True, "counted": False} | more,
    )
    stance = Stance(
        position=0,
        holder_id=item.holder_id or _entity(session, item, "council"),
        target_id=target,
        label_id=session.exec(named).one().id,
    )
    decision.stances = [stance]
    session.add(decision)


def _entity(session, item, key):
    query = select(Entity).where(Entity.project_id == item.project_id, Entity.key == key)
    return session.exec(query).one().id


def answered(client, *items):
    for item in items:
        done = client.put(
            f"/api/v1/annotations/{uuid4()}", json={"item": item, "stances": [{"label": "NONE"}]}
        )
        assert done.status_code == 201


def texts(client, query="", base=BASE):
    return [each["text"] for each in client.get(f"{base}{query}").json["precedents"]]


def test_a_decision_is_told_with_its_reason(ada, decide):
    """Who doubts wants to know what the curator said of such a case, and why."""
    decide("posts-0-0", "AGAINST", reason="The emoji turns it.", comment="See rule 3.")
    answered(ada, "posts-0-0")

    [told] = ada.get(BASE).json["precedents"]

    assert (told["item"], told["text"], told["title"]) == ("posts-0-0", "Post 0: so it is.", "About posts-0")
    assert (told["reason"], told["comment"]) == ("The emoji turns it.", "See rule 3.")
    [stance] = told["stances"]
    assert (stance["label"], stance["target"], stance["target_name"]) == (
        "AGAINST",
        make.TARGET,
        "wind farms",
    )


def test_what_one_still_owes_is_not_shown(ada, decide):
    """Whoever has seen the decision gives the curator's answer, and agreement means nothing."""
    decide("posts-0-0", "AGAINST")

    free = texts(ada)
    ada.get("/api/v1/projects/posts/queue?limit=1")
    lent = texts(ada)
    answered(ada, "posts-0-0")

    assert (free, lent, texts(ada)) == ([], [], ["Post 0: so it is."])


def test_an_answer_taken_back_is_owed_again(ada, decide):
    """Look it up, take it back, answer anew: that way must be shut."""
    decide("posts-0-0", "AGAINST")
    uuid = uuid4()
    body = {"item": "posts-0-0", "stances": [{"label": "NONE"}]}
    ada.put(f"/api/v1/annotations/{uuid}", json=body)
    back = {"item": "posts-0-0", "replaces": str(uuid), "withdrawn": True}
    ada.put(f"/api/v1/annotations/{uuid4()}", json=back)

    assert texts(ada) == []


def test_what_others_have_answered_is_not_owed(app, ada, decide):
    """All seats are taken: nobody will ask her about it any more."""
    decide("posts-0-0", "AGAINST")

    def by_bea(session):
        bea = make.user(session, "bea")
        projects.join(session, projects.find(session, "posts"), bea, Role.ANNOTATOR)
        annotations.append(session, bea, uuid4(), make.answer("posts-0-0", "NONE"), lease_minutes=30)

    application.stored(app, by_bea)

    assert texts(ada) == ["Post 0: so it is."]


def test_what_another_only_holds_is_owed(app, ada, decide):
    """Her lease may run out; then the seat comes to whoever has read the decision meanwhile."""
    decide("posts-0-0", "AGAINST")

    def lent_to_bea(session):
        bea, posts = make.user(session, "bea"), projects.find(session, "posts")
        projects.join(session, posts, bea, Role.ANNOTATOR)
        queue.serve(session, posts, bea, limit=1, minutes=30)

    application.stored(app, lent_to_bea)

    assert texts(ada) == []


def test_what_is_to_be_repeated_is_owed(app, ada, decide):
    """A hidden repeat tells how steady one is, not how well one remembers the decision."""
    application.stored(app, partial(settle, repeats={"rate": 1.0, "gap": 2}))
    decide("posts-0-0", "AGAINST")
    answered(ada, "posts-0-0", "posts-1-0", "posts-2-0")
    before = texts(ada)
    lent = ada.get("/api/v1/projects/posts/queue").json["items"]
    assert ("posts-0-0", 1) in [(item["id"], item["occasion"]) for item in lent]
    answered(ada, "posts-0-0")

    assert (before, texts(ada)) == ([], ["Post 0: so it is."])


def settle(session, **settings):
    project = projects.find(session, "posts")
    project.settings = project.settings | settings


@pytest.mark.parametrize("purpose", [Purpose.CHECK, Purpose.TRAINING])
def test_a_check_or_a_lesson_to_come_is_owed(app, ada, decide, purpose):
    """They stand in no pool, and whoever knows the answer is neither checked nor trained."""
    decide("posts-0-0", "AGAINST")

    def mixed_in(session):
        item = session.exec(select(Item).where(Item.external_id == "posts-0-0")).one()
        session.execute(delete(QueueEntry).where(QueueEntry.item_id == item.id))
        item.purpose = purpose

    application.stored(app, mixed_in)
    before = texts(ada)
    answered(ada, "posts-0-0")

    assert (before, texts(ada)) == ([], ["Post 0: so it is."])


def test_the_case_behind_a_precedent_is_closed_to_annotators(ada, decide):
    """What is hidden in the list must not be had from its source."""
    decide("posts-0-0", "AGAINST")
    base = "/api/v1/projects/posts"
    closed = [f"{base}/adjudications/case?item=posts-0-0", f"{base}/adjudications"]
    told = [ada.get(path) for path in (*closed, f"{base}/document?id=posts-0", f"{base}/answers")]

    assert [each.status_code for each in told] == [403, 403, 200, 200]
    assert not any("AGAINST" in each.text for each in told)


def test_near_duplicates_of_what_one_owes_are_not_shown(app, ada, decide):
    """A retweet of the item tells its answer just as well."""
    decide("posts-0-0", "AGAINST")
    answered(ada, "posts-0-0")

    def one_cluster(session):
        for name in ("posts-0", "posts-1"):
            session.exec(select(Document).where(Document.external_id == name)).one().cluster = "posts-0"

    application.stored(app, one_cluster)
    alike = texts(ada)
    answered(ada, "posts-1-0")

    assert (alike, texts(ada)) == ([], ["Post 0: so it is."])


def test_the_same_words_elsewhere_are_not_shown(app, ada, decide):
    """Documents that were never clustered may repeat a sentence too."""
    decide("posts-0-0", "AGAINST")
    answered(ada, "posts-0-0")

    def again(session):
        project = projects.find(session, "posts")
        _, segments = make.document(session, project, "copy", ["Said again:", "Post 0: so it is."])
        make.items(session, project, segments)

    application.stored(app, again)

    assert texts(ada) == []


def test_only_the_current_decision_is_a_precedent(ada, decide):
    """A decision that was revised, or not made for others to follow, misleads."""
    decide("posts-0-0", "AGAINST")
    decide("posts-0-0", "FAVOR", revision=1)
    decide("posts-1-0", "AGAINST")
    decide("posts-1-0", "AGAINST", revision=1, withdrawn=True)
    decide("posts-2-0", "AGAINST", precedent=False)
    answered(ada, *(f"posts-{number}-0" for number in range(4)))

    told = ada.get(BASE).json["precedents"]

    assert [(each["item"], each["stances"][0]["label"]) for each in told] == [("posts-0-0", "FAVOR")]


def test_search_finds_words_names_and_reasons(ada, decide):
    """One remembers a word of the case, or of what was said about it."""
    decide("posts-0-0", "AGAINST", reason="Irony, says the emoji")
    decide("posts-1-0", "FAVOR", comment="Plain praise")
    answered(ada, "posts-0-0", "posts-1-0")

    found = {
        words: texts(ada, f"?q={words}") for words in ("EMOJI", "post+1", "praise", "wind+favor", "nothing")
    }

    assert found == {
        "EMOJI": ["Post 0: so it is."],
        "post+1": ["Post 1: so it is."],
        "praise": ["Post 1: so it is."],
        "wind+favor": ["Post 1: so it is."],
        "nothing": [],
    }


def test_precedents_of_one_target(app, ada, decide):
    """The panel begins with the item's own target."""
    decide("posts-0-0", "AGAINST")
    answered(ada, "posts-0-0")

    assert texts(ada, f"?target={make.TARGET}") == ["Post 0: so it is."]
    assert texts(ada, "?target=author") == []
    assert ada.get(f"{BASE}?q={'x' * 201}").status_code == 422


def test_in_open_projects_the_target_is_that_of_a_stance(ada, decide):
    """There the item names none."""
    base = "/api/v1/projects/news/precedents"
    decide("news-0-1", "AGAINST")
    stances = [{"label": "FAVOR", "holder": "council", "target": "delay"}]
    ada.put(f"/api/v1/annotations/{uuid4()}", json={"item": "news-0-1", "stances": stances})

    assert texts(ada, "?target=delay", base) == ["The council hinted at a delay."]
    assert texts(ada, "?target=residents", base) == []


def test_a_list_is_cut_and_says_so(app, ada, decide):
    """A hundred cards are not looked through; a word more finds the case."""

    def many(session):
        project = projects.find(session, "posts")
        _, segments = make.document(session, project, "many", [f"Case {number}." for number in range(60)])
        registry = Registry.load(session, project.id).by_key
        fixed = {"target": registry[make.TARGET], "holder": registry["author"]}
        ada = accounts.find_user(session, "ada")
        for item in make.items(session, project, segments, **fixed):
            annotations.append(session, ada, uuid4(), make.answer(item, "NONE"), lease_minutes=30)
            _decide(item.external_id, "FAVOR", {}, session)

    application.stored(app, many)
    told = ada.get(BASE).json

    assert (len(told["precedents"]), told["more"]) == (50, True)
    assert told["precedents"][0]["text"] == "Case 59."
    assert len(texts(ada, "?q=case+47")) == 1
