"""Open projects: what is told of tuples, held to counting by hand."""

from itertools import combinations

import pytest
from hypothesis import given

from annotator.quality.measure import measure
from tests.annotator.quality.stances import (
    AGAINST,
    COUNCIL,
    DELAY,
    FAVOR,
    HASTE,
    JUDGED,
    MAYOR,
    RESIDENTS,
    figures,
    table,
)


def f1_by_hand(judged, part=lambda stance: stance) -> float | None:
    shared = named = 0
    for one, other in combinations(sorted(judged), 2):
        if one[0] == other[0]:
            sets = [{part(stance) for stance in judged[key]} for key in (one, other)]
            shared += 2 * len(sets[0] & sets[1])
            named += len(sets[0]) + len(sets[1])
    return shared / named if named else None


@given(judged=JUDGED)
def test_f1_is_counted_pair_by_pair(judged):
    """The reference figure of published sets is counted so: two people, what both name, what each names."""
    found = figures(judged)

    assert found["tuples"] == pytest.approx(f1_by_hand(judged))
    assert found["identification"] == pytest.approx(f1_by_hand(judged, lambda stance: stance[:2]))


def test_the_label_is_compared_where_both_saw_the_stance():
    """A figure of labels that leaves out what one did not see must say how much it is about."""
    judged = {
        (0, 0): [(COUNCIL, DELAY, FAVOR), (RESIDENTS, DELAY, AGAINST)],
        (0, 1): [(COUNCIL, DELAY, AGAINST)],
        (1, 0): [(COUNCIL, DELAY, FAVOR)],
        (1, 1): [(COUNCIL, DELAY, FAVOR)],
        (2, 0): [],
        (2, 1): [],
    }

    found = figures(judged)

    assert found["coverage"] == pytest.approx(4 / 5)
    assert found["nominal"] == pytest.approx(0)  # 1 of 2 units agrees, of labels FAVOR ×3, AGAINST ×1
    assert found["detection"] == 1
    assert found["tuples"] == pytest.approx(2 / 5)


def test_opposites_are_turned_round():
    """Against haste is for delay: two ways to say one thing must not count as two."""
    judged = {(0, 0): [(COUNCIL, DELAY, FAVOR)], (0, 1): [(COUNCIL, HASTE, AGAINST)], (1, 0): [], (1, 1): []}

    found = figures(judged, related=[("haste", "opposite_of", "delay")])

    assert (found["tuples"], found["aligned"], found["identification"]) == (0, 1, 1)


def test_a_spokesman_rolls_up():
    """Who says “the mayor” and who says “the council” see the same stance, at another level."""
    judged = {(0, 0): [(COUNCIL, DELAY, FAVOR)], (0, 1): [(MAYOR, DELAY, FAVOR)], (1, 0): [], (1, 1): []}

    found = figures(judged, related=[("mayor", "speaks_for", "council")])

    assert (found["tuples"], found["aligned"], found["rolled_up"]) == (0, 0, 1)


def test_of_two_stances_in_a_unit_the_one_with_the_same_words_speaks():
    """Turning opposites round may give a person two stances of one thing; their words tell which is meant."""
    judged = {
        (0, 0): [(COUNCIL, DELAY, FAVOR), (COUNCIL, HASTE, FAVOR)],  # the second is against delay
        (0, 1): [(COUNCIL, DELAY, AGAINST)],
        (1, 0): [(COUNCIL, DELAY, FAVOR)],
        (1, 1): [(COUNCIL, DELAY, FAVOR)],
    }
    related = [("haste", "opposite_of", "delay")]
    spans = [(0, 0, 2), (1, 5, 9), (2, 6, 9)]

    assert figures(judged, related=related, spans=spans)["nominal"] == 1
    assert figures(judged, related=related)["nominal"] < 1


def test_rationales_by_words_and_spans():
    """Five tokens and four, three shared: 6 of 9; the first spans are the same at half, the last alone."""
    judged = {(0, 0): [(COUNCIL, DELAY, FAVOR)], (0, 1): [(COUNCIL, DELAY, AGAINST)]}
    spans = [(0, 0, 4), (0, 8, 9), (1, 1, 5)]

    found = figures(judged, spans=spans)

    assert found["rationale_tokens"] == pytest.approx(6 / 9)
    assert found["rationale_iou"] == pytest.approx(2 / 3)
    assert found["rationale_coverage"] == 1


@pytest.mark.parametrize("by", ["label", "target", "holder", "annotator", "pair", "guidelines", "week"])
def test_parts_are_told(by: str):
    """Whoever looks for the cause of a low figure breaks it down."""
    judged = {
        (0, 0): [(COUNCIL, DELAY, FAVOR)],
        (0, 1): [(COUNCIL, DELAY, FAVOR), (RESIDENTS, DELAY, AGAINST)],
        (1, 0): [],
        (1, 2): [(MAYOR, HASTE, FAVOR)],
    }

    names = [group.name for group in measure(table(judged), by=[by]).by[by]]

    assert (
        names
        == {
            "label": ["FAVOR", "AGAINST"],
            "target": ["delay", "haste"],
            "holder": ["council", "mayor", "residents"],
            "annotator": ["annotator 0", "annotator 1", "annotator 2"],
            "pair": ["annotator 0 – annotator 1", "annotator 0 – annotator 2"],
            "guidelines": ["0"],
            "week": ["2026-03-02"],
        }[by]
    )


def test_nobody_and_nothing_is_no_error():
    """The page of a new project is opened before anybody has judged anything."""
    report = measure(table({}), by=["label", "pair", "annotator", "target"])

    assert (report.items, report.compared, report.first.value) == (0, 0, None)
