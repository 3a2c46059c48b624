"""`standpoint audit`: who did what, when."""

import csv
import json
import sys
from datetime import datetime

import click

from annotator.commands.opened import reading, writing
from annotator.config import Settings
from annotator.domain.spreadsheet import harmless
from annotator.store import projects, trail, undoing


@click.command("audit")
@click.argument("slug", required=False)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["csv", "jsonl"]),
    default="csv",
    show_default=True,
    help="How the entries are written.",
)
@click.option("--person", metavar="NAME", help="Only what this person did; - is the command line.")
@click.option("--action", metavar="WORDS", help="Only this, as it is printed.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Only on this day, in UTC.")
@click.option("--undo", "number", type=int, metavar="ID", help="Take back what this entry of SLUG tells.")
@click.pass_obj
def audit_(
    settings: Settings,
    slug: str | None,
    format_: str,
    person: str | None,
    action: str | None,
    day: datetime | None,
    number: int | None,
) -> None:
    r"""Print the audit trail of the project SLUG, or of everything, the oldest entry first.

    \b
    Example:
      standpoint audit tweets > audit.csv
      standpoint audit tweets --format jsonl --action "merge label"
      standpoint audit tweets --undo 17
    """
    if number is not None:
        _undo(settings, slug, number)
        return
    wanted = trail.Wanted(person=person, action=action, day=day.date() if day is not None else None)
    with reading(settings) as session:
        project = projects.find(session, slug) if slug is not None else None
        table = csv.writer(sys.stdout, lineterminator="\n")
        if format_ == "csv":
            table.writerow(("id", *trail.COLUMNS))
        for noted in trail.every(session, project, wanted):
            if format_ == "csv":
                table.writerow([str(noted.entry.id), *map(harmless, noted.cells())])
            else:
                click.echo(json.dumps(noted.as_json(), ensure_ascii=False))


def _undo(settings: Settings, slug: str | None, number: int) -> None:
    if slug is None:
        raise click.UsageError("--undo needs the project's SLUG.")
    with writing(settings) as session:
        entry = undoing.undo(session, projects.find(session, slug), number)
        click.echo(f"Undone: {entry.action} ({number}).")
