"""Open projects: all stages of one table together, and one pair or person against the others."""

from collections.abc import Mapping

import numpy as np

from annotator.quality import rationales, sets, stages, units
from annotator.quality.agreement import Array, ratio
from annotator.quality.bootstrap import Resampling, measured
from annotator.quality.judgements import NOT_TOLD, Answers, Judgements
from annotator.quality.pairs import combined, parts
from annotator.quality.report import Figure
from annotator.quality.stages import Stage


def figures(answers: Answers, table: Judgements, how: Resampling) -> dict[str, Figure]:
    """Every stage with its intervals, resampled together."""
    exact = units.named(answers, table, turned=False)
    things = combined(exact.pair, exact.label)
    aligned = units.named(answers, table)
    staged = [
        stages.detection(answers, table),
        *_staged(answers, table),
        sets.agreement(exact.judgement, things, answers, len(table.items)),
    ]
    if len(answers.rationales.stance):
        staged.append(rationales.stage(aligned, answers, len(table.items)))
    return of_stages(staged, answers, table, how)


def of_part(answers: Answers, table: Judgements, how: Resampling) -> dict[str, Figure]:
    """Identification, label and tuples: what can be told of the stances about one thing alone."""
    return of_stages(_staged(answers, table), answers, table, how)


def of_stages(staged: list[Stage], answers: Answers, table: Judgements, how: Resampling) -> dict[str, Figure]:
    """The figures of several stages over the items that two or more have judged."""
    whole = stages.joined(staged)
    several = stages.judges(answers, len(table.items)) >= 2
    return measured(whole.columns[several], whole.figures, how)


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
