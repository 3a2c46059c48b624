"""Coefficients of agreement, each held to other people's programs on tables that are made up."""

import json
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from random import Random

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa

from annotator.quality import agreement, distances, votes
from annotator.quality.bootstrap import Resampling
from tests.annotator.quality.counting import sums
from tests.annotator.quality.crowd import LABELS, gappy

EXACT = {"rel": 1e-9, "abs": 1e-9}
POLARITIES = ["favor", "against", "none", "favor"]


@st.composite
def tables(draw: st.DrawFn) -> np.ndarray:
    """How often each of some items was given each of some labels."""
    labels = draw(st.integers(2, 4))
    row = st.lists(st.integers(0, 3), min_size=labels, max_size=labels)
    return np.array(draw(st.lists(row, min_size=2, max_size=9)))


@given(counts=tables())
def test_alpha_is_the_oracles_alpha(counts: np.ndarray):
    """The package krippendorff, which shares no line with ours, must say the same of any table."""
    assume((counts[counts.sum(axis=1) > 1].sum(axis=0) > 0).sum() > 1)
    pairs, labels = sums(counts).coincidences, counts.shape[1]
    far = distances.polarity([str(n) for n in range(labels)], POLARITIES[:labels])

    def polarity(v1, v2, i1, i2, n_v, dtype=np.float64):  # its callback has these arguments
        return far[i1, i2]

    assert agreement.alpha(pairs, distances.nominal(labels)) == pytest.approx(
        krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"), **EXACT
    )
    assert agreement.alpha_ordinal(pairs, range(labels)) == pytest.approx(
        krippendorff.alpha(value_counts=counts, level_of_measurement="ordinal"), **EXACT
    )
    assert agreement.alpha(pairs, far) == pytest.approx(
        krippendorff.alpha(value_counts=counts, level_of_measurement=polarity), **EXACT
    )


@given(said=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=2, max_size=30))
def test_cohens_kappa_is_the_oracles_kappa(said: list[tuple[int, int]]):
    """scikit-learn and statsmodels must say the same of any two annotators."""
    one, other = map(list, zip(*said, strict=True))
    assume(len({*one, *other}) > 1)
    table = np.zeros((3, 3))
    np.add.at(table, (one, other), 1)

    assert agreement.cohen(table) == pytest.approx(cohen_kappa_score(one, other), **EXACT)
    assert agreement.cohen(table) == pytest.approx(cohens_kappa(table, return_results=False), **EXACT)


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


@given(counts=tables())
def test_alpha_is_that_of_nltk(counts: np.ndarray):
    """A second program for alpha: it sums over answers, not over tables of coincidences."""
    assume((counts[counts.sum(axis=1) > 1].sum(axis=0) > 0).sum() > 1)
    far = distances.polarity("abcd"[: counts.shape[1]], POLARITIES[: counts.shape[1]])
    answers = [
        (f"{who}", f"{item}", label)
        for item, row in enumerate(counts)
        for who, label in enumerate(np.repeat(np.arange(len(row)), row).tolist())
    ]

    for distance in (distances.nominal(len(far)), far):
        oracle = AnnotationTask(answers, distance=lambda one, other, far=distance: far[one, other])
        assert agreement.alpha(sums(counts).coincidences, distance) == pytest.approx(oracle.alpha(), **EXACT)


@st.composite
def complete(draw: st.DrawFn) -> np.ndarray:
    """What each of some annotators said of each of some items, nothing missing: items × annotators."""
    annotators = draw(st.integers(2, 5))
    row = st.lists(st.integers(0, 2), min_size=annotators, max_size=annotators)
    return np.array(draw(st.lists(row, min_size=2, max_size=9)))


@given(said=complete())
def test_fleiss_kappa_is_that_of_statsmodels(said: np.ndarray):
    """It wants as many answers for each item; with missing ones irrCAC is the oracle."""
    assume(len(np.unique(said)) > 1)
    counts = np.stack([(said == label).sum(axis=1) for label in range(3)], axis=1)

    assert agreement.fleiss(sums(counts)) == pytest.approx(fleiss_kappa(counts), **EXACT)


@given(said=complete(), at_once=st.integers(1, 50), most=st.sampled_from([0, votes.CELLS]), draw=st.randoms())
def test_the_mean_of_kappas_is_that_of_nltk(said: np.ndarray, at_once: int, most: int, draw: Random):
    """Each pair of annotators has a kappa of its own; one number stands for all, in parts or whole."""
    pairs = list(combinations(range(said.shape[1]), 2))
    assume(all(len(np.unique(said[:, pair])) > 1 for pair in pairs))
    tables = np.zeros((len(pairs), 3, 3))
    for number, (one, other) in enumerate(pairs):
        np.add.at(tables[number], (said[:, one], said[:, other]), 1)
    answers = [(f"{who}", f"{item}", int(label)) for (item, who), label in np.ndenumerate(said)]

    draw.shuffle(answers)
    cast = votes.Votes.room(len(answers))
    cast.put(0, votes.Votes(*np.array([(int(item), int(who), label) for who, item, label in answers]).T))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(votes, "AT_ONCE", at_once)
        patch.setattr(votes, "CELLS", most)
        figure = votes.figures(cast, votes.Classes(3, distances.nominal(3), ()), Resampling(resamples=2))[
            "cohen"
        ]

    oracle = pytest.approx(AnnotationTask(answers).kappa(), **EXACT)
    assert agreement.cohen(tables).mean() == oracle
    assert figure.value == oracle


COEFFICIENTS: dict[str, Callable] = {
    "percent": agreement.percent,
    "ac1": agreement.ac1,
    "fleiss": agreement.fleiss,
    "nominal": lambda found: agreement.alpha(found.coincidences, distances.nominal(len(LABELS))),
}


@pytest.mark.parametrize("figure", COEFFICIENTS)
def test_answers_are_missing_as_in_irr_cac(figure: str):
    """Items with none, one or more answers, and labels that nobody gave; run in an environment of its own."""
    kept = json.loads(Path(__file__).with_name("irr_cac.json").read_text(encoding="utf-8"))

    for seed, published in enumerate(kept):
        rows = gappy(seed)
        counts = np.zeros((10, len(LABELS)), dtype=np.int64)
        for item, _, label in rows:
            counts[item, LABELS.index(label)] += 1
        assert COEFFICIENTS[figure](sums(counts)) == pytest.approx(published[figure], abs=1e-5), seed
