"""The scheme changes while people work: every old answer stays readable, and nothing is ever refused."""

from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from annotator.domain import AuditEntry, Label, Membership, SchemeEvent, Stance
from annotator.domain.mapping import fold
from annotator.errors import Conflict, Invalid, StandpointError
from annotator.reading import snapshot
from annotator.store import annotations, entries, named, projects, queue, scheme, touching, undoing
from annotator.store.engine import writing
from annotator.store.registry import with_aliases
from tests import make
from tests.together import at_once


@pytest.fixture
def ada(session):
    return make.user(session, "ada")


@pytest.fixture
def posts(session, ada):
    return make.directed(session, items=3, members=[ada])


def said(session, ada, item, label, **fields):
    return make.appended(session, ada, make.answer(item, label, **fields))


def read(session, annotation):
    """(holder, target, label) of each stance as it is read now."""
    entities, labels = named.of(session, [annotation])
    return [
        (entities[each.holder_id].key, entities[each.target_id].key, labels[each.label_id].name)
        for each in annotation.stances
    ]


def label_of(session, annotation):
    return read(session, annotation)[0][2]


def test_a_renamed_label_is_read_by_its_new_name_and_understood_by_the_old(session, ada, posts):
    """A page that was open all week sends the name that it knows."""
    before = said(session, ada, posts.items[0], "FAVOR")
    event = scheme.rename(session, posts.project, "label", "FAVOR", "FOR", note="shorter")
    late = said(session, ada, posts.items[1], "FAVOR", shown={"scheme": 1})

    assert [label_of(session, each) for each in (before, late)] == ["FOR", "FOR"]
    assert (event.version, event.names["to"], posts.project.scheme_version) == (2, "FOR", 2)


def test_no_other_label_takes_a_name_that_one_had(session, posts):
    """Old files would silently mean something else."""
    scheme.rename(session, posts.project, "label", "FAVOR", "FOR")

    for name in ("FAVOR", "favor", "AGAINST"):
        with pytest.raises(Conflict, match="is or was the name"):
            scheme.rename(session, posts.project, "label", "NONE", name)
    assert scheme.rename(session, posts.project, "label", "FOR", "FAVOR").version == 3


def test_merged_labels_keep_their_ids_and_are_read_as_one_through_a_chain(session, ada, posts):
    """What was answered is never rewritten; what it counts as follows the scheme."""
    first = said(session, ada, posts.items[0], "NONE")
    stored = first.stances[0].label_id
    make_label(session, posts.project, "OTHER")
    scheme.merge(session, posts.project, "label", ["NONE"], "OTHER")
    scheme.merge(session, posts.project, "label", ["OTHER"], "AGAINST")
    late = said(session, ada, posts.items[1], "NONE", shown={"scheme": 1})

    assert [label_of(session, each) for each in (first, late)] == ["AGAINST", "AGAINST"]
    assert first.stances[0].label_id == late.stances[0].label_id == stored
    assert held(session, posts, ada) == []


def test_a_split_asks_who_gave_it_and_shows_the_earlier_answer(session, ada, posts):
    """Only the annotator knows which of the parts was meant."""
    for item in posts.items[:2]:
        said(session, ada, item, "FAVOR" if item is posts.items[0] else "AGAINST")
    event = scheme.split(session, posts.project, "label", "FAVOR", ["STRONG", "WEAK"])
    served = queue.serve(session, posts.project, ada, limit=10, minutes=30)

    assert served.leases[0].item_id == posts.items[0].id
    assert not served.leases[0].takes_seat
    before = annotations.current(session, ada, posts.items[0])
    assert label_of(session, before) == "FAVOR"
    after = said(session, ada, posts.items[0], "WEAK", replaces=str(before.uuid))
    assert (after.counted, after.revision, label_of(session, after)) == (True, 1, "WEAK")
    assert {label.name: label.polarity for label in projects.labels_in_use(session, posts.project)} == {
        "AGAINST": "against",
        "NONE": "none",
        "STRONG": "favor",
        "WEAK": "favor",
    }
    assert len(event.mapping) == 1


def test_a_late_answer_with_a_split_label_is_kept_and_asked_about(session, ada, posts):
    """A week on a train must not be lost because somebody tidied the scheme meanwhile."""
    scheme.split(session, posts.project, "label", "FAVOR", ["STRONG", "WEAK"])
    late = said(session, ada, posts.items[2], "FAVOR", shown={"scheme": 1})

    assert late.counted
    assert held(session, posts, ada) == [posts.items[2].id]


