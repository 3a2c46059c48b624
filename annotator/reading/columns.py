"""Answers, stances and spans of a project as columns of whole numbers, straight from the database.

Everything that is asked for is a number there already: kinds are places in KINDS, times are weeks. So
rows become an array column by column.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.engine import Connection

from annotator.domain import metadata
from annotator.quality.judgements import NOT_TOLD, Codes, Flags
from annotator.reading import documents
from annotator.reading.merged import Merged
from annotator.reading.rows import ADJUDICATION, ANNOTATION, GOLD, JUDGED, WORK
from annotator.store import plain

KINDS = (ANNOTATION, GOLD, ADJUDICATION)
DAY, WEEK, MONDAY = 86_400, 7, 4  # 1970-01-05, the fourth day, was a Monday
ANSWER, STANCE, SPAN, COVERAGE = (
    metadata.tables[name] for name in ("annotation", "stance", "span", "coverage")
)
ITEM, SEGMENT = documents.ITEM, documents.SEGMENT


class Items(NamedTuple):
    """One row an item, by id. All of shape (n_items,)."""

    id: Codes
    holder: Codes  # entity ids; NOT_TOLD where the item does not fix it
    target: Codes
    names: list[str]
    purposes: list[str]
    rounds: list[str | None]
    in_use: Flags  # not retired


class Rows(NamedTuple):
    """One row a current answer of occasion 0. All of shape (n_answers,)."""

    id: Codes
    item: Codes  # ids
    annotator: Codes
    kind: Codes  # into KINDS
    counted: Codes  # 0 or 1, as below
    judged: Codes
    blind: Codes  # nothing was seen that could have told the answer
    guidelines: Codes
    week: Codes  # since that of 1970-01-05

    def where(self, keep: Flags) -> "Rows":
        """These rows alone."""
        return Rows(*(column[keep] for column in self))


def items(connection: Connection, project_id: int) -> Items:
    """The undeleted items of undeleted documents; what they fix is what it became."""
    entities = Merged.entities(connection, project_id)
    query = documents.of_items(
        project_id,
        ITEM.c.id,
        sa.func.coalesce(ITEM.c.holder_id, NOT_TOLD),
        sa.func.coalesce(ITEM.c.target_id, NOT_TOLD),
        ITEM.c.external_id,
        plain.plain(ITEM.c.purpose),
        plain.plain(documents.BATCH.c.round),
        ITEM.c.retired_at.is_(None),
    )
    parts = [list(part) for part in plain.columns(connection, query.order_by(ITEM.c.id))]
    id_, holder, target, names, purposes, rounds, in_use = (
        [value for part in parts for value in part[place]] for place in range(len(query.selected_columns))
    )
    return Items(
        np.array(id_, dtype=np.int64),
        entities.standing(np.array(holder, dtype=np.int64)),
        entities.standing(np.array(target, dtype=np.int64)),
        names,
        purposes,
        rounds,
        np.array(in_use, dtype=bool),
    )


def answers(connection: Connection, project_id: int) -> Rows:
    """The current answers of KINDS and occasion 0, by item and annotator; withdrawn ones are none.

    People whose coverage says that they judged the document, and who never answered, have a row without
    an id: NOT_TOLD.
    """
    a = ANSWER.c
    decisions = sa.select(a.item_id, sa.func.min(a.created_at).label("at")).group_by(a.item_id)
    decided = decisions.where(a.kind == ADJUDICATION, a.occasion == 0).subquery()
    told = sa.or_(a.suggestion.is_not(None), a.created_at > decided.c.at)
    kind = sa.case(*((a.kind == kind, place) for place, kind in enumerate(KINDS)))
    query = (
        sa.select(
            a.id,
            a.item_id,
            a.annotator_id,
            kind,
            _number(a.counted),
            _number(a.outcome == JUDGED),
            sa.case((told, 0), else_=1),
            sa.func.coalesce(a.guidelines_version, NOT_TOLD),
            _day(connection, a.created_at),
            a.revision,
            _number(a.withdrawn),
        )
        .join(ITEM, ITEM.c.id == a.item_id)
        .outerjoin(decided, decided.c.item_id == a.item_id)
        .where(ITEM.c.project_id == project_id, a.kind.in_(KINDS), a.occasion == 0)
    )
    every = integers(connection, query)
    newest = every[_last_of_each(every[:, [1, 2, 3]], by=every[:, 9])]
    current = newest[newest[:, 10] == 0]
    rows = np.concatenate([current[:, :9], _implied(connection, project_id, every)])
    rows[:, 8] = (rows[:, 8] - MONDAY) // WEEK
    return Rows(*rows[np.lexsort((rows[:, 2], rows[:, 1], rows[:, 3]))].T)


def stances(connection: Connection, project_id: int) -> NDArray[np.int64]:
    """id, answer's id, holder, target, label, former of every stance, by answer and position.

    What was merged is what it became; stances of an answer that are the same by that are one, the first.
    """
    s, a = STANCE.c, ANSWER.c
    query = (
        sa.select(s.id, s.annotation_id, s.holder_id, s.target_id, s.label_id, _number(s.former), s.position)
        .join(ANSWER, a.id == s.annotation_id)
        .join(ITEM, ITEM.c.id == a.item_id)
        .where(ITEM.c.project_id == project_id, a.kind.in_(KINDS), a.occasion == 0)
    )
    found = integers(connection, query)
    entities = Merged.entities(connection, project_id)
    found[:, 2:4] = entities.standing(found[:, 2:4])
    found[:, 4] = Merged.labels(connection, project_id).standing(found[:, 4])
    ordered = found[np.lexsort((found[:, 0], found[:, 6], found[:, 1]))][:, :6]
    return _each_once(ordered) if len(entities.gone) else ordered


def integers(connection: Connection, query: sa.Select[Any]) -> NDArray[np.int64]:
    """What the query gives, of shape (rows, columns): all its columns are numbers."""
    parts = [
        np.stack([np.array(column, dtype=np.int64) for column in part], axis=1)
        for part in plain.columns(connection, query)
    ]
    return np.concatenate([np.zeros((0, len(query.selected_columns)), dtype=np.int64), *parts])


def _implied(connection: Connection, project_id: int, every: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows of `answers` for (work item, annotator) that coverage tells of and that have no answer."""
    query = (
        sa.select(ITEM.c.id, COVERAGE.c.annotator_id, _day(connection, COVERAGE.c.created_at))
        .join(SEGMENT, SEGMENT.c.document_id == COVERAGE.c.document_id)
        .join(ITEM, ITEM.c.segment_id == SEGMENT.c.id)
        .where(ITEM.c.project_id == project_id, ITEM.c.purpose == WORK)
    )
    covered = integers(connection, query)
    is_annotation = every[:, 3] == KINDS.index(ANNOTATION)
    known = set(map(tuple, every[is_annotation, 1:3].tolist())) if len(covered) else set()
    rows = [
        (NOT_TOLD, item, annotator, KINDS.index(ANNOTATION), 1, 1, 1, NOT_TOLD, day)
        for item, annotator, day in covered.tolist()
        if (item, annotator) not in known
    ]
    return np.array(rows, dtype=np.int64).reshape(-1, 9)


