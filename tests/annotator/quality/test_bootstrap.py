import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from annotator.quality import agreement, bootstrap, distances
from annotator.quality.agreement import Sums
from annotator.quality.bootstrap import Resampling, distinct, measured


def mean(sums):
    return {"mean": sums[..., 0] / sums[..., 1]}


def rows(values):
    return np.stack([np.array(values, dtype=float), np.ones(len(values))], axis=1)


def test_an_interval_is_that_of_resampled_items():
    """The short cut over distinct rows must give what drawing items one by one gives."""
    draw = np.random.default_rng(1)
    values = draw.integers(0, 3, size=200)
    by_item = [values[draw.integers(0, 200, size=200)].mean() for _ in range(4_000)]

    figure = measured(rows(values), mean, Resampling(seed=0, resamples=4_000))["mean"]

    assert figure.value == pytest.approx(values.mean())
    assert figure.interval == pytest.approx(np.percentile(by_item, [2.5, 97.5]), abs=0.02)


def test_the_same_seed_gives_the_same_interval():
    """A release is written twice, and must say the same twice."""
    values, how = rows([0, 1, 1, 2, 5, 5]), Resampling(seed=3)

    assert measured(values, mean, how) == measured(values[::-1], mean, how)
    assert measured(values, mean, how) != measured(values, mean, Resampling(seed=4))


def test_a_row_may_stand_for_many_items():
    """Among five million there are thirty different ones: what is counted must be what is written out."""
    few, times, how = rows([0, 1, 2]), np.array([3, 1, 2]), Resampling(seed=3)

    assert measured(few, mean, how, times) == measured(np.repeat(few, times, axis=0), mean, how)


def test_one_item_has_no_interval():
    """An interval of no width would look like certainty."""
    assert measured(rows([2]), mean, Resampling())["mean"] == (2.0, None, None)


@given(
    st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 2)), min_size=1, max_size=20),
    st.integers(1, 25),
)
def test_distinct_rows_are_all_rows(given_rows, at_once):
    """A row that got lost would be an item that nobody counts, however few are sorted together."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bootstrap, "AT_ONCE", at_once)
        found, counts = distinct(np.array(given_rows, dtype=float))

    assert len(found) == len(set(given_rows))
    assert sorted(map(tuple, np.repeat(found, counts, axis=0).tolist())) == sorted(given_rows)


def test_an_interval_is_that_of_scipy():
    """Whoever checks alpha's interval resamples items with the library that everybody has.

    Both draw 20,000 times from their own seeds, so they differ by chance alone: about 0.001.
    """
    counts = np.random.default_rng(5).multinomial(3, [0.5, 0.3, 0.2], size=120)
    counts[:60] = [[3, 0, 0], [0, 3, 0], [0, 2, 1]] * 20
    columns = agreement.summands(counts)

    def alpha(sums):
        return agreement.alpha(Sums.of(sums, 3).coincidences, distances.nominal(3))

    figure = measured(columns, lambda sums: {"alpha": alpha(sums)}, Resampling(resamples=20_000))["alpha"]

    oracle = stats.bootstrap(
        (np.arange(120),),
        lambda items, axis: alpha(columns[items].sum(axis=-2)),
        n_resamples=20_000,
        batch=1_000,
        method="percentile",
        rng=np.random.default_rng(1),
    ).confidence_interval
    assert figure.interval == pytest.approx(tuple(oracle), abs=0.006)


def test_the_interval_of_a_share_is_binomial():
    """The one case in which the resamples' distribution is known: of 400 items 100 agree, so Bin(400, 1/4).

    Source: Efron & Tibshirani (1993), chapter 13, percentile interval; the quantiles are scipy's.
    """
    figure = measured(rows([1] * 100 + [0] * 300), mean, Resampling(resamples=20_000))["mean"]

    assert figure.interval == pytest.approx(stats.binom.ppf([0.025, 0.975], 400, 0.25) / 400, abs=0.0051)
