from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.quality.aggregation import majority
from annotator.quality.alignment import align

LABELS = ["FAVOR", "AGAINST", "NONE"]
VOTES = st.lists(st.sampled_from([*LABELS, None]), min_size=1, max_size=9)


@given(votes=VOTES, strict=st.booleans())
def test_shares_add_up_to_one(votes: list[str | None], strict: bool) -> None:
    """Who trains on distributions needs distributions."""
    verdict = majority(votes, LABELS, strict=strict)

    assert sum(verdict.distribution) + verdict.p_absent == pytest.approx(1)


@given(votes=VOTES)
def test_more_than_half_always_wins(votes: list[str | None]) -> None:
    """Nobody would trust gold labels that most annotators contradict."""
    most, count = Counter(votes).most_common(1)[0]
    verdict = majority(votes, LABELS, strict=True)

    assert verdict.tied == (count * 2 <= len(votes))
    assert verdict.label == (None if verdict.tied else most)


@given(votes=VOTES, seed=st.randoms())
def test_the_order_of_votes_does_not_matter(votes: list[str | None], seed: object) -> None:
    """Otherwise who answers first would have the say in a tie."""
    shuffled = list(votes)
    seed.shuffle(shuffled)

    assert majority(votes, LABELS) == majority(shuffled, LABELS)


def test_no_votes_are_no_verdict() -> None:
    """A label out of nothing is worse than none."""
    with pytest.raises(ValueError, match="nobody voted"):
        majority([], LABELS)


def test_a_unit_has_a_place_for_every_judge() -> None:
    """Not to see a stance is the commonest disagreement; it must be counted."""
    judges = [[("a", 1)], [], [("b", 1), ("a", 2), ("a", 3)]]

    units = align(judges, key=lambda stance: stance[0])

    assert units == {"a": [("a", 1), None, ("a", 2)], "b": [None, None, ("b", 1)]}
