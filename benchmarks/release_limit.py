"""The annotations of a release, beside the fastest way there could be and beside the usual one.

    python -m benchmarks.release_limit [--answers 1000000] [--judges 5] [--database URL]

Three ways to the same rows, one after the other in one run, on the made-up answers of made_up.py:

    limit           a query a part of the items, by ADBC straight into Arrow, written by pyarrow alone
    ours            what a release does for its config `annotations`, and nothing of its other configs
    from_generator  our rows through `Dataset.from_generator` and `to_parquet`, as one would write it

The limit knows what is in this database and uses it: no revision, no coverage, no decision, no flag; one
span a stance at most. That all three wrote the same rows is checked. It needs the packages
adbc-driver-sqlite and adbc-driver-postgresql; ours uses the second alone, because two copies of SQLite may
ruin a database. `--database` names an empty database, or one that was filled so and may be thrown away.
"""

import itertools
import tempfile
import time
from array import array
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import sqlalchemy as sa
from datasets import Dataset
from sqlalchemy.engine import Engine

from annotator import reading
from annotator.domain import metadata
from annotator.reading import Snapshot
from benchmarks.made_up import SLUG, filled
from benchmarks.release_speed import peak
from exporters import annotated, filling, parquet, rows, schema

ITEMS = 10_000  # of a part
QUERY = """
SELECT {uuid} AS id, i.external_id AS item_id, a.annotator_id, a.kind, a.occasion, a.outcome, a.seconds,
       a.created_at, a.revision, a.counted, a.context_start, a.context_end, a.guidelines_version, a.precedent,
       s.id AS stance, s.target_id, s.holder_id, s.label_id,
       p.start AS begins, p."end" AS ends, substr(d.text, p.start + 1, p."end" - p.start) AS text
FROM item i JOIN annotation a ON a.item_id = i.id JOIN segment g ON g.id = i.segment_id
JOIN document d ON d.id = g.document_id JOIN stance s ON s.annotation_id = a.id
LEFT JOIN span p ON p.stance_id = s.id
WHERE i.id >= {first} AND i.id < {end}
"""
HEX = "-".join(["%s"] * 5) % tuple(
    f"'||substr(a.uuid,{at},{n})||'" for at, n in ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
)
UUID = {"sqlite": f"'{HEX}'", "postgresql": "a.uuid::text"}


