"""Versions of the guidelines: appended, counted together, never published over another's."""

from uuid import uuid4

import pytest

from annotator.domain import Role
from annotator.errors import Conflict, Invalid, NotFound
from annotator.store import annotations, guidelines, news, projects
from annotator.store.guidelines import Scope
from tests import make


@pytest.fixture
def posts(session):
    return make.directed(session, "posts", items=2)


def test_versions_of_all_texts_are_counted_together(session, posts):
    """An answer carries one number: it must say what stood in every text."""
    favor = guidelines.subject(session, posts.project, Scope.LABEL, "FAVOR")
    target = guidelines.subject(session, posts.project, Scope.ENTITY, make.TARGET)

    guidelines.publish(session, posts.project, "All.")
    guidelines.publish(session, posts.project, "Clear approval.", subject=favor)
    guidelines.publish(session, posts.project, "On land and at sea.", subject=target)
    guidelines.publish(session, posts.project, "Approval.", subject=favor, note="Shorter")

    assert posts.project.guidelines_version == 4
    assert [row.text for row in guidelines.in_force(session, posts.project)] == [
        "All.",
        "On land and at sea.",
        "Approval.",
    ]
    assert guidelines.in_force(session, posts.project, at=2)[1].text == "Clear approval."
    assert [row.version for row in guidelines.versions(session, posts.project)] == [4, 3, 2, 1]


def test_a_version_written_from_an_older_one_is_refused(session, posts):
    """Two curators edit on the same morning; the second must not undo the first unseen."""
    guidelines.publish(session, posts.project, "One.", replaces=0)
    guidelines.publish(session, posts.project, "Two.", replaces=1)

    with pytest.raises(Conflict) as refused:
        guidelines.publish(session, posts.project, "Mine.", replaces=1)

    assert refused.value.current.text == "Two."
    assert guidelines.newest(session, posts.project).text == "Two."


def test_the_text_in_force_is_not_published_again_but_to_be_read(session, posts):
    """Everybody's badge would light up for nothing; a mark that was forgotten must be possible."""
    guidelines.publish(session, posts.project, "One.")

    with pytest.raises(Invalid):
        guidelines.publish(session, posts.project, "One.")

    assert guidelines.publish(session, posts.project, "One.", must_read=True).version == 2


def test_a_label_that_is_not_there_has_no_text(session, posts):
    """A misspelt name must not make a text that nobody ever sees."""
    with pytest.raises(NotFound, match="no label 'FAVOUR'"):
        guidelines.subject(session, posts.project, Scope.LABEL, "FAVOUR")


def test_changes_are_told_from_what_was_known_to_what_stands(session, posts):
    """Three versions while somebody was on holiday are one difference to them."""
    favor = guidelines.subject(session, posts.project, Scope.LABEL, "FAVOR")
    for text, note in [("One.", None), ("Two.", "Second"), ("Three.", "Third")]:
        guidelines.publish(session, posts.project, text, note=note)
    guidelines.publish(session, posts.project, "Yes.", subject=favor)

    whole, label = guidelines.changes(session, posts.project, since=1)

    assert (whole.before.text, whole.after.text) == ("One.", "Three.")
    assert [version.note for version in whole.versions] == ["Second", "Third"]
    assert (label.subject.of, label.before, label.after.text) == ("FAVOR", None, "Yes.")


def test_must_read_interrupts_those_who_worked_under_an_older_version(session, posts):
    """Whoever has labelled by the old rule has to hear of the new one; a newcomer reads it all anyway."""
    ada, bea, cleo = (make.user(session, name) for name in ("ada", "bea", "cleo"))
    for person in (ada, bea, cleo):
        projects.join(session, posts.project, person, Role.ANNOTATOR)
    guidelines.publish(session, posts.project, "One.")
    news.mark_read(session, posts.project, ada, 1)
    answer = make.answer(posts.items[0], "FAVOR", shown={"guidelines": 1})
    annotations.append(session, bea, uuid4(), answer, lease_minutes=30)
    guidelines.publish(session, posts.project, "Two.", must_read=True)
    guidelines.publish(session, posts.project, "Three.")

    told = [news.of(session, posts.project, person) for person in (ada, bea, cleo)]

    assert [(each.read, each.known, each.must_read) for each in told] == [(1, 1, 2), (0, 1, 2), (0, 3, None)]


def test_what_was_read_never_goes_back(session, posts):
    """A request that was late must not show somebody an old change again."""
    ada = make.user(session, "ada")
    for text in ("One.", "Two."):
        guidelines.publish(session, posts.project, text)

    assert news.mark_read(session, posts.project, ada, 2) == 2
    assert news.mark_read(session, posts.project, ada, 1) == 2
    with pytest.raises(Invalid, match="at version 2"):
        news.mark_read(session, posts.project, ada, 3)
