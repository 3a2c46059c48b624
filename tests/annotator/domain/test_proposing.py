"""Proposals: who may hold something in a sentence, and towards what. Never more than the words give."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain import Attribution
from annotator.domain.naming import normalise
from annotator.domain.proposing import Candidate, Entry, Names, propose
from annotator.domain.proposing.lexicon import lexicon
from annotator.domain.proposing.words import words

ENTRIES = [
    Entry("mayor", is_actor=True, is_person=True),
    Entry("minister", is_actor=True, is_person=True),
    Entry("union", is_actor=True),
    Entry("spokeswoman", is_actor=True, is_person=True, speaks_for=("union",)),
    Entry("water", is_actor=True),
    Entry("roads", is_actor=True),
    Entry("toll", is_actor=False),
    Entry("ferry", is_actor=False),
    Entry("author", is_actor=True),
]
ALIASES = [
    ("Mayor Anders", "mayor", None),
    ("Anders", "mayor", None),
    ("la alcaldesa", "mayor", None),
    ("el alcalde", "mayor", None),
    ("العمدة", "mayor", None),
    ("Voss", "minister", None),
    ("the ferrymen's union", "union", None),
    ("they", "union", "letter-1"),
    ("Quill", "spokeswoman", None),
    ("the ministry", "water", None),
    ("the ministry", "roads", None),
    ("the toll", "toll", None),
    ("the bridge toll", "toll", None),
    ("el peaje", "toll", None),
    ("الرسوم", "toll", None),
    ("the ferry", "ferry", None),
]
NAMES = Names(ENTRIES, [(normalise(name), key, only) for name, key, only in ALIASES])


def made(text: str, language: str = "en", **more: object) -> list[Candidate]:
    """The proposals for a text that begins its document."""
    return propose(text, **{"start": 0, "names": NAMES, "document": "report-1", "language": language} | more)


def told(text: str, language: str = "en", **more: object) -> list[tuple[str, str | None, str | None]]:
    """(rule, holder, target) of each."""
    return [(each.rule, each.holder, each.target) for each in made(text, language, **more)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Mayor Anders said the bridge toll must go.", "en"),
        ("“The toll must go,” said Anders.", "en"),
        ("Anders, who has held office since 2019, rejected the toll on Monday.", "en"),
        ("According to Mayor Anders, the toll has failed.", "en"),
        ("La alcaldesa rechazó el peaje.", "es"),
        ("«El peaje sobra», dijo la alcaldesa.", "es"),
        ("Según la alcaldesa, el peaje ha fracasado.", "es"),
        ("رفض العمدة الرسوم.", "ar"),
        ("وقال العمدة إن الرسوم ظلم.", "ar"),
        ("وبحسب العمدة فشلت الرسوم.", "ar"),
    ],
)
def test_who_speaks_is_proposed_with_what_is_named(text: str, language: str) -> None:
    """Three languages put the speaker before the verb, behind it, or behind "according to"."""
    assert ("speech-verb/1", "mayor", "toll") in told(text, language)


@pytest.mark.parametrize("name", ["العمدة", "والعمدة", "للعمدة", "بالعمدة", "وللعمدة"])
def test_arabic_names_are_found_behind_clitics(name: str) -> None:
    """And, to and by are written onto the word."""
    text = f"تحدثوا {name} أمس"
    [mention] = NAMES.mentions(words(text, "ar"), None)

    assert mention.key == "mayor"
    assert text[mention.start : mention.end] == name


def test_spanish_contractions_hide_no_article() -> None:
    """In "del alcalde" stands "el alcalde"."""
    [mention] = NAMES.mentions(words("un asesor del alcalde", "es"), None)

    assert mention.key == "mayor"


def test_a_name_of_several_is_left_open() -> None:
    """The rule may not decide which ministry is meant; it tells where it is named."""
    text = "The ministry welcomed the toll."
    [candidate] = made(text)

    assert (candidate.holder, candidate.target) == (None, "toll")
    assert candidate.holder_place is not None
    assert text[slice(*candidate.holder_place)] == "The ministry"


def test_a_name_of_one_document_holds_there_only() -> None:
    """In the next text, "they" are somebody else."""
    text = "They said the toll must go."

    assert ("speech-verb/1", "union", "toll") in told(text, document="letter-1")
    assert "union" not in {holder for _, holder, _ in told(text)}


def test_a_quotation_is_told_apart_from_words_retold() -> None:
    """Attribution is half of the details that are asked for."""
    direct = made("“The toll is theft and it must go at once,” said Anders.")[0]
    mixed = made("Anders said that after all these years the toll was “theft”.")[0]
    retold = made("Anders said the toll was theft.")[0]
    act = made("Anders vetoed the toll.")[0]

    assert [each.attribution for each in (direct, mixed, retold, act)] == [
        Attribution.DIRECT_QUOTE,
        Attribution.MIXED_QUOTE,
        Attribution.INDIRECT,
        Attribution.ACT,
    ]
    assert mixed.rationale is not None


def test_who_speaks_for_somebody_may_be_the_voice() -> None:
    """The union holds it; the one who says so is its voice. Both readings are offered."""
    found = made("Quill said the toll must go.")

    assert [(each.holder, each.voice) for each in found] == [("union", "spokeswoman"), ("spokeswoman", None)]


def test_who_has_the_turn_holds_what_is_said() -> None:
    """In an interview nobody writes "she said"."""
    assert ("turn/1", "minister", "toll") in told("The toll must go.", speaker="Voss")


def test_a_pronoun_means_who_spoke_before() -> None:
    """Half of all reporting says "she added"."""
    assert ("pronoun/1", "minister", "toll") in told(
        "She added that the toll must go.", before="Voss said no."
    )


def test_the_object_of_a_verb_is_no_holder() -> None:
    """Who is criticised does not criticise."""
    assert "minister" not in {holder for _, holder, _ in told("Anders criticised Voss.")}


@pytest.mark.parametrize("language", [None, "", "sv", "../en", "en-GB"])
def test_a_language_without_a_lexicon_has_no_proposals(language: str | None) -> None:
    """Guessing with another language's verbs would be noise; a dialect has its language's."""
    assert bool(told("Anders said the toll must go.", language)) is (language == "en-GB")  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_lexicons_are_whole(language: str) -> None:
    """A language whose file lost a table would fall silent."""
    known = lexicon(language)

    assert known is not None
    assert len(known.verbs) > 300
    assert all(known.verbs), "an empty form would match nothing and hide a slip"
    assert known.own and known.pronouns and known.according


@given(
    text=st.text(alphabet=st.sampled_from("Anders said, “the toll” 👩‍🌾.\n «» وقال ( ")),
    before=st.text(max_size=40),
    language=st.sampled_from(["en", "es", "ar"]),
    start=st.integers(0, 1000),
)
def test_places_lie_in_the_segment(text: str, before: str, language: str, start: int) -> None:
    """A span outside what was shown is refused by the server, and with it the answer."""
    for candidate in made(text, language, before=before, start=start):
        for place in (candidate.holder_place, candidate.target_place, candidate.rationale):
            assert place is None or start <= place[0] < place[1] <= start + len(text)


def test_places_count_from_the_document_in_code_points() -> None:
    """An emoji is one; a segment in the middle of its document begins where it begins."""
    text = "👩‍🌾 Anders said the toll was “theft”."
    [candidate] = made(text, start=100)

    places = (candidate.holder_place, candidate.target_place, candidate.rationale)
    assert [text[place[0] - 100 : place[1] - 100] for place in places if place] == [
        "Anders",
        "the toll",
        "“theft”",
    ]
