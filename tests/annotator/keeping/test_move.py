"""`standpoint move`: all of it is there, or nothing is; what is left behind is as it was."""

import pytest
from sqlmodel import select

from annotator.domain import Document, Item
from annotator.store.engine import reading, writing
from tests import make
from tests.annotator.keeping.conftest import rows, standpoint


def test_what_is_moved_is_what_was_there(filled, other_url):
    """A team that has outgrown a file takes years of work along."""
    before = rows(filled)

    done = standpoint("move", "--to", other_url, "--database", filled)

    assert done.exit_code == 0, done.output
    assert "  annotation  3  " in done.stdout
    assert rows(other_url) == before == rows(filled)


def test_nothing_is_moved_onto_work(filled, other_url, opened):
    """Two projects' answers in one database could never be told apart again."""
    standpoint("move", "--to", other_url, "--database", filled)
    engine = opened(other_url)
    with writing(engine) as session:
        make.user(session, "cy")
    engine.dispose()
    before = rows(other_url)

    refused = standpoint("move", "--to", other_url, "--database", filled)

    assert (refused.exit_code, "people or projects" in refused.stderr) == (1, True)
    assert rows(other_url) == before


def test_a_database_in_use_is_not_moved(filled, other_url, opened):
    """What is saved in the old one while people are told of the new one is lost to both."""
    with reading(opened(filled)) as session:
        session.exec(select(Item)).all()
        refused = standpoint("move", "--to", other_url, "--database", filled)

    assert (refused.exit_code, "in use" in refused.stderr) == (1, True)


@pytest.mark.sqlite
def test_text_that_the_other_cannot_hold_leaves_nothing_there(filled, postgres_url, opened):
    """PostgreSQL has no zero character; half a move would look like a whole one."""
    engine = opened(filled)
    with writing(engine) as session:
        session.exec(select(Document)).first().title = "a\0b"
    engine.dispose()
    before = rows(postgres_url)

    refused = standpoint("move", "--to", postgres_url, "--database", filled)

    assert refused.exit_code == 1
    assert "Traceback" not in refused.output and "document" in refused.stderr
    assert rows(postgres_url) == before
