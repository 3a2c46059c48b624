"""The agreement of a release, computed from its own Parquet files.

What a reader can compute from the files is what release.json and the card say: this reads no database. The
column `in_agreement` of the config `annotations` tells which answers are compared; the scheme and how the
registry's entities hang together stand in release.json.
"""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from annotator.quality import ceiling, relations
from annotator.quality.bootstrap import Resampling
from annotator.quality.ceiling import Ceiling
from annotator.quality.judgements import NOT_TOLD, Answers, Codes, Judgements, Scheme, Spans, Stances
from annotator.quality.measure import of_parts, of_votes
from annotator.quality.rationales import in_tokens
from annotator.quality.report import Report
from annotator.quality.votes import Votes, cast
from exporters import by_item, memory
from exporters.grouped import grouped

ITEMS = ["id", "document_id", "holder", "target"]
TEXTS = ["id", "text"]
VOTED = ["id", "item_id", "annotator", "holder", "target", "label", "flags", "round"]
VOTED += ["guidelines_version", "created_at", "in_agreement"]
COLUMNS = [*VOTED, "rationales"]
FORMER = "former"
Relations = Collection[tuple[str, str, str]]
Words = np.ndarray[Any, np.dtype[np.object_]]


class _Known(NamedTuple):
    """What holds for every part of a release; without `entities` those of a part have codes of its own."""

    scheme: Scheme
    related: Relations = ()
    entities: list[str] | None = None

    @classmethod
    def of(cls, folder: Path, scheme: Scheme, related: Relations) -> "_Known":
        """With the names of all entities that a table of this release can speak of, in order."""
        found = {name for subject, _, object_ in related for name in (subject, object_)}
        for config in ("items", "annotations"):
            for shard in sorted((folder / "data" / config).glob("*.parquet")):
                with grouped(shard) as file:
                    for batch in file.iter_batches(by_item.AT_ONCE, columns=["holder", "target"]):
                        found.update(name for column in batch.columns for name in _told(column))
        return cls(scheme, related, sorted(found))


def of_release(folder: Path, scheme: Scheme, related: Relations, *, seed: int) -> tuple[Report, Ceiling]:
    """Agreement and human ceiling of the annotations in a release's folder.

    The answers are read a part at a time: memory holds one, and what must be known of all others.
    """
    how = Resampling(seed)
    if not scheme.directed:
        known = _Known.of(folder, scheme, related)
        return of_parts(lambda: _opened(folder, known), scheme, how), Ceiling({}, 0)
    votes = votes_of(folder, scheme)
    memory.give_back()
    return of_votes(votes, scheme, how), ceiling.of_votes(votes, scheme, how)


def judgements(folder: Path, scheme: Scheme, related: Relations) -> Judgements:
    """The table of judgements that the release's files hold, whole: for those that fit into memory."""
    rows = _read(folder, "annotations", COLUMNS)
    items = _read(folder, "items", ITEMS)
    documents = _read(folder, "documents", TEXTS) if not scheme.directed else None
    known = _Known.of(folder, scheme, related)
    return _judgements(rows.filter(rows["in_agreement"]), items, documents, known)


def _opened(folder: Path, known: _Known) -> Iterator[Judgements]:
    """The judgements of an open project, part by part; entities have the same codes in all of them."""
    for rows, items, documents in by_item.with_documents(folder, COLUMNS, ITEMS, TEXTS):
        yield _judgements(rows.filter(rows["in_agreement"]), items, documents, known)
    memory.give_back()  # what is done with the parts needs the room


def votes_of(folder: Path, scheme: Scheme) -> Votes:
    """The votes that a directed project's release holds: ten bytes each in memory, and a part of the rows."""
    people: dict[str, int] = {}
    votes = Votes.room(by_item.rows(folder, "annotations"))
    n_votes = n_items = 0
    for rows, items in by_item.parts(folder, VOTED, ITEMS):
        table = _judgements(rows.filter(rows["in_agreement"]), items, None, _Known(scheme))
        given = cast(table.answers, table)
        codes = np.array([people.setdefault(name, len(people)) for name in table.annotators], dtype=np.int64)
        vote = Votes(given.item + n_items, codes[given.annotator], given.label)
        n_votes = votes.put(n_votes, vote.where(np.argsort(vote.item, kind="stable")))
        n_items += len(table.items)
    return votes.slice(0, n_votes)


