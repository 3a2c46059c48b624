"""What is held out: nothing of test is in train, and each row of gold is a row of it or is explained."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Engine
from sqlmodel import Session

from annotator.cli import main
from annotator.domain import Relation, RelationKind
from annotator.errors import Invalid
from annotator.store import engine as store
from exporters import holding_out, parquet, release
from exporters.options import PLAIN, Options
from exporters.schema import HELD_OUT, SPLITS
from tests.exporters import offline
from tests.exporters.made_project import Make, stance
from tests.exporters.test_croissant import VALIDATE

LOAD = """
import json, sys
from datasets import load_dataset

found = load_dataset(sys.argv[1], sys.argv[2], cache_dir=sys.argv[3])
print(json.dumps({split: [row["target"] for row in rows] for split, rows in found.items()}))
"""
DAY = timedelta(days=1)


def fill(make: Make) -> None:
    """Twelve targets, two of them opposites; holders; days; a text on two targets, and its near-duplicate."""
    make.project.kind = "open"
    make.project.settings = {"splits": {"train": 0.5, "validation": 0.25, "test": 0.25}}
    for number in range(24):
        when = datetime(2026, 1, 1, tzinfo=UTC) + number * DAY if number else None
        document = make.document(f"d{number:02}", f"Text number {number}.", published_at=when)
        holder = "author" if number % 4 == 0 else f"holder {number % 6}"
        make.answer(make.item(document), "ada", stance("FAVOR", holder, f"target {number % 12}"))
    for id_ in ("x", "y"):
        both = make.document(id_, "On all.", cluster="x", published_at=datetime(2026, 1, 3, tzinfo=UTC))
        targets = range(12) if id_ == "x" else [5]
        stances = [stance("AGAINST", "holder 1", f"target {number}") for number in targets]
        make.answer(make.item(both), "ada", *stances)
    one, other = make.entity("target 0"), make.entity("target 1")
    make.add(
        Relation(
            project_id=make.project.id, subject_id=one.id, kind=RelationKind.OPPOSITE_OF, object_id=other.id
        )
    )


def written(make: Make, engine: Engine, folder: Path, kind: str | None) -> dict[str, Any]:
    """release.json."""
    make.session.commit()
    release.write(engine, "trains", folder, Options(hold_out=kind))
    return json.loads((folder / "release.json").read_text(encoding="utf-8"))


def rows_of(folder: Path, config: str) -> dict[str, list[dict[str, Any]]]:
    return {
        split: [
            row
            for shard in sorted((folder / "data" / config).glob(f"{split}-*"))
            for row in pq.read_table(shard).to_pylist()
        ]
        for split in SPLITS
    }


@pytest.mark.parametrize("kind", HELD_OUT)
def test_nothing_is_on_two_sides(make: Make, engine: Engine, tmp_path: Path, kind: str) -> None:
    """Whoever reports a figure on unseen targets, holders or times must have measured that."""
    fill(make)

    facts = written(make, engine, tmp_path / "one", kind)

    held = rows_of(tmp_path / "one", HELD_OUT[kind])
    every = [row for rows in rows_of(tmp_path / "one", "gold").values() for row in rows]
    told = facts["hold_out"]
    assert {split: len(rows) for split, rows in held.items()} == told["rows"] == facts["rows"][HELD_OUT[kind]]
    assert sum(told["rows"].values()) + sum(told["left_out"].values()) == len(every) == 37
    by_id = {row["id"]: row for row in every}
    assert all(row == by_id[row["id"]] for rows in held.values() for row in rows)
    sides = _sides(held, lambda row: row["document_id"].replace("y", "x"))
    assert max(map(len, sides.values())) == 1
    _check(kind, held, told)


def _check(kind: str, held: dict[str, list[dict[str, Any]]], told: dict[str, Any]) -> None:
    if kind == "target":
        sides = _sides(
            held, lambda row: row["target_id"].replace("target-1", "target-0", row["target_id"] == "target-1")
        )
        assert max(map(len, sides.values())) == 1
        assert told["left_out"].keys() == {"shares_text"}
        assert sum(told["groups"].values()) == 11
    elif kind == "holder":
        assert max(map(len, _sides(held, lambda row: row["holder_id"]).values())) == 1
        assert "author" not in _sides(held, lambda row: row["holder_id"])
        assert told["left_out"]["reserved_holder"] == 6
    elif kind == "document":
        assert told["left_out"] == {}
    else:
        times = {split: [row["published_at"] for row in rows] for split, rows in held.items()}
        assert max(times["train"]) < min(times["validation"]) <= max(times["validation"]) < min(times["test"])
        assert told["left_out"] == {"no_date": 1}
        assert told["cuts"]["test"] == f"{min(times['test']):%Y-%m-%dT%H:%M:%S.%f}Z"


def _sides(held: dict[str, list[dict[str, Any]]], key: Any) -> dict[str, set[str]]:
    sides = defaultdict(set)
    for split, rows in held.items():
        for row in rows:
            sides[key(row)].add(split)
    return sides


def test_it_stands_beside_the_splits_and_changes_none(make: Make, engine: Engine, tmp_path: Path) -> None:
    """Another question to the same data must not move what was published."""
    fill(make)

    plain = written(make, engine, tmp_path / "one", None)
    held = written(make, engine, tmp_path / "two", "target")

    assert "hold_out" not in plain["options"] and held["options"]["hold_out"] == "target"
    beside = {name: sha256 for name, sha256 in held["files"].items() if "gold_by_target" not in name}
    cards = {"README.md", "croissant.json"}
    assert {name: beside[name] for name in beside.keys() - cards} == {
        name: plain["files"][name] for name in plain["files"].keys() - cards
    }


def test_one_line_loads_it(make: Make, engine: Engine, tmp_path: Path) -> None:
    """An ML engineer asks for a config and gets splits; the card and croissant.json know it, too."""
    fill(make)
    facts = written(make, engine, tmp_path / "one", "target")

    done = offline.run(LOAD, tmp_path / "one", "gold_by_target", tmp_path / "cache")
    validated = offline.run(VALIDATE, tmp_path / "one" / "croissant.json")

    assert done.returncode == 0, done.stderr
    loaded = json.loads(done.stdout.splitlines()[-1])
    assert {split: len(rows) for split, rows in loaded.items()} == facts["hold_out"]["rows"]
    assert not set(loaded["test"]) & set(loaded["train"])
    assert validated.returncode == 0, validated.stderr
    card = (tmp_path / "one" / "README.md").read_text(encoding="utf-8")
    assert "gold_by_target" in [
        config["config_name"] for config in yaml.safe_load(card.split("---\n")[1])["configs"]
    ]
    assert "## Held out by target" in card
    assert f"| `shares_text` | {facts['hold_out']['left_out']['shares_text']} |" in card
    sets = {
        each["name"]: each
        for each in json.loads((tmp_path / "one" / "croissant.json").read_text())["recordSet"]
    }
    assert "split by target" in sets["gold_by_target"]["description"]


def test_new_targets_move_no_old_ones(make: Make, engine: Engine, tmp_path: Path) -> None:
    """A figure on unseen targets of last year is about the same targets this year."""
    fill(make)
    written(make, engine, tmp_path / "one", "target")
    for number in range(12, 30):
        item = make.item(make.document(f"e{number}", f"A later text, number {number}."))
        make.answer(item, "ada", stance("FAVOR", "holder 1", f"target {number}"))

    written(make, engine, tmp_path / "two", "target")

    before, after = (
        _sides(rows_of(tmp_path / name, "gold_by_target"), lambda row: row["target_id"])
        for name in ("one", "two")
    )
    assert before.items() <= after.items()
    assert len(after) > len(before)


@pytest.mark.parametrize("kind", ["target", "time"])
def test_both_databases_hold_out_the_same(
    sqlite_url: str, postgres_url: str, tmp_path: Path, kind: str
) -> None:
    """A team that moves to PostgreSQL must not get another test set."""
    found = []
    for number, url in enumerate((sqlite_url, postgres_url)):
        engine = store.create(url)
        with Session(engine.execution_options(standpoint_writes=True)) as session:
            make = Make(session)
            fill(make)
            found.append(written(make, engine, tmp_path / str(number), kind))
        engine.dispose()

    assert found[0]["files"] == found[1]["files"]
    assert found[0]["audit"] == found[1]["audit"]


def test_the_command_tells_what_is_left_out(database_url: str, tmp_path: Path) -> None:
    """Rows in are rows out and rows explained, also on the terminal and for a script."""
    engine = store.create(database_url)
    with Session(engine.execution_options(standpoint_writes=True)) as session:
        make = Make(session)
        fill(make)
        session.commit()
    engine.dispose()
    command = ["release", "trains", "--hold-out", "holder", "--database", database_url]

    told = CliRunner().invoke(main, [*command, str(tmp_path / "one")])
    as_json = CliRunner().invoke(main, [*command, str(tmp_path / "two"), "--json"])

    assert told.exit_code == 0, told.output
    assert "not in gold_by_holder: 6 reserved_holder" in told.stdout
    facts = json.loads(as_json.stdout)
    assert facts.keys() == {"number", "rows", "left_out", "sha256", "hold_out"}
    assert facts["rows"]["gold_by_holder"] == facts["hold_out"]["rows"]


def test_many_rows_come_out_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Make, engine: Engine
) -> None:
    """A row group that fills up is written, and what is left over waits for the next."""
    fill(make)
    monkeypatch.setattr(parquet, "GROUP", 4)

    facts = written(make, engine, tmp_path / "one", "document")

    shards = (tmp_path / "one" / "data" / "gold_by_document").glob("*.parquet")
    groups = [pq.ParquetFile(shard).metadata for shard in shards]
    assert max(meta.row_group(0).num_rows for meta in groups) == 4
    assert sum(meta.num_rows for meta in groups) == sum(facts["hold_out"]["rows"].values()) == 37


def test_nothing_to_hold_out_is_said(make: Make, engine: Engine, tmp_path: Path) -> None:
    """In a directed project the author holds all: a config without rows would puzzle for an hour."""
    for id_ in ("a", "b"):
        make.answer(make.question(id_), "ada", "FAVOR")

    for kind in ("holder", "target", "time"):
        with pytest.raises(
            Invalid, match=f"No {kind} can be held out: fewer than two splits would have rows"
        ):
            written(make, engine, tmp_path / "one", kind)
    with pytest.raises(
        Invalid, match="'weather' cannot be held out; what can: target, holder, document, time"
    ):
        Options(hold_out="weather")

    assert not (tmp_path / "one").exists()
    assert PLAIN.as_json() == {"aggregate": "majority"}


@given(
    st.sets(st.text(max_size=3), max_size=40),
    st.integers(0, 1000),
    st.sampled_from([("train", "test"), SPLITS, ("test",)]),
)
def test_groups_fall_the_same_way_and_fill_every_split(
    names: set[str], seed: int, open_: Sequence[str]
) -> None:
    """With five targets chance alone would often leave test empty."""
    shares = {split: 1 / len(open_) for split in open_}
    groups = sorted(names)

    given_ = holding_out.shared_out(groups, shares=shares, seed=seed)

    assert given_ == holding_out.shared_out(groups, shares=shares, seed=seed)
    assert set(given_) <= set(open_)
    if len(groups) >= len(open_):
        assert set(given_) == set(open_)


@given(
    st.lists(st.tuples(st.integers(-1, 2), st.integers(0, 6)), max_size=40),
)
def test_texts_on_two_sides_stay_where_they_have_most(rows: list[tuple[int, int]]) -> None:
    """No text is on two sides, no more is lost than must be, and all that is lost is counted."""
    sides = np.array([side for side, _ in rows], dtype=np.int8)
    groups = np.array([group for _, group in rows], dtype=np.int64)
    before = sides.copy()

    lost = holding_out.without_leaks(sides, groups)

    assert lost == int((before != sides).sum())
    assert set(sides[before != sides].tolist()) <= {holding_out.OUT}
    for group in set(groups.tolist()):
        was, now = before[(groups == group) & (before >= 0)], sides[(groups == group) & (sides >= 0)]
        assert len(set(now.tolist())) <= 1
        assert len(now) == max((int((was == side).sum()) for side in range(3)), default=0)
