"""What is read next is read in a thread while one works with what was read before.

Databases and Arrow let go of the interpreter while they work, so two cores are used.
"""

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def ahead(made: Generator[T]) -> Iterator[Iterator[T]]:
    """The same things, each being made while the one before is used; at the end the maker is closed.

    All of the maker runs in one thread. Until the end nobody else may use the connection that it reads by.

    >>> with ahead(letter for letter in "abc") as letters:
    ...     list(letters)
    ['a', 'b', 'c']
    """
    with ThreadPoolExecutor(1, "ahead") as thread:
        try:
            yield _following(made, thread)
        finally:
            thread.submit(made.close).result()


def _following(made: Generator[T], thread: ThreadPoolExecutor) -> Iterator[T]:
    end = object()
    waiting = thread.submit(next, made, end)
    while (found := waiting.result()) is not end:
        waiting = thread.submit(next, made, end)
        yield found  # type: ignore[misc]
