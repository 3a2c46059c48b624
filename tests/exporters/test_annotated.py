"""Annotations that are written column by column are those that objects give, to the byte."""

import random
import sys
import threading
from contextlib import closing, nullcontext
from itertools import zip_longest
from pathlib import Path
from uuid import UUID

import pyarrow as pa
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine
from sqlmodel import Session, select

from annotator import reading
from annotator.domain import Annotation, metadata
from annotator.reading import Snapshot, asked, tabular
from annotator.store import adbc, arrow, packed
from annotator.store import engine as store
from exporters import annotated, filling, parquet, release, rows
from exporters.schema import SPLITS
from tests.exporters.made_project import Make, stance
from tests.exporters.random_project import Random

SPLIT_OR_NONE = (*SPLITS, None)


def by_objects(snapshot: Snapshot, folder: Path, places: list[int]) -> parquet.Tables:
    """As a release did before it knew columns."""
    scheme = rows.scheme(snapshot.project)
    with parquet.writing(folder, filling.names(snapshot.project)) as tables:
        for place, document in zip(places, snapshot.documents(), strict=True):
            for item in document.items if place != annotated.NOWHERE else ():
                for answer in item.answers:
                    for row in rows.annotations(answer, item, scheme):
                        tables.append("annotations", SPLITS[place], row)
    return tables


def by_columns(snapshot: Snapshot, folder: Path, places: list[int]) -> parquet.Tables:
    with parquet.writing(folder, filling.names(snapshot.project)) as tables:
        annotated.write(tables, snapshot, places)
    return tables


def told(tables: parquet.Tables) -> dict[str, tuple[bytes, int, int]]:
    """What is in the files, and what the card tells of them."""
    return {
        split.name: (b"".join(file.read_bytes() for file in split.shards), split.rows, split.bytes)
        for split in tables.written("annotations")
    }


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts and row groups so small that there are many of them."""
    monkeypatch.setattr(tabular, "DOCUMENTS", 4)
    monkeypatch.setattr(parquet, "GROUP", 7)


def is_postgresql(engine: Engine) -> bool:
    return engine.dialect.name == "postgresql"


def without_adbc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "adbc_driver_postgresql.dbapi", None)


def reader(engine: Engine, fast: bool) -> type:
    """What a snapshot is read by."""
    if is_postgresql(engine):
        return adbc.Adbc if fast else arrow.Driver
    return packed.Packed if fast else type(None)


@pytest.mark.parametrize("merges", [False, True])
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("fast", [True, False], ids=["fast", "driver"])
def test_columns_are_what_objects_are(
    make: Make,
    engine: Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    small: None,
    fast: bool,
    seed: int,
    merges: bool,
) -> None:
    """A faster way that writes something else, if only at its edges, would be another dataset."""
    Random(make, seed, merges=merges).fill(25)
    if not fast:
        without_adbc(monkeypatch)
    draw = random.Random(seed)

    with reading.snapshot(engine, "trains", tabular=fast or is_postgresql(engine)) as snapshot:
        places = [annotated.place(draw.choice(SPLIT_OR_NONE)) for _ in range(snapshot.totals().documents)]
        expected = told(by_objects(snapshot, tmp_path / "objects", places))
        made = told(by_columns(snapshot, tmp_path / "columns", places))
        assert isinstance(snapshot.reader, reader(engine, fast))

    assert sum(n for _, n, _ in expected.values()) > 50
    assert made == expected


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"]))),
    shares=st.lists(st.none() | st.floats(0, 86_400)),
    numbers=st.lists(st.none() | st.integers(-(2**63), 2**63 - 1)),
)
def test_whatever_sqlite_packs_comes_back(
    texts: list[str | None], shares: list[float | None], numbers: list[int | None]
) -> None:
    """A comment with a quote, or seconds with sixteen digits, would be another one in the release."""
    rows = list(zip_longest(range(99), texts, shares, numbers))[: max(map(len, (texts, shares, numbers)))]
    table = sa.table("said", *map(sa.column, ("id", "text", "share", "number")))
    types = {"id": arrow.WHOLE, "text": arrow.TEXT, "share": arrow.SHARE, "number": arrow.WHOLE}
    asked = arrow.Asked(sa.select(*table.c).where(arrow.among(table.c.id)), types)

    with sa.create_engine("sqlite://").connect() as connection:
        connection.exec_driver_sql("CREATE TABLE said (id INTEGER, text TEXT, share REAL, number INTEGER)")
        for row in rows:
            connection.exec_driver_sql("INSERT INTO said VALUES (?, ?, ?, ?)", row)
        read = [way(connection).ask(asked, range(99))() for way in (packed.Packed, arrow.Driver)]

    assert read[0].equals(read[1])
    assert [tuple(row.values()) for row in read[0].to_pylist()] == rows


@pytest.mark.postgresql
def test_postgresql_reads_parts_by_index(make: Make, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part of a large project would go through all of its segments and items."""
    Random(make, 0, merges=False).fill(25)
    without_adbc(monkeypatch)
    whole = [asked.TEXTS, asked.ITEMS, asked.ANSWERS, asked.SPANS, asked.SOURCES, asked.COVERAGE]

    with reading.snapshot(engine, "trains", tabular=True) as snapshot:
        driver = arrow.Driver(snapshot.connection)
        driver.ask(asked.TEXTS, [1, 2])
        for each in whole:
            query = "EXPLAIN " + arrow.written_out(each, [1, 2], engine.dialect)
            plan = str(snapshot.connection.exec_driver_sql(query).fetchall())
            assert "Index" in plan and "Seq Scan" not in plan


