"""The session of a request: one transaction, whether mapped objects take part in it or not."""

from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm.exc import DetachedInstanceError
from sqlmodel import select

from annotator.domain import User
from annotator.store import accounts, annotations, loaded
from annotator.store.engine import reading, writing
from annotator.store.light import Light
from annotator.store.ready import Ready
from tests import make

NAMES = Ready(sa.select(User.__table__.c.name))
ONE = Ready(sa.select(User.__table__.c.id))
RENAME = Ready(sa.update(User.__table__).values(name=sa.bindparam("to")))


def mapped(session, name):
    session.exec(select(User)).one().name = name


def ready(session, name):
    RENAME.run(session, to=name)


def added(session, name):
    """An object that the session is given changes nothing: its transaction has no connection."""
    session.add(loaded.aside(User, ("id",), ONE.first(session)))
    RENAME.run(session, to=name)


@pytest.fixture
def light(engine):
    with writing(engine) as session:
        make.user(session, "ada")
    with Light(engine.execution_options(standpoint_writes=True)) as session:
        yield session


@pytest.fixture
def stored(engine):
    def names():
        with reading(engine) as session:
            return list(session.exec(select(User.name)))

    return names


@pytest.mark.parametrize(
    ("first", "second"),
    [(ready, ready), (ready, mapped), (mapped, ready), (ready, added), (added, ready), (added, mapped)],
)
def test_mapped_and_ready_work_is_stored_together(light, stored, first, second):
    first(light, "ada")
    second(light, "bo")
    assert NAMES.values(light) == ["ada"] or second is not mapped  # who is mapped flushes first
    assert stored() == ["ada"]

    light.commit()

    assert stored() == ["bo"]


@pytest.mark.parametrize("second", [ready, mapped])
@pytest.mark.parametrize("first", [ready, mapped])
@pytest.mark.parametrize("end", [Light.rollback, Light.close])
def test_and_undone_together(light, stored, first, second, end):
    first(light, "bo")
    second(light, "cy")
    light.flush()

    end(light)

    assert stored() == ["ada"]


def test_after_its_end_it_begins_anew(light, stored):
    ready(light, "bo")
    light.commit()
    ready(light, "cy")
    light.rollback()
    ready(light, "di")
    mapped(light, "ed")
    light.commit()

    assert stored() == ["ed"]


def test_who_has_ended_it_holds_no_connection(light, engine):
    """The next writer of this process would wait for it, and the pool would run dry."""
    for end in (light.commit, light.rollback, light.close):
        ready(light, "bo")
        assert engine.pool.checkedout() == 1
        end()
        assert engine.pool.checkedout() == 0


def test_without_a_question_it_has_no_connection(light, engine):
    """Who sends no token keeps no writer waiting."""
    assert engine.pool.checkedout() == 0

    light.commit()
    light.close()

    assert engine.pool.checkedout() == 0


def test_a_transaction_that_cannot_begin_gives_its_connection_back(light, engine):
    def fail(*_):
        raise RuntimeError("no")

    sa.event.listen(engine, "begin", fail)
    with pytest.raises(RuntimeError):
        ready(light, "bo")

    assert engine.pool.checkedout() == 0


def test_a_person_is_read_beside_the_session(light):
    """Who asks is looked at by every request and changed by few: what was not read is no silent None."""
    token = accounts.create_token(light, accounts.named(light, "ada"), name="t", days=1)
    user, _ = accounts.user_of_token(light, token)

    assert user.name == "ada"
    assert user not in light
    with pytest.raises(DetachedInstanceError):
        _ = user.password_hash


def test_an_answer_is_saved_without_a_transaction_of_mapped_objects(engine):
    """What the light session is there for; a person's first one makes their counts."""
    with writing(engine) as session:
        ada = make.user(session, "ada")
        first, second = make.directed(session, members=[ada], items=2).items
        annotations.append(session, ada, uuid4(), make.answer(first, "FAVOR"))
        token, answer = accounts.create_token(session, ada, name="t", days=1), make.answer(second, "FAVOR")
    with Light(engine.execution_options(standpoint_writes=True)) as light:
        user, _ = accounts.user_of_token(light, token)
        annotations.append(light, user, uuid4(), answer)

        assert not light.in_transaction()
