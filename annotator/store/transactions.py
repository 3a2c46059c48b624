"""How a request's transaction begins and ends: on its own connection, or in a group (`group_commit.py`)."""

import sqlite3
from typing import Literal, Protocol

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from annotator.store.ready import Opened

Join = Literal["control_fully", "create_savepoint"]


class Transactions(Protocol):
    """Each is begun, and ended once."""

    join: Join  # how SQLAlchemy's session takes part in one

    def begin(self) -> Opened:
        """A connection, its transaction begun."""

    def commit(self, connection: Connection) -> None:
        """Store what was done, and let the connection go."""

    def rollback(self, connection: Connection) -> None:
        """Undo what was done, and let the connection go."""


class Own:
    """Each on a connection of its own."""

    join: Join = "control_fully"

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self) -> Opened:
        """A connection, its transaction begun."""
        return begun(self._engine.connect())

    def commit(self, connection: Connection) -> None:
        """Store what was done, and let the connection go."""
        try:
            if connection.in_transaction():
                commit(connection)
        finally:
            connection.close()

    def rollback(self, connection: Connection) -> None:
        """Undo what was done, and let the connection go."""
        try:
            connection.rollback()  # also what the session could not commit, which is in a transaction still
        finally:
            connection.close()


def begun(connection: Connection) -> Opened:
    """The connection, in a transaction; where that cannot begin, it goes back to its pool."""
    try:
        connection.begin()
        return Opened.of(connection)
    except BaseException:
        connection.close()
        raise


def commit(connection: Connection) -> None:
    """Commit, or undo: SQLAlchemy gives a connection whose commit failed back in its transaction."""
    try:
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def require_whole(driver: sqlite3.Connection) -> None:
    """Make sure that all is still there: where the disk is full, SQLite may undo a transaction by itself.

    Raises
    ------
    sqlalchemy.exc.OperationalError
        If it is not; the driver would say that it has committed.
    """
    if not driver.in_transaction:
        raise sa.exc.OperationalError(None, None, sqlite3.OperationalError("SQLite undid the transaction"))
