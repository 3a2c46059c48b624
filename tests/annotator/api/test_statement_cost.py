"""What each key press asks the database: every statement finds its rows by an index, whatever has piled up.

SQLite tells how it would run a statement, and so does the test, for every one of a page of the queue and of
a save: a table that is read whole costs more with each day of work.
"""

from uuid import uuid4

import pytest

from tests import application

pytestmark = pytest.mark.sqlite
FINDS = ("SEARCH", "USE TEMP B-TREE", "CORRELATED", "LIST SUBQUERY", "REUSE LIST", "SCALAR SUBQUERY")
JOINS = ("COMPOUND QUERY", "LEFT-MOST SUBQUERY", "UNION ALL", "MULTI-INDEX OR", "INDEX ")


def _sent(app, ada, slug, said):
    """The statements of a page of the queue and of a save."""
    with application.counted_queries(app) as statements:
        [item, *_] = ada.get(f"/api/v1/projects/{slug}/queue").json["items"]
        answer = {"item": item["id"], "stances": said}
        assert ada.put(f"/api/v1/annotations/{uuid4()}", json=answer).status_code == 201
    return [statement for statement in dict.fromkeys(statements) if not statement.startswith("BEGIN")]


@pytest.fixture
def directed(app, ada):
    """Where the target is given."""
    return _sent(app, ada, "posts", [{"label": "FAVOR"}])


@pytest.fixture
def opened(app, ada):
    """Where documents come whole."""
    return _sent(app, ada, "news", [])


def test_no_statement_reads_a_whole_table(app, directed, opened):
    """A lease that ended is a row for ever; so is an answer."""
    plans = {}
    with app.extensions["standpoint_engine"].connect() as connection:
        for statement in {*directed, *opened}:
            values = (1,) * statement.count("?")
            steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            plans[statement] = [step[3] for step in steps]
    read = {step.strip() for steps in plans.values() for step in steps}

    assert len(plans) > 40
    assert any("ix_lease_expiry" in step for step in read)
    assert [step for step in read if not step.startswith(FINDS + JOINS)] == []


def test_no_word_of_a_statement_is_a_parameter(directed):
    """SQLite would compile it anew for every run: a partial index might serve this kind, or this purpose."""
    asked = [statement for statement in directed if "kind = " in statement or "purpose = " in statement]

    assert len(asked) > 5
    assert [one for one in asked if "kind = ?" in one or "purpose = ?" in one] == []
