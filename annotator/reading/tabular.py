"""Current answers with their stances, a part of the documents at a time, column by column.

The same answers in the same order as `documents.stream` gives them as objects, for who writes millions of
them. `answers.py` says what is current; here that is done with arrays. What is rare and hard to do so, the
stances that a merge made the same, is left to the objects: such a part says that it `is_odd`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.engine import Connection

from annotator.reading import asked, documents
from annotator.reading.answers import Names
from annotator.reading.rows import ADJUDICATION, ANNOTATION, JUDGED, WORK, Document
from annotator.reading.snapshot import Snapshot
from annotator.store.arrow import Asked, Driver, Reader, hyphened
from annotator.store.plain import within

DOCUMENTS, CHARACTERS = 1_000, 300_000  # of a part, whichever comes first
LAST = np.iinfo(np.int64).max
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


def numbers(column: Any) -> Whole:
    """Whole numbers or times as numpy has them; -1 for null."""
    column = pa.compute.cast(column, pa.int64()) if not pa.types.is_int64(column.type) else column
    found: Whole = pc.fill_null(column, -1).to_numpy()
    return found


class Known:
    """What numbers stand for, to look up many at once."""

    def __init__(self, values: Mapping[int, Any]) -> None:
        self.ids = np.array(sorted(values), dtype=np.int64)
        self.values = [values[id_] for id_ in self.ids.tolist()]

    def places(self, ids: Whole) -> Whole:
        """Where the values are; -1 for what is not there."""
        if not len(self.ids):
            return np.full(len(ids), -1)
        places = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.where(self.ids[places] == ids, places, -1)

    def ranks(self) -> Whole:
        """The place of each value among all, sorted; of equal ones it is the same."""
        rank = {value: number for number, value in enumerate(sorted(set(self.values)))}
        return np.array([rank[value] for value in self.values], dtype=np.int64)


@dataclass(frozen=True)
class Part:
    """The rows of some documents that follow each other: one a stance, or an answer without any.

    Attributes
    ----------
    rows : pa.Table
        As `asked.ANSWERS` has them, in the order of a release.
    chunk : list of rows
        The documents, each with its `id` and `text`.
    items : pa.Table
        As `asked.ITEMS`, in reading order.
    item, document : (n_rows,)
        The place of each row's item in `items`, and of its document in `chunk`.
    blind : (n_rows,)
        Nothing was seen before that tells the answer.
    """

    snapshot: Snapshot
    reader: Reader
    present: list[Asked]  # those of spans and sources that there are any of
    chunk: list[Any]
    items: pa.Table
    rows: pa.Table
    item: Whole
    document: Whole
    blind: Flags

    @cached_property
    def stance(self) -> Whole:
        """(n_rows,) ids; -1 in the row of an answer without any."""
        return numbers(self.rows["stance"])

    @property
    def in_agreement(self) -> Flags:
        """(n_rows,) whether it is a vote on an item in use, given blind."""
        rows, items = self.rows, self.items
        used = is_(items["purpose"], WORK) & (numbers(items["retired"]) == 0)
        first = is_(rows["kind"], ANNOTATION) & (numbers(rows["occasion"]) == 0)
        vote = first & (numbers(rows["counted"]) == 1) & is_(rows["outcome"], JUDGED)
        found: Flags = vote & self.blind & used[self.item]
        return found

    @cached_property
    def is_odd(self) -> bool:
        """Whether there is something here that only the objects get right."""
        labels = Known(self.snapshot.names.labels).places(numbers(self.rows["label"]))
        return bool(((labels < 0) & (self.stance >= 0)).any()) or self._same_twice(labels)

    def objects(self) -> Iterator[Document]:
        """The same as `documents.stream` gives it."""
        connection, project = self.snapshot.connection, self.snapshot.project
        query = documents.ordered(connection, project.row, *documents.whole())
        query = query.where(within(documents.DOCUMENT.c.id, [row.id for row in self.chunk]))
        return documents.built(connection, connection.execute(query).all(), project, self.snapshot.names)

    def spans(self) -> tuple[pa.Table, Whole]:
        """Spans in reading order within each row, and the row of each."""
        return self._of_stances(asked.SPANS, ("end", "start"))

    def sources(self) -> tuple[pa.Table, Whole]:
        """Sources, nearest to the text first within each row, and the row of each."""
        return self._of_stances(asked.SOURCES, ("position",))

    def texts(self, rows: Whole, start: Whole, end: Whole) -> list[str]:
        """What stands there in these rows' documents."""
        texts = [document.text for document in self.chunk]
        whose = self.document[rows].tolist()
        return [texts[n][a:b] for n, a, b in zip(whose, start.tolist(), end.tolist(), strict=True)]

    def _of_stances(self, of: Asked, order: tuple[str, ...]) -> tuple[pa.Table, Whole]:
        has = np.flatnonzero(self.stance >= 0)
        if not len(has) or of not in self.present:
            return pa.schema(of.types).empty_table(), has[:0]
        found = self.reader.table(of, self.stance[has].tolist())
        by_id = np.argsort(self.stance[has])
        ids = self.stance[has][by_id]
        row = has[by_id][np.searchsorted(ids, numbers(found["stance"]))]
        sorted_ = np.lexsort((*(numbers(found[name]) for name in order), row))
        return found.take(pa.array(sorted_)), row[sorted_]

    def _same_twice(self, labels: Whole) -> bool:
        """Whether a merge made two stances of an answer the same."""
        answer = pc.dictionary_encode(self.rows["uuid"]).combine_chunks().indices
        names = self.snapshot.names
        entities, label = Known(names.entities), Known(names.labels)
        key = [numbers(answer), numbers(self.rows["former"])]
        key += [entities.ranks()[entities.places(numbers(self.rows[name]))] for name in ("holder", "target")]
        key.append(label.ranks()[labels])
        has = np.flatnonzero(self.stance >= 0)
        has = has[np.isin(key[0][has], np.flatnonzero(np.bincount(key[0][has]) > 1))] if len(has) else has
        kept = np.stack([column[has] for column in key])
        kept = kept[:, np.lexsort(kept)]
        return bool((kept[:, 1:] == kept[:, :-1]).all(axis=0).any())


