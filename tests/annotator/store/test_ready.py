"""Statements on the driver's own cursor: what SQLAlchemy's execution would give, on both databases."""

from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import select

from annotator.domain import Annotation, Outcome, Stance, User, metadata, now
from annotator.store import annotations, loaded
from annotator.store.engine import reading, writing
from annotator.store.ready import Ready
from tests import make

ANNOTATION, LABEL, USER, MEMBERSHIP = (
    metadata.tables[name] for name in ("annotation", "label", "user", "membership")
)


@pytest.fixture
def ada(session):
    return make.user(session, "ada")


@pytest.fixture
def posts(session, ada):
    return make.directed(session, members=[ada], items=3)


@pytest.fixture
def answered(session, ada, posts):
    for item in posts.items:
        answer = make.answer(item, "FAVOR", seconds=2.5, answered_at=now(), comment="é 🙂")
        annotations.append(session, ada, uuid4(), answer)
    session.flush()
    return posts


@pytest.mark.parametrize("table", [ANNOTATION, LABEL, USER], ids=lambda table: table.name)
def test_rows_are_those_of_an_ordinary_execution(session, answered, table):
    """Every type comes out as it does elsewhere: moments with their zone, words of a vocabulary, lists."""
    query = sa.select(table).order_by(table.c.id)

    assert Ready(query).rows(session) == [tuple(row) for row in session.connection().execute(query)]
    assert len(Ready(query).rows(session)) > 0


def test_what_goes_in_is_converted(session, answered):
    """As the columns' types say: a uuid, a word of a vocabulary, a moment with its zone."""
    known = session.exec(select(Annotation)).first()
    query = sa.select(ANNOTATION.c.id).where(
        ANNOTATION.c.uuid == sa.bindparam("uuid"),
        ANNOTATION.c.outcome == Outcome.JUDGED,
        ANNOTATION.c.created_at == sa.bindparam("moment"),
    )
    ready = Ready(query)

    assert ready.first(session, uuid=known.uuid, moment=known.created_at) == (known.id,)
    assert ready.first(session, uuid=uuid4(), moment=known.created_at) is None


def test_what_the_statement_itself_says_stands_in_its_text(session, engine, ada):
    """With its quotes; a sign that drivers read as a parameter's stays one's value."""
    heard = []
    sa.event.listen(session.get_bind(), "before_cursor_execute", lambda *given: heard.append(given[2]))
    words, number = ["it's so", "100 % of :them?", "\\'"], 7

    for word in words:
        query = sa.select(sa.literal(word), sa.literal(number)).where(USER.c.name != word)
        assert Ready(query).rows(session) == [(word, number)]

    assert all("7" in statement for statement in heard)
    assert "'it''s so'" in heard[0]
    assert "%" not in heard[1].replace("%(", "")


@pytest.mark.parametrize("count", [0, 1, 3])
def test_ids_come_as_a_list_of_any_length(session, answered, count):
    """Of an empty list nothing is asked."""
    ids = session.exec(select(Annotation.id).order_by(Annotation.id)).all()[:count]
    ready = Ready.of_many("ids", lambda ids: sa.select(ANNOTATION.c.id).where(ANNOTATION.c.id.in_(ids)))
    touch = Ready.of_many(
        "ids",
        lambda ids: (
            sa.update(ANNOTATION).where(ANNOTATION.c.id.in_(ids)).values(comment=sa.bindparam("said"))
        ),
    )

    assert sorted(ready.values(session, ids=ids)) == ids
    assert touch.run(session, ids=ids, said="seen") == count
    assert len(session.exec(select(Annotation).where(Annotation.comment == "seen")).all()) == count


def test_a_list_of_any_length_takes_few_statements(engine):
    """A server that runs for weeks must not keep one for each length that was ever asked for."""
    heard = set()
    sa.event.listen(engine, "before_cursor_execute", lambda *given: heard.add(given[2]))
    ready = Ready.of_many("ids", lambda ids: sa.select(ANNOTATION.c.id).where(ANNOTATION.c.id.in_(ids)))

    with reading(engine) as session:
        for count in range(1, 1_100):
            assert ready.rows(session, ids=list(range(count))) == []

    assert len([statement for statement in heard if " IN " in statement]) == 12


