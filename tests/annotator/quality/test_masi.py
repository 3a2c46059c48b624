"""Agreement on sets: MASI, and alpha with it, held to nltk."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from nltk.metrics import masi_distance
from nltk.metrics.agreement import AnnotationTask

from annotator.quality import distances
from tests.annotator.quality.stances import AGAINST, COUNCIL, DELAY, FAVOR, HASTE, JUDGED, MAYOR, figures

SET = st.frozensets(st.integers(0, 5))


def ours(one: frozenset, other: frozenset) -> float:
    sizes = (np.array([float(len(each))]) for each in (one & other, one, other))
    return float(distances.masi(*sizes)[0])


def oracle(one: frozenset, other: frozenset) -> float:
    """Nltk divides by nought where both are empty; equal sets are 0 apart."""
    return masi_distance(one, other) if one | other else 0.0


@pytest.mark.parametrize(
    ("one", "other", "far"),
    [
        ({1, 2}, {1, 2, 3, 4}, 2 / 3),  # manual of nltk: Jaccard 2/4, one holds the other 2/3
        ({1, 2, 3, 4}, {3, 4, 5}, 13 / 15),  # nltk's “Sample usage for metrics”: Jaccard 2/5, overlap 1/3
        ({1}, {2}, 1),
        ({1}, {1}, 0),
        (set(), {1}, 1),
        (set(), set(), 0),
    ],
)
def test_masi_of_published_pairs(one: set, other: set, far: float):
    """One stance too many is a smaller slip than another stance.

    Source: Passonneau (2006), section 3: Jaccard × monotonicity, which is 1, 2/3, 1/3 or 0. nltk's manuals of
    before 3.10 round 2/3 and 1/3 to 0.67 and 0.33, and so print 0.665 and 0.868 for the first two.
    """
    assert ours(frozenset(one), frozenset(other)) == pytest.approx(far)


@given(one=SET, other=SET)
def test_masi_is_that_of_nltk(one: frozenset, other: frozenset):
    """Empty sets included: not to see a stance is the commonest disagreement."""
    assert ours(one, other) == pytest.approx(oracle(one, other), rel=1e-9, abs=1e-9)


@given(judged=JUDGED)
def test_alpha_of_sets_is_that_of_nltk(judged: dict):
    """Whoever adds one tuple to an item expects the figure to move as the literature says."""
    several = [item for item in range(5) if sum(key[0] == item for key in judged) > 1]
    answers = [
        (f"{who}", f"{item}", frozenset(stances))
        for (item, who), stances in judged.items()
        if item in several
    ]
    assume(len({stances for *_, stances in answers}) > 1)

    found = figures(judged)["masi"]

    assert found == pytest.approx(AnnotationTask(answers, distance=oracle).alpha(), rel=1e-9, abs=1e-9)


def test_alpha_of_sets_by_hand():
    """No paper gives alpha with MASI beside its data, so the steps are here.

    Sets: item 0 {a}, {a, b}; item 1 {}, {}; item 2 {c}, {}. MASI: {a}–{a, b} 1 − 1/2 · 2/3 = 2/3; {}–{} 0;
    all other distinct sets 1. Of 6 sets {} is 3, the others 1 each. Observed, pairs in both orders:
    2 · 2/3 + 0 + 2 · 1 = 10/3, over 6. Expected: 2 (2/3 + 1 + 1) for {a}–{a, b}, {a}–{c}, {a, b}–{c}, and
    2 · 3 · 3 for each of these with {}: 16/3 + 18 = 70/3, over 6 · 5. Alpha: 1 − (10/18) / (70/90) = 2/7.
    """
    a, b, c = (COUNCIL, DELAY, FAVOR), (MAYOR, DELAY, FAVOR), (COUNCIL, HASTE, AGAINST)
    judged = {(0, 0): [a], (0, 1): [a, b], (1, 0): [], (1, 1): [], (2, 0): [c], (2, 1): []}

    assert figures(judged)["masi"] == pytest.approx(2 / 7)
