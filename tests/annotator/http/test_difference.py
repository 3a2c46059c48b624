"""What changed between two texts: every word of both is told, and no more than is needed."""

import time

from hypothesis import given
from hypothesis import strategies as st

from annotator.http import difference
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


def test_a_long_text_of_one_word_is_compared_in_time():
    """Whoever pastes the wrong file must not stop the server."""
    began = time.perf_counter()

    difference.lines("\n" * 200_000, "a\n" * 100_000)
    difference.lines("a " * 100_000, "b a " * 50_000)

    assert time.perf_counter() - began < 10


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