def test_several_rows_are_stored_at_once(session, answered):
    """One statement for all of them, and none for none."""
    project = answered.project.id
    people = [make.user(session, name).id for name in ("bo", "cy")]
    same = {"project_id": project, "role": "annotator", "created_at": now(), "updated_at": now()}
    ready = Ready(sa.insert(MEMBERSHIP))

    ready.run_each(session, [])
    ready.run_each(session, [{**same, "user_id": person} for person in people])

    query = sa.select(MEMBERSHIP.c.user_id).where(MEMBERSHIP.c.user_id.in_(people))
    assert sorted(session.connection().execute(query).scalars()) == people


def test_a_default_of_python_is_not_forgotten_in_silence(session, posts):
    """SQLAlchemy would fill it in; here it is to be named."""
    with pytest.raises(TypeError, match="created_at"):
        Ready(sa.insert(USER)).run(session, name="eve")


def test_an_error_is_the_one_that_everybody_catches(engine):
    """And what people wrote is not in it."""
    with writing(engine) as session:
        make.user(session, "ada")
    columns = dict.fromkeys(("email", "locale", "password_hash", "deleted_at"))
    with pytest.raises(sa.exc.IntegrityError) as failed, writing(engine) as session:
        row = session.connection().execute(sa.select(USER).where(USER.c.name == "ada")).mappings().one()
        Ready(sa.insert(USER)).run(session, **{**row, **columns})

    assert "ada" not in str(failed.value).replace(str(failed.value.orig), "")


@pytest.mark.postgresql
def test_a_connection_that_is_gone_is_not_used_again(engine):
    """The next request gets another one, as after any statement."""
    with reading(engine) as session:
        [[own]] = Ready(sa.select(sa.func.pg_backend_pid())).rows(session)
        with engine.connect() as other:
            other.execute(sa.select(sa.func.pg_terminate_backend(own)))
        with pytest.raises(sa.exc.OperationalError) as failed:
            Ready(sa.select(sa.literal(1))).rows(session)
    assert failed.value.connection_invalidated

    with reading(engine) as session:
        assert Ready(sa.select(sa.literal(1))).rows(session) == [(1,)]


def test_who_listens_to_statements_hears_of_it(engine):
    """Tracing and counting are done by SQLAlchemy's event."""
    heard = []
    sa.event.listen(engine, "before_cursor_execute", lambda *given: heard.append(given[2]))

    with reading(engine) as session:
        Ready(sa.select(sa.literal(41) + 1)).rows(session)

    assert any("+" in statement for statement in heard)


def test_a_loaded_object_is_the_session_s_own(session, ada):
    """One row, one object: with what was read now, and the rest when it is asked for."""
    ada.display_name = "Ada L."
    session.flush()
    session.expunge_all()
    row = Ready(sa.select(*loaded.columns(User, "id", "name"))).first(session)

    one = loaded.of(session, User, ("id", "name"), row)
    assert session.get(User, one.id) is one
    assert one not in session.dirty
    assert (one.name, one.display_name) == ("ada", "Ada L.")

    one.name = "lovelace"
    session.flush()
    assert loaded.of(session, User, ("id", "name"), (one.id, "augusta")) is one
    assert one.name == "augusta"


def test_a_changed_object_is_stored(session, answered):
    """It is as one that a query loaded."""
    names = loaded.names(Stance)
    session.expunge_all()
    first = Ready(sa.select(*loaded.columns(Stance)).order_by(Stance.id)).rows(session)[0]

    stance = loaded.of(session, Stance, names, first)
    stance.confidence = 0.25
    session.flush()
    session.expire_all()

    assert session.get(Stance, stance.id).confidence == 0.25
