"""`standpoint order`: which items of a project come first."""

import json
import textwrap

import click

from annotator.commands.opened import writing
from annotator.config import Settings
from annotator.store import projects, reordering
from annotator.store.reordering import Method, Planned, Wanted


@click.command()
@click.argument("slug")
@click.argument("method", required=False, type=click.Choice([str(method) for method in Method]))
@click.option(
    "--control",
    type=click.FloatRange(0, reordering.MOST_CONTROL),
    help="Share that chance alone puts in line  [default: 0.15 of an order by uncertainty]",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of all that is drawn.")
@click.option("--dry-run", is_flag=True, help="Tell what comes first, and change nothing.")
@click.option("--undo", is_flag=True, help="Go back to the order before.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def order(
    settings: Settings,
    slug: str,
    method: str | None,
    control: float | None,
    seed: int,
    dry_run: bool,
    undo: bool,
    as_json: bool,
) -> None:
    r"""Order the queue of the project SLUG.

    most-uncertain puts first what the newest suggestions are least sure of. diverse-uncertain does, too,
    but lets targets and groups of near-duplicates take turns. shuffled is by chance, as-given as imported.
    Rounds stay one after the other. Needs suggestions: `standpoint import SLUG FILE --kind suggestion`.

    The control share is drawn by chance and spread through the order. Answers to it carry the arm
    "queue-N:order=control": what is counted on them alone is unbiased.

    \b
    Examples:
      standpoint order tweets diverse-uncertain --control 0.2 --dry-run
      standpoint order tweets --undo
    """
    if undo == (method is not None):
        raise click.UsageError("Give a METHOD, or --undo.")
    with writing(settings) as session:
        project = projects.find(session, slug)
        if undo:
            reordering.undo(session, project)
            click.echo("{}" if as_json else f"The queue of {slug} has the order before again.")
            return
        wanted = reordering.checked(method, control, seed)
        plan = reordering.preview if dry_run else reordering.apply
        planned = plan(session, project, wanted)
    click.echo(json.dumps(_told(planned, wanted)) if as_json else _text(planned, wanted, slug, would=dry_run))


def _told(planned: Planned, wanted: Wanted) -> dict[str, object]:
    first = [
        {"item": each.item, "uncertainty": each.doubt, "control": each.is_control} for each in planned.first
    ]
    return {
        "method": str(wanted.method),
        "items": planned.items,
        "suggested": planned.suggested,
        "control": planned.control,
        "first": first,
    }


def _text(planned: Planned, wanted: Wanted, slug: str, *, would: bool) -> str:
    lines = [f"{'Would order' if would else 'Ordered'} the queue of {slug}: {wanted.method}"]
    lines.append(f"  {planned.items:,} items, {planned.suggested:,} with a suggestion")
    if planned.control:
        lines.append(f"  {planned.control:,} of them drawn by chance, spread through the order")
    for each in planned.first:
        doubt = "control" if each.is_control else "–" if each.doubt is None else f"{each.doubt:.2f}"
        text = textwrap.shorten(each.text, 70, placeholder="…")
        lines.append(f"  {doubt:>8}  {each.item}  {text}")
    return "\n".join(lines)
