"""Cleaning changes what people read and models learn: each change is on record and can be undone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.importing.cleaning import Repair, clean, restore

BITS = (
    "Ã©|Ă©|chargĂ©|A\u0303|©|â€™|’|“|&amp;|&amp;amp;|&lt;|<|&#13;|\r\n|\r|\n| |\t|\xa0|\u200b|\ufeff"
    "|\u00ad|e\u0301|ا\u0653|\x92|Ã |\x1b[3m|👍🏽|a"
)
TEXTS = st.lists(
    st.sampled_from(BITS.split("|")) | st.sampled_from(BITS.split("|")) | st.text(max_size=4), max_size=12
).map("".join)


@given(raw=TEXTS)
def test_cleaning_can_be_undone(raw):
    """Who doubts a repair must be able to see what stood there."""
    assert restore(clean(raw)) == raw


@given(raw=TEXTS)
def test_a_clean_text_stays_as_it_is(raw):
    """What was exported and comes back must be the same text, with the same offsets."""
    once = clean(raw)

    assert clean(once.text).text == once.text
    assert clean(once.text).repairs == ()


@given(raw=TEXTS)
def test_offsets_follow_the_text(raw):
    """A rationale marked on the raw text must lie on the same words of the clean one."""
    cleaned = clean(raw)
    moved = [cleaned.offset(place) for place in range(len(raw) + 1)]

    assert moved == sorted(moved)
    assert moved[-1] == len(cleaned.text)
    inside = {
        start + step
        for repair in cleaned.repairs
        for start in repair.starts
        for step in range(len(repair.before))
    }
    assert all(cleaned.text[moved[place]] == raw[place] for place in range(len(raw)) if place not in inside)


def test_a_mis_decoded_accent_is_repaired_beside_sound_quotes():
    """One wrong word among curly quotes is the usual case; whole-line repair misses it."""
    cleaned = clean("They called in the “embassy’s” chargĂ© d’affaires.")

    assert cleaned.text == "They called in the “embassy’s” chargé d’affaires."
    assert cleaned.repairs == (Repair("encoding: UTF-8 read as windows-1250", "chargĂ©", "chargé", (31,)),)


@pytest.mark.parametrize(
    ("raw", "text", "kinds"),
    [
        ("one\r\ntwo\rthree", "one\ntwo\nthree", ["line break", "line break"]),
        ("l’ete\u0301", "l’été".replace("é", "e", 1), ["normal form"]),
        ("Ø§Ù„Ø³Ù„Ø§Ù… لكم", "السلام لكم", ["encoding: mixed"]),
        ("don\x92t “go”", "don’t “go”", ["encoding: mixed"]),
        ("salt &amp; pepper", "salt & pepper", ["entity"]),
        ("\ufeffso\u00adlid\u200b", "solid", ["invisible"] * 3),
        ("end \t\nnext ", "end\nnext", ["trailing space", "trailing space"]),
    ],
)
def test_traces_of_the_way_here_are_taken_off(raw, text, kinds):
    """Each of them splits one word into two spellings."""
    cleaned = clean(raw)

    assert cleaned.text == text
    assert [repair.kind for repair in cleaned.repairs] == kinds


@pytest.mark.parametrize(
    "text",
    [
        "👩‍👩‍👧‍👦 👍🏽 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ❤️",
        "می‌خواهم، آب نمی‌رسد؛ لا إله ﷺ",
        "\u200fقال: «لا» 123\u200e",
        "क्‍ष ภาษา\u200bไทย",
        "“Curly” ‘quotes’, l’eau – naïve… ﬁn",
        "¿Qué? ¡No! Română: după, fără",
        "ＦＵＬＬ width, 10 °C, m² © ® ™",
        "<p>Fish &amp; chips</p>",
    ],
)
def test_what_the_author_wrote_stays(text):
    """Joiners make the emoji and the Persian word; quotes tell who speaks."""
    assert clean(text).text == text


def test_the_same_repair_in_many_places_is_one_entry():
    """A report of ten thousand line breaks helps nobody."""
    (repair,) = clean("one\r\n" * 1_000).repairs

    assert repair.count == 1_000
    assert repair.as_json() | {"starts": []} == {
        "kind": "line break",
        "before": "\r\n",
        "after": "\n",
        "starts": [],
    }
