"""One entry to all of it: a table of judgements in, a report out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from annotator.quality import breakdown, distances, opened, truth, votes
from annotator.quality.bootstrap import Resampling
from annotator.quality.judgements import Judgements, Scheme
from annotator.quality.pairs import Whole
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
        figures = opened.figures(answers, table, how)
        whole = _whole(answers.item, answers.annotator, scheme, figures)
    return replace(
        whole,
        by={name: breakdown.by(name, table, how) for name in by},
        against={name: truth.against(reference, table, how) for name, reference in table.references.items()},
    )


def of_votes(cast: Votes, scheme: Scheme, how: Resampling) -> Report:
    """The agreement of a directed project's votes with each other, ten bytes a vote in memory and more."""
    figures = votes.figures(cast, Classes.of(cast, scheme), how)
    return _whole(cast.item, cast.annotator, scheme, figures)


def _whole(item: Whole, annotator: Whole, scheme: Scheme, figures: Mapping[str, Figure]) -> Report:
    judges = np.bincount(item)
    return Report(
        directed=scheme.directed,
        items=int((judges > 0).sum()),
        compared=int((judges > 1).sum()),
        annotators=int((np.bincount(annotator) > 0).sum()),
        annotations=len(item),
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
