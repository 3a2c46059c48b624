"""Stances of several annotators → units: what they all say of one thing. On columns.

A unit is (item, holder, target, former). Before stances are compared, opposites are turned round: favor of
"tighter limits" is against of "looser limits". Where one annotator thereby has two stances in a unit, the
one whose rationale overlaps most with the others' speaks for them; of equal ones that with the first label.
"""

from typing import NamedTuple

import numpy as np

from annotator.quality.judgements import Answers, Codes, Flags, Judgements, Scheme
from annotator.quality.pairs import combined, within

OTHER_SIDE = {"favor": "against", "against": "favor"}


class Units(NamedTuple):
    """A row a stance: what it speaks of and says. All of shape (n_stances,)."""

    judgement: Codes
    item: Codes
    pair: Codes  # a code of (holder, target, former)
    unit: Codes  # a code of (item, pair)
    label: Codes

    def where(self, keep: Flags) -> "Units":
        """These rows alone."""
        return Units(*(column[keep] for column in self))


def named(answers: Answers, table: Judgements, *, rolled: bool = False, turned: bool = True) -> Units:
    """What each stance speaks of, with opposites turned round, and rolled up if wanted."""
    stances = answers.stances
    holder, target, label = stances.holder, stances.target, stances.label
    if rolled:
        holder, target = table.rolled[holder], table.rolled[target]
    if turned:
        label = np.where(table.turned[target], turned_round(table.scheme)[label], label)
        target = table.opposite[target]
    item = answers.item[stances.judgement]
    pair = combined(holder, target, stances.former.astype(np.int64))
    return Units(stances.judgement, item, pair, combined(item, pair), label)


def once(units: Units, answers: Answers) -> tuple[Units, Codes]:
    """Each annotator once a unit, and which stances these are."""
    slot = combined(units.unit, units.judgement)
    overlap = np.zeros(len(slot)) if len(np.unique(slot)) == len(slot) else _overlap(units, answers)
    order = np.lexsort((units.label, -overlap, slot))
    first = np.ones(len(order), dtype=bool)
    first[1:] = slot[order[1:]] != slot[order[:-1]]
    rows = np.sort(order[first])
    return Units(*(column[rows] for column in units)), rows


def turned_round(scheme: Scheme) -> Codes:
    """For each label the one that says the same of the opposite; itself where there is none.

    Grades are mirrored: the strongest favor becomes the strongest against.

    >>> turned_round(Scheme(("PRO", "CON", "NONE"), ("favor", "against", "none"))).tolist()
    [1, 0, 2]
    """
    other = np.arange(len(scheme.labels))
    sides = {side: _graded(scheme, side) for side in OTHER_SIDE}
    for side, opposite in OTHER_SIDE.items():
        if len(sides[side]) == len(sides[opposite]):
            other[sides[side]] = sides[opposite]
    return other


def _graded(scheme: Scheme, side: str) -> list[int]:
    """The labels of a polarity, from the middle outwards."""
    of = [number for number, polarity in enumerate(scheme.polarities) if polarity == side]
    ranks = scheme.ranks or (None,) * len(scheme.labels)
    known = [rank for rank in ranks if rank is not None]
    middle = (min(known) + max(known)) / 2 if known else 0
    return sorted(of, key=lambda number: (abs((ranks[number] or 0) - middle), number))


def _overlap(units: Units, answers: Answers) -> "np.typing.NDArray[np.float64]":
    """How many tokens of rationale each stance shares with other annotators' in its unit."""
    shared = np.zeros(len(units.unit))
    stance, token = tokens(answers)
    one, other = within(combined(units.unit[stance], token))
    differ = units.judgement[stance[one]] != units.judgement[stance[other]]
    np.add.at(shared, stance[one[differ]], 1)
    np.add.at(shared, stance[other[differ]], 1)
    return shared


def tokens(answers: Answers) -> tuple[Codes, Codes]:
    """(stance, token) of all rationales, each once."""
    stance, start, end = answers.rationales
    length = np.maximum(end - start, 0)
    rows = np.repeat(np.arange(len(stance)), length)
    step = np.arange(len(rows)) - np.repeat(np.cumsum(length) - length, length)
    both = np.stack([stance[rows], start[rows] + step], axis=1)
    found = np.unique(both, axis=0) if len(both) else both
    return found[:, 0], found[:, 1]
