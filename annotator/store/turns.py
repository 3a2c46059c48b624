"""Writers of one process wait for each other here, in the order they came.

SQLite lets one writer in at a time, and lets the others look again after pauses that grow to 100 ms: whoever
has waited longest looks least often, and with a dozen writers some wait for seconds. Between processes that
is how it stays; the threads of one take turns.
"""

from collections import deque
from threading import Lock


class Turns:
    """A lock whose holder hands it to whoever has waited longest."""

    def __init__(self) -> None:
        self._mutex = Lock()
        self.waiting: deque[Lock] = deque()
        self._is_taken = False

    def take(self, seconds: float) -> bool:
        """Wait for a turn, so long at most. False: time was up, and others go on."""
        with self._mutex:
            if not self._is_taken:
                self._is_taken = True
                return True
            mine = Lock()
            mine.acquire()
            self.waiting.append(mine)
        if mine.acquire(timeout=seconds):
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
                self.waiting.popleft().release()
            else:
                self._is_taken = False
