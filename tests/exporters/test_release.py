import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlmodel import Session, select

from annotator.domain import Arm, Document, Release
from annotator.errors import Conflict, Invalid, NotFound
from annotator.store import engine as store
from exporters import parquet, release, schema
from exporters.options import PLAIN, Options
from exporters.splits import by_hash
from tests.exporters import offline
from tests.exporters.made_project import Make, stance

LOAD = """
import json, sys
from datasets import load_dataset

told = {}
for config in sys.argv[3:]:
    found = load_dataset(sys.argv[1], config, cache_dir=sys.argv[2])
    features = next(iter(found.values())).features
    names = features["label"].names if "label" in features else None
    counts = {split: rows.num_rows for split, rows in found.items()}
    told[config] = {"names": names, "rows": counts, "columns": list(features)}
print(json.dumps(told))
"""


def fill(make: Make) -> Make:
    """A little of everything, in an open project."""
    make.project.kind, make.project.settings = "open", {"splits": {"train": 0.5, "test": 0.5}}
    make.project.description, make.project.language = "On *trains*.", "en"
    make.guidelines("# What a stance is\n\nSee:\n\n```\n# code\n```\n")
    main = make.batch("first")
    for id_, split in {"é": "train", "Z": "test", "a|b": None, "10": None, "9": "validation"}.items():
        document = make.document(
            id_, "Ada 😀 likes trains.", "It rained.", official_split=split, extra={"b": 1, "a": "é"}
        )
        first, second = (make.item(document, position, batch_id=main.id) for position in (0, 1))
        seen = stance(
            "FAVOR",
            "ada",
            "trains",
            rationale=[(6, 11)],
            target=[(12, 18)],
            confidence=0.1,
            sources=["ministry", "agency"],
            candidate="speech-verb/1",
        )
        given = make.answer(
            first,
            "one",
            seen,
            seconds=1.1,
            context_start=0,
            context_end=20,
            guidelines_version=1,
            candidates_shown=2,
        )
        drawn = {"user_id": given.annotator_id, "item_id": first.id, "seed": 0}
        arm = Arm(experiment="width", factor="context", level="0", **drawn)
        make.session.add(arm)
        make.session.flush()
        given.arm_id = arm.id
        make.answer(first, "two", stance("FAVOR", "ada", "trains"), stance("AGAINST", "author", "rain"))
        make.answer(second, "one")
        make.answer(second, "two", outcome="cannot_judge", flags=["garbled"], counted=False)
    make.item(make.document("open", "Who knows?"))
    make.session.commit()
    return make


def write(make: Make, engine: Engine, folder: Path, options: Options = PLAIN, **more: Any) -> release.Release:
    make.session.commit()
    return release.write(engine, "trains", folder, options, **more)


def load(folder: Path) -> dict[str, Any]:
    """What a fresh process without a network sees that knows the folder and the names of the configs."""
    done = offline.run(LOAD, folder, folder.parent / "cache", *schema.CONFIGS)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def rows(folder: Path, config: str) -> list[dict[str, Any]]:
    shards = sorted((folder / "data" / config).iterdir())
    return [row for shard in shards for row in pq.read_table(shard).to_pylist()]


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "release.json"
    }


def test_every_config_loads_by_its_name_alone(make: Make, engine: Engine, tmp_path: Path) -> None:
    """An engineer loads the dataset in one line, with label names and without code of ours."""
    written = write(fill(make), engine, tmp_path / "release")

    found = load(tmp_path / "release")

    for config in schema.CONFIGS:
        assert found[config]["rows"] == written.rows[config]
        assert found[config]["columns"] == list(schema.features(config, ["FAVOR"]))
        labelled = config in {"gold", "annotations"}
        assert found[config]["names"] == (["FAVOR", "AGAINST", "NONE"] if labelled else None)


