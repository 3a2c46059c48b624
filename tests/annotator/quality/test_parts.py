"""Open projects that do not fit into memory: figures of parts are figures of the whole."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.quality import bootstrap, measure, pile, sets
from annotator.quality.bootstrap import Resampling, measured
from annotator.quality.pile import piling
from tests.annotator.quality.stances import JUDGED, SCHEME, table

HOW = Resampling(seed=4, resamples=40)
RELATED = [("haste", "opposite_of", "delay"), ("mayor", "speaks_for", "council")]


def told(report: measure.Report) -> dict:
    """Every figure with its interval, as far as release.json tells them."""
    return report.as_json()


@given(judged=JUDGED, data=st.data())
def test_parts_come_to_what_the_whole_comes_to(judged, data):
    """A release is gone through part by part, `standpoint agreement` is not: both must say the same."""
    stances = sum(map(len, judged.values()))
    span = st.tuples(st.integers(0, max(stances - 1, 0)), st.integers(0, 4)).map(lambda s: (*s, s[1] + 2))
    spans = sorted(data.draw(st.lists(span, max_size=6, unique_by=lambda s: s[:2]))) if stances else []
    whole = table(judged, spans=spans, related=RELATED)
    of = np.array(data.draw(st.lists(st.integers(0, 3), min_size=5, max_size=5)))[whole.answers.item]
    parts = [replace(whole, answers=whole.answers.where(of == number)) for number in range(4)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bootstrap, "BLOCK", data.draw(st.integers(1, 4)))
        patch.setattr(pile, "HELD", data.draw(st.integers(1, 300)))
        patch.setattr(sets, "AT_ONCE", data.draw(st.integers(1, 6)))
        streamed = measure.of_parts(lambda: parts, SCHEME, HOW)
        patch.setattr(pile, "HELD", 500_000)
        patch.setattr(sets, "AT_ONCE", 100_000)
        expected = measure.of_parts(lambda: (whole,), SCHEME, HOW)

    assert told(streamed) == told(expected)


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=8), min_size=1, max_size=6),
    st.integers(1, 5),
)
def test_a_pile_measures_what_its_rows_measure(parts, block):
    """Rows that went through a file must be the rows that came, each as often as it came."""
    arrays = [np.array(part, dtype=float).reshape(-1, 2) + 0.1 for part in parts]

    def mean(sums):
        return {"mean": sums[..., 0] / (sums[..., 1] + 1), "least": sums.min(axis=-1)}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bootstrap, "BLOCK", block)
        patch.setattr(pile, "HELD", 6)
        with piling() as heap:
            for rows in arrays:
                heap.add(rows)
            found = heap.measured(mean, HOW)
        expected = measured(np.concatenate(arrays), mean, HOW)

    for name, figure in expected.items():
        assert found[name] == pytest.approx(figure, nan_ok=True), name


def test_blocks_are_drawn_as_one():
    """With a million distinct rows an interval must not become another one for being drawn in blocks."""
    rows = np.stack([np.random.default_rng(0).normal(5, 2, size=2_000), np.ones(2_000)], axis=1)

    def mean(sums):
        return {"mean": sums[..., 0] / sums[..., 1]}

    one = measured(rows, mean, Resampling(resamples=4_000))["mean"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bootstrap, "BLOCK", 50)
        many = measured(rows, mean, Resampling(resamples=4_000))["mean"]

    assert many != one
    assert many.value == pytest.approx(one.value)
    assert many.interval == pytest.approx(one.interval, abs=0.01)  # half of the interval is 0.088
