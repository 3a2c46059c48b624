"""Group commit: of writers that wait for each other, one commit stores what several have done.

Context: SQLite takes one writer at a time; each commit waits for the disk, and lets the next connection read
again what it had read before. Choice: whoever is done, and sees that another like it waits for its turn,
hands on the transaction with the turn, and answers when the last of them has committed. What one of them did
can be undone alone, by a savepoint. Where nobody waits, all is as it was. Cost: a commit that fails has
failed for all of them; a request waits for those that it shares with, so only short ones do, a few at a time,
and other processes find a pause ten times a second.

Source: D. J. DeWitt et al., "Implementation Techniques for Main Memory Database Systems", SIGMOD 1984, on
group commit; https://sqlite.org/lang_savepoint.html
"""

import time
from dataclasses import dataclass, field
from threading import Lock

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from annotator.store.ready import Opened
from annotator.store.transactions import Join, Own, begun, commit, require_whole
from annotator.store.turns import Turns

MOST = 8  # that share one commit: other processes wait as long
PAUSE = 0.002  # s after one in which other processes may come in, who look every millisecond
BETWEEN = 0.1  # s from one pause to the next


@dataclass(slots=True)
class _Group:
    """A transaction that is handed on; whoever has the turn may touch it."""

    opened: Opened
    done: int = 0  # of them
    waiting: list[Lock] = field(default_factory=list)  # one of each that waits for the commit
    error: BaseException | None = None


class GroupCommit:
    """Transactions of an SQLite database that are stored several at a time."""

    join: Join = "create_savepoint"

    def __init__(self, engine: Engine, turns: Turns, *, wait_seconds: float) -> None:
        """The engine is one for writing, whose writers take these turns."""
        self._engine, self._turns, self._wait_seconds = engine, turns, wait_seconds
        self._own = Own(engine)
        self._group: _Group | None = None  # of whoever has the turn
        self._paused_at = 0.0  # by the monotonic clock

    def begin(self) -> Opened:
        """A connection, its transaction begun; of those before, where they wait for the commit.

        Raises
        ------
        sqlalchemy.exc.OperationalError
            If the database cannot be written, or those before were undone.
        """
        has_turn = self._turns.take(self._wait_seconds, shares=True)
        if has_turn and self._group is not None:
            self._run(self._group, "SAVEPOINT own")
            return self._group.opened
        try:
            connection = self._engine.connect()
        except BaseException:
            if has_turn:
                self._turns.end()
            raise
        connection.info["has_turn"] = has_turn  # which ends as the connection goes back
        opened = begun(connection)
        if has_turn:
            self._group = _Group(opened)
        return opened

    def commit(self, connection: Connection) -> None:
        """Return when what was done is stored, with what others have done.

        Raises
        ------
        sqlalchemy.exc.OperationalError
            If it could not be stored.
        """
        group = self._of(connection)
        if group is None:
            self._own.commit(connection)
            return
        if group.done:
            self._run(group, "RELEASE own")
        self._go_on(group)

    def rollback(self, connection: Connection) -> None:
        """Undo what was done, and nothing of what others did; return when that is stored.

        Whoever is refused for what others did may be told so only once that is stored.

        Raises
        ------
        sqlalchemy.exc.OperationalError
            If what others did could not be stored.
        """
        group = self._of(connection)
        if group is not None and group.done:
            self._run(group, "ROLLBACK TO own", "RELEASE own")
            self._go_on(group)
            return
        if group is not None:
            self._group = None
        self._own.rollback(connection)

    def _of(self, connection: Connection) -> _Group | None:
        """The group that the connection is of; None for one that got no turn."""
        group = self._group
        return group if group is not None and group.opened.connection is connection else None

    def _run(self, group: _Group, *statements: str) -> None:
        """These; if they fail, all of the group has."""
        try:
            require_whole(group.opened.driver)
            for statement in statements:
                group.opened.driver.execute(statement)
        except BaseException as error:
            self._end(group, error)
            raise _failed(error) from error

    def _go_on(self, group: _Group) -> None:
        """Hand the group on to the next and wait for its end; if there is none, end it."""
        group.done += 1
        if group.done < MOST:
            stored = Lock()
            stored.acquire()
            group.waiting.append(stored)  # before the next can end it
            if self._turns.hand_on():
                stored.acquire()
                if group.error is not None:
                    raise _failed(group.error) from group.error
                return
            group.waiting.pop()
        self._end(group)

    def _end(self, group: _Group, error: BaseException | None = None) -> None:
        """Commit, or undo all for this error; then hand the turn on, and let them know who wait."""
        self._group, group.error = None, error
        try:
            if error is None:
                commit(group.opened.connection)
        except BaseException as failed:
            group.error = failed
            raise _failed(failed) from failed
        finally:
            for stored in group.waiting:
                stored.release()
            if group.waiting and group.error is None:
                self._let_others_in()
            group.opened.connection.close()

    def _let_others_in(self) -> None:
        moment = time.monotonic()
        if moment - self._paused_at > BETWEEN:
            self._paused_at = moment
            time.sleep(PAUSE)


def _failed(error: BaseException) -> sa.exc.OperationalError:
    """What those are told of whom it stored nothing."""
    return sa.exc.OperationalError(None, None, getattr(error, "orig", None) or error)
