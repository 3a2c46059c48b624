"""Statements that are compiled once and then run on the driver's own cursor.

Context: an answer is saved for every key that an annotator presses, by a dozen statements, for each of which
the database needs some microseconds and SQLAlchemy's execution 60. Choice: the statement stays an expression
over the tables, its types still convert what goes in and out, errors are SQLAlchemy's and listeners of
`before_cursor_execute` hear of it; the rest of an execution is left out. Cost: rows are plain tuples, an
INSERT is given every column, and what waits in a session is to be flushed before. For what is asked seldom,
`session.execute` reads better.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect
from sqlmodel import Session

Statement = sa.Select[*tuple[Any, ...]] | sa.Update | sa.Delete | sa.Insert | sa.CompoundSelect[Any]
Process = Callable[[Any], Any] | None
Listener = Callable[..., Any]
_KNOWN = "ready"  # in a session's info
STEP = 512  # ids: beyond them a list is filled up to the next multiple


class Ready:
    """A statement; or one made for a list of ids, of whatever length it is asked with.

    >>> T = sa.table("t", sa.column("id", sa.Integer))
    >>> one = Ready(sa.select(T.c.id).where(T.c.id == sa.bindparam("id")))
    >>> some = Ready.of_many("ids", lambda ids: sa.select(T.c.id).where(T.c.id.in_(ids)))
    """

    def __init__(self, statement: Statement) -> None:
        self._make: Callable[[int], Statement] = lambda _: statement
        self._many: str | None = None
        self._is_insert = isinstance(statement, sa.Insert)
        self._plans: dict[tuple[Any, ...], _Plan] = {}

    @classmethod
    def of_many(cls, name: str, make: Callable[[list[sa.BindParameter[int]]], Statement]) -> "Ready":
        """A statement over ids that are given as a list under this name; of an empty list it is not asked.

        It is compiled for a few lengths: a list is filled up with its last id, so `make` may only ask whether
        something is among them.
        """
        made = cls(sa.select(sa.null()))
        made._many = name
        made._make = lambda count: make(
            [sa.bindparam(each, type_=sa.Integer) for each in _numbered(name, count)]
        )
        return made

    def rows(self, session: Session, **given: Any) -> list[tuple[Any, ...]]:
        """All rows, as plain tuples.

        Raises
        ------
        sqlalchemy.exc.DBAPIError
            As `Connection.execute`.
        """
        if self._many is not None and not given[self._many]:
            return []
        opened = _open(session)
        plan = self._plan(opened.dialect, given)
        cursor = _execute(opened, plan.sql, plan.parameters(given))
        found = plan.read(cursor)
        cursor.close()
        return found

    def first(self, session: Session, **given: Any) -> tuple[Any, ...] | None:
        """The first row, None if there is none."""
        found = self.rows(session, **given)
        return found[0] if found else None

    def values(self, session: Session, **given: Any) -> list[Any]:
        """The first column of all rows."""
        return [row[0] for row in self.rows(session, **given)]

    def run(self, session: Session, **given: Any) -> int:
        """Do it; return how many rows it changed."""
        if self._many is not None and not given[self._many]:
            return 0
        opened = _open(session)
        plan = self._plan(opened.dialect, given)
        cursor = _execute(opened, plan.sql, plan.parameters(given))
        count: int = cursor.rowcount
        cursor.close()
        return count

    def run_each(self, session: Session, given: Iterable[Mapping[str, Any]]) -> None:
        """Do it once for each of these."""
        rows = list(given)
        if not rows:
            return
        opened = _open(session)
        plan = self._plan(opened.dialect, rows[0])
        parameters = [plan.parameters(row) for row in rows]
        cursor = _execute(opened, plan.sql, parameters, is_each=True)
        cursor.close()

    def _plan(self, dialect: Dialect, given: Mapping[str, Any]) -> "_Plan":
        count = _filled_up(len(given[self._many])) if self._many is not None else 0
        columns = tuple(given) if self._is_insert else ()
        key = (dialect.driver, count, columns)
        plan = self._plans.get(key)
        if plan is None:
            many = (self._many, _numbered(self._many, count)) if self._many is not None else None
            plan = self._plans[key] = _Plan.of(self._make(count), dialect, columns, many)
        return plan


@dataclass(slots=True)
class _Plan:
    """A statement as the driver takes it, and what its types do to what goes in and out."""

    sql: str
    names: tuple[str, ...] | None  # None: the driver takes them by name
    constant: dict[str, Any]  # what the statement itself says
    convert: list[tuple[str, Callable[[Any], Any]]]
    many: tuple[str, list[str]] | None  # a list's name, and the names of the statement's own parameters
    dialect: Dialect
    types: list[sa.types.TypeEngine[Any]]  # of the columns that it gives
    readers: list[tuple[int, Callable[[Any], Any]]] | None = None  # known once the driver named its types

    @classmethod
    def of(
        cls,
        statement: Statement,
        dialect: Dialect,
        columns: tuple[str, ...],
        many: tuple[str, list[str]] | None,
    ) -> "_Plan":
        written = _written_out(statement, dialect)
        compiled: Any = written.compile(dialect=dialect, column_keys=list(columns) or None)
        if getattr(compiled, "insert_prefetch", ()):
            missing = ", ".join(column.name for column in compiled.insert_prefetch)
            raise TypeError(f"Name every column of an INSERT: {missing} has a default that is Python's.")
        into = {name: _into(bind.type, dialect) for name, bind in compiled.binds.items()}
        known = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        known = {name: value for name, value in known.items() if name not in columns}
        return cls(
            sql=compiled.string,
            names=tuple(compiled.positiontup) if compiled.positional else None,
            constant={name: _converted(value, into[name]) for name, value in known.items()},
            convert=[(name, process) for name, process in into.items() if process and name not in known],
            many=many,
            dialect=dialect,
            types=[column.type for column in statement.exported_columns],
        )

    def parameters(self, given: Mapping[str, Any]) -> Any:
        """What is given, by the statement's types, in the form that the driver takes."""
        values = {**self.constant, **given}
        if self.many is not None:
            name, numbered = self.many
            ids = values.pop(name)
            values |= zip(numbered, [*ids, *[ids[-1]] * (len(numbered) - len(ids))], strict=True)
        for name, process in self.convert:
            values[name] = process(values[name])
        return values if self.names is None else tuple([values[name] for name in self.names])

    def read(self, cursor: Any) -> list[tuple[Any, ...]]:
        """All rows, by the statement's types."""
        rows = cursor.fetchall()
        if self.readers is None:
            named = zip(self.types, cursor.description, strict=True)
            made = [
                kind.dialect_impl(self.dialect).result_processor(self.dialect, told[1])
                for kind, told in named
            ]
            self.readers = [(place, process) for place, process in enumerate(made) if process is not None]
        if not self.readers or not rows:
            return list(rows)
        found = [list(row) for row in rows]
        for row in found:
            for place, process in self.readers:
                row[place] = process(row[place])
        return [tuple(row) for row in found]