def _judgements(rows: pa.Table, items: pa.Table, documents: pa.Table | None, known: _Known) -> Judgements:
    """The table of these rows. Rationales are looked at where there are texts to find their words in."""
    names, item = _coded(rows["item_id"])
    annotators, annotator = _coded(rows["annotator"])
    fixed = [
        pc.take(items[role], pc.index_in(pa.array(names, type=items["id"].type), items["id"]))
        for role in ("holder", "target")
    ]
    entities = known.entities
    if entities is None:
        named = (*fixed, rows["holder"], rows["target"])
        entities = sorted({name for column in named for name in _told(column)})
    weeks, week = _coded(pc.cast(pc.floor_temporal(rows["created_at"], 1, unit="week"), pa.date32()))
    rounds, round_ = _coded(rows["round"])
    _, answer = _coded(rows["id"])
    _, first, judgement = np.unique(answer, return_index=True, return_inverse=True)
    stances, place = _stances(rows, judgement, entities)
    return Judgements(
        known.scheme,
        names,
        annotators,
        entities,
        rounds,
        [str(day) for day in weeks],
        _places(fixed[0], entities),
        _places(fixed[1], entities),
        Answers(
            item[first],
            annotator[first],
            pc.fill_null(rows["guidelines_version"], NOT_TOLD).to_numpy()[first],
            round_[first],
            week[first],
            stances,
            _spans(rows, place, items, documents) if documents is not None else Spans(*[place[:0]] * 3),
        ),
        *relations.of(entities, known.related),
    )


def _stances(rows: pa.Table, judgement: Codes, entities: list[str]) -> tuple[Stances, Codes]:
    """The stances by judgement, and for each row of the table which of them it is."""
    label = pc.fill_null(rows["label"], NOT_TOLD).to_numpy()
    order = np.argsort(judgement, kind="stable")
    order = order[label[order] != NOT_TOLD]
    flags = rows["flags"].combine_chunks()
    former = np.zeros(len(rows), dtype=bool)
    is_former = pc.equal(pc.list_flatten(flags), FORMER)
    former[pc.list_parent_indices(flags).filter(is_former).to_numpy()] = True
    place = np.full(len(rows), NOT_TOLD)
    place[order] = np.arange(len(order))
    holder, target = (_places(rows[role], entities)[order] for role in ("holder", "target"))
    return Stances(judgement[order], holder, target, label[order].astype(np.int64), former[order]), place


def _spans(rows: pa.Table, place: Codes, items: pa.Table, documents: pa.Table) -> Spans:
    """Rationales in tokens of their documents."""
    marked = rows["rationales"].combine_chunks()
    spans = pc.list_flatten(marked)
    row = pc.list_parent_indices(marked).to_numpy().astype(np.int64)
    found = np.stack([spans.field(0).to_numpy(), spans.field(1).to_numpy()], axis=1).astype(np.int64)
    of_item = pc.take(items["document_id"], pc.index_in(rows["item_id"], items["id"]))
    document = pc.index_in(of_item, documents["id"].combine_chunks()).to_numpy()[row]
    for each in np.unique(document).tolist():
        of = document == each
        found[of] = in_tokens(documents["text"][each].as_py(), found[of])
    order = np.lexsort((found[:, 1], found[:, 0], place[row]))
    return Spans(place[row][order], found[order, 0], found[order, 1])


def _read(folder: Path, config: str, columns: list[str]) -> pa.Table:
    """All shards of all splits."""
    shards = sorted((folder / "data" / config).glob("*.parquet"))
    return pa.concat_tables(pq.read_table(shard, columns=columns) for shard in shards).combine_chunks()


def _coded(column: pa.ChunkedArray) -> tuple[list[Any], Codes]:
    """The values in order, and the place of each row's; NOT_TOLD where it has none."""
    values = sorted(_told(column))
    return values, _places(column, values)


def _told(column: pa.ChunkedArray | pa.Array) -> list[Any]:
    return [value for value in pc.unique(column).to_pylist() if value is not None]


def _places(column: pa.ChunkedArray, values: list[Any]) -> Codes:
    known = pa.array(values, type=column.type)
    return np.asarray(pc.fill_null(pc.index_in(column, known), NOT_TOLD).to_numpy(), dtype=np.int64)
