"""What models say of the items of an open project, as annotators see it."""

import pytest
from sqlmodel import select

from annotator.domain import Annotation, Entity, Kind, Label, Role
from annotator.domain.base import now
from annotator.store import assistance, assisted, open_suggestions, projects
from tests import make

PRAISE = ("residents", "council", "FAVOR")
STANCE = {"holder": "residents", "target": "council", "label": "FAVOR"}


@pytest.fixture
def world(session):
    people = [make.user(session, name) for name in ("ada", "bob")]
    return people, make.open_document(session, members=people, overlap=2)


def said(session, news, item=0):
    found = open_suggestions.of_items(session, news.project, [each.id for each in news.items])
    return found.get(news.items[item].id)


def test_a_whole_item_has_a_stance_or_none(session, world):
    """With the probability of what is said, not of the other."""
    _, news = world
    make.expected(session, news.items[0], p_absent=0.2)
    make.expected(session, news.items[1], p_absent=0.9)

    assert [said(session, news, number).any_stance for number in (0, 1)] == [True, False]
    assert [said(session, news, number).p for number in (0, 1)] == pytest.approx([0.8, 0.9])
    assert said(session, news, 0).stances == []


def test_stances_come_by_key_and_label_each_with_its_share(session, world):
    _, news = world
    suggestion = make.expected(session, news.items[0], [PRAISE, ("author", "delay", "AGAINST")], p=0.6)

    found = said(session, news)

    assert (found.uuid, found.p_absent, found.p, found.any_stance) == (suggestion.uuid, None, None, True)
    told = [(each.holder, each.target, each.label) for each in found.stances]
    assert told == [PRAISE, ("author", "delay", "AGAINST")]
    assert [each.p for each in found.stances] == pytest.approx([0.6, 0.6])


def test_the_newest_stands_whatever_it_says(session, world):
    """A model for detection and one for stances may take turns."""
    _, news = world
    make.expected(session, news.items[0], [PRAISE])
    make.expected(session, news.items[0], p_absent=0.7, model="detection@1a")
    assert said(session, news).any_stance is False

    make.expected(session, news.items[0], [], model="another@2b")  # it found none, and knows no share
    assert (said(session, news).any_stance, said(session, news).p) == (False, None)


def test_what_was_merged_is_what_it_became_and_what_is_retired_is_not_shown(session, world):
    """Nobody can be asked about a label that the form does not have."""
    _, news = world
    make.expected(session, news.items[0], [PRAISE])
    labels = {label.name: label for label in session.exec(select(Label))}
    entities = {entity.key: entity for entity in session.exec(select(Entity))}
    entities["residents"].merged_into_id = entities["delay"].id
    labels["FAVOR"].merged_into_id, labels["FAVOR"].retired_at = labels["MIXED"].id, now()
    session.flush()
    (stance,) = said(session, news).stances
    assert (stance.holder, stance.target, stance.label) == ("delay", "council", "MIXED")

    labels["MIXED"].retired_at = now()
    session.flush()
    assert said(session, news) is None


def answered(session, person, item, *, found, suggestion=None):
    shown = {"suggestion": str(suggestion.uuid)} if suggestion is not None else {}
    return make.appended(session, person, make.answer(item, stances=[STANCE] if found else [], shown=shown))


def test_an_answer_after_a_look_is_an_occasion_beside_the_first(session, world):
    (ada, _), news = world
    suggestion = make.expected(session, news.items[0], p_absent=0.2)
    first = answered(session, ada, news.items[0], found=False)

    second = answered(session, ada, news.items[0], found=True, suggestion=suggestion)

    assert (first.occasion, second.occasion, second.suggestion) == (0, assisted.OCCASION, suggestion.uuid)
    assert session.get_one(Annotation, first.id).stances == [] and len(second.stances) == 1


def test_the_report_counts_whether_there_is_any_stance(session, world):
    """By models that say this much; one that names stances is counted by these."""
    (ada, bob), news = world
    one, two = (make.expected(session, item, p_absent=0.2) for item in news.items[:2])
    answered(session, ada, news.items[0], found=False)
    answered(session, ada, news.items[0], found=True, suggestion=one)
    answered(session, ada, news.items[1], found=False)
    answered(session, ada, news.items[1], found=False, suggestion=two)
    answered(session, bob, news.items[0], found=True)
    pair = make.expected(session, news.items[2], [PRAISE], model="svm@1a")
    answered(session, ada, news.items[2], found=False)
    answered(session, ada, news.items[2], found=True, suggestion=pair)
    answered(session, bob, news.items[2], found=False)

    found = assistance.measure(session, news.project)

    assert (found.whole.cases, found.whole.agreed.n, found.whole.followed.n, found.whole.kept) == (3, 1, 1, 1)
    assert [(each.name, each.cases) for each in found.labels] == [("absent", 2), ("stance", 1)]
    assert [(each.name, each.cases) for each in found.suggested] == [("stance", 3)]
    assert (found.unaided.percent, found.assisted.percent) == (0.0, 1.0)
    assert [(each.name, each.cases, each.followed.n) for each in found.stances.annotators] == [
        ("ada", 1, 1),
        ("bob", 1, 0),
    ]


