"""A part of the documents costs the same in a small and in a large project."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from annotator import reading
from annotator.reading import Snapshot, tabular
from annotator.store import engine as store
from tests.exporters.made_project import Make, stance

DOCUMENTS = 200  # of few, the database asks for each
WHOLE = ("project_id=", "SCAN ")  # what a plan says of a query that walks through all there is


def objects(snapshot: Snapshot) -> None:
    list(snapshot.documents(segments=True))


def columns(snapshot: Snapshot) -> None:
    list(tabular.parts(snapshot))


@pytest.mark.parametrize(("read", "n_queries"), [(objects, 8), (columns, 6)])
def test_no_query_of_a_part_walks_through_the_project(
    sqlite_url: str, read: Callable[[Snapshot], None], n_queries: int
):
    """Each part that looked through all documents made a release of a million take an hour more."""
    engine, plans = store.create(sqlite_url), {}
    with store.writing(engine) as session:
        make = Make(session)
        for number in range(DOCUMENTS):
            make.question(f"{number}")
        item = make.question("a")
        make.answer(item, "ada", stance("FAVOR", rationale=[(0, 1)], sources=["agency"]))
        make.cover(make.document("b", "It rained."), "ada")

    def explain(connection, _cursor, statement, parameters, *_):
        if " IN (" in statement:
            told = connection.connection.dbapi_connection.execute(
                f"EXPLAIN QUERY PLAN {statement}", parameters
            )
            plans[statement] = [step[3] for step in told]

    with reading.snapshot(engine, "trains") as snapshot:
        sa.event.listen(engine, "before_cursor_execute", explain)
        read(snapshot)
        sa.event.remove(engine, "before_cursor_execute", explain)
    engine.dispose()

    assert len(plans) == n_queries
    for statement, steps in plans.items():
        assert not [step for step in steps if any(word in step for word in WHOLE)], (statement, steps)
