"""Entropy and majority of votes."""

import statistics
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from annotator.quality.aggregation import majority
from annotator.quality.disagreement import entropy

LABELS = ["favor", "against", "none"]
VOTES = st.lists(st.sampled_from([*LABELS, None]), min_size=1, max_size=9)


def test_shannons_own_example():
    """Four symbols with probabilities 1/2, 1/4, 1/8, 1/8 carry 7/4 bits.

    Source: Shannon (1948), A Mathematical Theory of Communication, section 10.
    """
    assert entropy("AAAABBCD") == pytest.approx(7 / 4)


@given(votes=VOTES)
def test_entropy_is_that_of_scipy(votes: list[str | None]):
    """The queue of a curator is ordered by it."""
    assert entropy(votes) == pytest.approx(stats.entropy([*Counter(votes).values()], base=2), abs=1e-9)


@given(votes=VOTES)
def test_the_majority_is_the_one_mode(votes: list[str | None]):
    """Two modes are a tie, which nobody breaks."""
    modes = statistics.multimode(votes)

    found = majority(votes, LABELS)

    assert (found.tied, found.label) == (len(modes) > 1, None if len(modes) > 1 else modes[0])
