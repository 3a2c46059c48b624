"""What changed between two texts: every word of both is told, and no more than is needed."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.http import difference, matching
from annotator.http.difference import Fate

TEXTS = st.lists(st.sampled_from(["a b c", "a b", "x  y", "", "- so", "نعم لا", "a"]), max_size=8).map(
    "\n".join
)


def told(before, after, *, without, around=99):
    lines = difference.lines(before, after, around=around)
    return ["".join(part.text for part in line if part.fate is not without) for line in lines]


@given(before=TEXTS, after=TEXTS)
def test_no_word_is_lost_or_made_up(before, after):
    """Whoever reads only the difference must know the rule as it stands."""
    if before == after:
        return
    new = "\n".join(told(before, after, without=Fate.REMOVED))
    old = "\n".join(told(before, after, without=Fate.ADDED))

    assert (new.split(), old.split()) == (after.split(), before.split())


@given(before=TEXTS, after=TEXTS, lines=st.integers(0, 30), words=st.integers(0, 30))
def test_a_difference_is_right_whatever_it_may_cost(before, after, lines, words):
    """When the work is cut off, more stands removed and added; what stands there still is the rule."""
    if before == after:
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(difference, "MOST_WORK", {"lines": lines, "words": words})
        new = "\n".join(told(before, after, without=Fate.REMOVED))
        old = "\n".join(told(before, after, without=Fate.ADDED))

    assert (new.split(), old.split()) == (after.split(), before.split())


@given(one=st.text("ab c", max_size=30), two=st.text("ab c", max_size=30), work=st.integers(0, 200))
def test_stretches_cover_both_and_the_work_is_bounded(one, two, work):
    """Every element stands in one stretch; equal ones are equal, and no two of a kind touch."""
    budget = matching.Budget(work)
    found = list(matching.stretches(one, two, budget, junk=False))

    assert "".join(one[each.start : each.end] for each in found) == one
    assert "".join(two[each.new_start : each.new_end] for each in found) == two
    for each in found:
        assert each.equal == (one[each.start : each.end] == two[each.new_start : each.new_end])
    assert all(this.equal != that.equal for this, that in pairwise(found))
    assert 0 <= budget.left <= work


def test_a_rewrite_of_thirty_thousand_lines_stays_within_the_work():
    """Lines that are repeated hundreds of times would hold the server for a minute."""
    rng = random.Random(7)
    kinds = [f"Rule {number} holds for this." for number in range(120)]
    before, after = (rng.choices(kinds, k=30_000) for _ in range(2))
    budget = matching.Budget(difference.MOST_WORK["lines"])

    found = list(matching.stretches(before, after, budget, junk=True))
    fates = {
        part.fate for line in difference.lines("\n".join(before), "\n".join(after)) for part in line or ()
    }

    assert budget.left >= 0  # what was not paid for was not looked at
    assert len(found) >= 1
    assert {Fate.REMOVED, Fate.ADDED} <= fates


def test_one_rule_in_a_long_text_is_still_told_by_its_words():
    """The bound must not blur what a curator does every week: a word in one rule of many thousand lines."""
    before = [line for number in range(15_000) for line in (f"Rule {number} holds.", "")]
    after = [*before[:20_000], "Rule 10000 always holds.", *before[20_001:]]

    changed = [
        part
        for line in difference.lines("\n".join(before), "\n".join(after))
        for part in line or ()
        if part.fate is not Fate.SAME
    ]

    assert [(part.fate, part.text) for part in changed] == [(Fate.ADDED, "always ")]


def test_only_the_words_that_changed_are_marked():
    """A whole paragraph in red and green is read twice, or not at all."""
    [line] = difference.lines("A reporting verb is no stance.", "A reporting verb is never a stance.")

    assert [(part.fate, part.text) for part in line if part.fate is not Fate.SAME] == [
        (Fate.REMOVED, "no "),
        (Fate.ADDED, "never a "),
    ]


def test_lines_far_from_a_change_are_left_out():
    """The rule that changed stands on one screen, however long the guidelines are."""
    before = [f"Rule {number} holds." for number in range(100)]
    after = [*before[:50], "Rule 50 is gone.", *before[51:]]

    lines = difference.lines("\n".join(before), "\n".join(after))

    assert len([line for line in lines if line is not None]) == 3


def test_a_long_text_of_one_word_is_told_as_a_whole():
    """Whoever pastes the wrong file must not stop the server: what would take hours is not woven together."""
    [removed, added] = difference.lines("a " * 100_000, "b a " * 50_000)

    assert [[part.fate for part in line] for line in (removed, added)] == [[Fate.REMOVED], [Fate.ADDED]]
    assert len(difference.lines("\n" * 200_000, "a\n" * 100_000)) == 300_000


def test_a_blank_line_is_no_context():
    """What stands around a changed rule is words, not the space between paragraphs."""
    before = "First.\n\nHeading\n\nA rule.\n\nLast."

    lines = difference.lines(before, before.replace("A rule", "The rule"))

    assert [line and "".join(part.text for part in line) for line in lines] == [
        None,
        "Heading",
        "",
        "A The rule.",
        "",
        "Last.",
    ]
