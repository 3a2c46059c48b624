"""Rounds: who answers how much of what, and in which order."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from annotator.domain import Item, QueueEntry
from annotator.domain.project_file import ProjectFile
from annotator.domain.workforce import RoundEntry
from annotator.errors import Invalid
from annotator.store import describing, projects, queue, rounds
from tests import make

PILOT = {"name": "first look", "round": "pilot", "items": 3, "overlap": 3}
MAIN = {"name": "all others", "share": {"rate": 0.15, "overlap": 3}}


def applied(session, made, *entries):
    described = describing.describe(session, made.project)
    file = ProjectFile.model_validate({**described.model_dump(exclude_none=True), "rounds": list(entries)})
    return projects.apply(session, made.project, file)


def free(session):
    return {entry.item_id: entry.free_seats for entry in session.exec(select(QueueEntry))}


def test_fifteen_percent_have_three_answers_and_the_rest_one(session):
    """Agreement on a share is what most projects can pay for."""
    made = make.directed(session, items=40)
    applied(session, made, MAIN)

    assert Counter(free(session).values()) == {3: 6, 1: 34}


def test_the_pilot_comes_first_with_its_own_overlap(session):
    """What the pilot teaches is of use to the rest only before it."""
    made = make.directed(session, items=8, order="as_given")
    applied(session, made, PILOT, MAIN)
    ada = make.user(session)
    projects.join(session, made.project, ada, "annotator")
    leases = queue.serve(session, made.project, ada, limit=8, minutes=30).leases

    ids = [item.id for item in made.items]
    assert [ids.index(lease.item_id) for lease in leases] == list(range(8))
    assert [free(session)[id_] for id_ in ids[:3]] == [2, 2, 2]  # of three seats, one is lent


def test_rounds_are_taken_in_the_order_that_the_file_gives(session):
    """A curator who puts a round first wants it first."""
    made = make.directed(session, items=4)
    applied(session, made, {"name": "a", "items": 2}, {"name": "b"})
    applied(session, made, {"name": "b", "items": 2}, {"name": "a"})
    ada = make.user(session)
    leases = queue.serve(session, made.project, ada, limit=4, minutes=30).leases

    ids = [item.id for item in made.items]
    assert [ids.index(lease.item_id) for lease in leases] == [2, 3, 0, 1]


def test_what_is_shown_applies_to_nothing_new(session):
    """Show and apply are two sides of one file."""
    made = make.directed(session, items=8)
    applied(session, made, PILOT, MAIN)

    assert projects.apply(session, made.project, describing.describe(session, made.project)) == []


def test_a_preview_tells_the_answers_and_changes_nothing(session):
    """What a round costs must be known before it is paid."""
    made = make.directed(session, items=23)
    before = free(session)
    entries = [RoundEntry.model_validate(entry) for entry in (PILOT, MAIN)]
    told = rounds.preview(session, made.project, entries)

    assert [(each.name, each.items, each.answers) for each in told] == [
        ("first look", 3, 9),
        ("all others", 20, 20 + 2 * 3),
    ]
    assert free(session) == before
    assert "rounds" not in made.project.settings


def test_later_items_join_the_last_round_and_drawn_ones_stay_drawn(session):
    """An item that two have answered must not lose its third seat because others came."""
    made = make.directed(session, items=20)
    applied(session, made, MAIN)
    drawn = {item.id for item in session.exec(select(Item).where(Item.overlap == 3))}
    _, segments = make.document(session, made.project, "late", [f"Late {n}." for n in range(20)])
    make.items(session, made.project, segments, target=made.target)
    rounds.apply(session, made.project)

    after = {item.id for item in session.exec(select(Item).where(Item.overlap == 3))}
    assert drawn < after
    assert len(after) == 6
    assert not session.exec(select(Item).where(Item.batch_id == None)).all()  # noqa: E711


def test_without_rounds_everything_has_the_overlap_of_the_project(session):
    """Taking the rounds away takes all of them away."""
    made = make.directed(session, items=20, overlap=2)
    applied(session, made, PILOT, MAIN)
    applied(session, made)

    assert set(free(session).values()) == {2}


def test_a_target_may_have_an_overlap_of_its_own(session):
    """A rare target needs more answers for the same certainty."""
    made = make.directed(session, items=3)
    applied(session, made, {"name": "all", "targets": {make.TARGET: 4}})
    assert set(free(session).values()) == {4}

    with pytest.raises(Invalid, match="'unheard-of', which the registry lacks"):
        applied(session, made, {"name": "all", "targets": {"unheard-of": 4}})


@given(st.dictionaries(st.integers(1, 5), st.integers(1, 40), min_size=1), st.floats(0, 1))
def test_each_target_gets_its_share(sizes, rate):
    """A share that falls on one target alone tells nothing of the others."""
    strata = {
        key: [(True, place / size, key * 100 + place) for place in range(size)] for key, size in sizes.items()
    }
    ids = rounds.drawn(strata, rate)

    assert len(ids) == len(set(ids)) == round(rate * sum(sizes.values()))
    counts = Counter(id_ // 100 for id_ in ids)
    assert all(abs(counts[key] - rate * size) <= 1 for key, size in sizes.items())
