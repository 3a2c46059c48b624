"""Segments are what people judge: a span that is off by one spoils every label on it."""

from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.corpus import SegmentType
from annotator.domain.segmenting import SEGMENTER, join, segments, sentences, whole
from annotator.errors import Invalid

ARTICLE = """shangri la 326122 1280

Ferry Talks Stall as Island Council Digs In

The council of Marrow refused the new timetable on Monday. “We were not asked,” said its chair.

What the Harbour Says

The harbour of the U.S. Critics of the plan met there at 5 p.m., and left. Nobody answered.

Scroll to Top"""

BITS = (
    "One. |Two! |the U.S. |Critics say|D-N.Y., |“Go. |” |👩‍👩‍👧|👍🏽|e\u0301|قال: «لا.» |¿Qué? |。|- |1. "
    "|Share this|\r\n|\n|\n\n| \n |\r|\t|\u2028|\xa0|   "
)
TEXTS = st.lists(st.sampled_from(BITS.split("|")) | st.text(max_size=5), max_size=20).map("".join)


@given(text=TEXTS, language=st.sampled_from(["en", "ar", "es", "zh", "xx", "pt-BR", "", None]))
def test_a_segment_is_its_span_and_nothing_is_lost(text, language):
    """The browser paints `text[start:end]`; words outside of all segments could never be judged."""
    spans = segments(text, language)

    assert all(span.start < span.end for span in spans)
    assert all(text[span.start : span.end] == text[span.start : span.end].strip() for span in spans)
    assert all(left.end <= right.start for left, right in pairwise(spans))
    assert all(left.paragraph <= right.paragraph for left, right in pairwise(spans))
    kept = "".join(text[span.start : span.end] for span in spans)
    assert "".join(kept.split()) == "".join(text.split())


