"""The audit, on a project in which every figure is known by hand and none is zero."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from exporters import alike, audit, release
from exporters.options import PLAIN
from tests.exporters.made_project import Make

FARES = "Fares went up again this morning, and nobody at the ministry would say for how long they will."
SLEEPERS = "The sleeper to Vienna leaves at nine, and I would not miss it for anything in the world."
BUSES = "Buses are slower than trains wherever a road and a line run side by side, and louder, too."


def fill(make: Make) -> None:
    """Two texts of test are in train, one of them with another word; five stances, four answers."""
    rows = [
        ("t1", FARES, "train", "trains", "FAVOR", "ada"),
        ("t2", SLEEPERS, "train", "trains", "FAVOR", "ada"),
        ("t3", BUSES, "train", "buses", "NONE", "bo"),
        ("t4", "It rained.", "train", "trains", "FAVOR", "bo"),
        ("e1", FARES.upper(), "test", "trains", "AGAINST", "ada"),
        ("e0", "It rained.", "test", "planes", "FAVOR", "cy"),
        ("e2", SLEEPERS.replace("Vienna", "Vienne"), "test", "planes", "FAVOR", "cy"),
        ("e3", "Planes are loud.", "test", "planes", "AGAINST", "cy"),
        ("v1", "It snowed on the hills.", "validation", "buses", "NONE", "bo"),
    ]
    for id_, text, split, target, label, by in rows:
        make.answer(make.question(id_, text, target=target, official_split=split), by, label)


def written(make: Make, engine: Engine, folder: Path) -> tuple[dict[str, Any], str]:
    """What release.json says of the audit, and the card."""
    make.session.commit()
    release.write(engine, "trains", folder, PLAIN)
    facts = json.loads((folder / "release.json").read_text(encoding="utf-8"))
    return facts["audit"], (folder / "README.md").read_text(encoding="utf-8")


def test_every_figure_is_counted(make: Make, engine: Engine, tmp_path: Path) -> None:
    """A figure on test is worth what this says, and whoever cites it must be able to trust it."""
    fill(make)

    found, _ = written(make, engine, tmp_path / "one")

    assert found["same_text"] == {
        "documents": 2,
        "not_official": 0,
        "in_train": {"validation": 0, "test": 1},
        "texts": 1,
        "first": ["t4", "e0"],
    }
    words, near = found["same_words"], found["near_duplicates"]
    assert (words["documents"], words["not_official"], words["texts"]) == (4, 0, 2)
    assert words["first"] == ["t1", "t4", "e0", "e1"]
    assert (near["documents"], near["not_official"], near["in_train"]["test"]) == (6, 0, 3)
    assert near["first"] == ["t1", "t2", "t4", "e0", "e1"]
    assert found["targets"]["test"] == {"all": 2, "in_train": 1, "rows": 4, "rows_in_train": 1}
    assert found["targets"]["validation"] == {"all": 1, "in_train": 1, "rows": 1, "rows_in_train": 1}
    assert found["annotators"]["test"] == {"all": 2, "in_train": 1, "rows": 4, "rows_in_train": 1}
    assert found["labels"]["train"] == {"FAVOR": 3, "AGAINST": 0, "NONE": 1}
    assert found["label_shift"] == {"validation": 0.75, "test": 0.5}
    assert found["contradictions"]["questions"] == 1
    assert found["contradictions"]["stances"] == len(found["contradictions"]["first"]) == 2


def test_the_card_says_it_in_sentences(make: Make, engine: Engine, tmp_path: Path) -> None:
    """Who reads the card alone must meet the leak there."""
    fill(make)

    _, card = written(make, engine, tmp_path / "one")

    assert "## Audit of the splits" in card
    assert (
        "- The same text, letter for letter: 2 documents (1 text) are in several splits; of these 1 of test "
        "are in train as well; official splits brought them all. For instance t4, e0." in card
    )
    assert "total variation distance of 0.500: of 100 stances 50 would need another label" in card
    assert "Contradictions: 2 gold stances on 1 question" in card
    assert "| test | targets | 2 | 1 | 4 gold stances | 1 (25.0%) |" in card


def test_splits_of_our_own_are_found_clean(make: Make, engine: Engine, tmp_path: Path) -> None:
    """Near-duplicates that the import found are on one side, and the audit agrees."""
    make.project.settings = {"splits": {"train": 0.5, "test": 0.5}}
    for number in range(6):
        make.answer(
            make.question(f"d{number}", f"Text number {number} of six.", cluster=None), "ada", "FAVOR"
        )

    found, card = written(make, engine, tmp_path / "one")

    assert found["contradictions"] == {"questions": 0, "stances": 0, "first": []}
    assert found["same_text"]["documents"] == 0
    assert "The same text, letter for letter: none across splits." in card
    assert "No two gold stances" in card


def test_a_leak_that_no_official_split_brought_is_called_a_fault(
    make: Make, engine: Engine, tmp_path: Path
) -> None:
    """The audit must not lean on the clusters that the splits were made from: here they are wrong."""
    for id_, split in {"a": "train", "b": "test"}.items():
        make.answer(make.question(id_, FARES, split=split), "ada", "FAVOR")

    found, card = written(make, engine, tmp_path / "one")

    assert found["same_text"]["not_official"] == found["near_duplicates"]["not_official"] == 2
    assert "2 of them without any official split, which is a fault" in card


def test_an_answer_with_several_stances_counts_once(tmp_path: Path) -> None:
    """Annotators who find much would weigh more than those who find little."""
    for split, ids in {"train": ["a", "a", "b"], "test": ["c", "c", "d"]}.items():
        place = tmp_path / "data" / "annotations"
        place.mkdir(parents=True, exist_ok=True)
        kinds = ["annotation", "annotation", "gold"]
        rows = {"id": ids, "annotator": ["ada", "ada", "bo"], "kind": kinds}
        pq.write_table(pa.table(rows), place / f"{split}-00000-of-00001.parquet")

    assert audit.seen(audit.annotators(tmp_path)) == {"test": audit.Seen(1, 1, 1, 1)}


@pytest.mark.parametrize("texts", [[], ["one"]])
def test_few_rows_are_no_problem(texts: list[str]) -> None:
    """Nothing is alike where there is nothing."""
    marked, keys = alike.several(np.arange(len(texts)), np.zeros(len(texts), dtype=np.int64))

    assert (marked.tolist(), keys) == ([False] * len(texts), 0)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), st.booleans()), max_size=30))
def test_what_is_across_splits_is_what_pairs_say(rows: list[tuple[int, int, bool]]) -> None:
    """The sorting must find exactly what comparing everything with everything finds."""
    keys, sides, official = (np.array(list(column), dtype=kind) for column, kind in _columns(rows))

    found = alike.across(keys, sides, official)

    def pairs(i: int) -> list[int]:
        return [j for j in range(len(rows)) if rows[j][0] == rows[i][0] and rows[j][1] != rows[i][1]]

    each = range(len(rows))
    assert found.several.tolist() == [bool(pairs(i)) for i in each]
    assert found.not_official.tolist() == [
        not rows[i][2] and any(not rows[j][2] for j in pairs(i)) for i in each
    ]
    assert found.train.tolist() == [rows[i][1] != 0 and any(rows[j][1] == 0 for j in pairs(i)) for i in each]
    assert found.keys == len({rows[i][0] for i in each if pairs(i)})


def _columns(rows: list[tuple[int, int, bool]]) -> list[tuple[list[Any], type]]:
    return [
        ([row[0] for row in rows], np.int64),
        ([row[1] for row in rows], np.int8),
        ([row[2] for row in rows], bool),
    ]
