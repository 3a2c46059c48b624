"""How many items an interval needs, held against simulation and statsmodels."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.proportion import samplesize_confint_proportion

from annotator.quality import sample_size


@pytest.mark.parametrize(("alpha", "prevalence"), [(0.4, 0.5), (0.6, 0.2)])
def test_so_many_items_give_an_interval_of_the_wished_width(alpha, prevalence):
    """A curator who plans by a wrong formula pays for answers or lacks them."""
    width, repeats = 0.1, 2_000
    items = sample_size.for_alpha(alpha, width, prevalence=prevalence)
    random = np.random.default_rng(0)
    first = random.random((repeats, items)) < prevalence
    again = random.random((repeats, items)) < prevalence
    second = np.where(random.random((repeats, items)) < alpha, first, again)
    share = (first.mean(axis=1) + second.mean(axis=1)) / 2
    chance = share**2 + (1 - share) ** 2
    found = ((first == second).mean(axis=1) - chance) / (1 - chance)

    low, high = np.quantile(found, [0.025, 0.975])
    assert high - low == pytest.approx(width, rel=0.08)


def test_a_share_needs_the_binomial_number():
    """N = z² p (1 - p) / (w / 2)²: 385 for the widely told worst case of five points either way."""
    assert sample_size.for_share(0.5, 0.1) == 385


@pytest.mark.parametrize("arguments", [(0, 0.1), (1, 0.1), (0.5, 0), (0.5, 1)])
def test_what_has_no_answer_is_refused(arguments):
    """A division by zero is no plan."""
    with pytest.raises(ValueError, match="not between 0 and 1"):
        sample_size.for_share(*arguments)


@given(share=st.floats(0.02, 0.98), width=st.floats(0.02, 0.5))
def test_the_number_for_a_share_is_that_of_statsmodels(share, width):
    """The formula is in every textbook; so is the mistake of taking the width for half of it."""
    oracle = samplesize_confint_proportion(share, width / 2)

    assert abs(sample_size.for_share(share, width) - math.ceil(oracle)) <= 1e-9 * oracle + 1


@given(alpha=st.floats(0, 0.95), prevalence=st.floats(0.05, 0.95), width=st.floats(0.05, 0.4))
def test_the_number_for_alpha_is_by_the_variance_of_statsmodels(alpha, prevalence, width):
    """Its variance of kappa is that of Fleiss, Cohen and Everitt (1969), another way to the same limit."""
    p, q = prevalence, 1 - prevalence
    more = alpha * p * q  # how much more often both say the same than by chance
    many = 1e9
    table = np.array([[p * p + more, p * q - more], [p * q - more, q * q + more]]) * many

    oracle = (2 * sample_size.Z / width) ** 2 * cohens_kappa(table).var_kappa * many

    assert sample_size.for_alpha(alpha, width, prevalence=prevalence) == pytest.approx(
        oracle, abs=1, rel=1e-5
    )
