"""The table that statistics are computed from: column by column, names replaced by codes.

A code is a place in the list of names beside it; −1 stands for "not told". Everything here is immutable
and says nothing of where it came from: a database, a release's Parquet, a file of a colleague.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]
NOT_TOLD = -1


@dataclass(frozen=True)
class Scheme:
    """The labels in their order, and how far apart they are.

    `distance` overrules what the polarities say, for pairs of labels: see `distances.polarity`.
    """

    labels: tuple[str, ...]
    polarities: tuple[str, ...]
    ranks: tuple[int | None, ...] = ()
    directed: bool = True  # one label is asked; otherwise whole tuples
    distance: Mapping[tuple[str, str], float] = field(default_factory=dict)


class Stances(NamedTuple):
    """One row a stance, in the order of the judgements they belong to. All of shape (n_stances,)."""

    judgement: Codes  # the row of its judgement
    holder: Codes  # into `Judgements.entities`
    target: Codes
    label: Codes  # into `Scheme.labels`
    former: Flags

    def where(self, keep: Flags) -> "Stances":
        """These rows alone."""
        return Stances(
            self.judgement[keep], self.holder[keep], self.target[keep], self.label[keep], self.former[keep]
        )


class Spans(NamedTuple):
    """One row a rationale, in tokens of its document, the end exclusive. All of shape (n_spans,)."""

    stance: Codes  # the row of its stance
    start: Codes
    end: Codes

    def of(self, keep: Flags) -> "Spans":
        """Those of these stances, which are rows of their own from now on."""
        shown = keep[self.stance]
        return Spans(_renumbered(keep)[self.stance[shown]], self.start[shown], self.end[shown])


@dataclass(frozen=True, eq=False)
class Answers:
    """One row a judgement: an annotator's answer to an item. All of shape (n_judgements,)."""

    item: Codes  # into `Judgements.items`
    annotator: Codes
    guidelines: Codes  # version
    round: Codes
    week: Codes
    stances: Stances
    rationales: Spans

    def __len__(self) -> int:
        return len(self.item)

    def where(self, keep: Flags) -> "Answers":
        """These judgements alone, with their stances and rationales."""
        kept = keep[self.stances.judgement]
        stances = self.stances.where(kept)
        return Answers(
            self.item[keep],
            self.annotator[keep],
            self.guidelines[keep],
            self.round[keep],
            self.week[keep],
            stances._replace(judgement=_renumbered(keep)[stances.judgement]),
            self.rationales.of(kept),
        )

    def only(self, keep: Flags) -> "Answers":
        """All judgements, with these stances alone: who named none of them found no such stance."""
        return replace(self, stances=self.stances.where(keep), rationales=self.rationales.of(keep))


class Reference(NamedTuple):
    """Annotators' answers, and the one that each item's are held against."""

    given: Answers
    truth: Answers


@dataclass(frozen=True, eq=False)
class Judgements:
    """Who judged what, and how the registry's entities hang together."""

    scheme: Scheme
    items: Sequence[str]  # names, by code
    annotators: Sequence[str]
    entities: Sequence[str]
    rounds: Sequence[str]
    weeks: Sequence[str]  # their Mondays, "2026-03-02"
    item_holder: Codes  # (n_items,), into `entities`, where the item fixes it
    item_target: Codes
    answers: Answers  # those to compare: first answers to work items, judged blind
    opposite: Codes  # (n_entities,): the entity that stands for this one and its opposite
    turned: Flags  # (n_entities,): whether labels turn round on the way there
    rolled: Codes  # (n_entities,): whom it speaks for or belongs to, in the end; itself if nobody
    references: Mapping[str, Reference] = field(default_factory=dict)  # "check", "adjudication"


def unrelated(number: int) -> tuple[Codes, Flags, Codes]:
    """`opposite`, `turned` and `rolled` of entities that have nothing to do with each other."""
    return np.arange(number), np.zeros(number, dtype=bool), np.arange(number)


def together(one: Answers, other: Answers) -> Answers:
    """The judgements of both, those of `other` after those of `one`."""
    stances = other.stances._replace(judgement=other.stances.judgement + len(one))
    spans = other.rationales._replace(stance=other.rationales.stance + len(one.stances.judgement))
    return Answers(
        np.concatenate([one.item, other.item]),
        np.concatenate([one.annotator, other.annotator]),
        np.concatenate([one.guidelines, other.guidelines]),
        np.concatenate([one.round, other.round]),
        np.concatenate([one.week, other.week]),
        Stances._make(np.concatenate(both) for both in zip(one.stances, stances, strict=True)),
        Spans._make(np.concatenate(both) for both in zip(one.rationales, spans, strict=True)),
    )


def directed(
    items: Sequence[str],
    annotators: Sequence[str],
    labels: Sequence[str],
    scheme: Scheme,
) -> Judgements:
    """A table of plain columns, one row a judgement: what crowds' data sets look like.

    Raises
    ------
    KeyError
        If a label is not in the scheme.
    """
    item_names, item = np.unique(np.asarray(items, dtype=str), return_inverse=True)
    names, annotator = np.unique(np.asarray(annotators, dtype=str), return_inverse=True)
    known = {label: number for number, label in enumerate(scheme.labels)}
    given = np.array([known[label] for label in labels], dtype=np.int64)
    rows, nothing = len(given), np.zeros(0, dtype=np.int64)
    author, about = np.zeros(rows, dtype=np.int64), np.ones(rows, dtype=np.int64)
    stances = Stances(np.arange(rows), author, about, given, np.zeros(rows, dtype=bool))
    untold = np.full(rows, NOT_TOLD)
    answers = Answers(item, annotator, untold, untold, untold, stances, Spans(nothing, nothing, nothing))
    fixed = np.zeros(len(item_names), dtype=np.int64)
    return Judgements(
        scheme,
        item_names.tolist(),
        names.tolist(),
        ["author", "target"],
        [],
        [],
        fixed,
        fixed + 1,
        answers,
        *unrelated(2),
    )


def _renumbered(keep: Flags) -> Codes:
    """Where each row that is kept will stand."""
    return np.cumsum(keep) - 1
