"""A rationale on the wrong words is worse than none."""

import pytest

from annotator.errors import Invalid
from annotator.importing.rows import Offsets, Words
from annotator.importing.spans import resolve

TEXT = "👍 We refuse. They refuse, and refuse again. Café."
SEGMENTS = {"a-01": (0, 12), "a-02": (13, 43), "a-03": (44, 49)}


def find(span, segment="a-01"):
    return resolve(span, text=TEXT, segment=segment, segments=SEGMENTS)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (Words("refuse"), "refuse"),
        (Words("They refuse", "a-02"), "They refuse"),
        (Words("Cafe\u0301", "a-03"), "Café"),
        (Offsets(2, 11), "We refuse"),
        (Offsets(0, 4, "a-02"), "They"),
        (Offsets(13, 17, None, "They"), "They"),
    ],
)
def test_a_span_is_found_in_code_points(span, words):
    """Also behind an emoji, where UTF-16 counts one more."""
    start, end = find(span)

    assert TEXT[start:end] == words


@pytest.mark.parametrize(
    ("span", "message"),
    [
        (Words("refuse", "a-02"), "«refuse» occurs twice in segment a-02"),
        (Words("They"), "«They» does not occur in segment a-01"),
        (Words("refuse", "b-01"), "segment b-01, which this document does not have"),
        (Offsets(40, 60), "outside the document, which has 49 characters"),
        (Offsets(5, 5), "outside"),
        (Offsets(-3, 2, "a-02"), "outside segment a-02, which has 30 characters"),
        (Offsets(2, 4, None, "they"), "holds 'We', not 'they'"),
    ],
)
def test_a_span_that_cannot_be_meant_is_refused(span, message):
    """Guessing which "refuse" was meant would invent evidence."""
    with pytest.raises(Invalid, match=message):
        find(span)


def test_words_that_overlap_themselves_occur_twice():
    """The words "no no" stand twice in "no no no"."""
    with pytest.raises(Invalid, match="twice"):
        resolve(Words("no no"), text="no no no", segment="a", segments={"a": (0, 8)})
