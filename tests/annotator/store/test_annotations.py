"""Answers: saved once, revised in order, undone, and held against their item, scheme and context."""

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlmodel import select

from annotator.domain import Annotation, Lease, Span, Stance, now
from annotator.errors import Conflict, Invalid, NotFound
from annotator.store import accounts, annotations, projects, queue, registry
from annotator.store.engine import writing
from tests import make
from tests.together import at_once

DIRECTED = {"items": 2, "overlap": 2}


@pytest.fixture
def ada(session):
    return make.user(session, "ada")


@pytest.fixture
def posts(session, ada):
    return make.directed(session, members=[ada], **DIRECTED)


@pytest.fixture
def news(session, ada):
    return make.open_document(session, members=[ada])


def test_sending_twice_saves_once(session, ada, posts):
    """A client on a bad network repeats itself; its annotator still has one vote."""
    answer, uuid = make.answer(posts.items[0], "FAVOR"), uuid4()

    _, first = annotations.append(session, ada, uuid, answer)
    _, second = annotations.append(session, ada, uuid, answer)

    assert (first, second) == (True, False)
    assert [uuid] == [saved.uuid for saved in session.exec(select(Annotation))]


def test_twenty_at_the_same_moment_save_once(engine):
    """A browser that wakes up sends its outbox from several tabs at once."""
    with writing(engine) as session:
        item = make.directed(session, members=[make.user(session, "ada")]).items[0].external_id
    answer, uuid = make.answer(item, "FAVOR"), uuid4()

    def send(_number):
        with writing(engine) as session:
            return annotations.append(session, accounts.find_user(session, "ada"), uuid, answer)[1]

    told = Counter(at_once(send, range(20)))

    with writing(engine) as session:
        assert len(session.exec(select(Annotation)).all()) == 1
    assert told == {True: 1, False: 19}


def test_one_uuid_of_two_people_is_one_persons(engine):
    """A client whose random numbers repeat must hear of it instead of losing an answer."""
    names = [f"person {number}" for number in range(8)]
    with writing(engine) as session:
        people = [make.user(session, name) for name in names]
        item = make.directed(session, members=people, overlap=8).items[0].external_id
    answer, uuid = make.answer(item, "FAVOR"), uuid4()

    def send(name):
        try:
            with writing(engine) as session:
                annotations.append(session, accounts.find_user(session, name), uuid, answer)
        except Conflict as conflict:
            return str(conflict)
        return "saved"

    assert Counter(at_once(send, names)) == {"saved": 1, annotations.USED: 7}


def test_a_uuid_with_another_body_is_refused(session, ada, posts):
    """Two answers under one name: the second would otherwise vanish with a 200."""
    uuid = uuid4()
    annotations.append(session, ada, uuid, make.answer(posts.items[0], "FAVOR"))

    with pytest.raises(Conflict) as refused:
        annotations.append(session, ada, uuid, make.answer(posts.items[0], "AGAINST"))

    assert refused.value.current is None


def test_somebody_elses_uuid_reveals_nothing(session, ada, posts):
    """Who guesses a uuid must not read another's answer from the refusal."""
    bob = make.user(session, "bob")
    projects.join(session, posts.project, bob, "annotator")
    uuid, answer = uuid4(), make.answer(posts.items[0], "FAVOR")
    annotations.append(session, ada, uuid, answer)

    with pytest.raises(Conflict) as refused:
        annotations.append(session, bob, uuid, answer)

    assert refused.value.current is None


def test_a_correction_names_what_it_replaces(session, ada, posts):
    """Two tabs must not overwrite each other's answers unseen."""
    item, first, second = posts.items[0], uuid4(), uuid4()
    annotations.append(session, ada, first, make.answer(item, "FAVOR"))

    with pytest.raises(Conflict) as stale:
        annotations.append(session, ada, uuid4(), make.answer(item, "AGAINST"))
    revised, _ = annotations.append(session, ada, second, make.answer(item, "AGAINST", replaces=first))

    assert stale.value.current.uuid == first
    assert (revised.revision, revised.counted) == (1, True)
    assert session.get_one(Annotation, revised.id).replaces == first
    assert annotations.current(session, ada, item).uuid == second


