"""A table of judgements → the votes on each unit that gold wants a class for.

Where one label is asked (a directed project, or an item that fixes holder and target) the item is the unit.
Otherwise each (holder, target, former) that anybody named in an item is one, and everybody else who judged
the item votes "absent" on it. Units and votes are in the order of names, so that the same judgements give
the same sums whatever numbers a database gave them.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from annotator.quality import votes
from annotator.quality.judgements import NOT_TOLD, Codes, Judgements
from annotator.quality.pairs import combined, joined
from annotator.quality.posterior import Ballots

Key = tuple[str, tuple[str, str, bool] | None]  # item; holder, target, former, where they are not fixed


class Election(NamedTuple):
    """All votes of a project. The class after the labels, where there is one, is "absent"."""

    ballots: Ballots
    units: list[Key]
    annotators: list[str]  # names, by the ballots' codes


def of(table: Judgements) -> Election:
    """The votes of a table's judgements."""
    judged = table.answers.item
    one_label = (table.item_holder != NOT_TOLD) & (table.item_target != NOT_TOLD)
    one_label |= table.scheme.directed
    given = votes.cast(table.answers, table)
    fixed = np.flatnonzero(one_label[judged])
    rows = np.stack([judged, *np.full((3, len(judged)), NOT_TOLD), given.annotator, given.label])[:, fixed]
    rows = np.concatenate([rows, _named(table, ~one_label)], axis=1)
    rank = np.empty(len(table.items), dtype=np.int64)
    rank[np.argsort(np.array(table.items, dtype=str), kind="stable")] = np.arange(len(table.items))
    item, holder, target, former, annotator, label = rows
    order = np.lexsort((annotator, former, target, holder, rank[item]))
    unit = combined(rank[item], holder, target, former)[order]
    _, first = np.unique(unit, return_index=True)
    absent = bool((label == len(table.scheme.labels)).any())
    voters = [table.annotators[code] for code in np.unique(annotator)]
    ballots = Ballots(unit, combined(annotator[order]), label[order], len(table.scheme.labels) + absent)
    return Election(ballots, [_key(table, *rows[:4, row].tolist()) for row in order[first]], voters)


def _named(table: Judgements, of_items: NDArray[np.bool_]) -> Codes:
    """(item, holder, target, former, annotator, label) of every judge's vote on every unit; shape (6, n)."""
    answers, stances = table.answers, table.answers.stances
    item = answers.item[stances.judgement]
    kept = of_items[item]
    former = stances.former.astype(np.int64)
    units = np.stack([item, stances.holder, stances.target, former])[:, kept]
    code = combined(*units)
    _, first = np.unique(code, return_index=True)
    units = units[:, first]
    unit, judgement = joined(units[0], answers.item)
    label = np.full(len(unit), len(table.scheme.labels))
    voted = code * len(answers) + stances.judgement[kept]  # (unit, judgement) of each stance
    order = np.argsort(voted, kind="stable")
    wanted = unit * len(answers) + judgement
    place = np.minimum(np.searchsorted(voted[order], wanted), max(len(voted) - 1, 0))
    if len(voted):
        found = voted[order][place] == wanted
        label[found] = stances.label[kept][order][place[found]]
    return np.concatenate([units[:, unit], answers.annotator[judgement][None], label[None]])


def _key(table: Judgements, item: int, holder: int, target: int, former: int) -> Key:
    if holder == NOT_TOLD:
        return table.items[item], None
    return table.items[item], (table.entities[holder], table.entities[target], bool(former))