def parts(snapshot: Snapshot) -> Iterator[Part]:
    """All documents' answers, part by part, in the order of `documents.stream`."""
    connection = snapshot.connection
    reader = snapshot.reader or Driver(connection)
    rare = (asked.SPANS, asked.SOURCES, asked.COVERAGE)
    present = [of for of in rare if _any(connection, of)]
    d = documents.DOCUMENT.c
    query = documents.ordered(connection, snapshot.project.row, d.id, d.text)
    for chunk in documents.chunks(connection, query, DOCUMENTS, CHARACTERS):
        items, answers = _read(reader, chunk)
        if asked.COVERAGE in present:
            implied = _implied(reader, items, answers, snapshot.names)
            answers = pa.concat_tables([answers, implied]).combine_chunks()
        order, item, blind = _current(items, answers, snapshot.names)
        document = numbers(items["place"])[item]
        rows = answers.take(pa.array(order))
        yield Part(snapshot, reader, present, chunk, items, rows, item, document, blind)


def _any(connection: Connection, of: Asked) -> bool:
    """Whether its table has a row at all: most projects tell no sources."""
    (table,) = of.query.get_final_froms()
    return connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is not None


def _read(reader: Reader, chunk: list[Any]) -> tuple[pa.Table, pa.Table]:
    """The items of these documents in reading order, and all answers to them, revised ones included."""
    ids = [row.id for row in chunk]
    items = reader.table(asked.ITEMS, ids)
    place = Known({id_: number for number, id_ in enumerate(ids)})
    of = np.array(place.values, dtype=np.int64)[place.places(numbers(items["document"]))]
    items = items.append_column("place", pa.array(of))
    items = items.sort_by([(name, "ascending") for name in ("place", "position", "external_id")])
    answers = reader.table(asked.ANSWERS, ids)
    uuid = answers["uuid"].combine_chunks()
    if len(uuid) and len(uuid[0].as_py()) == 32:
        answers = answers.set_column(answers.column_names.index("uuid"), "uuid", hyphened(uuid))
    return items, answers


