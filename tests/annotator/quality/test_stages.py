"""Open projects: what is told of tuples, held to counting by hand and to an oracle."""

from itertools import combinations

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from annotator.quality import relations
from annotator.quality.judgements import Answers, Judgements, Scheme, Spans, Stances
from annotator.quality.measure import measure

ENTITIES = ["council", "delay", "haste", "mayor", "residents"]
SCHEME = Scheme(("FAVOR", "AGAINST", "MIXED"), ("favor", "against", "mixed"), directed=False)
Tuple = tuple[int, int, int]  # holder, target, label
FAVOR, AGAINST = 0, 1
COUNCIL, DELAY, HASTE, MAYOR, RESIDENTS = range(5)


def table(
    judged: dict[tuple[int, int], list[Tuple]],
    *,
    spans: list[tuple[int, int, int]] = (),
    related: list[tuple[str, str, str]] = (),
) -> Judgements:
    """(item, annotator) → what they named; spans are (stance, start, end)."""
    keys = sorted(judged)
    item, annotator = np.array(keys, dtype=np.int64).reshape(-1, 2).T
    rows = [(row, *stance) for row, key in enumerate(keys) for stance in judged[key]]
    judgement, holder, target, label = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    same = np.zeros(len(keys), dtype=np.int64)
    former = np.zeros(len(rows), dtype=bool)
    fixed = np.full(int(item.max(initial=-1)) + 1, -1)
    shown = Spans(*np.array(spans, dtype=np.int64).reshape(-1, 3).T)
    answers = Answers(
        item, annotator, same, same - 1, same, Stances(judgement, holder, target, label, former), shown
    )
    names = [f"item {n}" for n in range(len(fixed))], [f"annotator {n}" for n in range(9)], ENTITIES
    return Judgements(
        SCHEME, *names, [], ["2026-03-02"], fixed, fixed, answers, *relations.of(ENTITIES, related)
    )


def figures(*args, **fields):
    return {name: figure.value for name, figure in measure(table(*args, **fields)).figures.items()}


SETS = st.lists(
    st.tuples(st.integers(0, 1), st.integers(2, 3), st.integers(0, 1)), max_size=3, unique_by=lambda t: t[:2]
)
JUDGED = st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 3)), SETS, min_size=2, max_size=12)


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


def masi(one: frozenset, other: frozenset) -> float:
    if not one | other:
        return 0.0
    share = len(one & other) / len(one | other)
    weight = 1 if one == other else 2 / 3 if one <= other or other <= one else 1 / 3 if one & other else 0
    return 1 - share * weight


@given(judged=JUDGED)
def test_alpha_of_sets_is_the_oracles_alpha(judged):
    """Empty sets included: not to see a stance is the commonest disagreement."""
    sets = {key: frozenset(stances) for key, stances in judged.items()}
    domain = sorted({*sets.values()}, key=sorted)
    counts = np.zeros((5, len(domain)))
    for (item, _), value in sets.items():
        counts[item, domain.index(value)] += 1
    assume((counts[counts.sum(axis=1) > 1].sum(axis=0) > 0).sum() > 1)
    far = np.array([[masi(one, other) for other in domain] for one in domain])

    oracle = krippendorff.alpha(
        value_counts=counts, level_of_measurement=lambda v1, v2, i1, i2, n_v, dtype=float: far[i1, i2]
    )

    assert figures(judged)["masi"] == pytest.approx(oracle)


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
