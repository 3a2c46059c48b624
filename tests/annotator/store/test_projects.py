"""Projects from their files: made, changed, and joined."""

import pytest
import sqlalchemy as sa
from sqlmodel import select

from annotator.domain import AuditEntry, Guidelines, Relation, Role
from annotator.domain.project_file import ProjectFile
from annotator.errors import Conflict, Invalid, NotFound
from annotator.store import projects
from annotator.store.registry import Registry
from tests import make

FILE = {
    "slug": "news",
    "kind": "open",
    "guidelines_text": "# Judge",
    "entities": [
        {"key": "council", "name": "Town Council", "definition": "The elected one.", "aliases": ["they"]},
        {"key": "mayor", "part_of": ["council"], "speaks_for": ["council"]},
        {"key": "limits", "kind": "issue", "favor_means": "tighter", "against_means": "looser"},
    ],
}


def file(**changes):
    return ProjectFile.model_validate(FILE | changes)


def test_a_new_project_has_its_scheme_registry_and_pool(session):
    """Nothing is to be set up by hand after `project create`."""
    made = projects.create(session, file())

    assert [label.name for label in projects.labels(session, made)] == [
        "FAVOR",
        "AGAINST",
        "MIXED",
        "NEUTRAL",
    ]
    assert set(Registry.load(session, made.id).by_key) == {
        "author",
        "unspecified",
        "everyone",
        "council",
        "mayor",
        "limits",
    }
    assert (made.scheme_version, made.guidelines_version, made.serve) == (1, 1, "document")
    assert len(session.exec(select(Relation)).all()) == 2
    assert make.pool(session, made) is not None


def test_applied_again_nothing_changes(session):
    """Curators keep the file in git and apply it on every push."""
    made = projects.create(session, file())

    assert projects.apply(session, made, file()) == []
    assert made.scheme_version == 1
    assert len(session.exec(select(Guidelines)).all()) == 1


def test_every_change_is_told_and_counted(session):
    """An answer names the version of the scheme that it was given under."""
    made = projects.create(session, file())
    entities = [
        {"key": "council", "name": "City Council", "aliases": ["they", "the city"]},
        {"key": "mayor", "speaks_for": ["limits"]},
    ]
    labels = [{"name": "FAVOR", "polarity": "favor", "key": "9"}, {"name": "MAYBE", "polarity": "other"}]

    changed = projects.apply(
        session, made, file(overlap=2, entities=entities, labels=labels, guidelines_text="# Judge well")
    )

    assert changed == [
        "overlap is now 2",
        "label FAVOR changed",
        "label MAYBE added",
        "entity council changed",
        "entity mayor is speaks_for limits",
        "guidelines are now version 2",
    ]
    assert (made.scheme_version, made.guidelines_version) == (2, 2)
    assert session.exec(select(AuditEntry).where(AuditEntry.action == "apply project")).all()


def test_an_entity_is_found_by_its_new_name_and_its_old(session):
    """Answers and files from before a renaming must still be read."""
    made = projects.create(session, file())
    projects.apply(session, made, file(entities=[{"key": "council", "name": "City Council"}]))
    few = Registry.naming(session, made.id, ["city council", "town council"])

    assert few.find("city council").key == few.find("town council").key == "council"


def test_a_slug_is_taken_once(session):
    """Two projects under one address would mix."""
    projects.create(session, file())

    with pytest.raises(Conflict):
        projects.create(session, file())


def test_a_projects_kind_is_for_good(session):
    """Its items were made for it."""
    made = projects.create(session, file())

    with pytest.raises(Invalid):
        projects.apply(session, made, file(kind="directed"))


@pytest.mark.parametrize(("key", "other"), [("mayor", "nobody"), ("mayor", "mayor")])
def test_a_relation_to_nothing_or_itself_is_refused(session, key, other):
    """A slip in the file must not stop with the database's words."""
    with pytest.raises(Invalid, match=key):
        projects.create(session, file(entities=[{"key": key, "part_of": [other]}]))


def test_a_role_replaces_the_one_before(session):
    """A person has one seat in a project."""
    ada, made = make.user(session), projects.create(session, file())
    projects.join(session, made, ada, Role.ANNOTATOR)
    projects.join(session, made, ada, Role.CURATOR)

    assert projects.role_of(session, made, ada) is Role.CURATOR
    assert session.execute(sa.text("SELECT count(*) FROM membership")).scalar_one() == 1


def test_who_has_no_seat_has_no_project(session):
    """A list of other people's projects tells too much."""
    ada, bob = make.user(session, "ada"), make.user(session, "bob")
    root = make.user(session, "root", is_admin=True)
    made = make.project(session, members=[ada])

    assert projects.of_user(session, ada) == projects.of_user(session, root) == [made]
    assert projects.of_user(session, bob) == []
    assert projects.role_of(session, made, bob) is None


def test_a_wrong_slug_is_answered_with_the_right_ones(session):
    """At the command line a typing slip is the usual cause."""
    make.project(session, "news")

    with pytest.raises(NotFound, match="there are: news"):
        projects.find(session, "nwes")
