"""Fill an empty database from a source, and prove that everything has arrived."""

from collections.abc import Iterable, Iterator
from contextlib import closing

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlmodel import Session

from annotator import domain
from annotator.errors import Invalid, Unusable
from annotator.keeping.contents import Content, Live, Source, Tick, sequences
from annotator.keeping.form import VERSIONS, Row, Table, found
from annotator.store import migrating, revisions, search

CHUNK = 1_000  # segments
DIFFERS = "did not arrive as it was ({}): nothing was changed. Please report this."


def fill(
    connection: Connection, source: Source, promised: dict[str, Content] | None, tick: Tick
) -> dict[str, Content]:
    """Build the source's schema, put its rows in, prove them, and bring the schema up to date.

    The database is empty, and the caller's transaction is committed only if this returns. `promised` is
    what the tables held when they were written down; without it, what is sent is what is promised. Gives
    what each table holds, as the target says.

    Raises
    ------
    Invalid
        If the source is of a newer Standpoint, or has tables that its schema should not have.
    Unusable
        If what arrived is not what was sent.
    """
    require_known(source.revision)
    migrating.upgrade(connection, source.revision)
    _require_same(connection, source)
    sent = {table.name: _put(connection, table, source, tick) for table in source.tables}
    _number_on(connection, source)
    live = Live(connection, source.revision)
    arrived = {table.name: live.content(table, tick) for table in live.tables}
    if wrong := [name for name, content in (sent | (promised or {})).items() if arrived.get(name) != content]:
        raise Unusable(f"The table {wrong[0]!r} {DIFFERS.format('its rows differ')}")
    _require_whole(connection)
    migrating.upgrade(connection, "head")
    index_words(connection)
    return arrived


def require_known(revision: str) -> None:
    """Refuse a schema that this Standpoint does not know.

    Raises
    ------
    Invalid
        If it is of a newer one.
    """
    if revision not in revisions.known():
        raise Invalid(f"It is of a newer Standpoint (revision {revision}): upgrade yours.")


def has_data(connection: Connection) -> bool:
    """Whether somebody has begun to work: there is a person or a project."""
    names = set(sa.inspect(connection).get_table_names())
    asked = [f'SELECT count(*) FROM "{name}"' for name in ("user", "project") if name in names]  # noqa: S608
    return any(connection.exec_driver_sql(count).scalar_one() for count in asked)


def clear(connection: Connection) -> None:
    """Drop all tables of ours; others in the same database stay."""
    ours = {*domain.metadata.tables, VERSIONS}
    metadata = found(connection)
    metadata.drop_all(connection, [table for table in metadata.sorted_tables if table.name in ours])
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {search.INDEX}")


def index_words(connection: Connection) -> None:
    """Make the index of words again, from the texts."""
    query = sa.text(
        'SELECT segment.id, substr(document.text, segment.start + 1, segment."end" - segment.start) '
        "FROM segment JOIN document ON document.id = segment.document_id "
        "WHERE segment.id > :last AND document.erased_at IS NULL ORDER BY segment.id LIMIT :chunk"
    )
    connection.exec_driver_sql(f"DELETE FROM {search.INDEX}")  # noqa: S608 a constant
    with Session(connection, join_transaction_mode="rollback_only") as session:
        last = 0
        while rows := connection.execute(query, {"last": last, "chunk": CHUNK}).all():
            search.put(session, [(segment, text) for segment, text in rows])
            last = rows[-1][0]


def _put(connection: Connection, table: Table, source: Source, tick: Tick) -> Content:
    content = Content()
    with_rows = _copy if connection.dialect.name == "postgresql" else _insert

    def counted(chunks: Iterable[list[Row]]) -> Iterator[list[Row]]:
        nonlocal content
        for chunk in chunks:
            content = content.and_(chunk)
            yield chunk
            tick(len(chunk))

    with closing(source.chunks(table)) as chunks:
        with_rows(connection, table, counted(chunks))
    return content


def _insert(connection: Connection, table: Table, chunks: Iterable[list[Row]]) -> None:
    quote = connection.dialect.identifier_preparer.quote
    columns, holes = ", ".join(map(quote, table.columns)), ", ".join("?" * len(table.columns))
    insert = f"INSERT INTO {quote(table.name)} ({columns}) VALUES ({holes})"  # noqa: S608 own names
    for chunk in chunks:
        connection.exec_driver_sql(insert, chunk)


def _copy(connection: Connection, table: Table, chunks: Iterable[list[Row]]) -> None:
    """One COPY a table: PostgreSQL looks after references at its end, so rows may name later ones."""
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(map(quote, table.columns))
    driver, library = connection.connection.driver_connection, connection.dialect.loaded_dbapi
    assert driver is not None and library is not None
    statement = f"COPY {quote(table.name)} ({columns}) FROM STDIN"
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for chunk in chunks:
                for row in chunk:
                    copy.write_row(row)
    except library.Error as error:
        said = str(error).strip().splitlines()[0].rstrip(".")
        raise Invalid(f"The table {table.name!r} holds what PostgreSQL does not take: {said}.") from error


def _number_on(connection: Connection, source: Source) -> None:
    """Let no id be given a second time: the queue passes over ids that it has seen."""
    if connection.dialect.name == "sqlite":
        for name, number in source.numbers.items():
            update = "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?"
            if not connection.exec_driver_sql(update, (number, name)).rowcount:
                _begin_sequence(connection, name, number)
        return
    quote = connection.dialect.identifier_preparer.quote
    for name, sequence in sequences(connection, source.tables).items():
        highest = connection.exec_driver_sql(f"SELECT max(id) FROM {quote(name)}").scalar() or 0  # noqa: S608
        if number := max(highest, source.numbers.get(name, 0)):
            connection.exec_driver_sql("SELECT setval(%s::regclass, %s)", (sequence, number))


def _begin_sequence(connection: Connection, name: str, number: int) -> None:
    """A number for a table whose ids SQLite never gives twice, and that is empty."""
    made = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).scalar()
    if made is not None and "AUTOINCREMENT" in made.upper():
        connection.exec_driver_sql("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (name, number))


def _require_same(connection: Connection, source: Source) -> None:
    """The schema that was built takes what the source brings: every column, and no other."""
    built = {table.name: table.columns for table in Live(connection, source.revision).tables}
    brought = {table.name: table.columns for table in source.tables}
    if wrong := sorted(name for name in built | brought if built.get(name) != brought.get(name)):
        raise Invalid(
            f"The table {wrong[0]!r} is another one in revision {source.revision} of this Standpoint: "
            "use the Standpoint that made it."
        )


def _require_whole(connection: Connection) -> None:
    """No row names one that is not there; PostgreSQL has made sure of it."""
    if connection.dialect.name == "sqlite":
        wrong = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if wrong is not None:
            raise Unusable(f"The table {wrong[0]!r} {DIFFERS.format(f'it names a {wrong[2]} that is gone')}")
