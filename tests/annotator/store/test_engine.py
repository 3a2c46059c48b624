"""The engine: writers wait for each other, readers see one state, and the schema is the models'."""

import json

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import make_url

from annotator.domain import metadata
from annotator.domain.base import WHERE
from annotator.errors import Unusable
from annotator.store import engine as store
from annotator.store import migrating, search
from tests import make
from tests.together import at_once

ANY = st.characters(codec=None)


def more(of):
    return st.lists(of) | st.dictionaries(st.text(), of)


def test_no_update_is_lost(engine):
    """SQLite as SQLAlchemy finds it loses a third of these silently."""
    with store.writing(engine) as session:
        make.project(session, "posts")

    def count(_number):
        with store.writing(engine) as session:
            number = session.execute(sa.text("SELECT seed FROM project" + _for_update(engine))).scalar_one()
            session.execute(sa.text("UPDATE project SET seed = :n"), {"n": number + 1})

    at_once(count, range(12))

    with store.reading(engine) as session:
        assert session.execute(sa.text("SELECT seed FROM project")).scalar_one() == 12


@pytest.mark.sqlite
@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(ANY), more, max_leaves=9)
)
@example("\ud800")  # half a pair, as `json` reads it
@settings(deadline=None, suppress_health_check=list(HealthCheck))
def test_json_is_read_as_it_was_written(engine, value):
    """By a parser that is not the one of the standard library."""
    written = json.dumps(value)
    with engine.connect() as connection:
        read = connection.scalar(
            sa.text("SELECT :written AS value").columns(value=sa.JSON), {"written": written}
        )

    assert json.dumps(read) == written


def test_what_fails_is_rolled_back(engine):
    """Half a change is worse than none."""
    with pytest.raises(ZeroDivisionError), store.writing(engine) as session:
        make.user(session, "ada")
        _ = 1 / 0

    with store.reading(engine) as session:
        assert session.execute(sa.text('SELECT count(*) FROM "user"')).scalar_one() == 0


@pytest.mark.sqlite
def test_an_acknowledged_answer_survives_a_power_cut(engine):
    """FULL is the default; foreign keys are off in SQLite unless asked for."""
    with engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }

    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


def test_the_migrations_make_what_the_models_say(engine):
    """A column that only the models know is a crash after the next upgrade."""
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": search.is_ours}
        )

        assert compare_metadata(context, metadata) == []


def test_the_migrations_make_indexes_over_the_rows_that_the_models_say(engine):
    """Alembic does not compare it: a unique index over all rows would refuse what the models allow."""
    option = f"{engine.dialect.name}_where"
    inspected = sa.inspect(engine)
    made = {
        index["name"]: str(index["dialect_options"][option])
        for table in metadata.tables
        for index in inspected.get_indexes(table)
        if option in index.get("dialect_options", {})
    }
    said = {
        index.name: str(index.info[WHERE])
        for table in metadata.tables.values()
        for index in table.indexes
        if WHERE in index.info
    }

    assert said.keys() == made.keys()
    if engine.dialect.name == "sqlite":  # PostgreSQL writes a condition its own way
        assert said == made


def test_the_migrations_go_up_down_and_up(engine):
    """Who must go back after an upgrade can."""
    config = migrating.config()
    with engine.execution_options(standpoint_writes=True).begin() as connection:
        config.attributes["connection"] = connection
        before = _columns(connection)
        command.downgrade(config, "base")
        left = set(sa.inspect(connection).get_table_names()) - {"alembic_version"}
    store.migrate(engine)

    with engine.connect() as connection:
        assert left == set()
        assert _columns(connection) == before


def test_migrating_again_changes_nothing(engine):
    """`standpoint init` is safe to repeat."""
    store.migrate(engine)

    store.require_current(engine)


def test_a_database_of_a_newer_standpoint_is_refused(engine):
    """An old program must not write into a schema that it does not know."""
    with engine.execution_options(standpoint_writes=True).begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = 'ffff'"))

    with pytest.raises(Unusable, match="newer"):
        store.migrate(engine)
    with pytest.raises(Unusable, match="standpoint init"):
        store.require_current(engine)


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://x/y", "sqlite:////no/such/folder/x.db"])
def test_a_database_that_cannot_be_is_told_in_a_sentence(url):
    """The commonest slip of all is a wrong path."""
    with pytest.raises(Unusable):
        store.migrate(store.create(url))


def test_a_password_is_never_shown():
    """Error messages end up in tickets."""
    engine = store.create("postgresql+psycopg://ada:secret@localhost/x")

    assert "secret" not in store.shown(engine)
    assert make_url(store.shown(engine)).username == "ada"


def _for_update(engine):
    return " FOR UPDATE" if engine.dialect.name == "postgresql" else ""


def _columns(connection):
    found = sa.inspect(connection).get_multi_columns()
    return {
        table: [(column["name"], str(column["type"]), column["nullable"]) for column in columns]
        for (_, table), columns in found.items()
    }
