"""Current answers with their stances, a part of the documents at a time, column by column.

The same answers in the same order as `documents.stream` gives them as objects, for who writes millions of
them. `answers.py` says what is current; here that is done with arrays. What is rare and hard to do so, the
stances that a merge made the same, is left to the objects: such a part says that it `is_odd`, and has them.
"""

from array import array
from collections.abc import Generator, Iterator
from threading import Lock
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from annotator.reading import asked, documents
from annotator.reading.ahead import ahead
from annotator.reading.answers import Names
from annotator.reading.arrays import Flags, Known, Whole, is_, numbers, ranked
from annotator.reading.part import Part, Placed
from annotator.reading.rows import ADJUDICATION, ANNOTATION, WORK, Document
from annotator.reading.snapshot import Snapshot
from annotator.store.arrow import Answer, Asked, Driver, Reader, hyphened
from annotator.store.plain import chunked, within

DOCUMENTS, CHARACTERS = 2_000, 600_000  # of a part, whichever comes first
LAST = np.iinfo(np.int64).max
ALWAYS = {"texts": asked.TEXTS, "items": asked.ITEMS, "answers": asked.ANSWERS}
RARE = {"spans": asked.SPANS, "sources": asked.SOURCES, "coverage": asked.COVERAGE}


def parts(snapshot: Snapshot) -> Generator[Part]:
    """All documents' answers, part by part, in the order of `documents.stream`.

    The database is asked about a part while the one before is used.
    """
    reading = Reading(snapshot)
    with ahead(reading.asked()) as following:
        for said in following:
            yield reading.part(said)


def cut(snapshot: Snapshot) -> Iterator[list[int]]:
    """The ids of the documents of each part, in their order."""
    return _cut(*_ordered(snapshot))


class Said(NamedTuple):
    """What the database said about some documents."""

    ids: list[int]
    of: dict[str, Answer]  # by the names of ALWAYS, and of those of RARE that there are any of


