"""How a request's transaction begins and ends: on its own connection, or in a group (`group_commit.py`)."""

from typing import Literal, Protocol

from sqlalchemy.engine import Connection, Engine

Join = Literal["control_fully", "create_savepoint"]


class Transactions(Protocol):
    """Each is begun, and ended once."""

    join: Join  # how SQLAlchemy's session takes part in one

    def begin(self) -> Connection:
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

    def begin(self) -> Connection:
        """A connection, its transaction begun."""
        return begun(self._engine.connect())

    def commit(self, connection: Connection) -> None:
        """Store what was done, and let the connection go."""
        try:
            if connection.in_transaction():
                connection.commit()
        finally:
            connection.close()

    def rollback(self, connection: Connection) -> None:
        """Undo what was done, and let the connection go."""
        try:
            if connection.in_transaction():
                connection.rollback()
        finally:
            connection.close()


def begun(connection: Connection) -> Connection:
    """The connection, in a transaction; where that cannot begin, it goes back to its pool."""
    try:
        connection.begin()
    except BaseException:
        connection.close()
        raise
    return connection
