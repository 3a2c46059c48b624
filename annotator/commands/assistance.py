"""`standpoint assistance`: what suggestions do to answers."""

import json
from collections.abc import Iterator

import click

from annotator.commands.opened import reading
from annotator.config import Settings
from annotator.quality.assistance import Between, Figures, Followed, Report, Share
from annotator.store import assistance as cases
from annotator.store import projects


@click.command()
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout, shares 0–1.")
@click.pass_obj
def assistance(settings: Settings, slug: str, as_json: bool) -> None:
    r"""Compare answers after a look at a suggestion with those before, in the project SLUG.

    How often annotators changed to what the model said or kept their own, by label and by annotator; how far
    they agree with each other before and after; and where gold is known, how often a wrong suggestion was
    followed and a right one was not. In an open project suggestions of whole items are counted by whether
    there is any stance, and those that name stances stance by stance: the label of the pair, or absent.

    \b
    Example:
      standpoint assistance tweets
    """
    with reading(settings) as session:
        found = cases.measure(session, projects.find(session, slug))
    click.echo(json.dumps(found.as_json()) if as_json else "\n".join(_all(found)))


def _all(found: Report) -> Iterator[str]:
    if found.whole.cases:
        yield from _lines("Answers beside a suggestion", found)
    if found.stances is not None:
        yield from [""] * bool(found.whole.cases)
        yield from _lines("Stances that suggestions named beside an answer", found.stances, "stances")
    elif not found.whole.cases:
        yield "No first answer stands beside a suggestion yet."


def _lines(what: str, found: Figures, unit: str = "items") -> Iterator[str]:
    whole = found.whole
    yield f"{what}: {whole.cases:,}"
    yield f"  the model said the same        {_share(whole.agreed)}"
    yield f"  changed to what it said        {_share(whole.followed)}"
    yield f"  kept: {whole.kept:,}, changed otherwise: {whole.otherwise:,}"
    for title, groups in (
        ("By the label said first", found.labels),
        ("By the label suggested", found.suggested),
        ("By annotator", found.annotators),
    ):
        yield f"\n{title}"
        yield from map(_group, groups)
    yield f"\nAgreement between annotators, before a look: {_between(found.unaided, unit)}"
    yield f"Agreement between annotators, after it:       {_between(found.assisted, unit)}"
    if found.reliance is not None:
        yield f"\nWhere gold is known: {found.reliance.cases:,}"
        yield f"  right before a look            {_share(found.reliance.right_first)}"
        yield f"  right after it                 {_share(found.reliance.right_after)}"
        yield f"  the model right                {_share(found.reliance.right_model)}"
        yield f"  wrong suggestions followed     {_share(found.reliance.over)}"
        yield f"  right suggestions not followed {_share(found.reliance.under)}"
        yield f"  made wrong: {found.reliance.harmed:,}, made right: {found.reliance.helped:,}"


def _group(of: Followed) -> str:
    return f"  {of.name:<20} {of.cases:>7,}  same {_share(of.agreed)}  changed {_share(of.followed)}"


def _share(of: Share) -> str:
    if of.value is None or of.low is None or of.high is None:
        return "–"
    return f"{of.value:.1%} [{of.low:.1%}, {of.high:.1%}] of {of.of:,}"


def _between(of: Between, unit: str) -> str:
    if of.percent is None:
        return "no item has two such answers"
    alpha = "–" if of.alpha is None else f"{of.alpha:.3f}"
    return f"{of.percent:.1%} of pairs, alpha {alpha}, {of.items:,} {unit}"
