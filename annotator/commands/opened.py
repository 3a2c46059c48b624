"""The database of a command: opened, of the current schema, and closed at its end."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import Engine
from sqlmodel import Session

from annotator.config import Settings
from annotator.store import engine


@contextmanager
def opened(settings: Settings) -> Iterator[Engine]:
    """The engine of the settings' database, for as long as the block lasts.

    Raises
    ------
    Unusable
        If it cannot be opened or is of another schema; the message says what to run.
    """
    database = engine.current(settings)
    try:
        yield database
    finally:
        database.dispose()


@contextmanager
def reading(settings: Settings) -> Iterator[Session]:
    """A session that reads, in a block of its own."""
    with opened(settings) as database, engine.reading(database) as session:
        yield session


@contextmanager
def writing(settings: Settings) -> Iterator[Session]:
    """One write transaction: committed at the end of the block, rolled back on any error."""
    with opened(settings) as database, engine.writing(database) as session:
        yield session