def _implied(reader: Reader, items: pa.Table, answers: pa.Table, names: Names) -> pa.Table:
    """Rows for the answers that coverage says there are: those have no `answer`."""
    covered = reader.table(asked.COVERAGE, np.unique(numbers(items["document"])).tolist()).to_pylist()
    given = is_(answers["kind"], ANNOTATION) & (numbers(answers["occasion"]) == 0)
    known = set(zip(*(numbers(answers[name])[given].tolist() for name in ("item", "annotator")), strict=True))
    work: dict[int, list[tuple[int, str]]] = {}
    for item in items.filter(pa.array(is_(items["purpose"], WORK))).to_pylist():
        work.setdefault(item["document"], []).append((item["id"], item["external_id"]))
    made = [
        {
            **asked.IMPLIED,
            "item": id_,
            "annotator": who["annotator"],
            "created_at": who["created_at"],
            "uuid": documents.implied_id(external_id, names.annotators[who["annotator"]]),
        }
        for who in covered
        for id_, external_id in work.get(who["document"], ())
        if (id_, who["annotator"]) not in known
    ]
    return pa.Table.from_pylist(made, answers.schema)


def _current(items: pa.Table, answers: pa.Table, names: Names) -> tuple[Whole, Whole, Flags]:
    """Which rows are current, in order; their items' places; which were judged blind."""
    places = Known({id_: number for number, id_ in enumerate(numbers(items["id"]).tolist())})
    if not len(answers):
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, bool)
    item = np.array(places.values, dtype=np.int64)[places.places(numbers(answers["item"]))]
    decides = is_(answers["kind"], ADJUDICATION)
    people = Known(names.annotators)
    who = np.where(decides, 0, people.ranks()[people.places(numbers(answers["annotator"]))])
    kind = _ranked(answers["kind"])
    occasion, revision = numbers(answers["occasion"]), numbers(answers["revision"])
    order = np.lexsort(
        (numbers(answers["stance"]), numbers(answers["position"]), revision, occasion, who, kind, item)
    )
    key = np.stack([column[order] for column in (item, kind, who, occasion)])
    begins = np.append(0, np.flatnonzero((key[:, 1:] != key[:, :-1]).any(axis=0)) + 1)
    sizes = np.diff(np.append(begins, len(order)))
    newest = np.repeat(revision[order][begins + sizes - 1], sizes)
    keep = order[(revision[order] == newest) & (numbers(answers["withdrawn"])[order] == 0)]

    when = numbers(answers["created_at"])
    decided = np.full(len(items), LAST)
    first = decides & (occasion == 0)
    np.minimum.at(decided, item[first], when[first])
    blind = (numbers(answers["suggested"]) == 0) & (when <= decided[item])
    blind |= numbers(answers["answer"]) < 0  # implied
    return keep, item[keep], blind[keep]


def _ranked(texts: pa.ChunkedArray) -> Whole:
    """Numbers for these texts that sort as they do."""
    coded = pc.dictionary_encode(texts).combine_chunks()
    ranks = Known(dict(enumerate(coded.dictionary.to_pylist()))).ranks()
    found: Whole = ranks[coded.indices.to_numpy()]
    return found


def is_(texts: pa.ChunkedArray, value: str) -> Flags:
    """Where it is this text."""
    found: Flags = pc.fill_null(pc.equal(texts, value), False).to_numpy(zero_copy_only=False)
    return found
