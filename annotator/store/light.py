"""A session whose transaction is its connection's own until something mapped is asked for.

Context: SQLAlchemy's session opens a transaction, ends and closes it by 150 calls of Python more than its
connection does; an answer that is saved by ready statements alone asks the session for nothing else. Choice:
the connection begins by itself (`transactions.py`), and the session joins its transaction with the first
mapped object, by the `join_transaction_mode` that SQLAlchemy has for that. Cost: `in_transaction()` is of
mapped work alone.

Source: https://docs.sqlalchemy.org/en/20/orm/session_transaction.html, "Joining a Session into an External
Transaction"
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy.engine import Connection, Engine
from sqlmodel import Session

from annotator.store import ready
from annotator.store.ready import Opened
from annotator.store.transactions import Own, Transactions


class Light(Session):
    """As a session; what it reads stays as it was read after a commit."""

    def __init__(self, engine: Engine, transactions: Transactions | None = None) -> None:
        """Its transactions are by default its own."""
        by: Transactions = transactions or Own(engine)
        super().__init__(engine, expire_on_commit=False, join_transaction_mode=by.join)
        self._engine = engine
        self._transactions = by
        self._own: Opened | None = None

    def connection(self, *args: Any, **more: Any) -> Connection:
        """The connection, its transaction begun; of a session that has begun one itself, that one."""
        if self._own is not None:
            return self._own.connection
        if self.in_transaction():
            return super().connection(*args, **more)
        self._own = own = self._transactions.begin()
        self.bind = own.connection
        ready.use(self, own)
        return own.connection

    def commit(self) -> None:
        """Store what was done, and let the connection go."""
        self._end(super().commit, self._transactions.commit)

    def rollback(self) -> None:
        """Undo what was done, and let the connection go."""
        self._end(super().rollback, self._transactions.rollback)

    def close(self) -> None:
        """Undo what was not committed, let the connection go and forget all objects."""
        try:
            if self._own is not None:
                self._end(super().close, self._transactions.rollback)
        finally:
            super().close()

    def _end(self, session: Callable[[], None], transaction: Callable[[Connection], None]) -> None:
        """End what the session has mapped, where it has something, and then the transaction."""
        own = self._own
        if own is None:
            session()
            return
        try:
            if self.in_transaction():
                session()
        except BaseException:
            transaction = self._transactions.rollback
            raise
        finally:
            self.bind, self._own = self._engine, None
            ready.forget(self)
            transaction(own.connection)
