"""What is shown of a project and applied again changes nothing, whatever the file says."""

from contextlib import contextmanager
from datetime import date
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from annotator.domain.keys import FREE_KEYS
from annotator.domain.naming import normalise
from annotator.domain.project_file import EntityEntry, LabelEntry, ProjectFile
from annotator.domain.project_toml import as_toml, from_toml
from annotator.domain.statement import Statement
from annotator.errors import Conflict, Invalid
from annotator.store import annotations, describing, previewing, projects, scheme
from tests import make

# Each example takes back what it did, so that one database serves all; it makes and applies a whole project.
many = settings(
    max_examples=settings.default.max_examples // 3,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TEXT = st.text(CHARACTERS, max_size=12) | st.sampled_from(["", "a\r\nb", 'say "so" \\', '"""', "سلام", " x "])
NAME = st.text(CHARACTERS, min_size=1, max_size=10).filter(lambda text: text.strip())
BY_LANGUAGE = st.dictionaries(st.sampled_from(["en", "es", "ar"]), TEXT, max_size=2)
ORCID = st.none() | st.just("0000-0002-1825-009X")
AUTHOR = (
    NAME
    | st.fixed_dictionaries({"name": NAME}, optional={"orcid": ORCID, "affiliation": NAME})
    | st.fixed_dictionaries({"family": NAME, "given": NAME}, optional={"orcid": ORCID, "affiliation": NAME})
)
KEY = st.sampled_from(["council", "mayor", "limits", "halt", "drivers", "author"])
ALIAS = NAME | st.fixed_dictionaries({"name": NAME}, optional={"document": TEXT, "language": TEXT})

SHARE = st.sampled_from([0.0, 0.05, 0.5, 1.0])
ROUND = st.fixed_dictionaries(
    {"name": st.sampled_from(["pilot", "first", "second"]), "items": st.integers(1, 99)},
    optional={
        "round": st.sampled_from(["pilot", "calibration", "main"]),
        "overlap": st.integers(1, 9),
        "share": st.fixed_dictionaries({"rate": SHARE, "overlap": st.integers(1, 9)}),
    },
)
EXPERIMENT = st.fixed_dictionaries(
    {"name": st.just("width"), "factor": st.just("context"), "levels": st.just([0, 2])},
    optional={"seed": st.integers(0, 9), "ended": st.booleans()},
)
QUESTION = st.fixed_dictionaries(
    {"key": st.just("age"), "text": st.just("How old?"), "choices": st.just(["-30", "30-"])}
)
WORKFORCE = {
    "repeats": st.fixed_dictionaries({}, optional={"rate": SHARE, "gap": st.integers(1, 99)}),
    "checks": st.fixed_dictionaries({}, optional={"rate": SHARE}),
    "training": st.fixed_dictionaries({}, optional={"pass_mark": SHARE}),
    "rounds": st.lists(ROUND, max_size=2, unique_by=lambda each: each["name"]),
    "pools": st.sampled_from([[], [{"kind": "all"}], [{"kind": "language", "language": "ar"}]]),
    "experiments": st.lists(EXPERIMENT, max_size=1),
    "suggestions": st.fixed_dictionaries(
        {}, optional={"show": st.sampled_from(["two-pass", "single-pass", "off"])}
    ),
    "questionnaire": st.fixed_dictionaries(
        {}, optional={"questions": st.lists(QUESTION, max_size=1), "introduction": TEXT}
    ),
}


@st.composite
def label(draw):
    fields = {
        "name": NAME,
        "polarity": st.sampled_from(["favor", "against", "mixed", "neutral", "none", "unrelated", "other"]),
    }
    more = {
        "hue": st.none() | st.integers(0, 360),
        "rank": st.none() | st.integers(-5, 5),
        "definition": st.none() | TEXT,
        "names": BY_LANGUAGE,
        "definitions": BY_LANGUAGE,
    }
    return draw(st.fixed_dictionaries(fields, optional=more))


@st.composite
def entity(draw):
    key = draw(KEY)
    others = st.lists(KEY.filter(lambda other: other != key), max_size=2)
    direction = draw(st.none() | st.tuples(NAME, NAME))
    more = {
        "kind": st.sampled_from(["actor", "event", "issue", "claim"]),
        "actor_type": st.none() | st.sampled_from(["person", "organisation", "state", "group"]),
        "name": st.none() | TEXT,
        "names": BY_LANGUAGE,
        "definition": st.none() | TEXT,
        "definitions": BY_LANGUAGE,
        "aliases": st.lists(ALIAS, max_size=3),
        "happened_on": st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1)),
        "part_of": others,
        "speaks_for": others,
        "opposite_of": others,
    }
    said = draw(st.fixed_dictionaries({"key": st.just(key)}, optional=more))
    return said | (dict(zip(("favor_means", "against_means"), direction, strict=True)) if direction else {})