def test_a_correction_of_what_never_was_is_refused(session, ada, posts):
    """An outbox that lost its first entry must say so instead of sending the second as the first."""
    with pytest.raises(Conflict):
        annotations.append(session, ada, uuid4(), make.answer(posts.items[0], "FAVOR", replaces=uuid4()))


def test_undo_leaves_no_current_answer_and_keeps_the_seat(session, ada, posts):
    """Who undoes wants to answer anew, and nobody else may take the seat meanwhile."""
    item, first, undo = posts.items[0], uuid4(), uuid4()
    annotations.append(session, ada, first, make.answer(item, "FAVOR"))

    annotations.append(session, ada, undo, make.answer(item, replaces=first, withdrawn=True))
    lease = session.exec(select(Lease).where(Lease.ended_at == None)).one()  # noqa: E711
    again, _ = annotations.append(session, ada, uuid4(), make.answer(item, "NONE"))

    assert (lease.item_id, lease.takes_seat) == (item.id, True)
    assert (again.revision, again.counted) == (2, True)


def test_nothing_is_undone_twice(session, ada, posts):
    """A second undo would open a second lease."""
    item, first, undo = posts.items[0], uuid4(), uuid4()
    annotations.append(session, ada, first, make.answer(item, "FAVOR"))
    annotations.append(session, ada, undo, make.answer(item, replaces=first, withdrawn=True))

    with pytest.raises(Conflict):
        annotations.append(session, ada, uuid4(), make.answer(item, replaces=undo, withdrawn=True))


def test_an_answer_after_an_undone_ones_lease_needs_a_seat_again(session, ada):
    """The seat went to somebody else an hour later; two counted answers where one is wanted are too many."""
    bob = make.user(session, "bob")
    posts = make.directed(session, items=1, overlap=1, members=[ada, bob])
    item, first = posts.items[0], uuid4()
    annotations.append(session, ada, first, make.answer(item, "FAVOR"))
    annotations.append(session, ada, uuid4(), make.answer(item, replaces=first, withdrawn=True))
    expire(session)
    queue.serve(session, posts.project, bob, limit=1, minutes=30)

    late, _ = annotations.append(session, ada, uuid4(), make.answer(item, "AGAINST"))

    assert late.counted is False


def test_a_late_answer_counts_while_a_seat_is_free(session, ada, posts):
    """A slow reader's work is not thrown away."""
    queue.serve(session, posts.project, ada, limit=1, minutes=30)
    expire(session)

    late, _ = annotations.append(session, ada, uuid4(), make.answer(posts.items[0], "FAVOR"))

    assert late.counted is True


def test_a_surplus_answer_counts_once_a_seat_is_free(session, ada):
    """Revised when there is room again, it is as good as any."""
    bob = make.user(session, "bob")
    posts = make.directed(session, items=1, overlap=1, members=[ada, bob])
    item, first, second = posts.items[0], uuid4(), uuid4()
    queue.serve(session, posts.project, bob, limit=1, minutes=30)
    surplus, _ = annotations.append(session, ada, first, make.answer(item, "FAVOR"))
    queue.skip(session, bob, item)

    revised, _ = annotations.append(session, ada, second, make.answer(item, "FAVOR", replaces=first))

    assert (surplus.counted, revised.counted) == (False, True)


def test_undoing_a_surplus_answer_gains_no_seat(session, ada):
    """Otherwise undo and answer again would be a way past the overlap."""
    bob = make.user(session, "bob")
    posts = make.directed(session, items=1, overlap=1, members=[ada, bob])
    item, first = posts.items[0], uuid4()
    queue.serve(session, posts.project, bob, limit=1, minutes=30)
    annotations.append(session, ada, first, make.answer(item, "FAVOR"))
    annotations.append(session, ada, uuid4(), make.answer(item, replaces=first, withdrawn=True))

    again, _ = annotations.append(session, ada, uuid4(), make.answer(item, "FAVOR"))

    assert again.counted is False