def say(session, person, item, *stances, suggestion=None, kind=None):
    shown = {"suggestion": str(suggestion.uuid)} if suggestion is not None else {}
    told = [dict(zip(("holder", "target", "label"), each, strict=True)) for each in stances]
    stored = make.appended(session, person, make.answer(item, stances=told, shown=shown))
    if kind is not None:
        stored.kind, stored.counted = kind, False
        session.flush()


def test_of_several_stances_each_is_followed_or_not(session, world):
    """A set is not followed or kept as a whole: she takes one of three in, changes one, leaves one out."""
    (ada, bob), news = world
    item = news.items[0]
    delay, author = ("author", "delay", "AGAINST"), ("author", "council", "AGAINST")
    own, former = ("residents", "delay", "FAVOR"), ("residents", "council", "AGAINST")
    suggestion = make.expected(session, item, [PRAISE, delay, author])
    say(session, ada, item, former, ("author", "council", "AGAINST"), own)
    say(session, ada, item, PRAISE, ("author", "council", "AGAINST"), own, suggestion=suggestion)
    say(session, bob, item, PRAISE, delay, author)
    gold = make.user(session, "gold")
    projects.join(session, news.project, gold, Role.ANNOTATOR)
    say(session, gold, item, PRAISE, ("author", "delay", "FAVOR"), kind=Kind.GOLD)

    found = assistance.measure(session, news.project)
    stances = found.stances

    assert found.whole.cases == 0
    ada_s = next(each for each in stances.annotators if each.name == "ada")
    assert (ada_s.cases, ada_s.agreed.n) == (3, 1)  # what she has besides is nobody's business
    assert (ada_s.followed.n, ada_s.followed.of, ada_s.kept, ada_s.otherwise) == (1, 2, 1, 0)
    assert [(each.name, each.cases) for each in stances.labels] == [
        ("AGAINST", 4),
        ("FAVOR", 1),
        ("absent", 1),
    ]
    assert (stances.unaided.items, stances.assisted.items) == (3, 3)
    assert stances.unaided.percent < stances.assisted.percent
    assert (stances.reliance.cases, stances.reliance.right_model.n, stances.reliance.helped) == (6, 2, 1)
    assert (stances.reliance.over.n, stances.reliance.over.of) == (0, 1)


def test_merged_entities_and_labels_are_what_they_became(session, world):
    """Else a person who said the same would count as one who was told otherwise."""
    (ada, _), news = world
    suggestion = make.expected(session, news.items[0], [PRAISE])
    say(session, ada, news.items[0], ("residents", "delay", "MIXED"))
    entities = {entity.key: entity for entity in session.exec(select(Entity))}
    labels = {label.name: label for label in session.exec(select(Label))}
    entities["council"].merged_into_id = entities["delay"].id
    labels["FAVOR"].merged_into_id = labels["MIXED"].id
    session.flush()

    (case,) = assistance.cases(session, news.project)[1]

    assert suggestion.stances and (case.first, case.suggested) == ("MIXED", "MIXED")


def test_a_label_that_says_no_stance_is_none(session, world):
    """Where the target is fixed, NONE is an answer like the empty one."""
    (ada, bob), news = world
    target = session.exec(select(Entity).where(Entity.key == "council")).one()
    item = news.items[0]
    item.target_id = target.id
    session.add(Label(project_id=news.project.id, name="NONE", polarity="none", position=9))
    session.flush()
    make.expected(session, item, [("residents", "council", "NONE")])
    assert (said(session, news).any_stance, said(session, news).stances) == (False, [])

    make.appended(session, bob, make.answer(item, stances=[{"holder": "residents", "label": "FAVOR"}]))
    assert [(c.first, c.suggested) for c in assistance.cases(session, news.project)[0]] == [
        ("stance", "absent")
    ]

    make.expected(session, item, p_absent=0.1, model="detection@1a")
    make.appended(session, ada, make.answer(item, stances=[{"holder": "residents", "label": "NONE"}]))
    assert [case.first for case in assistance.cases(session, news.project)[0]] == ["stance", "absent"]
