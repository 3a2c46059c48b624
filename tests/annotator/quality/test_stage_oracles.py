"""The stages of open projects, held to scikit-learn and krippendorff on projects that are made up."""

from itertools import combinations

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import f1_score, jaccard_score
from sklearn.preprocessing import MultiLabelBinarizer

from tests.annotator.quality.stances import COUNCIL, DELAY, FAVOR, JUDGED, figures

EXACT = {"rel": 1e-9, "abs": 1e-9}


def pairs(judged: dict) -> list[tuple[set, set]]:
    """What each two annotators of an item named."""
    both = combinations(sorted(judged), 2)
    return [(set(judged[one]), set(judged[other])) for one, other in both if one[0] == other[0]]


@pytest.mark.parametrize(("figure", "part"), [("tuples", 3), ("identification", 2)])
@given(judged=JUDGED)
def test_f1_is_the_micro_f1_of_scikit_learn(figure: str, part: int, judged: dict):
    """One annotator stands for the truth and the other for a model, all pairs pooled."""
    named = [tuple({stance[:part] for stance in each} for each in pair) for pair in pairs(judged)]
    assume(any(one | other for one, other in named))
    binary = MultiLabelBinarizer().fit([one | other for one, other in named])
    truth, found = (binary.transform(column) for column in zip(*named, strict=True))

    oracle = f1_score(truth.ravel(), found.ravel(), zero_division=0)

    assert figures(judged)[figure] == pytest.approx(oracle, **EXACT)


@given(judged=JUDGED)
def test_detection_is_the_alpha_of_krippendorff(judged: dict):
    """Whether there is anything to label comes before what it is."""
    counts = np.zeros((5, 2))
    for (item, _), stances in judged.items():
        counts[item, int(len(stances) > 0)] += 1
    assume((counts[counts.sum(axis=1) > 1].sum(axis=0) > 0).all())

    oracle = krippendorff.alpha(value_counts=counts, level_of_measurement="nominal")

    assert figures(judged)["detection"] == pytest.approx(oracle, **EXACT)


@given(judged=JUDGED)
def test_the_label_is_the_alpha_of_krippendorff_with_its_coverage(judged: dict):
    """A unit is a holder and target that somebody named in an item; who did not name it is missing."""
    units = sorted({(item, *stance[:2]) for (item, _), stances in judged.items() for stance in stances})
    counts = np.zeros((len(units), 2))
    for (item, _), stances in judged.items():
        for holder, target, label in stances:
            counts[units.index((item, holder, target)), label] += 1
    several = counts.sum(axis=1) > 1
    assume((counts[several].sum(axis=0) > 0).all())
    judges = [sum(key[0] == item for key in judged) for item in range(5)]
    counted = [judges[item] > 1 for item, *_ in units]

    found = figures(judged)

    oracle = krippendorff.alpha(value_counts=counts, level_of_measurement="nominal")
    assert found["nominal"] == pytest.approx(oracle, **EXACT)
    assert found["coverage"] == pytest.approx(counts[several].sum() / counts[counted].sum(), **EXACT)


SPANS = st.lists(st.integers(1, 4), min_size=1, max_size=4)  # gap, length, gap, length … of the marked words


def laid(steps: list[int]) -> list[tuple[int, int]]:
    ends = np.cumsum([*steps, 1] if len(steps) % 2 else steps).tolist()
    return list(zip(ends[::2], ends[1::2], strict=True))


@given(one=SPANS, other=SPANS)
def test_rationales_are_the_f1_of_scikit_learn(one: list[int], other: list[int]):
    """Words: F1 of what each marked. Spans: those that find a partner with IoU above one half, either way.

    Two spans that do not overlap cannot both share more than half with a third, so a best one-to-one match
    (scipy) tells how many are found. At one half exactly two may: there ours is symmetric, ERASER's is not.
    """
    sides = [laid(one), laid(other)]
    words = np.zeros((2, 60), dtype=int)
    for side, spans in enumerate(sides):
        for start, end in spans:
            words[side, start:end] = 1
    overlaps = np.array([[jaccard(mine, theirs) for theirs in sides[1]] for mine in sides[0]])
    assume(not (overlaps == 0.5).any())
    rows, columns = linear_sum_assignment(overlaps > 0.5, maximize=True)
    matched = int((overlaps > 0.5)[rows, columns].sum())
    judged = {(0, 0): [(COUNCIL, DELAY, FAVOR)], (0, 1): [(COUNCIL, DELAY, FAVOR)]}

    found = figures(judged, spans=[(n, *span) for n, spans in enumerate(sides) for span in spans])

    assert found["rationale_tokens"] == pytest.approx(f1_score(*words, zero_division=0), **EXACT)
    assert found["rationale_iou"] == pytest.approx(2 * matched / (len(sides[0]) + len(sides[1])), **EXACT)


def jaccard(one: tuple[int, int], other: tuple[int, int]) -> float:
    marked = np.zeros((2, 60), dtype=int)
    for side, (start, end) in enumerate((one, other)):
        marked[side, start:end] = 1
    return jaccard_score(*marked)
