"""Dawid–Skene and MACE: a published example, an oracle, and a crowd whose truth is known."""

import json
from pathlib import Path

import numpy as np
import pytest

from annotator.quality import dawid_skene, mace
from annotator.quality.posterior import TIED, Ballots
from tests.annotator.quality.crowd import LABELS, crowd

# Dawid & Skene (1979), Table 1: 45 patients; observer 1 answers three times, then observers 2 to 5.
PATIENTS = (
    "1111111 3334334 1122122 2223121 2223222 2223322 1222111 3333433 2222223 2322223 4444444 2223343 "
    "1111111 2223212 1211111 1112111 1111111 1111111 2222221 2221322 2222222 2222221 2223222 2212222 1111111 "
    "1111111 2322222 1111111 1111111 1121121 1111111 3333233 1111111 2222222 2223232 4334343 2212232 2323233 "
    "3333432 1111111 1111111 1212111 2322222 1211111 2222222"
)
OBSERVERS = (0, 0, 0, 1, 2, 3, 4)
SHARES = (0.40, 0.42, 0.11, 0.07)  # Table 2, and below the diagonals of the observers' error rates
RIGHT = [(0.89, 0.88, 0.66, 0.44), (0.83, 0.63, 1, 1), (1, 0.79, 0.20, 0.33), (0.94, 0.84, 0.80, 0.67)]
RIGHT += [(1, 0.73, 0.79, 0.67)]
FITS = {"dawid_skene": dawid_skene.fit, "mace": mace.fit}


def ballots(rows: list[tuple[str, str, str]]) -> Ballots:
    return Ballots(
        *(np.unique(column, return_inverse=True)[1] for column in zip(*rows, strict=True)), len(LABELS)
    )


def patients() -> Ballots:
    votes = [
        (patient, observer, int(said) - 1)
        for patient, row in enumerate(PATIENTS.split())
        for observer, said in zip(OBSERVERS, row, strict=True)
    ]
    return Ballots(*np.array(votes).T, 4)


def test_dawid_and_skenes_own_example():
    """Their patients are the first crowd that was ever weighed; the same figures must come out."""
    found = dawid_skene.fit(patients())

    assert found.probabilities.mean(axis=0) == pytest.approx(SHARES, abs=0.01)
    assert found.reliability == pytest.approx(np.array(RIGHT) @ np.array(SHARES), abs=0.01)


def test_the_example_of_the_authors_of_mace():
    """Somebody who runs MACE itself on the same votes must read the same figures.

    Source: README.md of https://github.com/dirkhovy/MACE, sections 2 and 3: five words, five annotators; the
    probability of the best label of each word, and the annotators' competence.
    """
    rows = ["N,,,N,P", "V,V,,V,", "A,,A,,D", ",V,,V,D", "N,,,N,P"]  # noun, verb, adjective, adverb, pronoun
    cells = [(word, who, said) for word, row in enumerate(rows) for who, said in enumerate(row.split(","))]
    votes = [(word, who, "NVADP".index(said)) for word, who, said in cells if said]

    found = mace.fit(Ballots(*np.array(votes).T, 5))

    assert ["NVADP"[winner] for winner in found.winners()] == ["N", "V", "A", "V", "N"]
    best = [
        0.9997443833265887,
        0.9999961943848287,
        0.9990184050335877,
        0.9994950838119411,
        0.9997443833265887,
    ]
    assert found.probabilities.max(axis=1) == pytest.approx(best, abs=1e-6)
    competence = [0.8820970950608722, 0.7904155783217401, 0.6598575839917008, 0.8822161621354134]
    assert found.reliability == pytest.approx([*competence, 0.03114062354821738], abs=1e-5)


@pytest.mark.parametrize("method", FITS)
def test_labels_are_those_of_crowd_kit(method: str):
    """Another program that people trust, in an environment of its own, gives 99 of 100 labels alike."""
    kept = json.loads(Path(__file__).with_name("crowd_kit.json").read_text(encoding="utf-8"))

    winners = FITS[method](ballots(crowd())).winners()

    assert (
        np.mean(
            [str(winner) == label for winner, label in zip(winners, kept["made up"][method], strict=True)]
        )
        >= 0.99
    )


@pytest.mark.parametrize("method", FITS)
def test_who_says_the_same_whatever_is_asked_is_found(method: str):
    """The curator wants to know whose answers to look at first: here the first two know nothing."""
    found = FITS[method](ballots(crowd()))

    assert set(np.argsort(found.reliability)[:2]) == {0, 1}


@pytest.mark.parametrize("method", FITS)
def test_the_order_of_votes_does_not_matter(method: str):
    """Who answers first must not have the say."""
    rows = crowd(items=60)
    one, other = (FITS[method](ballots(list(order))) for order in (rows, reversed(rows)))

    assert one.probabilities == pytest.approx(other.probabilities, abs=1e-9)
    assert one.winners().tolist() == other.winners().tolist()


def test_an_even_vote_of_equals_is_a_tie():
    """A coin must not decide what a model learns."""
    votes = [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)]

    assert dawid_skene.fit(Ballots(*np.array(votes).T, 2)).winners().tolist() == [TIED, TIED]


def test_a_seed_gives_the_same_again():
    """The bytes of a release hang on it."""
    votes = ballots(crowd(items=80))

    one, again = mace.fit(votes, seed=5), mace.fit(votes, seed=5)

    assert one.probabilities.tolist() == again.probabilities.tolist()
    assert (one.best, one.restarts) == (again.best, 10)
