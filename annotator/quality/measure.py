"""One entry to all of it: a table of judgements in, a report out."""

from collections.abc import Sequence

import numpy as np

from annotator.quality import breakdown, distances, opened, truth, votes
from annotator.quality.bootstrap import Resampling
from annotator.quality.judgements import Judgements
from annotator.quality.report import Report

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
    judges = np.bincount(answers.item, minlength=len(table.items))
    whole = opened.figures if not scheme.directed else votes.of_answers
    figures = whole(answers, table, how)
    return Report(
        directed=scheme.directed,
        items=int((judges > 0).sum()),
        compared=int((judges > 1).sum()),
        annotators=len(np.unique(answers.annotator)),
        annotations=len(answers),
        headline=headline(table),
        figures=figures,
        by={name: breakdown.by(name, table, how) for name in by},
        against={name: truth.against(reference, table, how) for name, reference in table.references.items()},
        labels=scheme.labels,
        distance=tuple(tuple(row) for row in distances.of_scheme(scheme).tolist()),
    )


def headline(table: Judgements) -> str:
    """The figure that the scheme calls for: alpha, over ranks if all labels have one; of tuples, F1."""
    if not table.scheme.directed:
        return OPEN
    ranks = table.scheme.ranks
    return GRADED if ranks and None not in ranks else DIRECTED