def test_the_article_as_it_arrives_falls_into_its_parts():
    """Annotators who are asked for the stance of "Scroll to Top" stop trusting the tool."""
    found = [(span.type, span.paragraph, ARTICLE[span.start : span.end]) for span in segments(ARTICLE, "en")]

    assert found == [
        ("boilerplate", 0, "shangri la 326122 1280"),
        ("heading", 1, "Ferry Talks Stall as Island Council Digs In"),
        ("body", 2, "The council of Marrow refused the new timetable on Monday."),
        ("body", 2, "“We were not asked,” said its chair."),
        ("heading", 3, "What the Harbour Says"),
        ("body", 4, "The harbour of the U.S."),
        ("body", 4, "Critics of the plan met there at 5 p.m., and left."),
        ("body", 4, "Nobody answered."),
        ("boilerplate", 5, "Scroll to Top"),
    ]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "He left the U.S. Critics say no.", ["He left the U.S.", "Critics say no."]),
        ("en", "The U.S. Army left. It rained.", ["The U.S. Army left.", "It rained."]),
        ("en", "Lee, D-N.Y., at 5 p.m. spoke. Go.", ["Lee, D-N.Y., at 5 p.m. spoke.", "Go."]),
        ("en", "He said: “Leave the U.S. They know.” Go.", ["He said: “Leave the U.S. They know.”", "Go."]),
        ("en", "“Stop. We are done,” he said. Go.", ["“Stop. We are done,” he said.", "Go."]),
        ("en", "It is so.[1] She left.", ["It is so.[1]", "She left."]),
        ("fr", "M. Dupont est là. Il part.", ["M. Dupont est là.", "Il part."]),
        ("es", "Llegó a EE. UU. Luego se fue. ¿Y?", ["Llegó a EE. UU.", "Luego se fue.", "¿Y?"]),
        ("ar", "قال: «لن نصعد.» هل هذا صحيح؟ نعم!", ["قال: «لن نصعد.»", "هل هذا صحيح؟", "نعم!"]),
        ("zh", "你好。再见！", ["你好。", "再见！"]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(language, text, expected):
    """Half a sentence has no stance, and two in one have two."""
    found = sentences(text, 0, len(text), language)

    assert [text[span.start : span.end] for span in found] == expected


@pytest.mark.parametrize(
    ("language", "text", "types"),
    [
        ("es", "Los efectos de la sequía\n\nEl agua no llega. Nadie responde.\n\nVolver arriba", "hbbx"),
        (
            "es",
            "Compartir en Facebook\n\nEl agua no llega.\n\n© 2024 El Faro. Todos los derechos reservados.",
            "xbx",
        ),
        (
            "ar",
            "أزمة المياه في المدينة\n\nقال المسؤول إن الماء لا يصل.\n\nشارك هذا المقال\nالعودة إلى الأعلى",
            "hbxx",
        ),
        ("ar", "نستخدم ملفات تعريف الارتباط لتحسين تجربتك.\n\nلا يصل الماء.", "xb"),
        ("en", "We use cookies to give you the best experience. Read on.\n\nThe water is off.", "xb"),
        ("en", "What Comes Next for the Harbour?\n\nNobody knows.", "hb"),
        ("en", "Apples\n\nPears\n\nPlums\n\nFigs\n\nThese were on sale.", "bbbbb"),
        ("en", "- No more cuts\n- More buses\n\nThat is what they want.", "bbb"),
        ("en", "The talks failed.\n\n2024-02-05 10:30\n\nThey resume on Monday.", "bxb"),
        ("en", "In 2024 the Council Voted 12 to 11\n\nIt was close.", "hb"),
        ("en", "legalize it now", "b"),
        ("en", "Share this", "b"),
        ("en", "Share this burden with us, he said.", "b"),
        ("en", "So happy today\n👍👍", "bb"),
    ],
)
def test_headings_and_furniture_are_known_by_their_form(language, text, types):
    """A heading in the queue is a question without an answer; a post lost as furniture is a stance lost."""
    letters = {"body": "b", "heading": "h", "boilerplate": "x"}

    assert "".join(letters[span.type] for span in segments(text, language)) == types


def test_wrapped_lines_are_one_paragraph():
    """E-mail breaks lines at 72 characters; its sentences go on over them."""
    text = (
        "The council met for the third time on Monday, and once more\n"
        "it could not agree. The chair\nspoke last, and\nnobody answered.\n\nIt rained."
    )

    spans = segments(text, "en")

    assert [span.paragraph for span in spans] == [0, 0, 1]
    assert text[spans[1].start : spans[1].end] == "The chair\nspoke last, and\nnobody answered."


def test_types_are_those_of_the_table():
    """The database refuses any other."""
    assert {span.type for span in segments(ARTICLE)} == set(SegmentType)


def test_a_long_line_is_split_in_time():
    """A book without line ends must not stop an import."""
    assert len(segments("It rained on us. " * 20_000)) == 20_000


def test_the_segmenter_says_its_version():
    """Another version may give other spans, and stored segments must tell which one made them."""
    assert SEGMENTER.startswith("sentencex-1.")


def test_a_post_is_one_segment():
    """A tweet of three sentences has one label."""
    assert [(span.start, span.end) for span in whole("  So. Be it.\n")] == [(2, 12)]
    assert whole(" \n") == []


@dataclass
class Piece:
    text: str | None
    type: str | None = None
    paragraph: int | None = None
    speaker: str | None = None


PIECES = st.builds(
    Piece,
    text=st.none() | st.text(max_size=6),
    type=st.sampled_from([None, "body", "heading", "boilerplate"]),
    paragraph=st.none() | st.integers(0, 3),
    speaker=st.sampled_from([None, "Ada", "Ben"]),
)


@given(pieces=st.lists(PIECES, max_size=8))
def test_a_joined_document_holds_each_piece_at_its_span(pieces):
    """Gold made elsewhere names segments; each must be the text that was judged there."""
    wanted = [(piece.text or "").strip() or None for piece in pieces]
    if not any(wanted):
        with pytest.raises(Invalid, match="empty"):
            join(pieces)
        return

    joined = join(pieces)

    assert [span and joined.text[span.start : span.end] for span in joined.spans] == wanted


def test_sentences_of_a_paragraph_are_joined_by_a_space_and_paragraphs_by_a_blank_line():
    """A document read back by people must look like one."""
    pieces = [
        Piece("A Headline", "heading", 0),
        Piece("One.", "body", 1),
        Piece("", "body", 1),
        Piece(" Two. ", "body", 1),
        Piece("Three.", "body", 2),
    ]

    joined = join(pieces)

    assert joined.text == "A Headline\n\nOne. Two.\n\nThree."
    assert [span and span.paragraph for span in joined.spans] == [0, 1, None, 1, 2]


def test_another_speaker_begins_a_paragraph_where_none_is_given():
    """A debate that runs together is unreadable as context."""
    turns = [Piece("Yes.", speaker="Ada"), Piece("Surely.", speaker="Ada"), Piece("No.", speaker="Ben")]

    assert join(turns).text == "Yes. Surely.\n\nNo."
