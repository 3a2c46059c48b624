"""`standpoint init`: the database itself."""

import click

from annotator.config import Settings
from annotator.store import engine


@click.command()
@click.pass_obj
def init(settings: Settings) -> None:
    r"""Create the database, or bring it up to this version.

    Safe to repeat: a database that is up to date is left as it is, and so are all its rows. One that a
    newer Standpoint made is refused.

    \b
    Example:
      standpoint init --database sqlite:///news.db
    """
    database = engine.create(settings.database, synchronous=settings.sqlite_synchronous)
    try:
        engine.migrate(database)
    finally:
        database.dispose()
    click.echo(f"The database {engine.shown(database)} is ready.")
