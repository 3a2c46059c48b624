"""What an answer may say when it comes in."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from annotator.domain.answering import AnswerIn


@given(st.text())
def test_every_text_that_can_be_stored_is_taken_as_it_is(text):
    """Emoji, right-to-left marks, combining letters: a comment is its author's."""
    if "\0" in text or len(text) > 10_000:
        return

    assert AnswerIn(item="1", comment=text).comment == text


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud800", "a\udfff"])
def test_what_cannot_be_stored_is_refused_in_a_sentence(text):
    """Python builds such strings from file names and bad JSON."""
    with pytest.raises(ValidationError):
        AnswerIn(item="1", comment=text)


def test_a_fingerprint_is_of_what_is_said():
    """Field order and the form of a moment make no other answer; any other word does."""
    noon = datetime(2026, 11, 1, 12, tzinfo=UTC)
    later = noon.astimezone(timezone(timedelta(hours=2)))
    answer = AnswerIn(item="1", seconds=2, answered_at=noon)
    same = AnswerIn.model_validate({"answered_at": later, "seconds": 2.0, "item": "1"})

    assert answer.sha256() == same.sha256()
    assert answer.sha256() != AnswerIn(item="1", seconds=2.1, answered_at=noon).sha256()


def test_a_moment_without_a_zone_is_refused():
    """Nobody could tell what moment it means."""
    with pytest.raises(ValidationError):
        AnswerIn(item="1", answered_at=datetime(2026, 1, 1))  # noqa: DTZ001
