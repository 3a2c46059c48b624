"""Writers of one process wait for each other here, in the order they came.

SQLite lets one writer in at a time, and lets the others look again after pauses that grow to 100 ms: whoever
has waited longest looks least often, and with a dozen writers some wait for seconds. The threads of a process
take turns; for other processes whoever has the turn looks every millisecond (`engine.py`).
"""

from collections import deque
from threading import Lock


class _Place:
    """A place in the queue; its lock is released when the turn has come."""

    __slots__ = ("lock", "shares")

    def __init__(self, *, shares: bool) -> None:
        self.lock, self.shares = Lock(), shares
        self.lock.acquire()


class Turns:
    """A lock whose holder hands it to whoever has waited longest."""

    def __init__(self) -> None:
        self._mutex = Lock()
        self.waiting: deque[_Place] = deque()
        self._is_taken = False

    def take(self, seconds: float, *, shares: bool = False) -> bool:
        """Wait for a turn, so long at most. False: time was up, and others go on.

        `shares`: it may come with the transaction of those before (`group_commit.py`).
        """
        with self._mutex:
            if not self._is_taken:
                self._is_taken = True
                return True
            mine = _Place(shares=shares)
            self.waiting.append(mine)
        if mine.lock.acquire(timeout=seconds):
            return True
        with self._mutex:
            if mine in self.waiting:
                self.waiting.remove(mine)
                return False
        return True  # it was handed over just now

    def end(self) -> None:
        """Hand the turn on."""
        with self._mutex:
            if self.waiting:
                self.waiting.popleft().lock.release()
            else:
                self._is_taken = False

    def hand_on(self) -> bool:
        """Hand the turn on if whoever has waited longest shares; else keep it."""
        with self._mutex:
            if not self.waiting or not self.waiting[0].shares:
                return False
            self.waiting.popleft().lock.release()
            return True