def test_rows_say_what_was_answered(make: Make, engine: Engine, tmp_path: Path) -> None:
    """One wrong column makes every figure about the data wrong."""
    write(fill(make), engine, tmp_path / "release")

    gold, items, answers, documents = (rows(tmp_path / "release", config) for config in schema.CONFIGS)

    shown = {"start": 6, "end": 11, "text": "likes"}
    assert [(row["item_id"], row["holder"], row["target"], row["label"]) for row in gold] == [
        (f"{id_}-0", "ada", "trains", 0) for id_ in sorted(["Z", "é", "9", "10", "a|b"], key=_split_order)
    ]
    assert gold[0]["rationales"] == [shown]
    assert (gold[0]["label_distribution"], gold[0]["p_absent"], gold[0]["agreement"]) == ([1, 0, 0], 0, 1)
    assert gold[0]["metadata"] == '{"a": "é", "b": 1}'
    by_id = {row["id"]: row for row in items}
    assert by_id["Z-0"]["status"] == "left_out"  # half of the judges saw the author against rain
    assert by_id["Z-0"]["stances"] is None
    assert (by_id["Z-1"]["status"], by_id["Z-1"]["stances"]) == ("gold", [])
    assert by_id["open-0"]["status"] == "open"
    found = [row for row in answers if row["item_id"].startswith("Z")]
    assert [(row["target"], row["label"], row["surplus"]) for row in found if row["label"] is None] == [
        (None, None, False),
        (None, None, True),
    ]
    (first,) = (row for row in found if row["context_shown"])
    assert (first["context_shown"], first["round"], first["confidence"]) == (
        [0, 20],
        "main",
        pytest.approx(0.1),
    )
    assert (first["sources"], first["candidate"]) == (["ministry", "agency"], "speech-verb/1")
    assert first["candidates_shown"] == 2
    assert {row["arm"] for row in found} == {"width:context=0", None}
    assert first["arm"] == "width:context=0"
    assert [row["sources"] for row in found if row["label"] is None] == [None, None]
    assert len({row["annotator"] for row in answers}) == 2
    assert {row["id"]: row["text"] for row in documents}["open"] == "Who knows?"


def _split_order(id_: str) -> tuple[int, str]:
    """Files stand by their name; the two without an official split fall as their hash says."""
    fallen = {"Z": "test", "é": "train", "9": "validation", "10": None, "a|b": None}
    split = fallen[id_] or by_hash(id_, shares={"train": 0.5, "test": 0.5}, seed=0)
    return ["test", "train", "validation"].index(split), id_


def test_spans_are_the_words_they_say(make: Make, engine: Engine, tmp_path: Path) -> None:
    """A rationale that is off by one teaches a model the wrong words."""
    write(fill(make), engine, tmp_path / "release")

    texts = {row["id"]: row["text"] for row in rows(tmp_path / "release", "documents")}

    found = 0
    for row in rows(tmp_path / "release", "gold"):
        text = texts[row["document_id"]]
        assert text[row["segment_start"] : row["segment_end"]] == row["text"]
        for span in row["rationales"] + row["holder_mentions"] + row["target_mentions"]:
            assert text[span["start"] : span["end"]] == span["text"]
            found += 1
    assert found == 10


def test_the_same_state_gives_the_same_bytes(make: Make, engine: Engine, tmp_path: Path) -> None:
    """Who makes a dataset again from a backup must be able to show that it is the same."""
    fill(make)

    first, second = (write(make, engine, tmp_path / name) for name in ("one", "two"))

    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert (first.number, second.number, first.sha256) == (1, 2, second.sha256)


def test_both_databases_give_the_same_bytes(sqlite_url: str, postgres_url: str, tmp_path: Path) -> None:
    """A team that moves to PostgreSQL must not get another dataset."""
    for number, url in enumerate((sqlite_url, postgres_url)):
        engine = store.create(url)
        with Session(engine.execution_options(standpoint_writes=True)) as session:
            if number:
                session.connection().execute(sa.text("ALTER SEQUENCE item_id_seq RESTART WITH 1000"))
            fill(Make(session))
        release.write(engine, "trains", tmp_path / str(number))
        engine.dispose()

    first, second = contents(tmp_path / "0"), contents(tmp_path / "1")

    assert list(first) == list(second)
    for name, content in first.items():
        assert content == second[name], name


def test_release_json_says_what_baselines_read(make: Make, engine: Engine, tmp_path: Path) -> None:
    """A model must be traced to the very data that it was trained on."""
    first = write(fill(make), engine, tmp_path / "one")
    written = write(make, engine, tmp_path / "two")

    facts = json.loads((tmp_path / "two" / "release.json").read_text())

    assert facts["schema_version"] == schema.VERSION
    assert (facts["slug"], facts["kind"], facts["number"]) == ("trains", "open", 2)
    assert facts["labels"][0] == {"name": "FAVOR", "polarity": "favor"}
    assert facts["parent"] == {"number": 1, "sha256": first.sha256}
    assert facts["sha256"] == written.sha256
    assert set(facts["files"]) == set(contents(tmp_path / "two"))
    assert facts["rows"]["gold"] == written.rows["gold"]
    assert facts["left_out"] == {"no_stance": 5, "tie": 5, "no_annotation": 1}


