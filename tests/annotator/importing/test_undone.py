"""An import is undone: what it brought goes, what was there stays, and the same file can come in again."""

from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import Annotation, AuditEntry, Document, Import, Item, Lease, QueueEntry, Role, User
from annotator.errors import Conflict, NotFound
from annotator.importing import undone
from annotator.store import annotations, projects, queue
from annotator.store import engine as store
from tests import make

SLUG = "posts"
OLD = "id,text,target,label,annotator\nold,Trams run on time.,Trams,,\n"
NEW = "id,text,target,label,annotator,outlet\nold,Trams run on time.,Trams,FAVOR,eve,Chirp\n" + "".join(
    f"new-{n},Another rise of {n}.,Buses,{'AGAINST,eve' if n else ','},Chirp\n" for n in range(5)
)


@pytest.fixture
def second(standpoint, write, posts, engine):
    """Two imports; the number of the second."""
    for name, text in (("old.csv", OLD), ("new.csv", NEW)):
        result = standpoint("import", posts, write(name, text))
        assert result.exit_code == 0, result.output
    with Session(engine) as session:
        return session.exec(select(sa.func.max(Import.id))).one()


@pytest.fixture
def project_id(engine, second):
    with Session(engine) as session:
        return projects.find(session, SLUG).id


def standing(engine):
    """Ids of the documents and items that are there, and of the items whose answers stand."""
    with Session(engine) as session:
        documents = session.exec(select(Document.external_id).where(col(Document.deleted_at).is_(None)))
        items = session.exec(select(Item.external_id).where(col(Item.deleted_at).is_(None)))
        answers = sa.select(col(Item.external_id), col(Annotation.withdrawn)).join(
            Item, col(Item.id) == col(Annotation.item_id)
        )
        current = dict(
            session.execute(
                answers.where(col(Item.deleted_at).is_(None)).order_by(col(Annotation.revision))
            ).all()
        )
        return sorted(documents), sorted(items), sorted(name for name, gone in current.items() if not gone)


@pytest.fixture
def ada(engine, second):
    """She has answered a new item and holds the old one, and others that are new."""
    with store.writing(engine) as session:
        ada, project = make.user(session, "ada"), projects.find(session, SLUG)
        projects.join(session, project, ada, Role.ANNOTATOR)
        found = session.exec(select(Item).where(Item.external_id == "new-0")).one()
        annotations.append(session, ada, uuid4(), make.answer(found, "FAVOR", project=SLUG))
        queue.serve(session, project, ada, limit=5, minutes=30)
        return ada.id


def test_what_goes_is_told_before(engine, second, ada):
    """Whoever undoes a file of last week must see what people have done with it since."""
    with Session(engine) as session:
        project = projects.find(session, SLUG)
        goes = undone.preview(session, undone.find(session, project, second))
        listed = undone.listed(session, project)

    assert goes == undone.Preview(documents=5, items=5, answers=5, others=1, merged=1)
    assert [each.files for each, _ in listed] == [["new.csv"], ["old.csv"]]


def test_what_it_brought_goes_and_what_was_there_stays(engine, second, project_id, ada, standpoint):
    """The item that was there wants its answer again; nobody is lent what is gone."""
    gone = undone.undo(engine, project_id, second)

    assert gone == {"documents": 5, "items": 5, "answers": 5}
    assert standing(engine) == (["old"], ["old"], [])
    with store.writing(engine) as session:
        assert session.exec(select(sa.func.sum(QueueEntry.free_seats))).one() == 1
        assert session.exec(select(Lease.item_id).where(col(Lease.ended_at).is_(None))).all() == []
        [item] = queue.serve(
            session, projects.find(session, SLUG), session.get_one(User, ada), limit=9, minutes=1
        ).leases
        assert session.get_one(Item, item.item_id).external_id == "old"
        actions = session.exec(select(AuditEntry.action).order_by(col(AuditEntry.id).desc())).all()
    assert actions[0] == "undo import"
    assert standpoint("doctor").exit_code == 0


def test_the_same_file_comes_in_again(engine, second, project_id, standpoint, write):
    """It was the wrong option, not the wrong file."""
    before = standing(engine)
    for _ in range(2):
        undone.undo(engine, project_id, second)
        assert standing(engine) != before
        result = standpoint("import", SLUG, write("new.csv", NEW))
        assert result.exit_code == 0, result.output
        assert standing(engine) == before
        assert "nothing new" in standpoint("import", SLUG, write("new.csv", NEW)).output
        with Session(engine) as session:
            second = session.exec(select(sa.func.max(Import.id))).one()
    assert standpoint("doctor").exit_code == 0


def test_it_is_undone_once_and_by_its_own_project(engine, second, project_id):
    """The button is pressed twice, or its address is guessed."""
    with store.writing(engine) as session:
        other = make.project(session, "others").id
    with pytest.raises(NotFound):
        undone.undo(engine, other, second)

    gone = undone.undo(engine, project_id, second, job_id=7)
    with pytest.raises(Conflict):
        undone.undo(engine, project_id, second)
    assert undone.undo(engine, project_id, second, job_id=7) == gone  # its end was not heard of