@click.command()
@click.option("--answers", default=1_000_000, show_default=True)
@click.option("--judges", default=5, show_default=True)
@click.option("--database", help="Empty, or filled so; without it, an SQLite file that is thrown away.")
def main(answers: int, judges: int, database: str | None) -> None:
    """Write the same rows in three ways and print their speeds."""
    with tempfile.TemporaryDirectory() as folder:
        engine = filled(database or f"sqlite:///{folder}/speed.db", answers // judges, judges, 1)
        ways = {"limit": limit, "ours": ours, "from_generator": usual}
        speeds = {name: speed(name, way, engine, Path(folder) / name) for name, way in ways.items()}
        click.echo(f"ours is {speeds['ours'] / speeds['limit']:.0%} of the limit, ", nl=False)
        click.echo(f"{speeds['ours'] / speeds['from_generator']:.1f} times from_generator")
        compare([Path(folder) / name for name in ways])
        engine.dispose()


def speed(name: str, way: Callable[[Engine, Path], None], engine: Engine, folder: Path) -> float:
    """Rows a second, by the wall."""
    folder.mkdir()
    started, worked = time.perf_counter(), time.process_time()
    way(engine, folder)
    seconds, worked = time.perf_counter() - started, time.process_time() - worked
    n = sum(pq.read_metadata(file).num_rows for file in folder.rglob("*.parquet"))
    click.echo(
        f"{engine.dialect.name} {name:15} {n:,} rows in {seconds:.1f} s ({worked:.1f} s of CPU), "
        f"{n / seconds:,.0f} a second; peak so far {peak():.0f} MB"
    )
    return n / seconds


def ours(engine: Engine, folder: Path) -> None:
    """Read, and write the annotations alone, all into one split."""
    with (
        filling.collecting_rarely(),
        reading.snapshot(engine, SLUG, tabular=True) as snapshot,
        parquet.writing(folder, filling.names(snapshot.project)) as tables,
    ):
        count = sa.select(sa.func.count()).select_from(metadata.tables["document"])
        train = array("b", bytes(snapshot.connection.execute(count).scalar_one()))
        annotated.write(tables, snapshot, train)


def all_rows(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    """As dictionaries, one by one."""
    scheme = rows.scheme(snapshot.project)
    for document in snapshot.documents():
        for item in document.items:
            for answer in item.answers:
                yield from rows.annotations(answer, item, scheme)


def usual(engine: Engine, folder: Path) -> None:
    """As `datasets` is told to be used for rows that come one by one; its cache is in the folder, too."""
    with reading.snapshot(engine, SLUG) as snapshot:
        features = schema.features("annotations", filling.names(snapshot.project))
        made = Dataset.from_generator(
            lambda: map(_with_dictionaries, all_rows(snapshot)),
            features=features,
            cache_dir=str(folder / "cache"),
            fingerprint="speed",
        )
        made.to_parquet(folder / "all.parquet")


def _with_dictionaries(row: dict[str, Any]) -> dict[str, Any]:
    """Spans as `datasets` wants them."""
    spans = ("rationales", "holder_mentions", "target_mentions")
    return row | {name: [span._asdict() for span in row[name]] for name in spans}


def limit(engine: Engine, folder: Path) -> None:
    """Arrow from the database, Arrow into the file."""
    with reading.snapshot(engine, SLUG) as snapshot:
        wanted = schema.features("annotations", filling.names(snapshot.project)).arrow_schema
        known = Known(snapshot, wanted)
    engine.dispose()  # while ADBC's copy of SQLite has the file, Python's must not
    with (
        driver(engine) as connection,
        pq.ParquetWriter(folder / "all.parquet", wanted, compression="zstd") as writer,
    ):
        for first in itertools.count(0, ITEMS):
            cursor = connection.cursor()
            query = QUERY.format(uuid=UUID[engine.dialect.name], first=first, end=first + ITEMS)
            cursor.execute(query)
            table = cursor.fetch_arrow_table()
            cursor.close()
            if not len(table):
                break
            writer.write_table(known.shaped(table), row_group_size=parquet.GROUP)


def driver(engine: Engine) -> Any:
    """A connection that speaks Arrow."""
    connect = import_module(f"adbc_driver_{engine.dialect.name}.dbapi").connect
    if engine.dialect.name == "sqlite":
        return connect(f"file:{engine.url.database}?mode=ro")
    return connect(engine.url.set(drivername="postgresql").render_as_string(hide_password=False))


class Known:
    """What the numbers in the rows stand for, as columns to take from."""

    def __init__(self, snapshot: Snapshot, wanted: pa.Schema) -> None:
        self.wanted = wanted
        names = snapshot.names
        self.annotators = _column(names.annotators)
        self.entities = _column({id_: entity.name for id_, entity in names.entities.items()})
        codes = {name: number for number, name in enumerate(filling.names(snapshot.project))}
        self.labels = _column({id_: codes[name] for id_, name in names.labels.items()})

    def shaped(self, table: pa.Table) -> pa.Table:
        """The columns of the config, of the columns of the query."""
        n = len(table)
        has = pc.is_valid(table["begins"]).combine_chunks()
        spans = pa.StructArray.from_arrays(
            [table[name].combine_chunks().filter(has) for name in ("begins", "ends", "text")],
            ["start", "end", "text"],
        )
        ends = np.append(0, np.cumsum(has.to_numpy(zero_copy_only=False))).astype(np.int32)
        none = pa.array(np.zeros(n + 1, dtype=np.int32))
        shown = np.stack([table["context_start"].to_numpy(), table["context_end"].to_numpy()], axis=1).ravel()
        counted = table["counted"].cast(pa.bool_())
        false = pa.array(np.zeros(n, dtype=bool))
        columns = {
            "annotator": self.annotators.take(table["annotator_id"]),
            "target": self.entities.take(table["target_id"]),
            "holder": self.entities.take(table["holder_id"]),
            "label": self.labels.take(table["label_id"]),
            "rationales": pa.ListArray.from_arrays(ends, spans),
            "created_at": _moment(table["created_at"]),
            "surplus": pc.invert(counted),
            "in_agreement": counted,
            "suggestion_seen": false,
            "precedent": false,
            "context_shown": pa.ListArray.from_arrays(np.arange(0, 2 * n + 1, 2, dtype=np.int32), shown),
        }
        for field in self.wanted:
            if field.name not in columns and field.name in table.column_names:
                columns[field.name] = table[field.name]
            elif field.name not in columns and pa.types.is_list(field.type) and field.name != "metadata":
                columns[field.name] = pa.ListArray.from_arrays(none, pa.array([], field.type.value_type))
            elif field.name not in columns:
                columns[field.name] = pa.nulls(n, field.type)
        made = pa.table([columns[field.name] for field in self.wanted], names=self.wanted.names)
        return made.cast(self.wanted)


def _column(values: dict[int, Any]) -> pa.Array:
    """Values by their number."""
    return pa.array([values.get(number) for number in range(max(values) + 1)])


def _moment(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_string(column.type):  # SQLite's
        column = column.cast(pa.timestamp("us"))
    return column.cast(pa.timestamp("us", tz="UTC"))


def compare(folders: list[Path]) -> None:
    """Raises ValueError unless all hold the same rows, in whatever order."""
    tables = [_sorted(folder) for folder in folders]
    for folder, table in zip(folders[1:], tables[1:], strict=True):
        for name in table.column_names:
            if not table[name].equals(tables[0][name]):
                raise ValueError(f"{folder.name} has other values than the limit in {name!r}")


def _sorted(folder: Path) -> pa.Table:
    shards = [pq.read_table(file) for file in sorted(folder.rglob("*.parquet"))]
    return (
        pa.concat_tables(shard.replace_schema_metadata() for shard in shards).sort_by("id").combine_chunks()
    )


if __name__ == "__main__":
    main()
