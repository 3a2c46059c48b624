"""The agreement of a release, computed from its own Parquet files.

What a reader can compute from the files is what release.json and the card say: this reads no database. The
column `in_agreement` of the config `annotations` tells which answers are compared; the scheme and how the
registry's entities hang together stand in release.json.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from annotator.quality import ceiling, relations
from annotator.quality.bootstrap import Resampling
from annotator.quality.ceiling import Ceiling
from annotator.quality.judgements import NOT_TOLD, Answers, Codes, Judgements, Scheme, Spans, Stances
from annotator.quality.measure import measure
from annotator.quality.rationales import in_tokens
from annotator.quality.report import Report

COLUMNS = ["id", "item_id", "annotator", "holder", "target", "label", "flags", "rationales", "round"]
COLUMNS += ["guidelines_version", "created_at", "in_agreement"]
FORMER = "former"
Relations = Iterable[tuple[str, str, str]]
Words = np.ndarray[Any, np.dtype[np.object_]]


def of_release(folder: Path, scheme: Scheme, related: Relations, *, seed: int) -> tuple[Report, Ceiling]:
    """Agreement and human ceiling of the annotations in a release's folder."""
    table = judgements(folder, scheme, related)
    return measure(table, seed=seed), ceiling.of(table, Resampling(seed))


def judgements(folder: Path, scheme: Scheme, related: Relations) -> Judgements:
    """The table of judgements that the release's files hold."""
    rows = _read(folder, "annotations", COLUMNS)
    rows = rows.filter(rows["in_agreement"])
    items = _read(folder, "items", ["id", "document_id", "holder", "target"])
    names, item = _coded(rows["item_id"])
    annotators, annotator = _coded(rows["annotator"])
    fixed = [
        pc.take(items[role], pc.index_in(pa.array(names, type=items["id"].type), items["id"]))
        for role in ("holder", "target")
    ]
    entities = sorted({name for column in (*fixed, rows["holder"], rows["target"]) for name in _told(column)})
    weeks, week = _coded(pc.cast(pc.floor_temporal(rows["created_at"], 1, unit="week"), pa.date32()))
    rounds, round_ = _coded(rows["round"])
    _, answer = _coded(rows["id"])
    _, first, judgement = np.unique(answer, return_index=True, return_inverse=True)
    stances, place = _stances(rows, judgement, entities)
    return Judgements(
        scheme,
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
            _spans(folder, rows, place, items) if not scheme.directed else Spans(*[place[:0]] * 3),
        ),
        *relations.of(entities, related),
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


def _spans(folder: Path, rows: pa.Table, place: Codes, items: pa.Table) -> Spans:
    """Rationales in tokens of their documents."""
    marked = rows["rationales"].combine_chunks()
    spans = pc.list_flatten(marked)
    row = pc.list_parent_indices(marked).to_numpy().astype(np.int64)
    found = np.stack([spans.field(0).to_numpy(), spans.field(1).to_numpy()], axis=1).astype(np.int64)
    documents = _read(folder, "documents", ["id", "text"])
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


def _told(column: pa.ChunkedArray) -> list[Any]:
    return [value for value in pc.unique(column).to_pylist() if value is not None]


def _places(column: pa.ChunkedArray, values: list[Any]) -> Codes:
    known = pa.array(values, type=column.type)
    return np.asarray(pc.fill_null(pc.index_in(column, known), NOT_TOLD).to_numpy(), dtype=np.int64)
