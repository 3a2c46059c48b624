"""Alembic, for who changes a schema. `engine.migrate` is the way in; it loads this module then."""

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection

from annotator.store.revisions import VERSIONS


def config() -> Config:
    """Alembic's settings for our migrations, wherever the package is installed."""
    made = Config()
    made.set_main_option("script_location", str(VERSIONS.parent))
    return made


def upgrade(connection: Connection, revision: str) -> None:
    """Bring the schema to a revision, in the caller's transaction."""
    chosen = config()
    chosen.attributes["connection"] = connection
    command.upgrade(chosen, revision)