@pytest.mark.postgresql
def test_a_second_connection_reads_by_index_too(make: Make, engine: Engine) -> None:
    """It has settings of its own."""
    Random(make, 0, merges=False).fill(1)
    names = [setting.split()[2] for setting in arrow.BY_INDEX]

    with reading.snapshot(engine, "trains", tabular=True) as snapshot:
        assert isinstance(snapshot.reader, adbc.Adbc)
        with snapshot.reader.connection.cursor() as cursor:
            cursor.execute("SELECT " + ", ".join(f"current_setting('{name}')" for name in names))
            assert cursor.fetchone() == ("off", "off", "off", "0")


@pytest.mark.parametrize("stop", [True, False], ids=["left", "read to its end"])
def test_nobody_reads_ahead_once_all_is_over(make: Make, engine: Engine, small: None, stop: bool) -> None:
    """A thread that still asked when the connection goes back to the pool would read for somebody else."""
    Random(make, 0, merges=False).fill(25)
    before = threading.active_count()

    with reading.snapshot(engine, "trains", tabular=True) as snapshot:
        with closing(tabular.parts(snapshot)) as parts:
            next(parts)
            assert threading.active_count() == before + 1
            if not stop:
                list(parts)
        assert threading.active_count() == before


def test_stances_that_a_merge_made_the_same_are_seen(make: Make, engine: Engine) -> None:
    """Only objects unite them: a part of them that went the fast way would tell a stance twice."""
    two = (stance("FAVOR", "ministry", "trains"), stance("FAVOR", "office", "trains"))
    make.answer(make.question("a", target=None), "ada", *two)
    make.session.commit()

    def odd() -> list[bool]:
        with reading.snapshot(engine, "trains") as snapshot:
            return [part.is_odd for part in tabular.parts(snapshot)]

    assert odd() == [False]
    make.entity("office").merged_into_id = make.entity("ministry").id
    make.session.commit()
    assert odd() == [True]


def test_what_is_written_meanwhile_is_not_seen(make: Make, engine: Engine) -> None:
    """Two connections that see two states would write a release that never was."""
    make.answer(make.question("a"), "ada", "FAVOR")
    make.session.commit()

    with reading.snapshot(engine, "trains", tabular=True) as snapshot:
        with store.writing(engine) as session:
            answer_again(session, 1)
        found = [len(part.rows) for part in tabular.parts(snapshot)]
        assert isinstance(snapshot.reader, adbc.Adbc) == is_postgresql(engine)
    with reading.snapshot(engine, "trains", tabular=True) as snapshot:
        after = [len(part.rows) for part in tabular.parts(snapshot)]

    assert (found, after) == ([1], [2])


def test_sqlite_is_opened_by_one_library(sqlite_url: str) -> None:
    """Two copies of SQLite in one process take each other's locks away: the database may be ruined."""
    engine = store.create(sqlite_url)
    with store.writing(engine) as session:
        of = Make(session)
        of.answer(of.question("a"), "ada", "FAVOR")

    with reading.snapshot(engine, "trains", tabular=True) as snapshot:
        found = [len(part.rows) for part in tabular.parts(snapshot)]
        assert isinstance(snapshot.reader, packed.Packed)
    engine.dispose()

    assert (found, "adbc_driver_sqlite" in sys.modules) == ([1], False)


def test_what_is_null_at_first_may_be_a_text_later(make: Make, engine: Engine) -> None:
    """A reader that guesses the type of a column from its first thousand rows fails, or lies."""
    item = make.question("a")
    make.answer(item, "ada", "FAVOR")
    answer_again(make.session, 2_000)
    make.answer(item, "cy", kind="adjudication", reason="irony")
    make.session.commit()

    with reading.snapshot(engine, "trains", tabular=True) as snapshot:
        (part,) = tabular.parts(snapshot)

    assert part.rows["reason"].drop_null().to_pylist() == ["irony"]


def test_uuids_have_their_hyphens_in_a_slice_too() -> None:
    """A part of a column starts anywhere."""
    uuids = pa.array(["0" * 32, "0123456789abcdef" * 2])

    assert arrow.hyphened(uuids[1:]).to_pylist() == ["01234567-89ab-cdef-0123-456789abcdef"]


def answer_again(session: Session, times: int) -> None:
    """More occasions of the only answer there is, without stances."""
    answer = session.exec(select(Annotation)).one().model_dump(exclude={"id"})
    more = [answer | {"occasion": n, "uuid": UUID(int=n)} for n in range(1, times + 1)]
    session.execute(sa.insert(metadata.tables["annotation"]), more)


class Stops:
    """A bar whose release nobody wants any more once the items are written."""

    def update(self, n_steps: int) -> None:
        if not n_steps:
            raise KeyboardInterrupt


def test_the_pass_of_annotations_can_be_stopped(make: Make, engine: Engine, tmp_path: Path):
    """It takes minutes in a large project: who cancels must not wait for its end, nor find half a release."""
    make.answer(make.question("a"), "ada", "FAVOR")
    make.session.commit()

    with pytest.raises(KeyboardInterrupt):
        release.write(engine, "trains", tmp_path / "1", progress=lambda _: nullcontext(Stops()))

    assert list(tmp_path.glob("1*")) == []
    assert release.write(engine, "trains", tmp_path / "1").number == 1
