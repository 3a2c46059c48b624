"""A document's segments come to the loader as one."""

from annotator.importing.grouping import by_document
from annotator.importing.rows import Rejected, Row


def rows(*places):
    return [
        Row(line=line, document=document, position=position, text="…") for line, document, position in places
    ]


def test_the_segments_of_a_document_come_together_and_in_order():
    """A file may be shuffled within a document; reading order is the position's."""
    found = list(by_document("f", rows((1, "a", 1), (2, "a", 0), (3, "b", 0))))

    assert [[row.line for row in group] for group in found] == [[2, 1], [3]]


def test_other_rows_pass_one_by_one():
    """Posts and answers are no segments of anything."""
    post, fault = Row(line=1, id="p", text="Yes."), Rejected("f", 2, None, "…")

    assert list(by_document("f", [post, fault])) == [post, fault]


def test_a_document_that_comes_again_is_refused_with_its_first_line():
    """Half a document is stored by then; the other half would make a second one."""
    *_, last = by_document("f", rows((1, "a", 0), (2, "b", 0), (3, "a", 1)))

    assert isinstance(last, Rejected)
    assert (last.line, last.column) == (3, "document")
    assert "'a' began at line 1" in last.reason


def test_a_position_is_taken_once():
    """Two sentences at one place have no reading order."""
    group, fault = by_document("f", rows((1, "a", 0), (2, "a", 0)))

    assert [row.line for row in group] == [1]
    assert "0 is taken by line 1" in fault.reason
