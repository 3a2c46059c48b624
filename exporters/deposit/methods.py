"""A methods paragraph: how the dataset came about, every figure of it counted from the release."""

from collections import Counter
from collections.abc import Iterable, Iterator

from annotator.quality.bootstrap import Resampling
from annotator.quality.report import Figure
from exporters import gold, markdown, schema
from exporters.agreement_figures import NAMES
from exporters.card import MEANINGS
from exporters.deposit import latex
from exporters.deposit.known import Known
from exporters.markdown import counted, number

DECIDED = {
    "adjudicated": "by a curator",
    "imported gold": "by an imported gold standard",
    "unanimous": "by all judges at one",
    "majority": "by a majority",
    "dawid_skene": "by Dawid and Skene's model",
    "mace": "by MACE",
    "single": "by the one annotator who judged the item",
}


def as_markdown(known: Known) -> str:
    """The whole of methods.md."""
    return "# Methods\n\n" + "\n\n".join(map(markdown.escaped, _paragraphs(known))) + "\n"


def as_latex(known: Known) -> str:
    """The whole of methods.tex."""
    return "\\section{Methods}\n\n" + "\n\n".join(map(latex.escaped, _paragraphs(known))) + "\n"


def _paragraphs(known: Known) -> Iterator[str]:
    for sentences in (_material(known), _work(known), _agreement(known), _gold(known), _splits(known)):
        yield " ".join(sentences)


def _material(known: Known) -> Iterator[str]:
    languages = known.figures.languages
    yield (
        f"{known.title} holds {counted(known.rows('gold'), 'gold stance')} on "
        f"{counted(known.rows('items'), 'item')} from {counted(known.rows('documents'), 'document')}."
    )
    yield f"Documents by language: {_listed(languages)}."
    if known.project.kind == "directed":
        yield "Each item asked for one label, the stance of a given holder towards a given target."
    else:
        yield (
            "Each item asked for every stance in it: who holds it, towards what, which, and the words "
            "that show it."
        )
    yield f"The labels were {', '.join(label.name for label in known.project.labels)}."


def _work(known: Known) -> Iterator[str]:
    figures, project = known.figures, known.project
    given = counted(figures.kinds["annotation"], "answer")
    yield f"{counted(len(known.annotators), 'annotator')} gave {given}."
    if figures.cannot_judge:
        yield f"{counted(figures.cannot_judge, 'answer')} said that the item could not be judged."
    if known.simulated:
        yield f"{number(len(known.simulated))} of them were simulated: a program answered."
    judged = {judges: items for judges, items in sorted(figures.judges.items()) if judges}
    if judged:
        mean = sum(judges * items for judges, items in judged.items()) / sum(judged.values())
        told = ", ".join(f"{number(items)} by {number(judges)}" for judges, items in judged.items())
        yield (
            f"{counted(sum(judged.values()), 'item')} were judged ({told}), by {mean:.2f} annotators on "
            f"average; the project asked for {number(project.overlap)} where nothing else was set."
        )
    if project.guidelines_version:
        yield f"The guidelines are in version {project.guidelines_version}."
    if figures.surplus:
        yield f"{counted(figures.surplus, 'answer')} found no free seat and did not count."


def _agreement(known: Known) -> Iterator[str]:
    report = known.report
    if not report.compared:
        yield "Nobody judged what another one did, so no agreement can be told."
        return
    yield (
        f"Agreement: {NAMES[report.headline]} {_shown(report.first)}, on "
        f"{counted(report.compared, 'item')} judged by two or more, from "
        f"{counted(report.annotations, 'first answer')} of {counted(report.annotators, 'annotator')} who "
        "had seen neither a suggestion nor a decision."
    )
    if "coverage" in report.figures:
        detection, coverage = (report.figures[name] for name in ("detection", "coverage"))
        yield f"Whether there is any stance: alpha {_shown(detection)}."
        yield (
            f"Label, where two named the same holder and target: alpha {_shown(report.figures['nominal'])}; "
            f"this is about a share of {_shown(coverage)} of the stances."
        )
    yield f"Intervals are percentile bootstrap intervals over items, {Resampling().resamples:,} resamples."


def _shown(figure: Figure) -> str:
    if figure.value is None:
        return "undefined"
    interval = figure.interval
    between = f" (95 % interval {interval[0]:.3f} to {interval[1]:.3f})" if interval else ""
    return f"{figure.value:.3f}{between}"


def _gold(known: Known) -> Iterator[str]:
    figures = known.figures
    ways = [f"{number(n)} {DECIDED[way]}" for way in schema.DECIDED_BY if (n := figures.decided_by[way])]
    yield f"Gold stances were decided: {', '.join(ways)}."
    left_out = figures.reasons()
    if left_out:
        why = "; ".join(f"{number(n)}: {MEANINGS[reason]}" for reason, n in left_out.items())
        of = counted(figures.candidates, "candidate")
        yield f"Of {of}, {number(sum(left_out.values()))} are not gold ({why})."
    if figures.left_out[gold.TIE]:
        yield "Ties were left out, which makes gold easier than the texts are."


def _splits(known: Known) -> Iterator[str]:
    documents, stances = known.counts["documents"].rows, known.counts["gold"].rows
    told = [
        f"{split} {counted(documents[split], 'document')} with {counted(stances[split], 'gold stance')}"
        for split in schema.SPLITS
        if documents[split]
    ]
    yield f"Whole documents were split, near-duplicates together: {_joined(told)}."
    if known.figures.official:
        yield f"{counted(known.figures.official, 'document')} kept the split they were published with."
    if known.is_withheld:
        yield "The texts are withheld; offsets and hashes stand in their place."


def _listed(counts: Counter[str]) -> str:
    return _joined(f"{name or 'not stated'} {number(n)}" for name, n in sorted(counts.items()))


def _joined(parts: Iterable[str]) -> str:
    return ", ".join(parts)
