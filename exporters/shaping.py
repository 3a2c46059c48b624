"""The columns of the config `annotations`: it has a row for each stance of each answer.

Its rows are those of `rows.annotations`; but made so, each would cost several times as much. A part of the
documents that has something odd goes that way.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from annotator.reading import Snapshot
from annotator.reading.answers import ROLES, arms, flagged
from annotator.reading.arrays import Flags, Known, Whole, is_, numbers
from annotator.reading.part import Part
from annotator.reading.rows import ADJUDICATION
from exporters import parquet, rows

NOWHERE = -1
SPAN_COLUMNS = ("rationales", "holder_mentions", "target_mentions")  # by their places in ROLES
AS_THEY_ARE = (
    *("kind", "occasion", "outcome", "seconds", "created_at", "revision", "guidelines_version"),
    *("candidates_shown", "attribution", "confidence", "candidate"),
)
Places = NDArray[np.int8]  # of documents' splits, among all splits; NOWHERE for what is left out
Rows = list[tuple[int, pa.Table]]  # what follows in which split


def made(shape: "Shape", part: Part, places: Places) -> Rows:
    """The rows of a part; `places` are its documents'."""
    if part.objects is not None:
        documents = zip(part.objects, places.tolist(), strict=True)
        return [(number, shape.from_objects(document)) for document, number in documents if number != NOWHERE]
    rows, split = shape.of(part), places[part.document]
    numbers = np.unique(split[split != NOWHERE]).tolist()
    return [(number, _chosen(rows, split == number)) for number in numbers]


def _chosen(rows: pa.Table, which: Flags) -> pa.Table:
    return rows if which.all() else rows.filter(pa.array(which))


class Shape:
    """Gives rows the columns of the config."""

    def __init__(self, snapshot: Snapshot, schema: pa.Schema) -> None:
        names, self.schema, self.scheme = snapshot.names, schema, rows.scheme(snapshot.project)
        self.people = Named(names.annotators)
        self.entities = Named({id_: entity.name for id_, entity in names.entities.items()})
        self.labels = Named({id_: self.scheme.get(name) for id_, name in names.labels.items()}, pa.int64())
        self.arms = Named(arms(snapshot.connection))

    def from_objects(self, document: Any) -> pa.Table:
        """The slow way."""
        return parquet.as_table(
            [
                row
                for item in document.items
                for answer in item.answers
                for row in rows.annotations(answer, item, self.scheme)
            ],
            self.schema,
        )

    def of(self, part: Part) -> pa.Table:
        """The rows of a part."""
        columns = dict(self._columns(part))
        return pa.Table.from_arrays(
            [_plain(columns[field.name]).cast(field.type) for field in self.schema], schema=self.schema
        )

    def _columns(self, part: Part) -> Iterator[tuple[str, Any]]:
        found, item = part.rows, pa.array(part.item)
        none = part.stance < 0
        for name in AS_THEY_ARE:
            yield name, found[name]
        yield "id", found["uuid"]
        yield "item_id", part.items["external_id"].take(item)
        yield "round", part.items["round"].take(item)
        yield "surplus", pa.array(numbers(found["counted"]) == 0)
        yield "suggestion_seen", pa.array(numbers(found["suggested"]) == 1)
        yield "in_agreement", pa.array(part.in_agreement)
        yield "annotator", self.people.of(found["annotator"])
        yield "arm", self.arms.of(found["arm"])
        yield "label", self.labels.of(found["label"])
        for name in ("target", "holder", "voice"):
            yield name, self.entities.of(found[name])
        yield "annotation_flags", _flags(found["flags"])
        yield "flags", _stance_flags(found)
        yield "context_shown", _context(found)
        yield from _decision(found)
        yield from _spans(part, none)
        sources, row = part.sources
        yield "sources", _lists(self.entities.of(sources["entity"]), row, none)


class Named:
    """What ids are called."""

    def __init__(self, names: Mapping[int, Any], kind: pa.DataType = pa.string()) -> None:  # noqa: B008
        self.known = Known(names)
        self.values = pa.array(self.known.values, kind)

    def of(self, ids: pa.ChunkedArray) -> pa.Array:
        """Their names; null for null."""
        places = self.known.places(numbers(ids))
        return self.values.take(pa.array(places, mask=places < 0))


def _decision(found: pa.Table) -> Iterator[tuple[str, Any]]:
    decides = is_(found["kind"], ADJUDICATION)
    yield "precedent", pa.array(decides & (numbers(found["precedent"]) == 1))
    others = pa.array(~decides)
    for name in ("reason", "note", "accepted"):
        column = pc.if_else(others, None, found[name])
        if name == "accepted" and column.null_count < len(column):
            values = [None if value is None else str(UUID(value)) for value in column.to_pylist()]
            column = pa.array(values, pa.string())
        yield name, column


def _context(found: pa.Table) -> pa.Array:
    start, end = numbers(found["context_start"]), numbers(found["context_end"])
    has = start >= 0
    shown = np.stack([start[has], end[has]], axis=1).ravel()
    offsets = np.append(0, np.cumsum(2 * has)).astype(np.int32)
    return _list_array(offsets, pa.array(shown, mask=shown < 0), ~has)


def _flags(column: pa.ChunkedArray) -> pa.Array:
    """Lists, of JSON."""
    coded = pc.dictionary_encode(column).combine_chunks()
    lists = [json.loads(value) for value in coded.dictionary.to_pylist()]
    return pa.array(lists, pa.list_(pa.string())).take(coded.indices)


def _stance_flags(found: pa.Table) -> pa.Array:
    coded = pc.dictionary_encode(found["stance_flags"]).combine_chunks()
    given = [json.loads(value) for value in coded.dictionary.to_pylist()]
    lists = [flagged(flags, former=former) for flags in given for former in (False, True)]
    code = 2 * numbers(coded.indices) + (numbers(found["former"]) == 1)
    return pa.array(lists, pa.list_(pa.string())).take(pa.array(code, mask=code < 0))


def _spans(part: Part, none: Any) -> Iterator[tuple[str, pa.Array]]:
    spans, row = part.spans
    start, end = numbers(spans["start"]), numbers(spans["end"])
    for role, number in ROLES.items():
        of = is_(spans["role"], role)
        texts = pa.array(part.words(row[of], start[of], end[of]), pa.string())
        values = pa.StructArray.from_arrays(
            [pa.array(start[of]), pa.array(end[of]), texts], ["start", "end", "text"]
        )
        yield SPAN_COLUMNS[number], _lists(values, row[of], none)


def _lists(values: pa.Array, row: Whole, none: Any) -> pa.Array:
    """A list a row, of values that are sorted by their row; null for those that have none."""
    counts = np.bincount(row, minlength=len(none))
    return _list_array(np.append(0, np.cumsum(counts)).astype(np.int32), values, none)


def _list_array(offsets: Any, values: pa.Array, none: Any) -> pa.Array:
    mask = pa.array(none) if none.any() else None
    return pa.ListArray.from_arrays(pa.array(offsets), _plain(values), mask=mask)


def _plain(column: Any) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
