"""What a table holds, as a number of rows and a hash that does not depend on their order."""

from collections.abc import Callable, Generator, Iterable
from hashlib import blake2b
from typing import NamedTuple, Protocol

from sqlalchemy.engine import Connection

from annotator.keeping.form import Row, Table, selected
from annotator.keeping.form import tables as tables_of

CHUNK = 500  # rows
BYTES = 16
Tick = Callable[[int], object]  # told how many rows are done now


class Content(NamedTuple):
    """How many rows, and the sum of their hashes: equal rows in any order come to an equal sum."""

    rows: int = 0
    sum: int = 0

    def and_(self, rows: Iterable[Row]) -> "Content":
        """With these rows, too.

        >>> Content().and_([(1, "a"), (2, None)]) == Content().and_([(2, None)]).and_([(1, "a")])
        True
        >>> Content().and_([(1, "a"), (1, "a")]) == Content().and_([(1, "a")])
        False
        """
        digests = [
            int.from_bytes(blake2b(repr(tuple(row)).encode(), digest_size=BYTES).digest()) for row in rows
        ]
        return Content(self.rows + len(digests), (self.sum + sum(digests)) % 2 ** (8 * BYTES))

    def hexadecimal(self) -> str:
        """The sum as 32 digits."""
        return f"{self.sum:032x}"


class Source(Protocol):
    """One state of a database: a live one, or one in a file."""

    revision: str
    tables: list[Table]
    numbers: dict[str, int]  # table → the highest id that it has ever given, where that is known

    def chunks(self, table: Table) -> Generator[list[Row]]:
        """All rows of a table, some at a time."""


class Live:
    """What a connection sees of its database."""

    def __init__(self, connection: Connection, revision: str) -> None:
        self.connection, self.revision = connection, revision
        self.tables = tables_of(connection)
        self.numbers = _numbers(connection, self.tables)

    def chunks(self, table: Table) -> Generator[list[Row]]:
        """All rows of a table, some at a time; memory holds one chunk."""
        query = selected(table, self.connection.dialect)
        options = {"stream_results": True, "max_row_buffer": CHUNK}
        with self.connection.exec_driver_sql(query, execution_options=options) as result:
            for part in result.partitions(CHUNK):
                yield [tuple(row) for row in part]

    def content(self, table: Table, tick: Tick) -> Content:
        """What a table holds now."""
        content = Content()
        for chunk in self.chunks(table):
            content = content.and_(chunk)
            tick(len(chunk))
        return content

    def count(self) -> int:
        """The rows of all tables."""
        quote = self.connection.dialect.identifier_preparer.quote
        counts = [f"SELECT count(*) AS n FROM {quote(table.name)}" for table in self.tables]  # noqa: S608
        return sum(self.connection.exec_driver_sql(count).scalar_one() for count in counts)


def _numbers(connection: Connection, tables: list[Table]) -> dict[str, int]:
    """The highest id that each table has given, where the database remembers it: it is never given again."""
    if connection.dialect.name == "sqlite":
        remembered = connection.exec_driver_sql(
            "SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_sequence'"
        )
        if not remembered.scalar_one():
            return {}
        given = connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence")
        return {name: number for name, number in given if any(name == table.name for table in tables)}
    numbers = {}
    for table, sequence in sequences(connection, tables).items():
        last, was_given = connection.exec_driver_sql(f"SELECT last_value, is_called FROM {sequence}").one()  # noqa: S608
        if was_given:
            numbers[table] = last
    return numbers


def sequences(connection: Connection, tables: list[Table]) -> dict[str, str]:
    """The sequence that numbers the rows of each table of PostgreSQL, where it has one."""
    quote = connection.dialect.identifier_preparer.quote
    asked = {table.name: quote(table.name) for table in tables if table.key == ("id",)}
    found = {
        name: connection.exec_driver_sql("SELECT pg_get_serial_sequence(%s, 'id')", (quoted,)).scalar()
        for name, quoted in asked.items()
    }
    return {name: sequence for name, sequence in found.items() if sequence is not None}
