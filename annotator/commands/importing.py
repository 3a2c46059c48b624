"""`standpoint import`: files into a project."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from annotator.commands.opened import opened, reading, writing
from annotator.config import Settings
from annotator.domain import Kind, Purpose, Split
from annotator.importing import doubts, values
from annotator.importing.formats import FORMATS
from annotator.importing.load import bring_in, read_all, try_out
from annotator.importing.options import COVERAGE, DOUBT, Options
from annotator.importing.report import Placed, Report
from annotator.importing.rows import Rejected, Row
from annotator.importing.under_way import Begun
from annotator.store import projects


class Mapping(click.ParamType[tuple[str, str]]):
    """`ours=theirs`."""

    name = "OURS=THEIRS"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """The pair; without "=" it is a usage error."""
        ours, equals, theirs = str(value).partition("=")
        if not equals or not ours:
            self.fail(f"{value!r} is not of the form text=tweet", param, ctx)
        return ours, theirs


class SplitName(click.ParamType[Split]):
    """A split by any of its usual names."""

    name = "NAME"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Split:
        """The split; dev and val are validation."""
        try:
            return values.split(value)
        except values.Fault:
            self.fail(f"{value!r} is no split; there are train, validation (dev, val) and test", param, ctx)


@click.command("import")
@click.argument("slug")
@click.argument("paths", metavar="PATH…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--format", "format_", type=click.Choice(list(FORMATS)), help="Default: by the file's suffix.")
@click.option("--column", "columns", multiple=True, type=Mapping(), help="Ours is called theirs here.")
@click.option(
    "--kind",
    type=click.Choice([str(Kind.GOLD), str(Kind.ANNOTATION), str(Kind.SUGGESTION), COVERAGE, DOUBT]),
    help="What the labels are. Default: annotations where there is a column annotator, else gold.",
)
@click.option("--split", type=SplitName(), help="The split of documents that name none.")
@click.option(
    "--segment",
    type=click.Choice(["sentence", "whole"]),
    help="Cut texts, or keep them. Default: cut in open projects, keep in directed ones.",
)
@click.option(
    "--purpose",
    type=click.Choice([str(purpose) for purpose in Purpose]),
    default=str(Purpose.WORK),
    show_default=True,
    help="Of new items: work; training before it; checks among it.",
)
@click.option("--encoding", metavar="NAME", help="Of files that are not UTF-8, for example cp1252.")
@click.option("--dry-run", is_flag=True, help="Do all of it, report, and store nothing.")
@click.option("--keep-going", is_flag=True, help="Store the good rows and list the rejected ones.")
@click.pass_obj
def import_(
    settings: Settings,
    slug: str,
    paths: tuple[Path, ...],
    format_: str | None,
    columns: tuple[tuple[str, str], ...],
    kind: str | None,
    split: Split | None,
    segment: str | None,
    purpose: str,
    encoding: str | None,
    dry_run: bool,
    keep_going: bool,
) -> None:
    r"""Import texts, labels, or both into the project SLUG.

    A PATH is a text, a CSV, TSV, JSONL or Parquet file, or the folder of a Hugging Face dataset. Columns
    are known by name: id, text, target, holder, label, annotator, item_id, split, document, position,
    title, author, outlet, url, published_at, language, licence, speaker and some more; every other column
    is kept as metadata. A column of another name is mapped with --column.

    Rows with a text are documents; with document and position, segments of one. Rows with a label are
    answers: to the text beside it, or to the item that item_id names. Without a column annotator they are
    gold. In an open project, each stance has a row of its own; JSONL can hold all of an answer in "stances".

    With --kind coverage, rows of document and annotator say who judged which document: what they left
    without a row is their "no stance".

    With --kind suggestion, rows are what a model says of items that are there, as `standpoint predict`
    writes them. They are no labels: annotators see them after their own answer, and queues are ordered by
    how unsure the model is. What was imported last stands.

    With --kind doubt, the rows are those of `standpoint label-errors`: gold that a model doubts. They become
    the curators' queue "Doubted gold", in the place of those of the file before.

    With --purpose training or check, new items are asked before the work, or among it, and their labels are
    the expected answers. A training item's column "explanation" is shown after the answer.

    Texts are cleaned, and each repair is reported. All files of a call are stored together, or none is:
    a row at fault stops the import, and the message names file, line and column. Importing again changes
    nothing; a known id with other metadata is merged, with another text it is refused. With --keep-going,
    a row whose label alone is at fault brings its text without it.

    \b
    Examples:
      standpoint import tweets train.csv --split train
      standpoint import tweets posts.jsonl --column text=body --column id=post --dry-run
      standpoint import news articles/*.txt
      standpoint import news sentences.csv stances.csv
      standpoint import news coders.csv --kind coverage
      standpoint import tweets suggestions.parquet --kind suggestion
      standpoint import tweets lessons.csv --purpose training
    """
    options = Options(
        format=format_,
        columns=dict(columns),
        encoding=encoding,
        kind=Kind(kind) if kind not in {None, COVERAGE, DOUBT} else None,
        is_coverage=kind == COVERAGE,
        split=split,
        cut=segment == "sentence" if segment else None,
        keep_going=keep_going,
        purpose=Purpose(purpose),
    )
    with reading(settings) as session:
        projects.find(session, slug)
    rows, report = read_all(paths, options, track=_progress)
    if kind == DOUBT:
        _bring_doubts(settings, slug, rows, report, dry_run=dry_run)
        return
    with opened(settings) as engine:
        if dry_run:
            try_out(engine, slug, rows, report, options)
        else:
            bring_in(engine, slug, rows, report, options, begun=Begun())
    _tell(report, slug, would=dry_run)


def _bring_doubts(
    settings: Settings, slug: str, rows: list[Placed], report: Report, *, dry_run: bool
) -> None:
    with writing(settings) as session:
        brought = doubts.bring_in(session, projects.find(session, slug), rows)
        if dry_run:
            session.rollback()
    would = "would be" if dry_run else "are"
    click.echo(f"{brought.doubts:,} labels of {slug} {would} in the queue of doubted gold.")
    if unknown := sorted({placed.row.item_id or "" for placed in brought.unknown}):
        named = ", ".join(map(repr, unknown[:5]))
        click.echo(f"Left out, no such items: {len(unknown):,} ({named} …)", err=True)
    for rejected in report.rejected:
        click.echo(f"{rejected.path}:{rejected.line}: {rejected.reason}", err=True)
    if report.rejected:
        sys.exit(1)


def _tell(report: Report, slug: str, *, would: bool) -> None:
    click.echo("\n".join(report.lines(slug, would=would)))
    if report.rejected:
        sys.exit(1)


def _progress(rows: Iterable[Row | Rejected]) -> Iterator[Row | Rejected]:
    """The rows, counted on a terminal."""
    with click.progressbar(
        rows, label="Reading", file=sys.stderr, hidden=not sys.stderr.isatty(), show_pos=True
    ) as bar:
        yield from bar
