import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from baselines import bootstrap
from baselines.scoring import score

POLARITIES = {"FAVOR": "favor", "AGAINST": "against", "NONE": "none"}
GOLD = ["FAVOR", "FAVOR", "AGAINST", "AGAINST", "AGAINST", "NONE"]
PREDICTED = ["FAVOR", "AGAINST", "AGAINST", "AGAINST", "NONE", "AGAINST"]
TARGETS = ["a", "a", "a", "b", "b", "b"]


def scored(gold=GOLD, predicted=PREDICTED, targets=TARGETS, polarities=POLARITIES, resamples=200, seed=0):
    return score(gold, predicted, targets, polarities=polarities, seed=seed, resamples=resamples)


def test_scores_of_a_case_worked_by_hand():
    """The figure of the field: F1 of favor and against only, counts pooled over targets."""
    scores = scored()

    favor, against = 2 * 1 / (1 + 2), 2 * 2 / (4 + 3)  # 2 tp / (predicted + gold)
    assert scores.f_avg == pytest.approx((favor + against) / 2)
    assert scores.macro_f1 == pytest.approx((favor + against + 0) / 3)
    assert scores.accuracy == pytest.approx(3 / 6)
    assert scores.per_target["a"].f_avg == pytest.approx((2 / 3 + 2 / 3) / 2)
    assert scores.per_target["b"].f_avg == pytest.approx((0 + 2 / 4) / 2)
    assert scores.mean_over_targets == pytest.approx((2 / 3 + 1 / 4) / 2)
    assert scores.confusion == [[1, 1, 0], [0, 2, 1], [0, 1, 0]]
    assert (scores.per_label["AGAINST"].precision, scores.per_label["AGAINST"].recall) == (2 / 4, 2 / 3)


def test_degrees_of_favor_count_as_favor():
    """In a graded scheme, weak and strong favor are one side of F_avg and two labels of macro-F1."""
    polarities = {"STRONG": "favor", "WEAK": "favor", "AGAINST": "against"}
    scores = scored(["STRONG", "WEAK", "AGAINST"], ["WEAK", "STRONG", "AGAINST"], ["a"] * 3, polarities)

    assert scores.f_avg == 1
    assert scores.macro_f1 == pytest.approx(1 / 3)


def test_a_scheme_without_sides_has_no_f_avg():
    """A mean of F1 of nothing is no zero."""
    scores = scored(["A", "B"], ["A", "B"], ["t", "t"], {"A": "other", "B": "other"})

    assert scores.f_avg is scores.mean_over_targets is scores.per_target["t"].f_avg is None
    assert set(scores.intervals) == {"macro_f1", "accuracy"}


@given(
    st.lists(st.tuples(st.sampled_from(list(POLARITIES)), st.sampled_from(list(POLARITIES))), min_size=1),
)
def test_resampled_scores_are_computed_as_scikit_learn_does(pairs):
    """An interval of another quantity than the score that it stands beside would be a lie."""
    gold, predicted = zip(*pairs, strict=True)
    scores = scored(gold, predicted, ["t"] * len(pairs), resamples=1)
    sides = np.array(
        [[side == polarity for polarity in POLARITIES.values()] for side in ("favor", "against")]
    )

    ours = bootstrap.scores_of_counts(np.array(scores.confusion), sides)

    assert ours["f_avg"] == pytest.approx(scores.f_avg)
    assert ours["macro_f1"] == pytest.approx(scores.macro_f1)
    assert ours["accuracy"] == pytest.approx(scores.accuracy)


def test_the_interval_of_accuracy_is_the_binomial_one():
    """The bootstrap of a share has a known width: 1.96 standard errors to each side."""
    n, hits = 900, 600
    gold = ["FAVOR"] * n
    scores = scored(gold, ["FAVOR"] * hits + ["NONE"] * (n - hits), ["t"] * n, resamples=4000)

    low, high = scores.intervals["accuracy"]
    error = 1.96 * np.sqrt(hits / n * (1 - hits / n) / n)
    assert (low, high) == pytest.approx((hits / n - error, hits / n + error), abs=0.004)


def test_intervals_are_the_same_for_the_same_seed_however_they_are_cut(monkeypatch):
    """Two people who score the same model read the same interval."""
    assert scored().intervals == scored().intervals
    assert scored().intervals != scored(seed=1).intervals
    whole = scored(resamples=50).intervals
    monkeypatch.setattr(bootstrap, "CELLS", 7)
    assert scored(resamples=50).intervals == whole


def test_every_score_lies_in_its_interval_and_has_one():
    """A reader compares two models by these."""
    scores = scored(GOLD * 30, PREDICTED * 30, TARGETS * 30)

    for name in ("f_avg", "macro_f1", "accuracy", "mean_over_targets"):
        low, high = scores.intervals[name]
        assert low <= getattr(scores, name) <= high and low < high
    assert set(scores.per_target["a"].intervals) == {"f_avg", "macro_f1", "accuracy"}


def test_the_mean_over_many_small_targets_lies_in_its_interval():
    """Claims have a dozen rows each: F1 of few rows leans low in every resample, and the interval with it."""
    rng = np.random.default_rng(0)
    targets = np.repeat(np.arange(150).astype(str), rng.integers(5, 20, 150))
    gold = rng.choice(["FAVOR", "AGAINST"], len(targets))
    predicted = np.where(rng.random(len(targets)) < 0.6, gold, rng.choice(["FAVOR", "AGAINST"], len(targets)))
    scores = scored(gold, predicted, targets)

    low, high = scores.intervals["mean_over_targets"]
    assert low < scores.mean_over_targets < high
    assert (low + high) / 2 == pytest.approx(scores.mean_over_targets, abs=0.1 * (high - low))


def test_the_interval_of_the_mean_over_targets_holds_what_other_rows_score():
    """Nineteen of twenty intervals hold the score to be expected of as many rows a target."""
    rng = np.random.default_rng(1)
    cells = [0.3, 0.1, 0.05, 0.1, 0.25, 0.05, 0.05, 0.05, 0.05]  # favor, against, none: gold by predicted
    sides = np.array([[True, False, False], [False, True, False]])
    names, numbers = np.array(list(POLARITIES)), np.repeat(np.arange(40), rng.integers(3, 12, 40))
    figures, held = [], []
    for _ in range(40):
        drawn = rng.choice(9, len(numbers), p=cells)
        counts = np.bincount(9 * numbers + drawn, minlength=360).reshape(40, 3, 3)
        figures.append(bootstrap.scores_of_counts(counts, sides)["f_avg"].mean())
        columns = (names[drawn // 3], names[drawn % 3], numbers.astype(str))
        held.append(bootstrap.intervals(*columns, polarities=POLARITIES, seed=0, resamples=100)[0])

    low, high = np.array([each["mean_over_targets"] for each in held]).T
    expected = np.mean(figures)
    assert np.mean((low <= expected) & (expected <= high)) >= 0.87