def test_an_imported_annotator_is_not_asked(session, ada, posts):
    """Who never signs in would keep the item for ten years."""
    stranger = make.user(session, "imported", is_admin=False)
    projects.join(session, posts.project, stranger, "annotator")
    said(session, stranger, posts.items[0], "FAVOR")
    for seat in session.exec(select(Membership).where(Membership.user_id == stranger.id)):
        session.delete(seat)
    scheme.split(session, posts.project, "label", "FAVOR", ["STRONG", "WEAK"])

    assert held(session, posts, stranger) == []


def test_what_was_merged_retired_or_split_comes_back(session, ada, posts):
    """A curator's slip is undone, and each answer says again what it said."""
    first = said(session, ada, posts.items[0], "NONE")
    scheme.merge(session, posts.project, "label", ["NONE"], "AGAINST")
    scheme.restore(session, posts.project, "label", "NONE")

    assert label_of(session, first) == "NONE"
    assert "NONE" in {label.name for label in projects.labels_in_use(session, posts.project)}
    with pytest.raises(Invalid, match="in use"):
        scheme.restore(session, posts.project, "label", "NONE")


def test_taking_a_split_back_takes_back_what_it_asked(session, ada, posts):
    """Nobody should sort answers into parts that there are none of any more; what was sorted stands."""
    bea = make.user(session, "bea")
    projects.join(session, posts.project, bea, "annotator")
    answers = [said(session, ada, item, "FAVOR") for item in posts.items]
    scheme.split(session, posts.project, "label", "FAVOR", ["STRONG", "WEAK"])
    late = said(session, bea, posts.items[0], "FAVOR", shown={"scheme": 1})
    given = said(session, ada, posts.items[0], "WEAK", replaces=str(answers[0].uuid))
    assert (len(held(session, posts, ada)), len(held(session, posts, bea))) == (2, 1)

    split = session.exec(select(AuditEntry).where(AuditEntry.action == "split label")).one()
    undoing.undo(session, posts.project, split.id)

    assert held(session, posts, ada) == held(session, posts, bea) == []
    assert [label_of(session, each) for each in (given, answers[1], late)] == ["WEAK", "FAVOR", "FAVOR"]


def test_what_another_split_still_asks_stays(session, ada):
    """One curator's slip must not drop another's question."""
    news = make.open_document(session, members=[ada])
    both = said(session, ada, news.items[0], None, stances=[stance("council", "delay", "FAVOR")])
    one = said(session, ada, news.items[1], None, stances=[stance("residents", "delay", "FAVOR")])
    scheme.split(session, news.project, "label", "FAVOR", ["STRONG", "WEAK"])
    scheme.split(session, news.project, "entity", "council", ["mayor", "assembly"])
    scheme.restore(session, news.project, "label", "FAVOR")

    assert held(session, news, ada) == [both.item_id] != [one.item_id]
    scheme.restore(session, news.project, "entity", "council")
    assert held(session, news, ada) == []


def test_what_nobody_split_is_not_taken_back(session, ada, posts):
    """What she took back herself, or was asked about for another reason, is still hers."""
    answers = [said(session, ada, item, "FAVOR") for item in posts.items[:2]]
    again = make.answer(posts.items[0], replaces=str(answers[0].uuid), withdrawn=True)
    annotations.append(session, ada, uuid4(), again)
    ids = [scheme.entries.find(session, posts.project, "label", "FAVOR").id]
    touching.ask_again(session, posts.project, "label", ids)
    scheme.split(session, posts.project, "label", "FAVOR", ["STRONG", "WEAK"])
    scheme.restore(session, posts.project, "label", "FAVOR")

    assert held(session, posts, ada) == [posts.items[1].id]
    assert [lease.item_id for lease in queue._held(session, posts.project, ada)] == [
        item.id for item in posts.items[:2]
    ]


def test_two_curators_at_once_one_is_told(session, posts):
    """The second would change a scheme that they have not seen."""
    seen = posts.project.scheme_version
    scheme.retire(session, posts.project, "label", "NONE", version=seen)

    with pytest.raises(Conflict, match="since you began"):
        scheme.rename(session, posts.project, "label", "FAVOR", "FOR", version=seen)