@st.composite
def files(draw):
    """Any project file that can be applied; relations name entities that are in it."""
    kind = draw(st.sampled_from(["directed", "open"]))
    labels = draw(st.lists(label(), max_size=4, unique_by=lambda each: each["name"].strip().casefold()))
    keys = draw(st.permutations(FREE_KEYS))
    entities = draw(st.lists(entity(), max_size=4, unique_by=lambda each: each["key"]))
    known = {each["key"] for each in entities} | {"author"}
    for each in entities:
        for relation in ("part_of", "speaks_for", "opposite_of"):
            each[relation] = [key for key in each.get(relation, []) if key in known]
    more = {
        "name": st.none() | TEXT,
        "description": TEXT,
        "language": st.none() | TEXT,
        "licence": st.none() | TEXT,
        "guidelines_text": st.none() | TEXT,
        "overlap": st.integers(1, 9),
        "serve": st.none() | st.sampled_from(["item", "document"]),
        "order": st.sampled_from(["as_given", "shuffled"]),
        "context": st.integers(0, 50),
        "entities_open": st.booleans(),
        "seed": st.integers(0, 2**31 - 1),
        "fixes": st.fixed_dictionaries({}, optional={"target": KEY, "holder": KEY}),
        "splits": st.sampled_from([{"train": 1.0}, {"train": 0.6, "validation": 0.1, "test": 0.3}]),
    }
    more["statement"] = st.fixed_dictionaries({}, optional=dict.fromkeys(Statement.model_fields, TEXT))
    more["authors"] = st.lists(AUTHOR, max_size=3)
    more |= WORKFORCE
    if kind == "open":
        more["candidates"] = st.none() | st.booleans()
    said = draw(st.fixed_dictionaries({}, optional=more))
    if len(labels) > 1:
        one, other = (LabelEntry.model_validate(each).name for each in labels[:2])  # as it strips them
        said["distance"] = draw(st.sampled_from([{}, {one: {other: 0.5}}]))
    has_key = draw(st.lists(st.booleans(), min_size=4, max_size=4))
    rows = [
        each | ({"key": key} if has else {}) for each, key, has in zip(labels, keys, has_key, strict=False)
    ]
    return ProjectFile.model_validate(
        {"slug": "p", "kind": kind, "labels": rows, "entities": entities, **said}
    )


@contextmanager
def taken_back(session):
    """What happens in the block leaves no trace."""
    savepoint = session.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()
        session.expire_all()


def shown(session, project):
    session.flush()
    session.expire_all()
    return as_toml(describing.describe(session, project))


@many
@given(file=files())
def test_show_and_apply_changes_nothing(session, file):
    """The way to change a project is to edit what `show` prints; what one leaves alone must stay."""
    with taken_back(session):
        made = projects.create(session, file)
        text = shown(session, made)
        again = from_toml(text)

        assert previewing.would(session, made, again) == []
        assert projects.apply(session, made, again) == []
        assert shown(session, made) == text
        assert made.scheme_version == 1


