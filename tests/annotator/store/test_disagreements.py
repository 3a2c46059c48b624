"""The adjudication queue: what lies farthest apart first, in pages, without what others have open."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from annotator.domain import Annotation, Disagreement, Kind, Look, User, UserKind, now
from annotator.errors import Invalid
from annotator.store import annotations, disagreements, seats, weighing
from annotator.store.disagreements import NOBODY, Order, Wanted
from annotator.store.engine import writing
from tests import make
from tests.together import at_once

COUNCIL = {"holder": "council", "target": "delay"}
RESIDENTS = {"holder": "residents", "target": "delay"}


@pytest.fixture
def people(session):
    return [make.user(session, name) for name in ("ada", "bob", "cyd")]


@pytest.fixture
def posts(session, people):
    return make.directed(session, items=5, overlap=3, members=people)


def say(session, people, item, *labels):
    """Each person in turn gives a label to the item, or (a dictionary) an answer of these fields."""
    for user, label in zip(people, labels, strict=False):
        fields = label if isinstance(label, dict) else {"stances": [{"label": label}]}
        annotations.append(session, user, uuid4(), make.answer(item, **fields))
    weighing.weigh_new(session)


def queued(session, project, user, **more):
    page = {name: more.pop(name) for name in ("after", "limit", "unseen") if name in more}
    found, _ = disagreements.page(session, project, Wanted(**more), user=user, **page)
    return [each.item.external_id for each in found]


def test_the_farthest_apart_come_first(session, people, posts):
    """An hour of a curator goes where three people say three things."""
    say(session, people, posts.items[0], "FAVOR", "FAVOR", "AGAINST")
    say(session, people, posts.items[1], "FAVOR", "FAVOR", "FAVOR")
    say(session, people, posts.items[2], "FAVOR", "AGAINST", "NONE")

    assert queued(session, posts.project, people[0]) == ["posts-2-0", "posts-0-0"]


def test_complete_items_come_before_others(session, people, posts):
    """Whom nobody else will answer can be settled now; the other may still settle itself."""
    say(session, people, posts.items[0], "FAVOR", "AGAINST")
    say(session, people, posts.items[1], "FAVOR", "FAVOR", "AGAINST")
    before = queued(session, posts.project, people[0])

    posts.project.overlap = 2
    session.flush()
    seats.recount(session, posts.project)

    assert (before, queued(session, posts.project, people[0])) == (
        ["posts-1-0", "posts-0-0"],
        ["posts-0-0", "posts-1-0"],
    )


def test_absent_is_a_vote(session, people):
    """One sees a stance and two see none: that is a disagreement, and of one bit less than three ways."""
    news = make.open_document(session, overlap=3, members=people)
    favor, against = ({"stances": [{"label": label, **COUNCIL}]} for label in ("FAVOR", "AGAINST"))
    say(session, people, news.items[0], favor, {}, {})
    say(session, people, news.items[1], favor, against, {})
    say(session, people, news.items[2], {}, {}, {})

    rows = {row.item_id: row.entropy for row in session.exec(select(Disagreement))}

    assert [round(rows[item.id], 3) for item in news.items[:3]] == [0.918, 1.585, 0.0]


def test_each_aligned_tuple_adds_its_share(session, people):
    """Two stances that one person alone saw are twice the work of one."""
    news = make.open_document(session, overlap=2, members=people)
    one, other = {"label": "FAVOR", **COUNCIL}, {"label": "AGAINST", **RESIDENTS}
    say(session, people, news.items[0], {"stances": [one]}, {"stances": [other]})
    say(session, people, news.items[1], {"stances": [one, other]}, {"stances": [other]})

    rows = {row.item_id: row.entropy for row in session.exec(select(Disagreement))}

    assert [rows[item.id] for item in news.items[:2]] == [2.0, 1.0]


def test_who_cannot_judge_differs_from_who_can(session, people, posts):
    """A text that one person could not read is worth a look."""
    cannot = {"outcome": "cannot_judge", "flags": ["garbled"]}
    say(session, people, posts.items[0], "FAVOR", "FAVOR", cannot)
    say(session, people, posts.items[1], cannot, cannot, cannot)

    assert queued(session, posts.project, people[0]) == ["posts-0-0"]
    assert queued(session, posts.project, people[0], flag="garbled") == ["posts-0-0"]
    assert queued(session, posts.project, people[0], flag="distressing") == []


def test_a_corrected_answer_is_weighed_anew(session, people, posts):
    """They agreed after all: nobody has to settle it."""
    say(session, people, posts.items[0], "FAVOR", "AGAINST")
    last = session.exec(select(Annotation).order_by(col(Annotation.id).desc())).first()
    better = make.answer(posts.items[0], "FAVOR", replaces=last.uuid)
    annotations.append(session, people[1], uuid4(), better)
    weighing.weigh_new(session)

    assert queued(session, posts.project, people[0]) == []


def test_the_queue_can_be_narrowed(session, people):
    """A rule that changed is looked for by its labels, its target or its flag."""
    news = make.open_document(session, overlap=2, members=people)
    favor = {"label": "FAVOR", **COUNCIL, "flags": ["ironic"]}
    say(session, people, news.items[0], {"stances": [favor]}, {"stances": [{"label": "AGAINST", **COUNCIL}]})
    say(session, people, news.items[1], {"stances": [{"label": "MIXED", **RESIDENTS}]}, {})

    def narrowed(**wanted):
        return queued(session, news.project, people[0], **wanted)

    assert narrowed(pair=("AGAINST", "FAVOR")) == ["news-0-0"]
    assert narrowed(pair=("FAVOR", "AGAINST")) == ["news-0-0"]
    assert narrowed(pair=(NOBODY, "MIXED")) == ["news-0-1"]
    assert narrowed(flag="ironic") == ["news-0-0"]
    assert sorted(narrowed(target="delay")) == ["news-0-0", "news-0-1"]
    assert narrowed(target="council") == []
    with pytest.raises(Invalid):
        narrowed(target="nobody")
    with pytest.raises(Invalid):
        narrowed(pair=("FAVOR", "PERHAPS"))


def test_model_doubt_is_another_order(session, people, posts):
    """Where a model is unsure and one person has answered, a second look is worth most."""
    model = User(name="svm", kind=UserKind.MODEL)
    session.add(model)
    session.flush()
    for number, (item, doubt) in enumerate(zip(posts.items, (0.2, 0.9, None), strict=False)):
        for revision, uncertainty in enumerate((0.5, doubt)):
            row = Annotation(
                uuid=uuid4(),
                item_id=item.id,
                annotator_id=model.id,
                kind=Kind.SUGGESTION,
                revision=revision,
                uncertainty=uncertainty,
                body_sha256=str(number),
            )
            session.add(row)
    weighing.weigh_new(session)

    assert queued(session, posts.project, people[0], order=Order.DOUBT) == ["posts-1-0", "posts-0-0"]
    assert queued(session, posts.project, people[0]) == []


def test_pages_go_on_where_the_last_ended(session, people, posts):
    """Nothing is shown twice, and nothing is passed over, though many lie equally far apart."""
    for item in posts.items:
        say(session, people, item, "FAVOR", "AGAINST")
    seen, after = [], None
    while page := queued(session, posts.project, people[0], limit=2, after=after):
        seen += page
        after = page[-1]

    assert sorted(seen) == [f"posts-{number}-0" for number in range(5)]


def test_what_another_curator_looks_at_is_passed_over(session, people, posts):
    """Two who start at the top must not settle the same item."""
    for item in posts.items[:2]:
        say(session, people, item, "FAVOR", "AGAINST")
    ada, bob, _ = people
    first, second = queued(session, posts.project, ada)

    disagreements.look(session, ada, next(item for item in posts.items if item.external_id == first))

    [top, _] = disagreements.page(session, posts.project, Wanted(), user=bob)[0]
    assert [user.name for user in top.looking] == ["ada"]
    assert queued(session, posts.project, bob, unseen=True) == [second]
    assert queued(session, posts.project, ada, unseen=True) == [first, second]
    session.exec(select(Look)).one().until = now() - timedelta(seconds=1)
    session.flush()
    assert queued(session, posts.project, bob, unseen=True) == [first, second]


def test_answers_are_weighed_however_they_come(engine):
    """Two answer the same item at once while two curators read the queue: the last word is right."""
    with writing(engine) as session:
        people = [make.user(session, f"person-{number}") for number in range(4)]
        make.directed(session, items=1, overlap=4, members=people)

    def act(number):
        with writing(engine) as session:
            if number >= 4:
                return weighing.weigh_new(session)
            user = session.exec(select(User).where(User.name == f"person-{number}")).one()
            label = ("FAVOR", "AGAINST")[number % 2]
            annotations.append(session, user, uuid4(), make.answer("posts-0-0", label))
        return None

    at_once(act, range(8))
    with writing(engine) as session:
        weighing.weigh_new(session)
        [row] = session.exec(select(Disagreement))
        told = (row.answers, row.entropy, row.complete)

    assert told == (4, 1.0, True)


@pytest.mark.sqlite
def test_the_order_is_read_from_an_index(session, posts):
    """At a hundred thousand items a sort would be felt at every key."""
    query = (
        "EXPLAIN QUERY PLAN SELECT item_id FROM disagreement WHERE project_id = 1 AND settled = 0 "
        "ORDER BY complete DESC, entropy DESC, item_id DESC LIMIT 50"
    )
    plans = [row[3] for row in session.execute(text(query))]
    probe = "EXPLAIN QUERY PLAN SELECT id FROM annotation WHERE weighed = false ORDER BY id LIMIT 1"
    plans += [row[3] for row in session.execute(text(probe))]

    assert [plan for plan in plans if "TEMP B-TREE" in plan] == []
    assert any("ix_disagreement_entropy" in plan for plan in plans)
    assert any("ix_annotation_unweighed" in plan for plan in plans)
