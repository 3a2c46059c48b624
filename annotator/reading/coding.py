"""Ids of the database → the codes of a table of judgements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotator.errors import Invalid
from annotator.quality.judgements import NOT_TOLD, Answers, Codes, Spans, Stances
from annotator.reading.columns import Items, Rows, places
from annotator.reading.rows import Entity

DELETED = "Answers name a label that was deleted: restore it, or correct those answers."


@dataclass(frozen=True)
class Coding:
    """Ids in the order of their codes: entities by key, people by name, rounds by name, weeks by time."""

    entities: Sequence[int]
    annotators: Sequence[int]
    rounds: Sequence[str]
    weeks: Sequence[int]
    labels: Mapping[int, int]  # code by id

    @classmethod
    def of(
        cls,
        items: Items,
        rows: Rows,
        people: Mapping[int, str],
        entities: Mapping[int, Entity],
        labels: Mapping[int, int],
    ) -> "Coding":
        """The codes of what was read."""
        return cls(
            sorted(entities, key=lambda id_: entities[id_].key),
            sorted(set(rows.annotator.tolist()), key=lambda id_: people[id_]),
            sorted({name for name in items.rounds if name}),
            np.unique(rows.week).tolist(),
            labels,
        )

    def entity(self, ids: Codes) -> Codes:
        """NOT_TOLD stays what it is."""
        return _coded(ids, self.entities)

    def annotator(self, ids: Codes) -> Codes:
        """Whose answer it is."""
        return _coded(ids, self.annotators)

    def label(self, ids: Codes) -> Codes:
        """Raises Invalid if a label was deleted."""
        known = np.array(sorted(self.labels), dtype=np.int64)
        at = places(ids, known)
        if (at == NOT_TOLD).any():
            raise Invalid(DELETED)
        return np.array([self.labels[id_] for id_ in known.tolist()], dtype=np.int64)[at]

    def round(self, items: Items) -> Codes:
        """Of each item."""
        place: dict[str | None, int] = {name: code for code, name in enumerate(self.rounds)}
        return np.array([place.get(name, NOT_TOLD) for name in items.rounds], dtype=np.int64)


def answers(
    rows: Rows, items: Items, stances: NDArray[np.int64], spans: NDArray[np.int64], codes: Coding
) -> Answers:
    """All rows, whatever their kind, in their order. Stances and spans of other rows are left out."""
    item = places(rows.item, items.id)
    by_id = np.argsort(rows.id, kind="stable")
    found = places(stances[:, 1], rows.id[by_id])
    stances, judgement = stances[found != NOT_TOLD], by_id[found[found != NOT_TOLD]]
    order = np.argsort(judgement, kind="stable")
    ids, _, holder, target, label, former = stances[order].T
    shown = _spans(spans, ids)
    return Answers(
        item,
        codes.annotator(rows.annotator),
        rows.guidelines,
        codes.round(items)[item],
        places(rows.week, np.array(codes.weeks, dtype=np.int64)),
        Stances(
            judgement[order], codes.entity(holder), codes.entity(target), codes.label(label), former == 1
        ),
        shown,
    )


def _spans(spans: NDArray[np.int64], stances: Codes) -> Spans:
    by_id = np.argsort(stances, kind="stable")
    found = places(spans[:, 0], stances[by_id])
    kept = found != NOT_TOLD
    return Spans(by_id[found[kept]], spans[kept, 1], spans[kept, 2])


def _coded(ids: Codes, in_order: Sequence[int]) -> Codes:
    known = np.array(in_order, dtype=np.int64)
    by_id = np.argsort(known)
    at = places(ids, known[by_id])
    return np.where(at == NOT_TOLD, NOT_TOLD, by_id[at]) if len(known) else at