def _written_out(statement: Statement, dialect: Dialect) -> Statement:
    """With the words and numbers that are the statement's own in its text.

    SQLite compiles a statement anew for each run if a parameter's value could decide which index serves it
    (sqlite.org/c3ref/prepare.html), as in `kind = ?` beside an index `WHERE kind = 'adjudication'`.
    """

    def write(found: Any, **_: Any) -> Any:
        if not isinstance(found, sa.BindParameter) or not found.unique or found.required:
            return None
        if not isinstance(found.value, str | int) or isinstance(found.type, sa.types.NullType):
            return None
        if "%" in str(found.value):  # is written twice as it is, which is once too often in a literal column
            return None
        written = found.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
        return sa.literal_column(str(written), found.type)

    traverse: Any = sa.sql.visitors.replacement_traverse
    made: Statement = traverse(statement, {}, write)
    return made


class Opened(NamedTuple):
    """A transaction's connection, and what its statements are run by and heard of: asked for once."""

    connection: Connection
    dialect: Dialect
    driver: Any  # the driver's connection
    listeners: tuple[Listener, ...]
    transaction: Any = None  # the session's, where it has one

    @classmethod
    def of(cls, connection: Connection, transaction: Any = None) -> "Opened":
        """By what the connection knows now; looking it up takes as long as a small statement."""
        heard = connection.dispatch.before_cursor_execute
        listeners = tuple(heard) if heard else ()
        driver = connection.connection.dbapi_connection
        return cls(connection, connection.dialect, driver, listeners, transaction)


def _open(session: Session) -> Opened:
    known: Opened | None = session.info.get(_KNOWN)
    if known is not None and known.transaction is session.get_transaction():
        return known
    connection = session.connection()
    known = session.info.get(_KNOWN)  # a light session has said it meanwhile
    transaction = session.get_transaction()
    if known is None or known.connection is not connection or known.transaction is not transaction:
        known = Opened.of(connection, transaction)
        use(session, known)
    return known


def use(session: Session, opened: Opened) -> None:
    """Let statements of this session run here until its transaction ends."""
    session.info[_KNOWN] = opened


def forget(session: Session) -> None:
    """What was known of a session's transaction, which has ended."""
    session.info.pop(_KNOWN, None)


def execute(connection: Connection, sql: str) -> Any:
    """The driver's own cursor after a statement; those hear of it who listen now.

    Raises
    ------
    sqlalchemy.exc.DBAPIError
        As `Connection.execute`.
    """
    return _execute(Opened.of(connection), sql, ())


def _execute(opened: Opened, sql: str, parameters: Any, *, is_each: bool = False) -> Any:
    try:
        cursor: Any = opened.driver.cursor()
        for listener in opened.listeners:
            listener(opened.connection, cursor, sql, parameters, None, is_each)
        (cursor.executemany if is_each else cursor.execute)(sql, parameters)
    except opened.dialect.loaded_dbapi.Error as error:
        raise _told(opened, sql, parameters, error) from error
    return cursor


def _told(opened: Opened, sql: str, parameters: Any, error: Any) -> BaseException:
    """The driver's error as SQLAlchemy tells it; a connection that is gone is used no more."""
    dialect, connection = opened.dialect, opened.connection
    is_gone = dialect.is_disconnect(error, opened.driver, None)
    if is_gone:
        connection.invalidate(error)
    told: BaseException = sa.exc.DBAPIError.instance(
        sql,
        parameters,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,  # what people write stays out of the log
        connection_invalidated=is_gone,
        dialect=dialect,
    )
    return told


def _numbered(name: str, count: int) -> list[str]:
    return [f"{name}_{n}" for n in range(count)]


def _filled_up(count: int) -> int:
    """The next power of two, or multiple of STEP: a statement for each length would fill the memory."""
    return 1 << (count - 1).bit_length() if 0 < count <= STEP else -(-count // STEP) * STEP


def _into(kind: sa.types.TypeEngine[Any], dialect: Dialect) -> Process:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _converted(value: Any, process: Process) -> Any:
    return process(value) if process is not None else value
