"""`standpoint agreement`: how far annotators agree, and what that means."""

import json
import textwrap
from collections.abc import Iterator, Mapping

import click

from annotator.commands.opened import reading
from annotator.config import Settings
from annotator.errors import Invalid
from annotator.quality.measure import measure
from annotator.quality.report import DIMENSIONS, Figure, Group, Report
from annotator.reading import judgements
from annotator.store import projects

NAMES = {
    "percent": "pairs of annotators who agree",
    "nominal": "Krippendorff's alpha, nominal",
    "ordinal": "Krippendorff's alpha, ordinal",
    "polarity": "Krippendorff's alpha, polarity",
    "cohen": "Cohen's kappa, mean over pairs",
    "fleiss": "Fleiss' kappa",
    "ac1": "Gwet's AC1",
    "detection": "1 any stance here? alpha",
    "identification": "2 holder and target, F1",
    "identification_rolled_up": "  rolled up, F1",
    "coverage": "3 label: share of stances that two or more saw",
    "tuples": "4 holder, target and label, F1",
    "aligned": "  opposites turned round, F1",
    "rolled_up": "  rolled up, F1",
    "masi": "  the set of them, alpha with MASI",
    "rationale_tokens": "words of rationales, F1",
    "rationale_iou": "  spans, half shared, F1",
    "rationale_coverage": "  share of aligned pairs where both marked words",
    "accuracy": "right answers",
    "competence": "MACE: how probably they know",
    "reliability": "Dawid–Skene: how probably they are right",
}
OPEN = {
    "nominal": "  of these, alpha, nominal",
    "ordinal": "  of these, alpha, ordinal",
    "polarity": "  of these, alpha, polarity",
}
SHORT = {
    "percent": "agree",
    "competence": "MACE",
    "reliability": "Dawid–Skene",
    "nominal": "alpha",
    "identification": "pairs F1",
    "identification_rolled_up": "pairs rolled",
    "rolled_up": "rolled up",
    "tuples": "tuples F1",
}
LEARNED = ("competence", "reliability")
STAGES = [
    *(
        "detection",
        "identification",
        "identification_rolled_up",
        "coverage",
        "nominal",
        "ordinal",
        "polarity",
    ),
    *("tuples", "aligned", "rolled_up", "masi", "rationale_tokens", "rationale_iou", "rationale_coverage"),
]
AGAINST = {"check": "check items", "adjudication": "adjudications", "gold": "imported gold"}
MEANS_ALPHA = (
    "0 is chance, 1 is full agreement. Lay crowds on stance reach 0.35 to 0.40 (GWSD, 8 annotators an item: "
    "0.368); trained annotators with guidelines more. A low figure says first that the question is hard."
)
MEANS_F1 = (
    "Of what two annotators of an item name, the share that both name: holder, target and label. Coders of "
    "news reach about 0.53 (SEESAW); they differ more in what they see than in how they label it."
)


