"""`standpoint export`."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from annotator import reading
from annotator.config import Settings
from annotator.errors import Invalid
from exporters import formats
from exporters.formats import FORMATS, Inventory
from exporters.formats.cells import ANSWERS, WHAT, Told


@click.command()
@click.argument("slug")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--format", "format_", type=click.Choice(list(FORMATS)), required=True, help="Whose format.")
@click.option(
    "--what",
    type=click.Choice(WHAT),
    default=ANSWERS,
    show_default=True,
    help="The answers of the annotators, or the gold that votes and decisions come to.",
)
@click.option("--names", is_flag=True, help="Annotators by name. Default: pseudonyms, as in releases.")
@click.option("--strict", is_flag=True, help="Write nothing if the format cannot hold everything.")
@click.option("--dry-run", is_flag=True, help="Tell what the format cannot hold, and write nothing.")
@click.pass_obj
def export(
    settings: Settings,
    slug: str,
    path: Path,
    format_: str,
    what: str,
    names: bool,
    strict: bool,
    dry_run: bool,
) -> None:
    r"""Write the project SLUG to PATH in the format of another tool.

    Texts, items and current answers are written; `standpoint import` reads them again. What the format
    cannot hold is told first, on stderr, counted from the project. PATH is a new file or a new folder:

    \b
      csv           folder: documents.csv and answers.csv
      jsonl         file: JSON Lines
      doccano       file: JSON Lines of spans and relations
      label-studio  file: JSON of tasks
      argilla       folder: what rg.Dataset.from_disk loads
      brat          folder: .txt and .ann for each annotator
      webanno       folder: UIMA CAS JSON for each annotator, as INCEpTION imports it

    \b
    Example:
      standpoint export tweets tweets.jsonl --format jsonl
    """
    engine = reading.connect(settings)
    try:
        with reading.snapshot(engine, slug, named=names) as snapshot:
            telling, stock = formats.stocked(snapshot, what, format_)
            for line in stock.lines(format_):
                click.echo(line, err=True)
            if strict and stock.lost:
                raise Invalid(f"--strict: {format_} cannot hold all of it. Nothing was written.")
            if not dry_run:
                formats.export(telling, path, format_, track=_progress)
    finally:
        engine.dispose()
    click.echo(_told(stock, path, would=dry_run))


def _told(stock: Inventory, path: Path, *, would: bool) -> str:
    counts = ", ".join(
        f"{count:,} {name}"
        for name, count in (
            ("documents", stock.documents),
            ("items", stock.items),
            ("answers", stock.answers),
            ("stances", stock.stances),
        )
    )
    return f"{path} would hold {counts}." if would else f"{path} holds {counts}."


def _progress(told: Iterable[Told]) -> Iterator[Told]:
    """The documents, counted on a terminal."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(told, label="Exporting", file=sys.stderr, hidden=hidden, show_pos=True) as bar:
        yield from bar
