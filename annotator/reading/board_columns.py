"""A project's items and answers as columns: numpy arrays, a row an item, an answer, a stance.

Rows are read as the drivers give them, without the models, and become arrays a column at a time.
Answers are append-only, so what was read stays true and only newer ids are asked for.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.engine import Connection

from annotator.domain import Kind, Purpose, metadata
from annotator.reading.merged import Merged
from annotator.reading.wanted import FLAGS
from annotator.store.plain import columns, parsed, plain

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]

NOTHING = 0  # where a row names no target, holder, batch
PURPOSES = tuple(map(str, Purpose))
KINDS = (str(Kind.ANNOTATION), str(Kind.ADJUDICATION), str(Kind.GOLD))

ITEM, ANNOTATION, STANCE, SEGMENT, DOCUMENT, BATCH, PROJECT = (
    metadata.tables[name]
    for name in ("item", "annotation", "stance", "segment", "document", "batch", "project")
)


@dataclass(frozen=True, slots=True)
class Columns:
    """Arrays of one length."""

    @classmethod
    def read(
        cls, connection: Connection, query: sa.Select[Any], kinds: Sequence[type | Callable[[str], int]]
    ) -> Self:
        """The columns of these rows, each an array of its kind, or of what a function makes of its texts."""
        parts = [cls(*map(_array, part, kinds)) for part in columns(connection, query)]
        return parts[0].with_more(*parts[1:]) if parts else cls(*(_array((), kind) for kind in kinds))

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))

    def with_more(self, *more: Self) -> Self:
        """These rows and then those."""
        names = [field.name for field in fields(self)]
        parts = (self, *more)
        return type(self)(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


@dataclass(frozen=True, slots=True)
class Items(Columns):
    """A row an item that is not deleted, by id."""

    id: Integers
    segment: Integers
    document: Integers
    target: Integers
    holder: Integers
    batch: Integers
    purpose: Integers  # index into PURPOSES
    retired: Truths
    wanted: Integers  # answers: the overlap in force
    language: NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Answers(Columns):
    """A row a revision, by id: annotations, adjudications, gold."""

    id: Integers
    item: Integers
    annotator: Integers
    kind: Integers  # index into KINDS
    occasion: Integers
    revision: Integers
    withdrawn: Truths
    counted: Truths
    judged: Truths
    flags: Integers
    seconds: Floats  # nan where not told
    at: Floats  # s since 1970, UTC: when it was given, or stored where that was not told
    guidelines: Integers


@dataclass(frozen=True, slots=True)
class Stances(Columns):
    """A row a stance, by the id of its answer."""

    answer: Integers
    holder: Integers
    target: Integers
    label: Integers
    former: Truths
    flags: Integers


def items(connection: Connection, project: int) -> Items:
    """The items as they are now; what they fix is what it became."""
    query = (
        sa.select(
            ITEM.c.id,
            ITEM.c.segment_id,
            SEGMENT.c.document_id,
            sa.func.coalesce(ITEM.c.target_id, NOTHING),
            sa.func.coalesce(ITEM.c.holder_id, NOTHING),
            sa.func.coalesce(ITEM.c.batch_id, NOTHING),
            _number(ITEM.c.purpose, PURPOSES),
            sa.case((ITEM.c.retired_at.is_(None), 0), else_=1),
            sa.func.coalesce(ITEM.c.overlap, BATCH.c.overlap, PROJECT.c.overlap),
            sa.func.coalesce(DOCUMENT.c.language, ""),
        )
        .join(SEGMENT, SEGMENT.c.id == ITEM.c.segment_id)
        .join(DOCUMENT, DOCUMENT.c.id == SEGMENT.c.document_id)
        .join(PROJECT, PROJECT.c.id == ITEM.c.project_id)
        .outerjoin(BATCH, BATCH.c.id == ITEM.c.batch_id)
        .where(ITEM.c.project_id == project, ITEM.c.deleted_at.is_(None), DOCUMENT.c.deleted_at.is_(None))
        .order_by(ITEM.c.id)
    )
    whole = [np.int64] * 7
    found = Items.read(connection, query, [*whole, np.bool_, np.int64, np.str_])
    entities = Merged.entities(connection, project)
    return replace(found, target=entities.standing(found.target), holder=entities.standing(found.holder))


def answers(connection: Connection, project: int, *, after: int) -> Answers:
    """The revisions with a higher id than `after`."""
    a = ANNOTATION.c
    given = sa.case((a.answered_at < a.created_at, a.answered_at), else_=a.created_at)
    query = (
        sa.select(
            a.id,
            a.item_id,
            a.annotator_id,
            _number(a.kind, KINDS),
            a.occasion,
            a.revision,
            plain(a.withdrawn),
            plain(a.counted),
            sa.case((plain(a.outcome) == "judged", 1), else_=0),
            sa.cast(a.flags, sa.Text),
            a.seconds,
            _epoch(connection, given),
            sa.func.coalesce(a.guidelines_version, NOTHING),
        )
        .join(ITEM, ITEM.c.id == a.item_id)
        .where(ITEM.c.project_id == project, a.id > after, plain(a.kind).in_(KINDS))
        .order_by(a.id)
    )
    kinds: list[Any] = [
        *[np.int64] * 6,
        np.bool_,
        np.bool_,
        np.bool_,
        _bits,
        np.float64,
        np.float64,
        np.int64,
    ]
    return Answers.read(connection, query, kinds)


def stances(connection: Connection, project: int, *, after: int) -> Stances:
    """The stances of revisions with a higher id than `after`."""
    s = STANCE.c
    query = (
        sa.select(
            s.annotation_id, s.holder_id, s.target_id, s.label_id, plain(s.former), sa.cast(s.flags, sa.Text)
        )
        .join(ANNOTATION, ANNOTATION.c.id == s.annotation_id)
        .join(ITEM, ITEM.c.id == ANNOTATION.c.item_id)
        .where(ITEM.c.project_id == project, s.annotation_id > after, plain(ANNOTATION.c.kind).in_(KINDS))
        .order_by(s.annotation_id, s.position)
    )
    return Stances.read(connection, query, [*[np.int64] * 4, np.bool_, _bits])


def standing(connection: Connection, project: int, stances: Stances) -> Stances:
    """The same rows; what they name and was merged is what it became."""
    entities, labels = Merged.entities(connection, project), Merged.labels(connection, project)
    return replace(
        stances,
        holder=entities.standing(stances.holder),
        target=entities.standing(stances.target),
        label=labels.standing(stances.label),
    )


def changing(connection: Connection, project: int) -> tuple[object, ...]:
    """What differs whenever an item, or what holds for all of them, was changed: two queries over items.

    Sums weighted by id tell also of changes that name no time.
    """
    i = ITEM.c
    weighed: sa.ColumnElement[int] = sa.literal(0)
    for weight, column in ((1, i.overlap), (31, i.batch_id), (961, i.target_id), (29_791, i.holder_id)):
        weighed += weight * sa.func.coalesce(column, 0)
    counted = sa.select(
        sa.func.count(),
        sa.func.max(i.id),
        sa.func.max(plain(i.updated_at)),
        sa.func.sum(sa.case((i.retired_at.is_(None), 0), else_=i.id)),
        sa.func.sum(sa.case((plain(i.purpose) == "work", 0), else_=i.id)),
        sa.func.sum(sa.cast(weighed, sa.BigInteger) * (i.id % 65_521)),
    ).where(i.project_id == project, i.deleted_at.is_(None))
    d = DOCUMENT.c
    documents = sa.select(
        sa.func.count(),
        sa.func.max(plain(d.updated_at)),
        sa.func.count(d.language),
        sa.func.count(d.erased_at),
    ).where(d.project_id == project, d.deleted_at.is_(None))
    overlaps = sa.select(sa.func.sum(BATCH.c.overlap * BATCH.c.id), sa.func.count()).where(
        BATCH.c.project_id == project
    )
    settings = sa.select(PROJECT.c.overlap, PROJECT.c.scheme_version).where(PROJECT.c.id == project)
    found: list[object] = []
    for query in (counted, documents, overlaps, settings):
        found += connection.execute(query).one()
    return tuple(found)


def stored(connection: Connection, *, up_to: int) -> int:
    """How many revisions the database holds with an id no higher than this.

    PostgreSQL gives ids out before it commits, so that a lower one may appear after a higher one was read;
    then this grows. SQLite has one writer at a time, and the answer is not needed.
    """
    if connection.dialect.name == "sqlite":
        return 0
    query = sa.select(sa.func.count()).where(ANNOTATION.c.id <= up_to)
    return int(connection.execute(query).scalar_one())


def _number(column: sa.ColumnElement[Any], names: Iterable[str]) -> sa.ColumnElement[int]:
    return sa.case(*((plain(column) == name, number) for number, name in enumerate(names)), else_=0)


def _epoch(connection: Connection, column: sa.ColumnElement[Any]) -> sa.ColumnElement[float]:
    if connection.dialect.name == "sqlite":
        return (sa.func.julianday(column) - 2_440_587.5) * 86_400.0
    return sa.cast(sa.func.extract("epoch", column), sa.Float)


def _array(values: Sequence[Any], kind: type | Callable[[str], int]) -> NDArray[Any]:
    if isinstance(kind, type):
        return np.array(values, dtype=kind)
    known = {value: kind(value) for value in set(values)}
    return np.array([known[value] for value in values], dtype=np.int64)


def _bits(stored_flags: str) -> int:
    """A list of flags as a number; nearly all are empty."""
    return sum(1 << FLAGS.index(flag) for flag in parsed(stored_flags) if flag in FLAGS)
