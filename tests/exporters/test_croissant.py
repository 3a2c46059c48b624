"""croissant.json, held to the official validator, and to the files that it tells of."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from sqlalchemy.engine import Engine

from exporters import release, schema
from tests.exporters import offline
from tests.exporters.made_project import Make
from tests.exporters.test_release import fill

VALIDATE = """
import sys
from absl import app
from mlcroissant.scripts import validate

app.run(validate.main, [sys.argv[0], "--jsonld", sys.argv[1]])
"""
READ = """
import json, sys
import mlcroissant

dataset = mlcroissant.Dataset(sys.argv[1])
plain = lambda cell: cell.decode() if isinstance(cell, bytes) else cell
found = {
    name: [{key.partition("/")[2]: plain(cell) for key, cell in row.items()} for row in dataset.records(name)]
    for name in sys.argv[2:]
}
print(json.dumps(found, default=str))
"""


ORCID = "0000-0002-1825-0097"


@pytest.fixture
def folder(make: Make, engine: Engine, tmp_path: Path) -> Path:
    """A release of a little of everything."""
    fill(make).project.licence = "CC0-1.0"
    body = {"name": "Bus Laboratory"}
    make.project.settings = {"authors": [{"family": "Okafor", "given": "Ada", "orcid": ORCID}, body]}
    make.session.commit()
    release.write(engine, "trains", tmp_path / "1")
    return tmp_path / "1"


def facts_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "croissant.json").read_text(encoding="utf-8"))


def test_the_official_validator_finds_no_error(folder: Path, tmp_path: Path) -> None:
    """What it refuses, no search engine and no loader takes."""
    done = offline.run(VALIDATE, folder / "croissant.json")
    broken = facts_of(folder)
    broken["distribution"] = [each for each in broken["distribution"] if each["@id"] != "gold-files"]
    (tmp_path / "broken.json").write_text(json.dumps(broken))

    assert done.returncode == 0, done.stderr
    assert "Done." in done.stderr
    assert len(facts_of(folder)["creator"]) == 2
    assert offline.run(VALIDATE, tmp_path / "broken.json").returncode != 0


def test_files_stand_there_with_their_hashes_and_sizes(folder: Path) -> None:
    """Who loads a file by this description checks it by its hash."""
    told = {
        each["contentUrl"]: (each["sha256"], each["contentSize"], each["encodingFormat"])
        for each in facts_of(folder)["distribution"]
        if each["@type"] == "cr:FileObject"
    }

    there = sorted((folder / "data").rglob("*.parquet"))
    assert told == {
        str(path.relative_to(folder)): (
            sha256(path.read_bytes()).hexdigest(),
            f"{path.stat().st_size} B",
            "application/x-parquet",
        )
        for path in there
    }


def test_its_record_sets_are_read_as_the_parquet_files_are(folder: Path) -> None:
    """A description that validates and leads to other rows is worse than none."""
    done = offline.run(READ, folder / "croissant.json", *schema.CONFIGS)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])

    for config in schema.CONFIGS:
        rows = pq.read_table(folder / "data" / config).to_pylist()
        assert len(found[config]) == len(rows)
        assert {row["id"] for row in found[config]} == {row["id"] for row in rows}
    files = (folder / "data/gold").iterdir()
    assert {row["split"] for row in found["gold"]} == {path.name.partition("-")[0] for path in files}
    (first, *_), (row, *_) = sorted_(found["gold"]), sorted_(pq.read_table(folder / "data/gold").to_pylist())
    assert (first["label"], first["text"], first["n_annotators"]) == (row["label"], row["text"], 2)
    spans = [{part.rpartition("/")[2]: value for part, value in span.items()} for span in first["rationales"]]
    assert [(span["start"], span["end"]) for span in spans] == [(6, 11)]


def sorted_(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: row["id"])


def test_counts_labels_and_licence_are_the_release_s(folder: Path) -> None:
    """What is told beside the files is counted from them."""
    facts = facts_of(folder)
    told = {each["@id"]: each for each in facts["recordSet"]}
    written = json.loads((folder / "release.json").read_text())

    assert facts["license"] == ["CC0-1.0"]
    for config in schema.CONFIGS:
        counts = written["rows"][config]
        listed = ", ".join(f"{count} {split}" for split, count in counts.items())
        assert told[config]["description"].endswith(f" {sum(counts.values())} rows: {listed}.")
        names = [field["name"] for field in told[config]["field"]]
        assert names == ["split", *schema.features(config, ["FAVOR"])]
    assert [row["labels/name"] for row in told["labels"]["data"]] == ["FAVOR", "AGAINST", "NONE"]
