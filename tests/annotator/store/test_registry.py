"""Names to entities: after normalisation, never guessed, and the same from few names as from all."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.domain import EntityKind
from annotator.errors import Invalid
from annotator.store.registry import Registry, normalise
from tests import make

SAME = [
    ("Hezbollah", "HEZBOLLAH"),
    ("Peña Nieto", "Pena  Nieto"),
    ("U.S.", "US"),
    ("al-Hakim", "al Hakim"),
    ("O’Brien", "O'Brien"),
    ("Straße", "STRASSE"),
    ("ﬁshers", "fishers"),
    ("أحمد", "احمد"),
    ("إيران", "ايران"),
    ("الحكومة", "الحكومه"),
    ("مصطفى", "مصطفي"),
    ("مُحَمَّد", "محمد"),
    ("محـــمد", "محمد"),
    ("ایران", "ايران"),
    ("\u200fالحكومة\u200e", "الحكومة"),
    ("\u0627\u0654حمد", "أحمد"),
]
DIFFERENT = [("Iran", "Iraq"), ("عمان", "عمّان الكبرى"), ("Ali", "Alice"), ("سلام", "سلامة")]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_name_are_one(one, other):
    """Two entries for one actor halve its counts."""
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_names_stay_different(one, other):
    """A name that swallows its neighbour puts words into somebody's mouth."""
    assert normalise(one) != normalise(other)


@given(st.text(max_size=20))
def test_normalising_again_changes_nothing(name):
    """The stored form is compared with a new one: they must meet."""
    once = normalise(name)

    assert normalise(once) == once
    assert once == once.strip()


@given(st.text(alphabet="اأإآٱىيیةهؤوئكکـ ًٌٍَُِّْٰ\u200c\u200f", max_size=12), st.text(alphabet="ابتثى", max_size=4))
def test_arabic_is_normalised_letter_by_letter(one, other):
    """A letter must not mean something else because of what stands next to it."""
    assert normalise(one + "ب" + other) == (normalise(one + "ب") + normalise(other))


def test_a_name_is_found_by_key_name_and_alias(session):
    """People write what they know."""
    made = make.open_document(session)
    registry = Registry.load(session, made.project.id)
    registry.alias(registry.by_key["council"], "The City")

    found = {registry.find(name).key for name in ("council", " COUNCIL ", "the city")}

    assert found == {"council"}
    assert registry.find("somebody") is None
    assert registry.find("…") is registry.find("") is None


def test_a_documents_own_alias_wins_there_and_nowhere_else(session):
    """“They” are the residents in this text and the council in the next."""
    made = make.open_document(session)
    registry = Registry.load(session, made.project.id)
    registry.alias(registry.by_key["council"], "they", document="one")
    registry.alias(registry.by_key["residents"], "they", document="two")

    assert registry.find("they", "one").key == "council"
    assert registry.find("They", "two").key == "residents"
    assert registry.find("they", "three") is registry.find("they") is None


def test_an_alias_of_several_is_an_error_that_names_them(session):
    """Whoever decides must know between what."""
    made = make.open_document(session)
    registry = Registry.load(session, made.project.id)
    for key in ("residents", "council"):
        registry.alias(registry.by_key[key], "they")

    with pytest.raises(Invalid, match=r"'they' may mean several entities \(council, residents\)"):
        registry.find("they")


def test_said_twice_an_alias_stands_once(session):
    """Importing a file again must change nothing."""
    made = make.open_document(session)
    registry = Registry.load(session, made.project.id)

    assert registry.alias(registry.by_key["council"], "they") is True
    assert registry.alias(registry.by_key["council"], "THEY") is False


def test_keys_are_made_of_names_and_never_collide(session):
    """A key is an id in files: it must be there, and be one entity's."""
    project = make.project(session)
    registry = Registry.load(session, project.id)
    names = ["Ada's Group", "adas group", "Author", "الحكومة", "!?", "x" * 150, "…"]

    keys = [registry.register(name, kind=EntityKind.ACTOR).key for name in names]

    assert len(set(keys)) == len(keys)
    assert keys[:3] == ["adas-group", "adas-group-2", "author-2"]
    assert all(key and " " not in key and len(key) <= 70 for key in keys)


NAMES = st.sampled_from(
    ["They", "they", "council", "Council", "Residents", "residents’", "the-delay", "…", "new"]
)
KEYS = st.sampled_from(["council", "residents", "delay"])
DOCUMENTS = st.sampled_from([None, "one", "two"])


@pytest.fixture
def known(session):
    made = make.open_document(session)
    session.commit()
    return session, made.project.id


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    aliases=st.lists(st.tuples(KEYS, NAMES, DOCUMENTS), max_size=6),
    asked=st.lists(st.tuples(NAMES, DOCUMENTS), min_size=1, max_size=4),
)
def test_few_names_are_found_as_in_the_whole_registry(known, aliases, asked):
    """An answer reads what it names only; it must mean the same as an import of the same words."""
    session, project = known
    try:
        registry = Registry.load(session, project)
        for key, name, document in aliases:
            registry.alias(registry.by_key[key], name, document=document)
        session.flush()
        whole = Registry.load(session, project)
        for name, document in asked:
            few = Registry.naming(session, project, [name, "author"], document=document)
            assert _told(few, name, document) == _told(whole, name, document)
    finally:
        session.rollback()


def _told(registry, name, document):
    try:
        found = registry.find(name, document)
    except Invalid as error:
        return str(error)
    return found and found.key