@many
@given(first=files(), second=files())
def test_nor_after_another_file_and_the_copy_is_the_same(session, first, second):
    """A project has a history; what it shows is still all of it."""
    assume(first.kind is second.kind)
    with taken_back(session):
        made = projects.create(session, first)
        inner = session.begin_nested()
        try:
            projects.apply(session, made, second)
            inner.commit()
        except (Invalid, Conflict):
            inner.rollback()
            session.expire_all()
        text = shown(session, made)
        file = from_toml(text)

        assert projects.apply(session, made, file) == []
        assert shown(session, made) == text


@given(file=files())
def test_a_file_is_the_same_after_it_was_written(file):
    """What a text editor saves is what was meant, line ends and quotation marks too."""
    back = from_toml(as_toml(file))

    assert as_toml(back) == as_toml(file)
    assert back.labels == file.labels
    assert [each.aliases for each in back.entities] == [each.aliases for each in file.entities]


def test_the_property_knows_every_field(session):
    """A field that is new must be drawn above, or nobody tests it."""
    drawn = {"slug", "kind", "labels", "entities", "guidelines", "name", "description", "language", "licence"}
    drawn |= {"guidelines_text", "overlap", "serve", "order", "context", "entities_open", "seed", "fixes"}
    drawn |= {"splits", "candidates", "distance", "statement", "authors", *WORKFORCE}
    assert set(ProjectFile.model_fields) == drawn
    assert len(LabelEntry.model_fields) == 8
    assert len(EntityEntry.model_fields) == 14


def test_after_events_what_is_shown_changes_nothing(session):
    """Retired, merged and renamed labels and entities are not in the file, and do not come back by it."""
    posts = make.directed(session, items=1)
    twin = make.entity(session, posts.project, "turbines", kind="issue")
    scheme.rename(session, posts.project, "label", "FAVOR", "FOR")
    scheme.merge(session, posts.project, "label", ["NONE"], "AGAINST")
    scheme.merge(session, posts.project, "entity", ["turbines"], "wind-farms")
    text = shown(session, posts.project)

    assert projects.apply(session, posts.project, from_toml(text)) == []
    assert [each.name for each in from_toml(text).labels] == ["FOR", "AGAINST"]
    assert normalise(twin.name) in {normalise(alias.name) for alias in from_toml(text).entities[0].aliases}


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ([{"name": "FAVOR", "polarity": "favor"}], "is called 'FOR'"),
        ([{"name": "NONE", "polarity": "none"}], "was retired, merged or split"),
        ([{"name": "against", "polarity": "against"}], "is or was the name"),
        ([{"name": "NEW", "polarity": "other", "key": "2"}], "would share the key 2"),
    ],
)
def test_a_file_from_before_an_event_is_told_what_happened(session, labels, said):
    """It would otherwise bring back what was merged, under a name that answers use for something else."""
    posts = make.directed(session, items=1)
    scheme.rename(session, posts.project, "label", "FAVOR", "FOR")
    scheme.retire(session, posts.project, "label", "NONE")
    file = ProjectFile.model_validate({"slug": "posts", "kind": "directed", "labels": labels})

    with pytest.raises((Invalid, Conflict), match=said):
        projects.apply(session, posts.project, file)


def test_what_a_label_means_stays_once_answers_name_it(session):
    """Thousands of answers would change sides by one word in a file."""
    ada = make.user(session, "ada")
    posts = make.directed(session, items=1, members=[ada])
    labels = [{"name": "FAVOR", "polarity": "against", "key": "1"}]
    file = ProjectFile.model_validate({"slug": "posts", "kind": "directed", "labels": labels})
    assert previewing.would(session, posts.project, file) != []
    annotations.append(session, ada, uuid4(), make.answer(posts.items[0], "FAVOR"))

    with pytest.raises(Invalid, match="its polarity stays"):
        projects.apply(session, posts.project, file)