def _last_of_each(keys: NDArray[np.int64], *, by: Codes) -> Codes:
    """The row with the highest `by` of each distinct row of `keys`."""
    order = np.lexsort((by, *keys.T))
    ordered = keys[order]
    last = np.ones(len(order), dtype=bool)
    last[:-1] = (ordered[1:] != ordered[:-1]).any(axis=1)
    return order[last]


def _each_once(stances: NDArray[np.int64]) -> NDArray[np.int64]:
    """The first of those that agree in all but their id."""
    _, first = np.unique(stances[:, 1:], axis=0, return_index=True)
    return stances[np.sort(first)]


def _number(condition: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    return sa.case((condition, 1), else_=0)


def _day(connection: Connection, time: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    """Days since 1970, in UTC."""
    if connection.dialect.name == "sqlite":
        seconds: sa.ColumnElement[Any] = sa.func.strftime("%s", time)
    else:
        seconds = sa.func.floor(sa.func.extract("epoch", time))
    return sa.cast(sa.cast(seconds, sa.BigInteger) / DAY, sa.BigInteger)


def monday(week: int) -> str:
    """The first day of a week, "2026-03-02".

    >>> monday(0)
    '1970-01-05'
    """
    return str(np.datetime64("1970-01-05") + WEEK * week)


def places(wanted: Sequence[int] | Codes, known: Codes) -> Codes:
    """Where each id stands in `known`, which is in order; NOT_TOLD where it does not.

    >>> places([7, 5, 6], np.array([5, 7])).tolist()
    [1, 0, -1]
    """
    asked = np.asarray(wanted, dtype=np.int64)
    if not len(known):
        return np.full(len(asked), NOT_TOLD)
    at = np.minimum(np.searchsorted(known, asked), len(known) - 1)
    return np.where(known[at] == asked, at, NOT_TOLD)
