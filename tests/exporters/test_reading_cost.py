"""A part of the documents costs the same in a small and in a large project."""

import sqlalchemy as sa

from annotator import reading
from annotator.store import engine as store
from tests.exporters.made_project import Make, stance

DOCUMENTS = 200  # of few, the database asks for each
WHOLE = ("project_id=", "SCAN ")  # what a plan says of a query that walks through all there is


def test_no_query_of_a_part_walks_through_the_project(sqlite_url: str):
    """Each part that looked through all documents made a release of a million take an hour more."""
    engine, plans = store.create(sqlite_url), {}
    with store.writing(engine) as session:
        make = Make(session)
        for number in range(DOCUMENTS):
            make.question(f"{number}")
        make.answer(make.question("a"), "ada", stance("FAVOR", rationale=[(0, 1)]))

    def explain(connection, _cursor, statement, parameters, *_):
        if " IN (" in statement:
            told = connection.connection.dbapi_connection.execute(
                f"EXPLAIN QUERY PLAN {statement}", parameters
            )
            plans[statement] = [step[3] for step in told]

    with reading.snapshot(engine, "trains") as snapshot:
        sa.event.listen(engine, "before_cursor_execute", explain)
        list(snapshot.documents(segments=True))
        sa.event.remove(engine, "before_cursor_execute", explain)
    engine.dispose()

    assert len(plans) == 8
    for statement, steps in plans.items():
        assert not [step for step in steps if any(word in step for word in WHOLE)], (statement, steps)
