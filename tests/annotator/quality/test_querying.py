"""Orders by a model's doubt."""

import numpy as np
import pytest

from annotator.quality.querying import diverse_uncertain, most_uncertain, with_control


def test_the_most_uncertain_come_first_and_what_nobody_knows_last():
    """Equal ones keep their order: the same state gives the same queue."""
    assert most_uncertain([0.2, None, 0.8, 0.2, None, 1.0]) == [5, 2, 0, 3, 1, 4]
    assert most_uncertain([]) == []


def test_near_duplicates_never_follow_each_other_while_there_is_another():
    """Five copies of a press release in a row teach a model what one does."""
    generator = np.random.default_rng(3)
    clusters = [int(of) for of in generator.integers(0, 12, size=120)]
    doubts = [float(each) for each in generator.random(120)]

    order = diverse_uncertain(doubts, clusters, [of % 3 for of in clusters])

    assert sorted(order) == list(range(120))
    of = [clusters[index] for index in order]
    for place in range(1, len(order)):
        if of[place] == of[place - 1]:
            assert set(of[place:]) == {of[place]}


def test_each_step_takes_what_adds_most_of_all():
    """The heap is a shortcut, and must give what the definition gives."""
    generator = np.random.default_rng(5)
    targets = [int(of) for of in generator.integers(0, 4, 40)]
    doubts = [float(each) for each in generator.random(40)]
    mass, left, expected = dict.fromkeys(range(4), 0.0), set(range(40)), []
    while left:
        gains = {
            index: np.sqrt(mass[targets[index]] + doubts[index]) - np.sqrt(mass[targets[index]])
            for index in left
        }
        best = max(left, key=gains.__getitem__)
        left.remove(best)
        expected.append(best)
        mass[targets[best]] += doubts[best]

    assert diverse_uncertain(doubts, range(40), targets) == expected


def test_targets_take_turns_where_one_is_much_more_uncertain():
    """A target that the model never met has all its items at 1: they would fill a week."""
    doubts = [1.0] * 50 + [0.6] * 50

    first = diverse_uncertain(doubts, range(100), [number // 50 for number in range(100)])[:20]

    assert 5 <= sum(index >= 50 for index in first) <= 10
    assert all(index < 50 for index in most_uncertain(doubts)[:20])


@pytest.mark.parametrize(("of", "control"), [(17, 3), (10, 0), (0, 4), (1, 1), (85, 15)])
def test_the_control_share_is_spread_evenly_and_nothing_is_lost(of, control):
    """Whoever stops early has answered as large a share of the control as of the rest."""
    merged = with_control(range(of), range(1000, 1000 + control))

    assert [each for each in merged if each < 1000] == list(range(of))
    assert [each for each in merged if each >= 1000] == list(range(1000, 1000 + control))
    for place in range(1, len(merged) + 1):
        share = sum(each >= 1000 for each in merged[:place])
        assert abs(share - place * control / (of + control)) < 1