def test_the_stance_of_an_open_item_is_stored_whole(session, ada, news):
    """The tuple is the unit of the dataset: no part of it may get lost."""
    second = news.items[1]
    text = news.documents[0].text
    start, end = text.index("We will not wait"), text.index(",” said")
    stance = {
        "label": "AGAINST",
        "holder": "residents",
        "target": "DELAY",
        "voice": "council",
        "sources": ["council", "author"],
        "attribution": "direct_quote",
        "confidence": 0.8,
        "flags": ["ironic", "former", "ironic"],
        "rationales": [[start, end], [start, end]],
        "mentions": {"holder": [[start, start + 2]]},
    }

    saved = make.appended(session, ada, make.answer(second, stances=[stance], seconds=2.4))
    session.expire_all()

    [row] = saved.stances
    names = {entity.id: entity.key for entity in registry.Registry.load(session, 1).entities.values()}
    assert (names[row.holder_id], names[row.target_id], names[row.voice_id]) == (
        "residents",
        "delay",
        "council",
    )
    assert [names[source.entity_id] for source in row.sources] == ["council", "author"]
    assert (row.former, row.flags, row.confidence) == (True, ["former", "ironic"], 0.8)
    assert [(span.role, text[span.start : span.end]) for span in row.spans] == [
        ("rationale", "We will not wait"),
        ("holder", "We"),
    ]


def test_no_stance_at_all_is_an_answer(session, ada, news):
    """Most sentences of an article show none; they are the negatives of every model."""
    saved = make.appended(session, ada, make.answer(news.items[0]))

    assert (saved.outcome, saved.stances, saved.counted) == ("judged", [], True)


def test_what_was_on_the_screen_is_stored_though_the_client_says_nothing(session, ada, news):
    """Agreement is read against what people saw."""
    saved = make.appended(session, ada, make.answer(news.items[0]))

    third = make.SENTENCES[2]
    assert saved.context_start == 0
    assert news.documents[0].text[: saved.context_end].endswith(third)


@pytest.mark.parametrize(
    ("stance", "where"),
    [
        ({"label": "MAYBE"}, "stances.0.label"),
        ({"target": "nobody"}, "stances.0.target"),
        ({"target": None}, "stances.0.target"),
        ({"holder": "delay"}, "stances.0.holder"),
        ({"voice": "nobody"}, "stances.0.voice"),
        ({"sources": ["council", "nobody"]}, "stances.0.sources"),
        ({"rationales": [[0, 10_000]]}, "stances.0.rationales"),
        ({"rationales": [[5, 5]]}, "stances.0.rationales"),
        ({"mentions": {"target": [[9, 3]]}}, "stances.0.mentions.target"),
    ],
)
def test_a_wrong_stance_is_refused_where_it_is_wrong(session, ada, news, stance, where):
    """The page puts the message beside the field."""
    given = {"label": "FAVOR", "holder": "council", "target": "delay"} | stance

    with pytest.raises(Invalid) as refused:
        annotations.append(session, ada, uuid4(), make.answer(news.items[0], stances=[given]))

    assert list(refused.value.where) == [where]
    assert session.exec(select(Stance)).all() == []


def test_a_span_outside_of_what_was_shown_is_refused(session, ada, news):
    """A rationale that nobody could have seen is a slip of the client's offsets."""
    segment_end = len(make.SENTENCES[0])
    stance = {"label": "FAVOR", "holder": "council", "target": "delay"}
    inside = make.answer(
        news.items[0],
        stances=[stance | {"rationales": [[0, segment_end]]}],
        shown={"context": [0, segment_end]},
    )
    outside = make.answer(
        news.items[0],
        stances=[stance | {"rationales": [[0, segment_end + 1]]}],
        shown={"context": [0, segment_end]},
    )

    with pytest.raises(Invalid):
        annotations.append(session, ada, uuid4(), outside)
    annotations.append(session, ada, uuid4(), inside)

    assert [(span.start, span.end) for span in session.exec(select(Span))] == [(0, segment_end)]


