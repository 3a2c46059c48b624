"""A connection of waitress whose output is left to the thread that is sending it.

Context: a thread that answers sends by itself what it writes. The system call lets the interpreter go, and
waitress's loop, which sees that bytes wait but may not touch them while the other has their lock, asks for
the connection again at once, and again: with eight threads a hundred times a request, which took more CPU
than saving an answer does. Choice: bytes in another's hands are none of the loop's. Cost: a method of
waitress is overridden; whoever sends and cannot send all wakes the loop, as before.
"""

from waitress.channel import HTTPChannel


class Channel(HTTPChannel):  # type: ignore[misc]
    """Tells the loop of output only while nobody is sending it."""

    def writable(self) -> bool:
        """Whether the loop is to send, or to close."""
        if self.total_outbufs_len:
            if not self.outbuf_lock.acquire(blocking=False):
                return False
            self.outbuf_lock.release()
        return bool(super().writable())
