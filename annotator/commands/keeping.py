"""`standpoint backup`, `restore` and `move`: keep a database safe, bring it back, take it elsewhere."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from annotator.config import Settings
from annotator.keeping import backup as keeping
from annotator.keeping import folders
from annotator.keeping.contents import Tick
from annotator.keeping.targets import aside
from annotator.store import engine

FILE = click.argument("file", type=click.Path(path_type=Path))
NOT_THERE = "The files of releases are not in a backup. Copy these folders as well:"


class Shown(keeping.Bars):
    """Bars on a terminal."""

    @contextmanager
    def __call__(self, label: str, rows: int) -> Iterator[Tick]:
        """A bar of so many rows."""
        hidden = not sys.stderr.isatty()
        with click.progressbar(length=rows, label=label, file=sys.stderr, hidden=hidden) as bar:
            yield bar.update


@click.command()
@FILE
@click.option("--replace", is_flag=True, help="Write over FILE if it is there.")
@click.pass_obj
def backup(settings: Settings, file: Path, replace: bool) -> None:
    r"""Write the whole database to FILE, while people work.

    It is one state of the database: every answer that was acknowledged before is in it, and nothing is in
    it by halves. FILE is read again and verified by its hashes before it takes its name. It holds texts,
    people and keys, so only its owner may read it. It can be restored into SQLite and into PostgreSQL.
    The files of releases are not in it: their folders are told, to be copied as they are.

    \b
    Example:
      standpoint backup news-2026-05-01.backup
    """
    kept = keeping.back_up(settings.database, file, replace=replace, bars=Shown())
    click.echo(f"{file}: {_told(kept)}, {file.stat().st_size / 1e6:,.1f} MB, verified.")
    if releases := folders.of_releases(settings.database):
        click.echo(NOT_THERE)
        for folder, number in releases.items():
            click.echo(f"  {folder} ({number} {'release' if number == 1 else 'releases'})")


@click.command()
@FILE
@click.option("--check", "only_check", is_flag=True, help="Verify FILE, tell what is in it, restore nothing.")
@click.option("--replace", is_flag=True, help="Put it in place of a database that has something in it.")
@click.option("--yes", is_flag=True, help="With --replace: do not ask.")
@click.pass_obj
def restore(settings: Settings, file: Path, only_check: bool, replace: bool, yes: bool) -> None:
    r"""Put the backup FILE into a database that is new or empty.

    FILE is verified first, and what has arrived is compared with it, row by row. A backup of an older
    Standpoint is brought up to this one. Stop the server before. With --replace the database that is there
    gives way: of SQLite its file is kept as FILE.before-restore, of PostgreSQL nothing is kept.

    \b
    Example:
      standpoint restore news-2026-05-01.backup --database sqlite:///news.db
    """
    if only_check:
        kept = keeping.check(file, bars=Shown())
        click.echo(f"{file}: {_told(kept)}, made at {kept.made_at}, revision {kept.revision}. It is whole.")
        return
    database = engine.create(settings.database)
    shown, path = engine.shown(database), database.url.database
    if replace and not yes:
        click.confirm(f"Replace all that is in {shown}?", abort=True)
    there = database.dialect.name == "sqlite" and aside(Path(str(path))).exists()
    kept = keeping.restore(settings.database, file, replace=replace, bars=Shown())
    click.echo(f"{shown}: {_told(kept)} restored, of {kept.made_at}, and compared with {file}.")
    if database.dialect.name == "sqlite" and not there and aside(Path(str(path))).exists():
        click.echo(f"What was there before is {aside(Path(str(path)))}.")


@click.command()
@click.option("--to", required=True, metavar="URL", help="An empty database of either kind.")
@click.pass_obj
def move(settings: Settings, to: str) -> None:
    r"""Copy the database into the empty database URL, and prove the copy.

    Rows and a hash of every table are computed on both sides and compared before anything is committed. The
    source must not be in use: stop the server first. Nobody can write to it meanwhile, and it stays as it
    is.

    \b
    Example:
      standpoint move --to postgresql+psycopg://standpoint@db.example.org/standpoint
    """
    kept = keeping.move(settings.database, to, bars=Shown())
    target = engine.create(to)
    click.echo(f"{engine.shown(target)}: {_told(kept)}; rows and hashes are the same on both sides.")
    for name, rows in kept.rows.items():
        if rows:
            click.echo(f"  {name}  {rows:,}  {kept.sums[name]}")
    click.echo("Next: set STANDPOINT_DATABASE to the new URL, start the server, then put the old one away.")


def _told(kept: keeping.Kept) -> str:
    """The numbers that people know their work by."""
    named = {"project": "projects", "document": "documents", "annotation": "answers", "user": "people"}
    told = [f"{kept.rows.get(table, 0):,} {words}" for table, words in named.items()]
    return f"{', '.join(told)} ({sum(kept.rows.values()):,} rows)"