def test_a_context_without_the_segment_is_refused(session, ada, news):
    """Nobody can judge what was not on the screen."""
    with pytest.raises(Invalid) as refused:
        annotations.append(session, ada, uuid4(), make.answer(news.items[1], shown={"context": [0, 5]}))

    assert list(refused.value.where) == ["shown.context"]


def test_two_stances_of_one_pair_need_a_difference_in_time(session, ada, news):
    """“Once for, now against” is two stances; the same pair twice is a slip."""
    stance = {"label": "FAVOR", "holder": "council", "target": "delay"}
    then = stance | {"label": "AGAINST", "flags": ["former"]}

    with pytest.raises(Invalid):
        annotations.append(session, ada, uuid4(), make.answer(news.items[0], stances=[stance, stance]))
    saved = make.appended(session, ada, make.answer(news.items[0], stances=[stance, then]))

    assert [row.former for row in saved.stances] == [False, True]


@pytest.mark.parametrize("stances", [[], [{"label": "FAVOR"}, {"label": "AGAINST"}]])
def test_a_directed_item_asks_for_one_label(session, ada, posts, stances):
    """One key, one label: nothing and two are slips of a script."""
    with pytest.raises(Invalid) as refused:
        annotations.append(session, ada, uuid4(), make.answer(posts.items[0], stances=stances))

    assert list(refused.value.where) == ["stances"]


def test_what_is_fixed_cannot_be_said_otherwise(session, ada, posts):
    """A script that mixes up its rows must not store the stance on another target."""
    make.entity(session, posts.project, "trams")
    stances = [{"label": "FAVOR", "target": "trams"}]

    with pytest.raises(Invalid) as refused:
        annotations.append(session, ada, uuid4(), make.answer(posts.items[0], stances=stances))
    annotations.append(
        session,
        ada,
        uuid4(),
        make.answer(posts.items[0], stances=[{"label": "FAVOR", "target": "Wind farms"}]),
    )

    assert list(refused.value.where) == ["stances.0.target"]


def test_an_ambiguous_name_is_never_guessed(session, ada, news):
    """“They” may be the council or the residents: a person decides."""
    known = registry.Registry.load(session, news.project.id)
    for key in ("council", "residents"):
        known.alias(known.by_key[key], "they")
    stance = {"label": "FAVOR", "holder": "They", "target": "delay"}

    with pytest.raises(Invalid, match="council, residents"):
        annotations.append(session, ada, uuid4(), make.answer(news.items[0], stances=[stance]))


def test_an_answer_under_a_retired_label_is_kept(session, ada, posts):
    """It was on the screen when she answered; her work is mapped, not refused."""
    label = projects.labels(session, posts.project)[0]
    label.retired_at = now()
    session.flush()

    saved = make.appended(session, ada, make.answer(posts.items[0], label.name))

    assert saved.counted is True


def test_strangers_have_no_items(session, posts):
    """An id alone lets nobody into a project."""
    eve = make.user(session, "eve")

    with pytest.raises(NotFound):
        annotations.append(session, eve, uuid4(), make.answer(posts.items[0], "FAVOR"))


def test_an_id_of_two_projects_asks_which(session, ada):
    """Two of her projects import the same rows."""
    one = make.open_document(session, "one", members=[ada])
    two = make.open_document(session, "two", members=[ada])
    one.items[0].external_id = two.items[0].external_id
    session.flush()

    with pytest.raises(Invalid) as refused:
        annotations.append(session, ada, uuid4(), make.answer(two.items[0]))
    saved = make.appended(session, ada, make.answer(two.items[0], project="one"))

    assert list(refused.value.where) == ["project"]
    assert saved.item_id == one.items[0].id


def expire(session):
    """Let the time of all leases be over."""
    for lease in session.exec(select(Lease)):
        lease.expires_at = now() - timedelta(seconds=1)
    session.flush()