@click.command()
@click.argument("slug")
@click.option("--by", "by", type=click.Choice(DIMENSIONS), help="Break the figures down.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@click.pass_obj
def agreement(settings: Settings, slug: str, by: str | None, *, as_json: bool) -> None:
    r"""Tell how far the annotators of the project SLUG agree.

    First the one figure that the scheme calls for, with its 95 % interval over items; then all others.
    Compared are first answers to work items that were given before their annotator could see a
    suggestion or the item's decision. Answers to check items, to items that a curator decided and to
    those with an imported gold standard are held against what is right.

    In open projects agreement is told in stages: is there any stance, whose towards what, with which
    label, and the whole tuple.

    --by label, target, holder, annotator, pair, guidelines, round or week. Of each annotator MACE and
    Dawid–Skene tell, too, how far they are trusted.

    \b
    Example:
      standpoint agreement tweets
      standpoint agreement tweets --by annotator
    """
    report = _measured(settings, slug, by)
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
        return
    if not report.compared and not report.against:
        raise Invalid(_nothing(slug, report))
    click.echo("\n".join(_told(slug, report)))


def _measured(settings: Settings, slug: str, by: str | None) -> Report:
    with reading(settings) as session:
        project = projects.find(session, slug)
        table, seed = judgements.load(session, project), project.seed
    return measure(table, by=[by] if by else [], seed=seed)


def _nothing(slug: str, report: Report) -> str:
    if not report.annotations:
        return f"Nobody has judged an item of {slug!r} yet: there is nothing to compare."
    return (
        f"Each of the {report.items:,} items that were judged in {slug!r} was judged by one person: there is "
        "nothing to compare. Set `overlap = 2` or more in the project file, for some items at least."
    )


def _told(slug: str, report: Report) -> Iterator[str]:
    who = f"{report.annotations:,} answers of {report.annotators:,} annotators"
    yield f"{slug}: {who} to {report.items:,} items, {report.compared:,} of them judged by two or more"
    if report.compared:
        name = _name(report, report.headline).strip().lstrip("4 ")
        yield f"\n{name}: {_shown(report.first)}"
        yield textwrap.fill(MEANS_ALPHA if report.directed else MEANS_F1, 100)
        yield ""
        yield from _figures(report)
        yield from _distance(report)
    for kind, groups in report.against.items():
        yield f"\nAgainst {AGAINST[kind]}"
        yield from _table(groups[1:], first=(("everybody", groups[0]),))
    for dimension, groups in report.by.items():
        yield f"\nBy {dimension}"
        yield from _table(groups) if groups else ["  nothing to compare"]


def _figures(report: Report) -> Iterator[str]:
    names = report.figures if report.directed else [name for name in STAGES if name in report.figures]
    for name in names:
        yield f"  {_name(report, name):<48} {_shown(report.figures[name])}"


def _distance(report: Report) -> Iterator[str]:
    yield "\nDistances of labels, for polarity (`[distance]` in the project file changes them)"
    width = max(map(len, report.labels), default=0) + 2
    yield " " * (width + 2) + "".join(f"{label:>{max(len(label), 4) + 2}}" for label in report.labels)
    for label, row in zip(report.labels, report.distance, strict=True):
        cells = (f"{far:>{max(len(of), 4) + 2}.2f}" for of, far in zip(report.labels, row, strict=True))
        yield f"  {label:<{width}}" + "".join(cells)


def _table(groups: tuple[Group, ...], first: tuple[tuple[str, Group], ...] = ()) -> Iterator[str]:
    rows = [*first, *((group.name, group) for group in groups)]
    columns = _columns(rows[0][1].figures)
    width = max(len("name"), *(len(name) for name, _ in rows))
    heads = "".join(f"{SHORT.get(name, name.replace('_', ' ')):>22}" for name in columns)
    yield f"  {'':<{width}}{'items':>8}{heads}"
    for name, group in rows:
        cells = "".join(f"{_shown(group.figures.get(column, Figure(None))):>22}" for column in columns)
        yield f"  {name:<{width}}{group.items:>8,}{cells}"


def _columns(figures: Mapping[str, Figure]) -> list[str]:
    """What there is room for."""
    if "competence" in figures:
        kept = [name for name in figures if name not in LEARNED]
        return [*_columns(dict.fromkeys(kept, Figure(None)))[:4], *LEARNED]
    wanted = ("accuracy", "percent", "detection", "identification", "nominal", "coverage", "polarity")
    return [name for name in (*wanted, "tuples", "cohen", "aligned") if name in figures][:6]


def _name(report: Report, name: str) -> str:
    return NAMES[name] if report.directed or name not in OPEN else OPEN[name]


def _shown(figure: Figure) -> str:
    if figure.value is None:
        return "–"
    interval = figure.interval
    return f"{figure.value:.3f}" + (f" [{interval[0]:.3f}, {interval[1]:.3f}]" if interval else "")
