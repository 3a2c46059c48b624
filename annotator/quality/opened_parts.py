"""Break-downs of open projects."""

from collections.abc import Iterator

import numpy as np

from annotator.quality import opened
from annotator.quality.bootstrap import Resampling
from annotator.quality.judgements import Answers, Judgements
from annotator.quality.pairs import within
from annotator.quality.part import Part, named, of_pairs
from annotator.quality.report import Group


def judgements(part: Part, table: Judgements, how: Resampling) -> Group:
    """All stages, of these judgements among each other."""
    keep = np.zeros(len(table.answers), dtype=bool)
    keep[part.rows] = True
    answers = table.answers.where(keep)
    return Group(part.name, _compared(answers, table), len(answers), opened.figures(answers, table, how))


def entities(role: str, table: Judgements, how: Resampling) -> Iterator[Group]:
    """The stances of one holder, or towards one target."""
    stances = table.answers.stances
    code = stances.target if role == "target" else stances.holder
    for part in named(code, table.entities):
        yield _of_stances(part, table, how)


def labels(table: Judgements, how: Resampling) -> Iterator[Group]:
    """The stances with one label."""
    for part in named(table.answers.stances.label, table.scheme.labels):
        yield _of_stances(part, table, how)


def annotators(table: Judgements, how: Resampling) -> Iterator[Group]:
    """Each against everybody else on the same items: F1 of tuples."""
    judged = np.bincount(table.answers.annotator, minlength=len(table.annotators))
    for code, (items, figures) in opened.one_against_others(table.answers, table, how).items():
        yield Group(table.annotators[code], items, int(judged[code]), figures)


def pairs(table: Judgements, how: Resampling) -> Iterator[Group]:
    """All stages, of any two who judged items both."""
    answers = table.answers
    left, right = within(answers.item)
    swapped = answers.annotator[left] > answers.annotator[right]
    left, right = np.where(swapped, right, left), np.where(swapped, left, right)
    for part in of_pairs(answers.annotator[left], answers.annotator[right], table):
        both = np.concatenate([left[part.rows], right[part.rows]])
        yield judgements(Part(part.name, both), table, how)


def _of_stances(part: Part, table: Judgements, how: Resampling) -> Group:
    """Of these stances alone: who named none of them found no such stance."""
    keep = np.zeros(len(table.answers.stances.judgement), dtype=bool)
    keep[part.rows] = True
    answers = table.answers.only(keep)
    items = np.unique(answers.item[answers.stances.judgement])
    several = np.bincount(answers.item, minlength=len(table.items))[items] > 1
    return Group(part.name, int(several.sum()), len(part.rows), opened.of_part(answers, table, how))


def _compared(answers: Answers, table: Judgements) -> int:
    return int((np.bincount(answers.item, minlength=len(table.items)) > 1).sum())
