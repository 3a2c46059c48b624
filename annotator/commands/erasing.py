"""`standpoint erase`: a document's words go for good."""

import click

from annotator.commands.opened import opened
from annotator.config import Settings
from annotator.store import engine, erasing, projects
from annotator.store.erasing import Erasure


@click.command()
@click.argument("slug")
@click.option("--document", metavar="ID", help="The document whose words are to go.")
@click.option("--why", metavar="TEXT", help="The reason, for the audit trail.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def erase(settings: Settings, slug: str, document: str | None, why: str | None, yes: bool) -> None:
    r"""Overwrite a document of the project SLUG, and all that may quote it. Nothing brings it back.

    Ids, labels, offsets and the audit trail stay. Releases that held it are marked as withdrawn; their
    files are yours to delete. Without --document only the database file is scrubbed of old bytes.

    \b
    Example:
      standpoint erase tweets --document tweet-7 --why "Asked for by its author"
    """
    with opened(settings) as database:
        if document is not None:
            with engine.reading(database) as session:
                told = erasing.preview(session, projects.find(session, slug), document)
            if not yes:
                question = f"Erase {document} ({told.characters:,} characters, {told.answers:,} answers)?"
                click.confirm(question, abort=True)
            with engine.writing(database) as session:
                erasing.erase(session, projects.find(session, slug), document, why=why)
            _tell(told)
        if not erasing.scrub(database):
            click.echo(
                "Somebody was reading: the log still holds old bytes. Stop the server, then run "
                f"`standpoint erase {slug}` once more.",
                err=True,
            )


def _tell(erasure: Erasure) -> None:
    click.echo(f"Erased {erasure.document}. Comments, questions and replies about it went too.")
    for number, folder in [(each.number, erasure.folders.get(each.number)) for each in erasure.releases]:
        where = f", written to {folder}" if folder else ""
        click.echo(f"Release {number} is withdrawn{where}: delete its files and every copy of them.")
    if erasure.alike:
        click.echo(f"Nearly the same words stand in: {', '.join(erasure.alike)}.")
    for version in erasure.guidelines:
        click.echo(f"Version {version} of the guidelines quotes it: publish one that does not.")
    click.echo("Backups, and copies in the browsers of people who work offline, are yours to delete.")