class Reading:
    """Reads one snapshot: one thread asks, another makes parts of what was said."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.reader: Reader = snapshot.reader or Driver(snapshot.connection)
        self.present = ALWAYS | {name: of for name, of in RARE.items() if _any(snapshot.connection, of)}
        self._connection = Lock()

    def asked(self) -> Generator[Said]:
        """Ask about all documents, so many as make a part at a time."""
        with self._connection:
            ids, lengths = _ordered(self.snapshot)
        for part in _cut(ids, lengths):
            yield self._said(part)

    def of(self, ids: list[int]) -> Part:
        """The part of these documents, asked about here and now."""
        return self.part(self._said(ids))

    def part(self, said: Said) -> Part:
        """The part of these documents."""
        names = self.snapshot.names
        items, answers = _read(said)
        if "coverage" in said.of:
            implied = _implied(said.of["coverage"](), items, answers, names)
            answers = pa.concat_tables([answers, implied]).combine_chunks()
        order, item, blind = _current(items, answers, names)
        rows = answers.take(pa.array(order))
        stance = numbers(rows["stance"])
        return Part(
            _texts(said),
            items,
            rows,
            item,
            numbers(items["place"])[item],
            blind,
            _placed(said, "spans", ("end", "start"), stance),
            _placed(said, "sources", ("position",), stance),
            self._objects(said.ids) if _is_odd(rows, stance, names) else None,
        )

    def _said(self, ids: list[int]) -> Said:
        with self._connection:
            return Said(ids, {name: self.reader.ask(of, ids) for name, of in self.present.items()})

    def _objects(self, ids: list[int]) -> list[Document]:
        connection, project = self.snapshot.connection, self.snapshot.project
        query = documents.ordered(connection, project.row, *documents.whole())
        query = query.where(within(documents.DOCUMENT.c.id, ids))
        with self._connection:
            found = connection.execute(query).all()
            return list(documents.built(connection, found, project, self.snapshot.names))


def _ordered(snapshot: Snapshot) -> tuple["array[int]", "array[int]"]:
    """The ids of all documents in their order, and the lengths of their texts in characters."""
    d = documents.DOCUMENT.c
    query = documents.ordered(snapshot.connection, snapshot.project.row, d.id, sa.func.length(d.text))
    ids, lengths = array("q"), array("q")
    for found in chunked(snapshot.connection, query):
        for column, values in zip((ids, lengths), zip(*found, strict=True), strict=True):
            column.extend(values)
    return ids, lengths


def _cut(ids: "array[int]", lengths: "array[int]") -> Iterator[list[int]]:
    """So many ids as make a part at a time."""
    first = characters = 0
    for place, length in enumerate(lengths, start=1):
        characters += length
        if place - first >= DOCUMENTS or characters >= CHARACTERS or place == len(ids):
            yield ids[first:place].tolist()
            first, characters = place, 0


def _placed(said: Said, name: str, order: tuple[str, ...], stance: Whole) -> Placed:
    """What hangs on the stances of these rows, sorted, and the row of each."""
    has = np.flatnonzero(stance >= 0)
    if not len(has) or name not in said.of:
        return pa.schema(RARE[name].types).empty_table(), has[:0]
    found = said.of[name]()
    has = has[np.argsort(stance[has])]
    of = numbers(found["stance"])
    place = np.minimum(np.searchsorted(stance[has], of), len(has) - 1)
    row = np.where(
        stance[has][place] == of, has[place], -1
    )  # others are null, or of answers that are not current
    sorted_ = np.lexsort((*(numbers(found[column]) for column in order), row))
    sorted_ = sorted_[row[sorted_] >= 0]
    return found.take(pa.array(sorted_)), row[sorted_]


def _is_odd(rows: pa.Table, stance: Whole, names: Names) -> bool:
    """Whether a label is unknown, or a merge made two stances of an answer the same."""
    labels = Known(names.labels).places(numbers(rows["label"]))
    if ((labels < 0) & (stance >= 0)).any():
        return True
    answer = pc.dictionary_encode(rows["uuid"]).combine_chunks().indices
    entities, label = Known(names.entities), Known(names.labels)
    key = [numbers(answer), numbers(rows["former"])]
    key += [entities.ranks()[entities.places(numbers(rows[name]))] for name in ("holder", "target")]
    key.append(label.ranks()[labels])
    has = np.flatnonzero(stance >= 0)
    has = has[np.isin(key[0][has], np.flatnonzero(np.bincount(key[0][has]) > 1))] if len(has) else has
    kept = np.stack([column[has] for column in key])
    kept = kept[:, np.lexsort(kept)]
    return bool((kept[:, 1:] == kept[:, :-1]).all(axis=0).any())


def _any(connection: Connection, of: Asked) -> bool:
    """Whether its table has a row at all: most projects tell no sources."""
    table = next(iter(of.query.selected_columns)).table
    return connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is not None


def _texts(said: Said) -> list[str]:
    """The texts of the documents, in their order."""
    found = said.of["texts"]()
    texts = dict(zip(found["id"].to_pylist(), found["text"].to_pylist(), strict=True))
    return [texts[id_] for id_ in said.ids]


def _read(said: Said) -> tuple[pa.Table, pa.Table]:
    """The items of these documents in reading order, and all answers to them, revised ones included."""
    items, answers = said.of["items"](), said.of["answers"]()
    place = Known({id_: number for number, id_ in enumerate(said.ids)})
    of = np.array(place.values, dtype=np.int64)[place.places(numbers(items["document"]))]
    items = items.append_column("place", pa.array(of))
    items = items.sort_by([(name, "ascending") for name in ("place", "position", "external_id")])
    uuid = answers["uuid"].combine_chunks()
    if len(uuid) and len(uuid[0].as_py()) == 32:
        answers = answers.set_column(answers.column_names.index("uuid"), "uuid", hyphened(uuid))
    return items, answers


def _implied(coverage: pa.Table, items: pa.Table, answers: pa.Table, names: Names) -> pa.Table:
    """Rows for the answers that coverage says there are: those have no `answer`."""
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
        for who in coverage.to_pylist()
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
    kind = ranked(answers["kind"])
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
