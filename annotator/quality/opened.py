"""Open projects: all stages together, of one table or part by part; one pair or person against the others.

All stages but the last are sums over items, and the last one, MASI, needs no more of the other parts than
their distinct sets. So a project that does not fit into memory is gone through twice, some items at a time.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import numpy as np

from annotator.quality import rationales, sets, stages, units
from annotator.quality.agreement import Array, ratio
from annotator.quality.bootstrap import Resampling, measured
from annotator.quality.judgements import NOT_TOLD, Answers, Judgements
from annotator.quality.pairs import combined, parts
from annotator.quality.pile import piling
from annotator.quality.report import Figure
from annotator.quality.stages import Stage

Parts = Callable[[], Iterable[Judgements]]  # each item's answers in one of them, coded alike in all


def figures(answers: Answers, table: Judgements, how: Resampling) -> dict[str, Figure]:
    """Every stage with its intervals, resampled together."""
    whole = replace(table, answers=answers)
    return of_parts(lambda: (whole,), how)


def of_parts(
    parts: Parts, how: Resampling, seen: Callable[[Judgements], None] = lambda _: None
) -> dict[str, Figure]:
    """The same of tables that come one by one, twice; at least one does. `seen` is told of each once.

    Memory holds one of them, the distinct sets of tuples, and of each item's sums what `Pile` holds.
    """
    known, marked = sets.Known(), False
    for table in parts():
        seen(table)
        known.add(sets.Held.by(table))
        marked |= len(table.answers.rationales.stance) > 0
    near = known.nearness()
    with piling() as pile:
        for table in parts():
            whole = stages.joined(_all(table, near, marked=marked))
            pile.add(whole.columns[stages.judges(table.answers, len(table.items)) >= 2])
        return pile.measured(whole.figures, how)


def of_part(answers: Answers, table: Judgements, how: Resampling) -> dict[str, Figure]:
    """Identification, label and tuples: what can be told of the stances about one thing alone."""
    return of_stages(_staged(answers, table), answers, table, how)


def of_stages(staged: list[Stage], answers: Answers, table: Judgements, how: Resampling) -> dict[str, Figure]:
    """The figures of several stages over the items that two or more have judged."""
    whole = stages.joined(staged)
    several = stages.judges(answers, len(table.items)) >= 2
    return measured(whole.columns[several], whole.figures, how)


def _all(table: Judgements, near: sets.Nearness, *, marked: bool) -> list[Stage]:
    """Every stage of a part; that of the rationales where anybody `marked` words."""
    answers = table.answers
    staged = [
        stages.detection(answers, table),
        *_staged(answers, table),
        sets.agreement(sets.Held.by(table), table, near),
    ]
    if marked:
        aligned = units.named(answers, table)
        staged.append(rationales.stage(aligned, answers, len(table.items)))
    return staged


def _staged(answers: Answers, table: Judgements) -> list[Stage]:
    exact = units.named(answers, table, turned=False)
    aligned, rolled = units.named(answers, table), units.named(answers, table, rolled=True)
    return [
        stages.identification("identification", aligned, answers, table),
        stages.labels(aligned, answers, table),
        stages.tuples("tuples", exact, answers, table),
        stages.tuples("aligned", aligned, answers, table),
        stages.tuples("rolled_up", rolled, answers, table),
        stages.identification("identification_rolled_up", rolled, answers, table),
    ]


def one_against_others(
    answers: Answers, table: Judgements, how: Resampling
) -> dict[int, tuple[int, dict[str, Figure]]]:
    """By annotator: their items, and F1 of their tuples with those of everybody else there, pooled."""
    found = units.named(answers, table)
    things = combined(found.pair, found.label)
    _, first = np.unique(combined(found.judgement, things), return_index=True)
    judgement = found.judgement[first]
    group = combined(answers.item[judgement], things[first])
    often = np.bincount(group)[group] if len(group) else group
    number, judges = len(answers), stages.judges(answers, len(table.items))
    own = np.bincount(judgement, minlength=number)
    shared = np.bincount(judgement, weights=often - 1, minlength=number)
    all_named = np.bincount(answers.item, weights=own, minlength=len(table.items))
    others = judges[answers.item] - 1
    columns = np.stack([2 * shared, own * others + all_named[answers.item] - own], axis=1)
    found_by: dict[int, tuple[int, dict[str, Figure]]] = {}
    for annotator, rows in parts(np.where(others > 0, answers.annotator, NOT_TOLD)):
        if annotator != NOT_TOLD:
            found_by[annotator] = len(rows), measured(columns[rows], _f1, how)
    return found_by


def _f1(sums: Array) -> Mapping[str, Array]:
    return {"aligned": ratio(sums[..., 0], sums[..., 1])}
