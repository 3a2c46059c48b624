"""Coefficients of agreement, each held to figures that others have published with their data."""

from itertools import combinations

import numpy as np
import pytest

from annotator.quality import agreement, distances
from annotator.quality.agreement import Array
from tests.annotator.quality.counting import counts_of, counts_of_two, sums

# Krippendorff (2011), section C: 4 observers, 12 units. Gwet's irrCAC has them as cac.raw4raters.
OBSERVERS = ["123321412...", "1233224125..", ".33323422513", "12332441251."]
# irrCAC's distrib.6raters: 15 patients, 6 psychiatrists, 5 diagnoses.
SIX = ["00060", "03003", "01401", "00006", "03030", "20400", "00402", "20310", "20040", "00006"]
SIX += ["10050", "11040", "03300", "10050", "02031"]
# irrCAC's cont3x3abstractors: two abstractors of the records of 100 pregnant women.
ABSTRACTORS = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]
# Fleiss (1971), Table 1: 30 patients, 6 psychiatrists, 5 diagnoses. A row a patient, as R's irr orders them.
DIAGNOSES = (
    "444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 144444 124444 222333 144444"
)
DIAGNOSES += (
    " 224445 333335 111455 111112 224444 133555 555555 244444 224555 114444 144445 222224 111155 224444"
)
DIAGNOSES += " 133333 555555"
# Wikipedia, “Fleiss' kappa”: 10 subjects, 14 raters, 5 categories.
FOURTEEN = [[0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1]]
FOURTEEN += [[7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7]]


def nominal(counts: np.ndarray) -> Array:
    return agreement.alpha(sums(counts).coincidences, distances.nominal(counts.shape[1]))


@pytest.mark.parametrize(
    ("observers", "values", "published"),
    [
        (["0100000010", "1110010000"], "01", 0.095),  # A: binary, two observers, no missing data
        (["aabbdcccedda", "babbbccceddd"], "abcde", 0.692),  # B: nominal, two observers
        (OBSERVERS, "12345", 0.743),  # C: nominal, any number of observers, missing data
    ],
)
def test_krippendorffs_own_examples(observers: list[str], values: str, published: float):
    """Alpha is what a paper reports; a figure of another definition under that name misleads all readers.

    Source: Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, sections A to C.
    """
    assert nominal(counts_of(observers, values)) == pytest.approx(published, abs=5e-4)


def test_krippendorffs_ordinal_example():
    """Grades of favor are ranks. Source: Krippendorff (2011), section D: the data of C, ordinal 0.815."""
    pairs = sums(counts_of(OBSERVERS, "12345")).coincidences

    assert agreement.alpha_ordinal(pairs, range(1, 6)) == pytest.approx(0.815, abs=5e-4)


def test_gwets_four_raters_with_missing_ratings():
    """Who recomputes our figures in R gets these.

    Source: README of Gwet's R package irrCAC, cac.raw4raters; the example of Gwet (2014), Handbook of
    Inter-Rater Reliability, 4th edition.
    """
    counts = counts_of(OBSERVERS, "12345")
    found = sums(counts)

    assert agreement.percent(found) == pytest.approx(0.8181818, abs=1e-7)
    assert agreement.ac1(found) == pytest.approx(0.77544, abs=1e-5)
    assert agreement.fleiss(found) == pytest.approx(0.76117, abs=1e-5)
    assert nominal(counts) == pytest.approx(0.74342, abs=1e-5)


def test_gwets_six_raters():
    """Source: README of irrCAC, distrib.6raters."""
    counts = np.array([[int(count) for count in row] for row in SIX])
    found = sums(counts)

    assert agreement.percent(found) == pytest.approx(0.5511111, abs=1e-7)
    assert agreement.ac1(found) == pytest.approx(0.4448007, abs=1e-7)
    assert agreement.fleiss(found) == pytest.approx(0.4139265, abs=1e-7)
    assert nominal(counts) == pytest.approx(0.4204384, abs=1e-7)


def test_gwets_two_abstractors():
    """Source: README of irrCAC, cont3x3abstractors."""
    counts = counts_of_two(ABSTRACTORS)
    found = sums(counts)

    assert agreement.cohen(np.array(ABSTRACTORS, dtype=np.float64)) == pytest.approx(0.7964094, abs=1e-7)
    assert agreement.percent(found) == pytest.approx(0.89)
    assert agreement.ac1(found) == pytest.approx(0.8493305, abs=1e-7)
    assert nominal(counts) == pytest.approx(0.7972585, abs=1e-7)


def test_fleiss_own_patients():
    """Source: Fleiss (1971), Table 1: 0.430; R's irr, kappam.fleiss(diagnoses): 0.4302445."""
    counts = counts_of([*map("".join, zip(*DIAGNOSES.split(), strict=True))], "12345")

    assert agreement.fleiss(sums(counts)) == pytest.approx(0.4302445, abs=1e-7)


def test_the_textbook_example_of_fleiss_kappa():
    """Source: Wikipedia, “Fleiss' kappa”, worked example: 0.210, as in the tests of statsmodels."""
    assert agreement.fleiss(sums(np.array(FOURTEEN))) == pytest.approx(0.210, abs=5e-4)


def test_cohens_own_example():
    """Source: Cohen (1960), Table 1: observed 0.70, by chance 0.41, kappa 0.492."""
    table = np.array([[88, 14, 18], [10, 40, 10], [2, 6, 12]], dtype=np.float64)

    assert agreement.cohen(table) == pytest.approx(0.492, abs=5e-4)


def test_the_example_of_sas():
    """Source: a printout of SAS, PROC FREQ, kept in the tests of statsmodels: kappa 0.4842."""
    table = np.array([[0, 4, 1], [0, 8, 0], [0, 1, 5]], dtype=np.float64)

    assert agreement.cohen(table) == pytest.approx(0.4842, abs=5e-5)


def test_lights_kappa_of_fleiss_patients():
    """The mean of all pairs' kappas. Source: manual of R's irr, kappam.light(diagnoses): 0.459."""
    tables = np.zeros((15, 5, 5))
    for pair, (one, other) in enumerate(combinations(range(6), 2)):
        for said in DIAGNOSES.split():
            tables[pair, int(said[one]) - 1, int(said[other]) - 1] += 1

    assert agreement.cohen(tables).mean() == pytest.approx(0.459, abs=5e-4)


def test_polarity_by_hand():
    """Nobody has published this distance, so its steps are here.

    Two annotators, four items, labels F, A, N: FF, FA, NN, FN. Distances: F–A 1, F–N and A–N 0.5.
    Of 8 answers F is 4, A 1, N 3. Observed: pairs in both orders FA 2 × 1 + FN 2 × 0.5 = 3, over 8.
    Expected: 2 (4·1·1 + 4·3·0.5 + 1·3·0.5) = 23, over 8 · 7. Alpha: 1 − (3/8) / (23/56) = 1 − 21/23 = 2/23.
    """
    far = distances.polarity("FAN", ["favor", "against", "none"])

    found = agreement.alpha(sums(counts_of(["FFNF", "FANN"], "FAN")).coincidences, far)

    assert found == pytest.approx(2 / 23)
