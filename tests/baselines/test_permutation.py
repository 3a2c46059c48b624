import numpy as np
import pytest
from scipy.stats import permutation_test
from sklearn.metrics import f1_score

from baselines import permutation
from baselines.permutation import differences

POLARITIES = {"FAVOR": "favor", "AGAINST": "against", "NONE": "none"}


@pytest.fixture(scope="module")
def rows():
    """Gold labels, and two models that are right in 70 and in 60 of 100 rows."""
    rng = np.random.default_rng(3)
    gold = rng.choice(list(POLARITIES), 300)
    guess = rng.choice(list(POLARITIES), (2, 300))
    first, second = (
        np.where(rng.random(300) < right, gold, each) for right, each in zip((0.55, 0.42), guess, strict=True)
    )
    return gold, first, second


def test_p_is_that_of_scipys_permutation_test(rows):
    """The oracle swaps row by row; ours swaps counts, and must mean the same."""
    gold, first, second = rows
    right = [(each == gold).astype(float) for each in (first, second)]
    oracle = permutation_test(
        right, lambda a, b, axis: np.mean(a - b, axis=axis), permutation_type="samples", vectorized=True,
        n_resamples=20_000, rng=np.random.default_rng(0),
    )  # fmt: skip

    ours = differences(*rows, polarities=POLARITIES, seed=0, rounds=20_000)

    assert 0.001 < oracle.pvalue < 0.2
    assert ours["accuracy"].p == pytest.approx(oracle.pvalue, abs=0.01)
    assert ours["accuracy"].value == pytest.approx(oracle.statistic)


def test_the_difference_is_that_of_the_scores(rows):
    """A sign the wrong way round would crown the worse model."""
    gold, first, second = rows
    ours = differences(*rows, polarities=POLARITIES, seed=0, rounds=100)

    macro = [f1_score(gold, each, average="macro") for each in (first, second)]
    f_avg = [f1_score(gold, each, labels=["FAVOR", "AGAINST"], average="macro") for each in (first, second)]
    assert ours["macro_f1"].value == pytest.approx(macro[0] - macro[1]) and macro[0] > macro[1]
    assert ours["f_avg"].value == pytest.approx(f_avg[0] - f_avg[1])
    assert all(each.interval[0] < each.value < each.interval[1] for each in ours.values())


def test_a_model_does_not_differ_from_itself(rows):
    """The smallest p of a test without a difference is 1."""
    gold, first, _ = rows

    assert {each.p for each in differences(gold, first, first, polarities=POLARITIES, seed=0).values()} == {
        1.0
    }


def test_under_the_null_p_is_even(rows):
    """Of two models that are alike, one in twenty pairs may be called different, and no more."""
    rng = np.random.default_rng(0)
    gold = rng.choice(list(POLARITIES), 120)
    ps = []
    for _ in range(200):
        one, other = (np.where(rng.random(120) < 0.6, gold, rng.choice(list(POLARITIES), 120)) for _ in "ab")
        found = differences(gold, one, other, polarities=POLARITIES, seed=0, rounds=200)
        ps.append(found["f_avg"].p)

    assert 0.01 <= np.mean(np.array(ps) < 0.05) <= 0.1


def test_rounds_may_come_in_parts(rows, monkeypatch):
    """A scheme of many labels must fit into memory."""
    monkeypatch.setattr(permutation, "CELLS", 27 * 7)

    found = differences(*rows, polarities=POLARITIES, seed=0, rounds=100)
    assert 0 < found["f_avg"].p < 0.3
