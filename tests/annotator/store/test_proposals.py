"""Proposals: by the registry as it stands, for what the item leaves open, where the project wants them."""

import pytest

from annotator.domain import EntityKind, User
from annotator.domain.project_file import ProjectFile
from annotator.store import describing, projects, proposals, questions
from annotator.store.proposals import Proposals
from annotator.store.questions import Asked
from annotator.store.registry import Registry
from tests import make


def residents(session, opened):
    registry = Registry.load(session, opened.project.id)
    registry.alias(registry.by_key["residents"], "residents’ group")


@pytest.fixture
def news(session):
    opened = make.open_document(session, "news")
    residents(session, opened)
    session.flush()
    return opened


def put(session, news):
    """The second sentence as it is put to people: “We will not wait,” said the residents’ group."""
    reader = User(id=0, name="anybody")  # of whom nothing is drawn
    return questions.put(session, news.project, reader, [Asked(news.items[1].id, 0)])


def holders(session, news, known):
    offer = known.of(session, news.project, put(session, news))[news.items[1].id]
    return [each.holder for each in offer.candidates]


def test_a_sentence_has_its_proposals(session, news):
    """The page asks once for twenty items; each comes with its own."""
    assert holders(session, news, Proposals()) == ["residents"]


def test_a_new_alias_is_known_at_once(session, news):
    """Names are kept in memory, and a registry changes all day."""
    known = Proposals()
    assert holders(session, news, known) == ["residents"]

    registry = Registry.load(session, news.project.id)
    registry.register("Shore Society", kind=EntityKind.ACTOR, key="society")
    registry.alias(registry.by_key["society"], "residents’ group")
    session.flush()

    assert holders(session, news, known) == [None]  # two have the name now: a person decides


def test_what_is_in_memory_is_bounded(session, news, monkeypatch):
    """A server with a thousand projects keeps the names of those that are worked in."""
    monkeypatch.setattr(proposals, "MOST_PROJECTS", 1)
    known = Proposals()
    other = make.open_document(session, "more")

    known.of(session, other.project, put(session, other))
    assert holders(session, news, known) == ["residents"]

    assert len(known._known) == 1


def test_what_the_item_fixes_is_not_proposed_otherwise(session, news):
    """A holder that is given can be no other."""
    author = Registry.load(session, news.project.id).by_key["author"]
    news.items[1].holder_id = author.id
    session.flush()

    assert holders(session, news, Proposals()) == []


def test_a_project_can_do_without(session, news):
    """Some studies want every stance found unaided; a directed project has nothing to propose."""
    file = describing.describe(session, news.project)
    assert file.candidates is True
    projects.apply(session, news.project, file.model_copy(update={"candidates": False}))

    assert holders(session, news, Proposals()) == []
    assert describing.describe(session, news.project).candidates is False
    assert proposals.wanted(make.directed(session, "posts").project) is False


def test_proposals_in_a_directed_project_are_a_slip_in_its_file():
    """A switch without effect would be believed."""
    with pytest.raises(ValueError, match="a directed project fixes"):
        ProjectFile(slug="posts", kind="directed", candidates=True)


def test_an_issue_that_nobody_names_is_likely_by_its_words(session, news):
    """A new text calls few of its targets by their names; each would have to be typed."""
    registry = Registry.load(session, news.project.id)
    waiting = registry.register("Patience of neighbours", kind=EntityKind.ISSUE, key="patience")
    waiting.definitions = {"en": "Whether those who live there should wait longer."}
    registry.register("Sugar tax", kind=EntityKind.ISSUE, key="sugar-tax")
    session.flush()

    likely = Proposals().of(session, news.project, put(session, news))[news.items[1].id].likely

    assert "patience" in likely
    assert "sugar-tax" not in likely


def test_an_item_of_a_directed_project_is_offered_nothing(session):
    """What is fixed is not asked; its page would carry the lists for nothing."""
    posts = make.directed(session, "posts")
    asked = questions.put(session, posts.project, make.user(session), [Asked(posts.items[0].id, 0)])

    assert Proposals().of(session, posts.project, asked) == {}