def test_two_curators_on_two_connections_one_is_told_and_nothing_is_half_done(engine):
    """Both have the page open and press at once: the scheme is that of one of them, whole."""
    with writing(engine) as session:
        make.directed(session, items=1)

    def change(into):
        try:
            with writing(engine) as session:
                project = projects.find(session, "posts")
                scheme.split(session, project, "label", "FAVOR", into, version=1)
                return into
        except Conflict as conflict:
            assert "since you began" in str(conflict)
            return None

    wanted = [["STRONG", "WEAK"], ["LOUD", "QUIET"]]
    done = at_once(change, wanted)

    [won] = [parts for parts in done if parts is not None]
    with Session(engine) as session:
        project = projects.find(session, "posts")
        [event] = session.exec(select(SchemeEvent)).all()
        noted = session.exec(select(AuditEntry).where(AuditEntry.action == "split label")).all()
        assert (project.scheme_version, event.version, len(noted)) == (2, 2, 1)
        names = {label.name for label in projects.labels(session, project)}
        assert names == {"FAVOR", "AGAINST", "NONE", *won}


@pytest.mark.parametrize(
    ("change", "arguments"),
    [
        (scheme.merge, ("label", ["FAVOR"], "FAVOR")),
        (scheme.split, ("label", "FAVOR", ["ONE"])),
        (scheme.split, ("label", "FAVOR", ["FAVOR", "WEAK"])),
        (scheme.rename, ("label", "FAVOR", "  ")),
        (scheme.rename, ("label", "FAVOR", "x" * 61)),
        (scheme.retire, ("entity", "author")),
        (scheme.merge, ("entity", ["author"], "wind-farms")),
        (scheme.retire, ("label", "GONE")),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(session, posts, change, arguments):
    """And the scheme stays as it was."""
    with pytest.raises(StandpointError):
        change(session, posts.project, *arguments)

    assert posts.project.scheme_version == 1


def test_the_last_label_stays(session, posts):
    """Without one nobody could answer."""
    for name in ("FAVOR", "AGAINST"):
        scheme.retire(session, posts.project, "label", name)
    with pytest.raises(Invalid, match="last label"):
        scheme.retire(session, posts.project, "label", "NONE")


def test_merged_entities_are_one_holder_with_all_names(session, ada):
    """Annotators propose what is there already, under another name."""
    news = make.open_document(session, members=[ada])
    twin = make.entity(session, news.project, "town-hall")
    answer = said(
        session,
        ada,
        news.items[0],
        None,
        stances=[stance("town-hall", "delay"), stance("residents", "delay")],
    )
    scheme.merge(session, news.project, "entity", ["town-hall"], "council")
    again = said(session, ada, news.items[1], None, stances=[stance("town hall", "delay")])

    assert read(session, answer)[0] == read(session, again)[0] == ("council", "delay", "FAVOR")
    assert answer.stances[0].holder_id == twin.id
    listed = {entity.key: [alias.name for alias in aliases] for entity, aliases in registry_of(session, news)}
    assert "town-hall" not in listed
    assert "town hall" in listed["council"]


def test_a_merge_that_makes_two_stances_one_asks_only_where_they_differ(session, ada):
    """Two labels for one holder and target cannot both hold."""
    news = make.open_document(session, members=[ada])
    make.entity(session, news.project, "town-hall")
    pairs = [("FAVOR", "AGAINST"), ("FAVOR", "FAVOR")]
    for item, labels in zip(news.items, pairs, strict=False):
        twins = zip(("council", "town-hall"), labels, strict=True)
        said(session, ada, item, None, stances=[stance(key, "delay", label) for key, label in twins])
    scheme.merge(session, news.project, "entity", ["town-hall"], "council")

    assert held(session, news, ada) == [news.items[0].id]


def test_a_target_that_items_fix_may_be_merged(session, ada, posts):
    """The question is then about what stands, and old pages may still name the old target."""
    make.entity(session, posts.project, "turbines", kind="issue")
    scheme.merge(session, posts.project, "entity", ["wind-farms"], "turbines")
    by_new = said(session, ada, posts.items[0], None, stances=[{"label": "FAVOR", "target": "turbines"}])
    by_old = said(session, ada, posts.items[1], None, stances=[{"label": "FAVOR", "target": "wind-farms"}])

    assert read(session, by_new) == read(session, by_old) == [("author", "turbines", "FAVOR")]


def test_what_a_change_would_touch_is_counted_before(session, ada, posts):
    """A curator decides with the figures in front of them."""
    for item in posts.items[:2]:
        said(session, ada, item, "FAVOR")
    ids = [scheme.entries.find(session, posts.project, "label", "FAVOR").id]
    wind = [posts.target.id]

    assert touching.count(session, posts.project, "label", ids) == touching.Touched(2, 1, 0, 0)
    assert touching.count(session, posts.project, "entity", wind) == touching.Touched(2, 1, 0, 3)


def test_every_change_is_in_the_trail_and_in_the_events(session, posts):
    """Who asks in a year why two labels are one finds the answer."""
    root = make.user(session, "root", is_admin=True)
    scheme.merge(session, posts.project, "label", ["NONE"], "AGAINST", note="never used", by_id=root.id)

    [event] = session.exec(select(SchemeEvent)).all()
    noted = session.exec(select(AuditEntry).where(AuditEntry.action == "merge label")).one()
    assert (event.note, event.created_by_id, noted.user_id) == ("never used", root.id, root.id)


def test_a_release_shows_what_stands(engine):
    """Nobody trains on a label that was merged away."""
    with writing(engine) as session:
        ada = make.user(session, "ada")
        posts = make.directed(session, items=2, members=[ada])
        said(session, ada, posts.items[0], "NONE")
        said(session, ada, posts.items[1], "FAVOR")
        scheme.merge(session, posts.project, "label", ["NONE"], "AGAINST")
        scheme.rename(session, posts.project, "label", "FAVOR", "FOR")
    with snapshot(engine, "posts") as state:
        given = {
            stance.label
            for document in state.documents()
            for item in document.items
            for answer in item.answers
            for stance in answer.stances
        }
        assert given == {"AGAINST", "FOR"}
        assert [label.name for label in state.project.labels] == ["FOR", "AGAINST"]


EVENT = st.tuples(
    st.sampled_from(["rename", "merge", "split", "retire", "restore"]), st.integers(0, 9), st.integers(0, 9)
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # each example takes back what it did
@given(events=st.lists(EVENT, max_size=14))
def test_whatever_happens_every_answer_is_readable(engine, events):
    """Mapping is total, the same for its own result, and what the rows say; on both databases."""
    with Session(engine.execution_options(standpoint_writes=True)) as session:
        ada = make.user(session, "ada")
        posts = make.directed(session, items=3, members=[ada])
        answers = [
            said(session, ada, item, name)
            for item, name in zip(posts.items, ("FAVOR", "AGAINST", "NONE"), strict=True)
        ]
        given_ids = [answer.stances[0].label_id for answer in answers]
        for number, event in enumerate(events):
            happen(session, posts.project, number, *event)
        check(session, posts.project, answers, given_ids)
        session.rollback()


def happen(session, project, number, change, first, second):
    """One event between two of the labels that there are, if the scheme allows it."""
    names = [label.name for label in projects.labels(session, project)]
    one, other = names[first % len(names)], names[second % len(names)]
    savepoint = session.begin_nested()
    try:
        if change == "rename":
            scheme.rename(session, project, "label", one, f"N{number}")
        elif change == "merge":
            scheme.merge(session, project, "label", [one], other)
        elif change == "split":
            scheme.split(session, project, "label", one, [f"P{number}", other])
        else:
            getattr(scheme, change)(session, project, "label", one)
        savepoint.commit()
    except StandpointError:
        savepoint.rollback()
        session.expire_all()


def check(session, project, answers, given_ids):
    labels = {label.id: label for label in session.exec(select(Label)).all()}
    folded = fold(scheme.entries.events(session, project), "label")
    assert [session.get(Stance, each.stances[0].id).label_id for each in answers] == given_ids
    for id_, label in labels.items():
        stands = folded.stands(id_)
        assert stands in labels
        assert folded.stands(stands) == stands
        assert (label.merged_into_id or id_) == stands
        assert labels[stands].merged_into_id is None
    for answer, id_ in zip(answers, given_ids, strict=True):
        assert label_of(session, answer) == labels[folded.stands(id_)].name
    in_use = projects.labels_in_use(session, project)
    assert in_use
    assert [label.position for label in in_use] == list(range(len(in_use)))
    assert set(entries.labels_by_name(session, project)) >= {label.name for label in labels.values()}


def stance(holder, target, label="FAVOR"):
    return {"holder": holder, "target": target, "label": label}


def make_label(session, project, name):
    session.add(Label(project_id=project.id, name=name, polarity="other", position=9))
    session.flush()


def registry_of(session, news):
    return with_aliases(session, news.project)


def held(session, made, user):
    served = queue._held(session, made.project, user)
    return [lease.item_id for lease in served if not lease.takes_seat]
