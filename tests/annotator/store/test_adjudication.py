"""A curator's decision: appended, one at most that stands, whatever several curators do at once."""

from uuid import uuid4

import pytest
from sqlmodel import Session, col, select

from annotator.domain import Annotation, AuditEntry, Kind, Stance, User
from annotator.domain.deciding import DecisionIn
from annotator.errors import Conflict, Forbidden, Invalid, NotFound
from annotator.store import accounts, adjudication, annotations, disagreements, projects
from annotator.store.engine import writing
from tests import make
from tests.together import at_once

TWICE = [
    {"label": "FAVOR", "holder": "council", "target": "delay"},
    {"label": "AGAINST", "holder": "residents", "target": "delay"},
]


@pytest.fixture
def posts(session):
    """Three people and a directed project; Ada says FAVOR and Bob says AGAINST of its first item."""
    ada, bob, dee = (make.user(session, name) for name in ("ada", "bob", "dee"))
    made = make.directed(session, overlap=2, members=[ada, bob])
    projects.join(session, made.project, dee, "curator")
    for user, label in ((ada, "FAVOR"), (bob, "AGAINST")):
        annotations.append(session, user, uuid4(), make.answer(made.items[0], label))
    return made


def decision(label="FAVOR", *, item="posts-0-0", **more):
    said = {"stances": [{"label": label}]} if label else {}
    return DecisionIn.model_validate({"item": item, **said, **more})


def by(session, name):
    return accounts.find_user(session, name)


def decide(session, project, given, *, name="dee", uuid=None):
    return adjudication.decide(session, project, by(session, name), uuid or uuid4(), given)[0]


def test_originals_stay_as_they_are(session, posts):
    """A decision that rewrites what people said makes agreement a lie."""
    before = [each.model_dump() for each in session.exec(select(Annotation).order_by(col(Annotation.id)))]
    said = [each.model_dump() for each in session.exec(select(Stance).order_by(col(Stance.id)))]

    decided = decide(session, posts.project, decision("NONE", reason="error", comment="A question."))

    rows = session.exec(select(Annotation).order_by(col(Annotation.id))).all()
    assert [each.model_dump() for each in rows[:2]] == before
    assert [each.model_dump() for each in session.exec(select(Stance).order_by(col(Stance.id)))][:2] == said
    assert (rows[2].uuid, rows[2].kind, rows[2].reason) == (decided.uuid, Kind.ADJUDICATION, "error")


def test_sending_twice_saves_once(session, posts):
    """A curator on a bad network decides once."""
    uuid, given = uuid4(), decision()

    first = adjudication.decide(session, posts.project, by(session, "dee"), uuid, given)
    again = adjudication.decide(session, posts.project, by(session, "dee"), uuid, given)

    assert (first[1], again[1], first[0].id == again[0].id) == (True, False, True)
    with pytest.raises(Conflict, match="This uuid"):
        adjudication.decide(session, posts.project, by(session, "dee"), uuid, decision("NONE"))


def test_the_second_curator_hears_what_the_first_decided(session, posts):
    """Two decisions of one item, each by one who knew of no other: both must see both."""
    projects.join(session, posts.project, make.user(session, "cleo"), "curator")
    first = decide(session, posts.project, decision())

    with pytest.raises(Conflict) as told:
        decide(session, posts.project, decision("NONE"), name="cleo")

    assert told.value.current is first
    second = decide(session, posts.project, decision("NONE", replaces=first.uuid), name="cleo")
    assert (second.revision, second.replaces) == (1, first.uuid)
    assert adjudication.current(session, posts.items[0]).uuid == second.uuid


def test_undo_is_a_revision_and_puts_the_item_back(session, posts):
    """What was decided by a slip must be open again, and that it was decided stays known."""
    first = decide(session, posts.project, decision())
    settled = queued(session, posts.project)

    back = decide(session, posts.project, decision(None, replaces=first.uuid, withdrawn=True))

    assert (settled, queued(session, posts.project)) == ([], ["posts-0-0"])
    assert adjudication.current(session, posts.items[0]) is None
    assert (back.revision, back.withdrawn) == (1, True)
    again = decide(session, posts.project, decision("NONE"))
    assert (again.revision, again.replaces) == (2, back.uuid)


