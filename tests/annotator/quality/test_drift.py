"""Warnings of drift: oracles for the tests behind them, and how often they are wrong."""

import random

import pytest
from scipy import stats

from annotator.quality import drift


@pytest.mark.parametrize(
    ("met", "of", "before", "of_before"), [(12, 20, 90, 100), (20, 20, 3, 4), (0, 20, 1, 80)]
)
def test_fisher_is_that_of_scipy(met, of, before, of_before):
    """A home-made tail that is off by one term is off for the rarest people."""
    oracle = stats.fisher_exact([[met, of - met], [before, of_before - before]], alternative="less").pvalue

    assert drift.fisher(met, of, before, of_before) == pytest.approx(oracle)


@pytest.mark.parametrize("degrees", range(1, 9))
@pytest.mark.parametrize("statistic", [0.1, 3.0, 20.0])
def test_the_tail_of_chi_squared_is_that_of_scipy(statistic, degrees):
    """Odd and even degrees go by different sums."""
    assert drift.chi_squared_tail(statistic, degrees) == pytest.approx(stats.chi2.sf(statistic, degrees))


def test_mann_whitney_is_that_of_scipy():
    """Seconds are rounded: there are ties."""
    chance = random.Random(0)
    one = [round(chance.lognormvariate(1, 0.5), 1) for _ in range(100)]
    other = [round(chance.lognormvariate(1.2, 0.5), 1) for _ in range(150)]
    oracle = stats.mannwhitneyu(one, other, method="asymptotic", use_continuity=True).pvalue

    assert drift.mann_whitney(one, other) == pytest.approx(oracle)


def test_the_lady_tasting_tea():
    """Fisher (1935), chapter 2: of 8 cups she names 3 of 4 right or better by chance 17 times in 70."""
    assert drift.fisher(1, 4, 3, 4) == pytest.approx(17 / 70)


def test_scipys_example_of_mann_whitney():
    """Ages at which diabetes was found. Source: manual of scipy.stats.mannwhitneyu."""
    males, females = [19, 22, 16, 29, 24], [20, 11, 17, 12]

    assert drift.mann_whitney(males, females) == pytest.approx(0.11134688653314041)


@pytest.mark.parametrize("less", range(0, 30, 2))
def test_labels_are_warned_of_where_scipys_test_would(less):
    """The statistic is summed by hand; a wrong expectation would shift every alarm."""
    before, now = (100, 60, 40), (50 - less, 30 + less, 20)
    oracle = stats.chi2_contingency([before, now], correction=False).pvalue
    labels = [
        label for counts in (before, now) for label, n in zip("abc", counts, strict=True) for _ in range(n)
    ]

    found = drift.warnings(checks=[], labels=labels, seconds=[])

    assert bool(found) == (oracle < drift.LEVEL)


def test_a_steady_person_is_seldom_named():
    """At most one look in a thousand a rule: of 3,000 looks, three."""
    chance = random.Random(1)
    alarms = sum(len(drift.warnings(**person(chance))) for _ in range(1_000))

    assert alarms <= 6


def test_looking_after_each_check_names_few_of_the_steady():
    """A page that is opened every day looks often; most steady people must still never be named."""
    chance = random.Random(2)
    named = 0
    for _ in range(300):
        checks = [chance.random() < 0.85 for _ in range(120)]
        named += any(
            drift.warnings(checks=checks[:end], labels=[], seconds=[]) for end in range(1, len(checks) + 1)
        )

    assert named / 300 <= 0.05


@pytest.mark.parametrize(
    ("what", "moved"),
    [
        ("checks", {"checks_now": 0.3}),
        ("labels", {"labels_now": (0.2, 0.2, 0.6)}),
        ("speed", {"pace_now": 0.5}),
    ],
)
def test_who_drifts_is_named(what, moved):
    """Someone who clicks through for an afternoon must not go unseen."""
    chance = random.Random(3)
    named = sum(what in {each.what for each in drift.warnings(**person(chance, **moved))} for _ in range(100))

    assert named >= 80


def test_too_little_says_nothing():
    """Ten answers are no pattern."""
    assert drift.warnings(checks=[True] * 10, labels=["a"] * 50, seconds=[1.0] * 50) == []
    assert drift.warnings(checks=[True] * 40, labels=["a"] * 400, seconds=[1.0] * 400) == []


def person(chance, *, checks_now=0.85, labels_now=(0.5, 0.3, 0.2), pace_now=1.0):
    """What 300 answers and 80 checks of somebody look like, who may have changed lately."""
    shares = [0.5, 0.3, 0.2]
    labels = chance.choices("abc", shares, k=200) + chance.choices("abc", labels_now, k=100)
    seconds = [chance.lognormvariate(1, 0.6) for _ in range(200)]
    seconds += [pace_now * chance.lognormvariate(1, 0.6) for _ in range(100)]
    checks = [chance.random() < 0.85 for _ in range(60)] + [chance.random() < checks_now for _ in range(20)]
    return {"checks": checks, "labels": labels, "seconds": seconds}