def test_a_split_is_stored_and_kept(make: Make, engine: Engine, tmp_path: Path) -> None:
    """Nobody's test documents may wander into training because somebody changed the shares."""
    write(fill(make), engine, tmp_path / "one")
    stored = splits(make)
    make.project.settings = {"splits": {"validation": 1.0}}
    make.session.add(make.project)
    make.item(make.document("new", "Late."), target="trains")

    write(make, engine, tmp_path / "two")

    assert None not in stored.values()
    assert splits(make) == stored | {"new": "validation"}


def splits(make: Make) -> dict[str, str | None]:
    make.session.rollback()
    make.session.expire_all()
    return {each.external_id: each.split for each in make.session.exec(select(Document))}


def test_a_near_duplicate_between_two_splits_is_left_out(make: Make, engine: Engine, tmp_path: Path) -> None:
    """On either side it would leak into the other; the count tells the curator."""
    for id_, split in {"a": "train", "b": "test", "c": None}.items():
        make.answer(make.question(id_, official_split=split, cluster="a"), "ada", "FAVOR")

    written = write(make, engine, tmp_path / "release")

    assert written.left_out == {"bridges_splits": 1}
    assert [row["id"] for row in rows(tmp_path / "release", "documents")] == ["b", "a"]
    assert splits(make)["c"] is None


def test_a_folder_that_holds_something_is_refused(make: Make, engine: Engine, tmp_path: Path) -> None:
    """A release that others cite is never written over."""
    write(fill(make), engine, tmp_path / "release")
    before = contents(tmp_path / "release")

    with pytest.raises(Conflict, match="is not empty"):
        write(make, engine, tmp_path / "release")

    assert contents(tmp_path / "release") == before
    assert len(make.session.exec(select(Release)).all()) == 1


def test_an_interrupted_release_leaves_nothing(make: Make, engine: Engine, tmp_path: Path) -> None:
    """Control-C halfway: no half dataset, no number taken, no split given, and a rerun works."""

    class Interrupted:
        def __init__(self, items: int) -> None:
            self.left = items // 2

        def __enter__(self) -> "Interrupted":
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def update(self, n_steps: int) -> None:
            self.left -= n_steps
            if self.left < 0:
                raise KeyboardInterrupt

    fill(make)
    folder = tmp_path / "out"
    folder.mkdir()

    with pytest.raises(KeyboardInterrupt):
        write(make, engine, folder / "release", progress=Interrupted)

    assert list(folder.iterdir()) == []
    assert set(splits(make).values()) == {None}
    assert write(make, engine, folder / "release").number == 1


def test_a_release_made_meanwhile_takes_the_number(make: Make, engine: Engine, tmp_path: Path) -> None:
    """Two curators at once: one gets a release, the other one sentence."""
    fill(make)

    class Overtaken:
        def __init__(self, _items: int) -> None: ...

        def __enter__(self) -> release.Silent:
            release.write(engine, "trains", tmp_path / "first")
            return release.Silent()

        def __exit__(self, *_: object) -> None: ...

    with pytest.raises(Conflict, match="was made meanwhile"):
        write(make, engine, tmp_path / "second", progress=Overtaken)

    assert not (tmp_path / "second").exists()
    assert (tmp_path / "first" / "release.json").exists()


def test_nothing_to_publish_is_said(make: Make, engine: Engine, tmp_path: Path) -> None:
    """An empty dataset fails much later, and tells nobody why."""
    with pytest.raises(Invalid, match="has no items"):
        write(make, engine, tmp_path / "release")
    make.question("a")
    with pytest.raises(Invalid, match=r"No stance of 'trains' is gold yet \(1 no_annotation\)"):
        write(make, engine, tmp_path / "release")
    with pytest.raises(NotFound, match="no project 'planes'"):
        release.write(engine, "planes", tmp_path / "release")
    with pytest.raises(Invalid, match="'guess' is no way to aggregate"):
        write(make, engine, tmp_path / "release", Options(aggregate="guess"))

    assert not (tmp_path / "release").exists()


def test_many_shards_and_groups_hold_the_same_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project that outgrows one file loses no row at the seam."""
    monkeypatch.setattr(parquet, "GROUP_DOCUMENTS", 10)
    empty = dict.fromkeys(schema.features("documents", ["FAVOR"]))
    given = [f"{number}" for number in range(95)]

    with parquet.writing(tmp_path, ["FAVOR"], shard_bytes=4_000) as tables:
        for id_ in given:
            tables.append("documents", "train", empty | {"id": id_})

    shards = sorted((tmp_path / "data" / "documents").iterdir())
    assert len(shards) > 1
    assert shards[0].name == f"train-00000-of-{len(shards):05d}.parquet"
    assert [row["id"] for row in rows(tmp_path, "documents")] == given
    assert tables.rows() == {"gold": {}, "items": {}, "annotations": {}, "documents": {"train": 95}}
