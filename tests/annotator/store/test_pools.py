"""Pools: each person sees the items that are open to them."""

import pytest
from sqlmodel import col, select

from annotator.domain import Pool, QueueEntry, now
from annotator.domain.project_file import ProjectFile
from annotator.errors import Invalid
from annotator.store import describing, pools, progress, projects, queue, remaining
from tests import make


@pytest.fixture
def people(session):
    return {name: make.user(session, name) for name in ("ada", "bob")}


def applied(session, made, *entries):
    described = describing.describe(session, made.project).model_dump(exclude_none=True)
    return projects.apply(
        session, made.project, ProjectFile.model_validate({**described, "pools": list(entries)})
    )


def lent(session, made, user):
    leases = queue.serve(session, made.project, user, limit=50, minutes=30).leases
    numbers = {item.id: number for number, item in enumerate(made.items)}
    return [numbers[lease.item_id] for lease in leases]


def test_a_pool_that_names_people_is_for_them_alone(session, people):
    """Texts that only some may read must not come to the others."""
    made = make.open_document(session, documents=2, sentences=["One.", "Two."], members=people.values())
    applied(
        session,
        made,
        {"kind": "group", "name": "secret", "documents": ["news-0"], "people": ["ada"]},
        {"kind": "group", "name": "public", "documents": ["news-1"]},
    )

    assert lent(session, made, people["bob"]) == [2, 3]
    assert lent(session, made, people["ada"]) == [0, 1]


def test_an_item_in_two_pools_has_its_seats_once(session, people):
    """Else two people would be paid for one seat."""
    made = make.directed(session, items=4, members=people.values())
    applied(session, made, {"kind": "target", "target": make.TARGET}, {"kind": "all"})

    assert queue.serve(session, made.project, people["ada"], limit=1, minutes=30).remaining == 3
    assert progress.of(session, made.project, people["ada"], since=now())["open"] == 4
    assert lent(session, made, people["ada"]) == [0, 1, 2, 3]
    assert lent(session, made, people["bob"]) == []


def test_what_is_left_costs_the_same_in_pools_of_any_length(session, people, monkeypatch):
    """At five million items nobody may add up their seats for each that is asked for."""
    made = make.open_document(session, documents=4, sentences=["One.", "Two."], members=people.values())
    entries = {"kind": "group", "name": "old", "documents": ["news-0", "news-1", "news-2"]}
    applied(session, made, entries, {"kind": "group", "name": "new", "documents": ["news-2", "news-3"]})
    ada = people["ada"]

    assert queue.serve(session, made.project, ada, limit=1, minutes=30).remaining == 8 - 2  # by documents
    monkeypatch.setattr(remaining, "MOST", 2)
    assert queue.serve(session, made.project, ada, limit=1, minutes=30).remaining == 6 + 4 - 2  # at most
    queue.take_along(session, made.project, ada, count=4, hours=1)
    assert queue.serve(session, made.project, ada, limit=1, minutes=30).remaining == 8 - 4 + 2


def test_pools_of_different_targets_are_added(session, people):
    """Nobody stands in both, so both sums hold."""
    made = make.directed(session, items=4, members=people.values())
    other = make.entity(session, made.project, "buses")
    made.items[0].target_id = other.id
    applied(session, made, {"kind": "target", "target": make.TARGET}, {"kind": "target", "target": "buses"})

    assert queue.serve(session, made.project, people["ada"], limit=1, minutes=30).remaining == 3


def test_a_language_has_its_people(session, people):
    """Who does not read Spanish must not judge it."""
    made = make.directed(session, items=2, members=people.values(), language="en")
    document, segments = make.document(session, made.project, "es-0", ["Sí."])
    document.language = "es"
    made.items.extend(make.items(session, made.project, segments, target=made.target))
    applied(
        session,
        made,
        {"kind": "language", "language": "es", "people": ["ada"]},
        {"kind": "language", "language": "en"},
    )

    assert lent(session, made, people["bob"]) == [0, 1]
    assert lent(session, made, people["ada"]) == [2]
    assert pools.outside(session, made.project) == 0


def test_what_no_pool_holds_is_counted(session, people):
    """Items that are forgotten are found when it is too late."""
    made = make.directed(session, items=3, members=people.values())
    applied(session, made, {"kind": "language", "language": "es"})

    assert lent(session, made, people["ada"]) == []
    assert pools.outside(session, made.project) == 3


def test_without_pools_there_is_one_for_all_again(session, people):
    """Taking the pools away opens everything; what was shown applies to nothing new."""
    made = make.directed(session, items=3, members=people.values())
    applied(session, made, {"kind": "people", "name": "team", "people": ["ada"]})
    assert projects.apply(session, made.project, describing.describe(session, made.project)) == []
    assert lent(session, made, people["bob"]) == []
    applied(session, made)

    assert lent(session, made, people["bob"]) == [0, 1, 2]
    open_ = [pool.id for pool in session.exec(select(Pool).where(col(Pool.deleted_at).is_(None)))]
    assert {entry.pool_id for entry in session.exec(select(QueueEntry))} == set(open_)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"kind": "people", "name": "team", "people": ["zoe"]}, "'zoe', who is no member here"),
        ({"kind": "target", "target": "unheard"}, "'unheard', which the registry lacks"),
        ({"kind": "group", "name": "g", "documents": ["lost"]}, "'lost': import it first"),
    ],
)
def test_what_a_pool_names_must_be_there(session, entry, message):
    """A misspelt name would close a pool to everybody in silence."""
    made = make.directed(session)

    with pytest.raises(Invalid, match=message):
        applied(session, made, entry)
