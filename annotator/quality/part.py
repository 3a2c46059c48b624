"""Parts of a table: a name and its rows."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from annotator.quality.judgements import NOT_TOLD, Codes, Judgements
from annotator.quality.pairs import parts

MOST = 500  # parts of a dimension that are told: those with the most rows
BETWEEN = " – "  # the names of a pair


class Part(NamedTuple):
    """The rows of a part, in whatever they are rows of."""

    name: str
    rows: NDArray[np.int64]


def named(code: Codes, names: Sequence[str] | None = None) -> Iterator[Part]:
    """A part for each code that is told, in the order of the codes; without names, codes are numbers."""
    found = [(value, rows) for value, rows in parts(code) if value != NOT_TOLD]
    enough = sorted((len(rows) for _, rows in found), reverse=True)[:MOST]
    for value, rows in found:
        if len(rows) >= enough[-1]:
            yield Part(str(value) if names is None else names[value], rows)


def of_time(dimension: str, table: Judgements) -> Iterator[Part]:
    """The judgements by version of the guidelines, by round or by week."""
    answers = table.answers
    if dimension == "guidelines":
        return named(answers.guidelines)
    if dimension == "round":
        return named(answers.round, table.rounds)
    return named(answers.week, table.weeks)


def of_pairs(one: Codes, other: Codes, table: Judgements) -> Iterator[Part]:
    """The rows by pair of annotators."""
    pair = one * len(table.annotators) + other
    _, place = np.unique(pair, return_inverse=True)
    for part in named(place):
        row = part.rows[0]
        both = table.annotators[one[row]], table.annotators[other[row]]
        yield Part(BETWEEN.join(both), part.rows)
