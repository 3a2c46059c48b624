import json

import pytest

from annotator.errors import BadInput, NotFound
from baselines import data
from tests.baselines.conftest import directed_rows
from tests.baselines.make_release import OPEN, make_release


def test_gold_is_read_with_its_label_names(directed):
    """A number for a label, or another order of rows, would train a model of noise."""
    release = data.read_release(directed)
    rows = data.gold(release, ["train", "test"])

    expected = [row for split in ("train", "test") for row in directed_rows()[split]]
    assert rows[["item_id", "text", "target", "label"]].to_dict("records") == expected
    assert set(rows["holder"]) == {"author"}
    assert (release.name, release.labels) == ("trains/1", ["FAVOR", "AGAINST", "NONE"])


def test_items_come_in_batches_in_their_order(directed):
    """A project of five million items must fit into memory, and suggestions into its order."""
    batches = list(data.items(data.read_release(directed), batch=50))

    assert [len(batch) for batch in batches] == [50, 50, 50, 30, 50, 10]
    assert [name for batch in batches for name in batch["item_id"]] == [
        row["item_id"] for rows in directed_rows().values() for row in rows
    ]


def test_a_label_that_says_no_stance_is_none_for_detection(tmp_path):
    """Where an open item fixes its target, NONE says that there is nothing: a model learnt the contrary."""
    labels = OPEN | {"NONE": "none", "ELSEWHERE": "unrelated"}
    stances = {"none": ["NONE", "ELSEWHERE"], "one": ["NONE", "FAVOR"], "tie": [None], "empty": []}
    fixed = {"text": "It rained.", "target": "Trains", "holder": "author", "status": "gold"}
    items = [
        fixed
        | {
            "item_id": id_,
            "stances": [{"holder": "author", "target": "Trains", "label": label} for label in found],
        }
        for id_, found in stances.items()
    ]
    gold = {"train": [{"item_id": "one", "text": "It rained.", "target": "Trains", "label": "FAVOR"}]}
    folder = make_release(tmp_path / "open", gold, items={"train": items}, labels=labels, kind="open")

    rows = data.segments(data.read_release(folder), ["train"])

    assert dict(zip(rows["item_id"], rows["label"], strict=True)) == {
        "none": "absent",
        "one": "stance",
        "tie": "stance",
        "empty": "absent",
    }


def test_an_unknown_schema_version_is_refused(tmp_path):
    """Columns that changed their meaning must not be read as if they had not."""
    release = make_release(tmp_path / "r", directed_rows(), schema_version="9.0")

    with pytest.raises(BadInput, match=r"is of schema version 9.0.*1\.2"):
        data.read_release(release)


@pytest.mark.parametrize("split", ["validation", "text"])
def test_a_split_that_is_not_there_is_named_with_those_that_are(directed, split):
    """Somebody who mistypes a split must not read a traceback of a library."""
    with pytest.raises(NotFound, match=f"no split {split}; it has train and test"):
        data.gold(data.read_release(directed), [split])


def test_rows_without_a_label_are_left_out_and_a_split_of_them_is_empty(tmp_path):
    """A tie that was kept has no label; a model must not learn one."""
    rows = {"train": [{"text": "a", "target": "t", "label": None}, *directed_rows()["train"]]}
    rows["test"] = [{"text": "a", "target": "t", "label": None}]
    release = data.read_release(make_release(tmp_path / "r", rows))

    assert len(data.gold(release, ["train"])) == len(rows["train"]) - 1
    with pytest.raises(BadInput, match="no labelled rows in test"):
        data.gold(release, ["test"])


def test_a_release_without_its_texts_is_refused_with_the_way_out(tmp_path):
    """Releases that withhold texts are legal; their reader must learn what to do."""
    rows = {"train": [{**row, "text": None} for row in directed_rows()["train"]]}
    release = data.read_release(make_release(tmp_path / "r", rows))

    with pytest.raises(BadInput, match="without its texts: give a release that has them"):
        data.gold(release, ["train"])


@pytest.mark.parametrize(
    ("break_it", "told"),
    [
        (lambda path: (path / "release.json").unlink(), "no release.json"),
        (lambda path: (path / "release.json").write_text("{"), "cannot be read as JSON"),
        (lambda path: (path / "release.json").write_bytes(b"\xff\xfe"), "cannot be read as JSON"),
        (lambda path: (path / "release.json").write_text("[]"), "schema version None"),
        (lambda path: _without(path, "labels"), "has no usable labels: release again"),
        (lambda path: _without(path, "number"), "has no usable number"),
        (lambda path: _reordered(path, "labels"), "has other labels in release.json"),
        (
            lambda path: next((path / "gold").iterdir()).write_bytes(b"PAR1 nonsense"),
            "has a config gold that cannot be read",
        ),
        (
            lambda path: [file.unlink() for file in (path / "gold").iterdir()],
            "has a config gold that cannot be read",
        ),
        (lambda path: (path / "README.md").write_text("---\nconfigs: [\n---\n"), "cannot be read"),
    ],
)
def test_a_broken_release_is_refused_in_a_sentence(tmp_path, break_it, told):
    """Releases are copied, cut and edited on their way; the reader must know what is wrong where."""
    path = make_release(tmp_path / "r", directed_rows())
    break_it(path)

    with pytest.raises(BadInput, match=told) as refused:
        data.gold(data.read_release(path), ["train"])
    assert str(path) in str(refused.value) and "\n" not in str(refused.value)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    """The commonest mistake of all."""
    with pytest.raises(NotFound, match="absent is not a folder"):
        data.read_release(tmp_path / "absent")


def _without(path, key):
    facts = json.loads((path / "release.json").read_text())
    del facts[key]
    (path / "release.json").write_text(json.dumps(facts))


def _reordered(path, key):
    facts = json.loads((path / "release.json").read_text())
    facts[key].reverse()
    (path / "release.json").write_text(json.dumps(facts))