def test_nobody_takes_back_what_another_decided(session, posts):
    """Overruling names a new decision; silently deleting one does not."""
    projects.join(session, posts.project, make.user(session, "cleo"), "curator")
    first = decide(session, posts.project, decision())

    with pytest.raises(Forbidden):
        decide(session, posts.project, decision(None, replaces=first.uuid, withdrawn=True), name="cleo")


def test_only_an_answer_to_the_item_can_be_accepted(session, posts):
    """The release tells whose answer was taken: it must be one of this item."""
    ada = session.exec(select(Annotation.uuid).where(Annotation.annotator_id == by(session, "ada").id)).one()

    assert decide(session, posts.project, decision(accepted=ada)).accepted == ada
    with pytest.raises(NotFound):
        decide(session, posts.project, decision(item="posts-1-0", accepted=ada))


def test_a_decision_is_held_against_the_scheme(session, posts):
    """A curator mistypes as well as anybody."""
    with pytest.raises(Invalid, match="no label"):
        decide(session, posts.project, decision("PERHAPS"))
    with pytest.raises(NotFound):
        decide(session, posts.project, decision(item="nothing"))


def test_any_item_may_be_decided_before_it_is_complete(session, posts):
    """A curator who sees a case that matters need not wait for annotators."""
    decided = decide(session, posts.project, decision(item="posts-2-0", precedent=True))

    assert adjudication.current(session, posts.items[2]).uuid == decided.uuid


def test_the_trail_names_who_decided(session, posts):
    """Who did what when: decisions above all."""
    first = decide(session, posts.project, decision())
    decide(session, posts.project, decision(None, replaces=first.uuid, withdrawn=True))

    trail = session.exec(select(AuditEntry).where(col(AuditEntry.action).like("%adjudicat%"))).all()

    assert [(each.action, each.user_id, each.detail["item"]) for each in trail] == [
        ("adjudicate", by(session, "dee").id, "posts-0-0"),
        ("withdraw adjudication", by(session, "dee").id, "posts-0-0"),
    ]


def test_spans_lie_in_what_somebody_saw(session):
    """An annotator who widened the context marked words outside the usual one; the curator sees them, too."""
    ada, dee = make.user(session, "ada"), make.user(session, "dee")
    news = make.open_document(session, context=0, members=[ada])
    length = len(news.documents[0].text)
    far = {**TWICE[0], "rationales": [[length - 2, length]]}
    shown = {"context": [0, length]}
    item = news.items[0]
    annotations.append(session, ada, uuid4(), make.answer(item, stances=[far], shown=shown))

    given = DecisionIn.model_validate({"item": item.external_id, "stances": [far]})
    decided = adjudication.decide(session, news.project, dee, uuid4(), given)[0]

    assert (decided.context_start, decided.context_end) == (0, length)


def test_of_many_at_once_one_decision_stands(engine):
    """Five curators save at the same moment: one decides, four hear of it, nothing is lost or doubled."""
    names = [f"curator-{number}" for number in range(5)]
    with writing(engine) as session:
        made = make.directed(session)
        for name in names:
            projects.join(session, made.project, make.user(session, name), "curator")

    def save(name):
        try:
            with writing(engine) as session:
                project = projects.find(session, "posts")
                uuid = adjudication.decide(session, project, by(session, name), uuid4(), decision())[0].uuid
        except Conflict:
            return None
        return uuid

    for _round in range(4):
        saved = [uuid for uuid in at_once(save, names) if uuid is not None]
        with Session(engine) as session:
            stored = session.exec(select(Annotation).where(Annotation.kind == Kind.ADJUDICATION)).all()
            newest = max(stored, key=lambda each: each.revision)
        assert [newest.uuid] == saved
        assert sorted(each.revision for each in stored) == list(range(len(stored)))
        withdraw(engine, newest)


def withdraw(engine, annotation):
    with writing(engine) as session:
        owner = session.get_one(User, annotation.annotator_id)
        given = decision(None, replaces=annotation.uuid, withdrawn=True)
        adjudication.decide(session, projects.find(session, "posts"), owner, uuid4(), given)


def queued(session, project):
    found, _ = disagreements.page(session, project, disagreements.Wanted(), user=by(session, "dee"))
    return [each.item.external_id for each in found]
