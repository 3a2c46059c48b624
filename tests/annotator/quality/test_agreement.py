"""Each coefficient held to a published example, and to an independent oracle on tables made up."""

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from annotator.quality import agreement, distances
from annotator.quality.agreement import Sums

# Krippendorff (2011), section C: 4 observers, 12 units; 0 is missing. Gwet (2014) takes it up.
OBSERVERS = ["123321412000", "123322412503", "033323422510", "123324412510"]
# The worked example of Fleiss' kappa that textbooks give: 10 subjects, 14 raters, 5 categories, 0.210.
FLEISS = [[0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1]]
FLEISS += [[7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7]]


def counts_of(observers: list[str], labels: int) -> np.ndarray:
    given_ = np.array([[int(value) for value in row] for row in observers])
    return np.stack([(given_ == label).sum(axis=0) for label in range(1, labels + 1)], axis=1)


def sums(counts: np.ndarray) -> Sums:
    return Sums.of(agreement.summands(counts).sum(axis=0), counts.shape[1])


@st.composite
def tables(draw: st.DrawFn) -> np.ndarray:
    """How often each of some items was given each of some labels."""
    labels = draw(st.integers(2, 4))
    row = st.lists(st.integers(0, 3), min_size=labels, max_size=labels)
    return np.array(draw(st.lists(row, min_size=2, max_size=9)))


def test_krippendorffs_own_example():
    """Alpha is what a paper reports; a figure of another definition under that name misleads all readers."""
    counts = counts_of(OBSERVERS, 5)
    found = sums(counts)

    assert agreement.alpha(found.coincidences, distances.nominal(5)) == pytest.approx(0.743, abs=5e-4)
    assert agreement.alpha_ordinal(found.coincidences, range(1, 6)) == pytest.approx(0.815, abs=5e-4)


def test_gwets_example_with_missing_judgements():
    """Gwet (2014) computes all of these on one table: percent 0.818, AC1 0.775, Fleiss' kappa 0.761."""
    found = sums(counts_of(OBSERVERS, 5))

    assert agreement.percent(found) == pytest.approx(0.81818, abs=1e-5)
    assert agreement.ac1(found) == pytest.approx(0.77544, abs=1e-5)
    assert agreement.fleiss(found) == pytest.approx(0.76117, abs=1e-5)


def test_the_textbook_example_of_fleiss_kappa():
    """Fleiss (1971) is quoted with it; 0.210 is what every program gives."""
    assert agreement.fleiss(sums(np.array(FLEISS))) == pytest.approx(0.210, abs=5e-4)


def test_cohens_own_example():
    """Cohen (1960), Table 1: observed 0.70, by chance 0.41, kappa 0.492."""
    table = np.array([[88, 14, 18], [10, 40, 10], [2, 6, 12]], dtype=np.float64)

    assert agreement.cohen(table) == pytest.approx(0.492, abs=5e-4)


@given(counts=tables())
def test_alpha_is_the_oracles_alpha(counts: np.ndarray):
    """The package krippendorff, which shares no line with ours, must say the same of any table."""
    assume((counts[counts.sum(axis=1) > 1].sum(axis=0) > 0).sum() > 1)
    pairs, labels = sums(counts).coincidences, counts.shape[1]
    far = distances.polarity([str(n) for n in range(labels)], ["favor", "against", "none", "favor"][:labels])

    def polarity(v1, v2, i1, i2, n_v, dtype=np.float64):  # its callback has these arguments
        return far[i1, i2]

    assert agreement.alpha(pairs, distances.nominal(labels)) == pytest.approx(
        krippendorff.alpha(value_counts=counts, level_of_measurement="nominal")
    )
    assert agreement.alpha_ordinal(pairs, range(labels)) == pytest.approx(
        krippendorff.alpha(value_counts=counts, level_of_measurement="ordinal")
    )
    assert agreement.alpha(pairs, far) == pytest.approx(
        krippendorff.alpha(value_counts=counts, level_of_measurement=polarity)
    )


@given(said=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=2, max_size=30))
def test_cohens_kappa_is_the_oracles_kappa(said: list[tuple[int, int]]):
    """scikit-learn must say the same of any two annotators."""
    one, other = map(list, zip(*said, strict=True))
    assume(len({*one, *other}) > 1)
    table = np.zeros((3, 3))
    np.add.at(table, (one, other), 1)

    assert agreement.cohen(table) == pytest.approx(cohen_kappa_score(one, other))


@given(counts=tables())
def test_percent_is_counted_pair_by_pair(counts: np.ndarray):
    """Who checks a figure by hand takes an item and counts who agrees with whom."""
    shares = []
    for row in counts:
        votes = [label for label, count in enumerate(row) for _ in range(count)]
        pairs = [one == other for n, one in enumerate(votes) for other in votes[:n]]
        shares += [sum(pairs) / len(pairs)] if pairs else []
    assume(shares)

    assert agreement.percent(sums(counts)) == pytest.approx(sum(shares) / len(shares))


def test_opposed_labels_weigh_more_than_a_miss():
    """Annotators who read favor as against did not read the text; one who saw no stance was careful."""
    far = distances.polarity(["FAVOR", "AGAINST", "NONE"], ["favor", "against", "none"])
    opposed, missed = (
        np.array([row, *[[2, 0, 0], [0, 2, 0], [0, 0, 2]] * 3]) for row in ([1, 1, 0], [1, 0, 1])
    )
    nominal = [agreement.alpha(sums(c).coincidences, distances.nominal(3)) for c in (opposed, missed)]
    polarity = [agreement.alpha(sums(c).coincidences, far) for c in (opposed, missed)]

    assert nominal[0] == pytest.approx(nominal[1])
    assert polarity[0] < polarity[1]


def test_a_project_may_set_its_distances():
    """A scheme in which mixed lies near against is measured by its own rule, in both directions."""
    far = distances.polarity(["PRO", "CON", "MIXED"], ["favor", "against", "mixed"], {("MIXED", "CON"): 0.1})

    assert far[2, 1] == far[1, 2] == 0.1
    assert far[0, 1] == 1


def test_all_the_same_is_no_agreement_to_measure():
    """A set in which everything is NONE tells nothing; a division by nought must not become a figure."""
    found = sums(np.array([[3, 0], [2, 0]]))

    assert np.isnan(agreement.alpha(found.coincidences, distances.nominal(2)))
    assert agreement.percent(found) == 1
