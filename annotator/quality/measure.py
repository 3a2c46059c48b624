"""One entry to all of it: a table of judgements in, a report out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from annotator.quality import breakdown, distances, opened, truth, votes
from annotator.quality.bootstrap import Resampling
from annotator.quality.judgements import Judgements, Scheme
from annotator.quality.pairs import Whole, combined
from annotator.quality.report import Figure, Report
from annotator.quality.votes import Classes, Votes

GRADED, DIRECTED, OPEN = "ordinal", "nominal", "tuples"


def measure(table: Judgements, *, by: Sequence[str] = (), seed: int = 0, resamples: int = 1_000) -> Report:
    """The agreement of the judgements with each other and with what is known.

    `by` names dimensions of `report.DIMENSIONS` to break the figures down by. The same table and
    seed give the same report.

    Raises
    ------
    ValueError
        If there is no such dimension.
    """
    how = Resampling(seed, resamples)
    answers, scheme = table.answers, table.scheme
    if scheme.directed:
        whole = of_votes(votes.cast(answers, table), scheme, how)
    else:
        whole = of_parts(lambda: (table,), scheme, how)
    return replace(
        whole,
        by={name: breakdown.by(name, table, how) for name in by},
        against={name: truth.against(reference, table, how) for name, reference in table.references.items()},
    )


def of_votes(cast: Votes, scheme: Scheme, how: Resampling) -> Report:
    """The agreement of a directed project's votes with each other, ten bytes a vote in memory and more."""
    figures = votes.figures(cast, Classes.of(cast, scheme), how)
    seen = Seen()
    for part in votes.by_item(cast, votes.AT_ONCE):
        seen.add(combined(part.item), np.unique(part.annotator).tolist())
    return _whole(seen, scheme, figures)


def of_parts(parts: opened.Parts, scheme: Scheme, how: Resampling) -> Report:
    """The agreement of an open project's judgements with each other, in the memory of a part and more."""
    seen = Seen()
    figures = opened.of_parts(parts, how, seen.judged)
    return _whole(seen, scheme, figures)


@dataclass
class Seen:
    """How much was compared, counted part by part."""

    items: int = 0
    compared: int = 0
    annotations: int = 0
    people: set[str | int] = field(default_factory=set)

    def judged(self, table: Judgements) -> None:
        """A part of an open project more."""
        codes = np.unique(table.answers.annotator).tolist()
        self.add(table.answers.item, {table.annotators[code] for code in codes})

    def add(self, item: Whole, people: Iterable[str | int]) -> None:
        """Judgements of these items by these people more; each item's are added together."""
        judges = np.bincount(item)
        self.items += int((judges > 0).sum())
        self.compared += int((judges > 1).sum())
        self.annotations += len(item)
        self.people.update(people)


def _whole(seen: Seen, scheme: Scheme, figures: Mapping[str, Figure]) -> Report:
    return Report(
        directed=scheme.directed,
        items=seen.items,
        compared=seen.compared,
        annotators=len(seen.people),
        annotations=seen.annotations,
        headline=headline(scheme),
        figures=figures,
        by={},
        against={},
        labels=scheme.labels,
        distance=tuple(tuple(row) for row in distances.of_scheme(scheme).tolist()),
    )


def headline(scheme: Scheme) -> str:
    """The figure that the scheme calls for: alpha, over ranks if all labels have one; of tuples, F1."""
    if not scheme.directed:
        return OPEN
    ranks = scheme.ranks
    return GRADED if ranks and None not in ranks else DIRECTED
