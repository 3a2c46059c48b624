import json
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from annotator.errors import BadInput, NotFound, Unusable
from baselines import data, inputs
from baselines.facts import Label
from baselines.notes import noted
from baselines.predict import SUGGESTIONS, predict
from baselines.training import train
from tests.baselines.conftest import directed_rows
from tests.baselines.make_release import make_release

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ROWS = [
    {"item_id": "1", "text": "splendid welcome", "target": "Night Trains", "holder": "author"},
    {"item_id": "2", "text": "stop, useless\ndreadful", "target": "Cycle Lanes", "holder": "Ada"},
]


@pytest.fixture(scope="module")
def model(directed):
    return train(data.read_release(directed), recipe="svm_ngrams", splits=["train"], seed=0)


@pytest.fixture(scope="module")
def open_model(opened):
    return train(data.read_release(opened), recipe="svm_ngrams", splits=["train"], seed=0)


def written(model, source, path):
    n = predict(model, inputs.read(source), path, now=NOW, release=inputs.release_of(source))
    table = pq.read_table(path)
    assert table.schema == SUGGESTIONS and table.num_rows == n
    return table.to_pylist()


def test_every_item_of_a_release_gets_a_suggestion(model, directed, tmp_path):
    """Items that nobody judged are the ones that suggestions are for."""
    suggestions = written(model, directed, tmp_path / "s.parquet")

    items = pd.concat(data.items(data.read_release(directed)))
    assert [row["item_id"] for row in suggestions] == list(items["item_id"])
    assert [row["label"] for row in suggestions] == list(model.estimator.predict(items))
    first = suggestions[0]
    assert (first["model"], first["release"], first["created_at"]) == ("svm_ngrams", "trains/1", NOW)
    assert first["model_sha256"] == model.card.sha256


def test_a_distribution_has_every_label_in_order_and_agrees_with_the_suggestion(model, directed, tmp_path):
    """A queue ordered by uncertainty is ordered by these numbers."""
    for row in written(model, directed, tmp_path / "s.parquet"):
        shares = {each["label"]: each["p"] for each in row["label_distribution"]}
        assert list(shares) == ["FAVOR", "AGAINST", "NONE"]
        assert sum(shares.values()) == pytest.approx(1)
        assert max(shares, key=shares.get) == row["label"]
        p = np.array([share for share in shares.values() if share])
        assert row["uncertainty"] == pytest.approx(-np.sum(p * np.log(p)) / np.log(3), abs=1e-5)


def test_open_items_are_asked_for_each_pair_of_their_stances(open_model, opened, tmp_path):
    """An open item fixes no target; only pairs that somebody named can be asked."""
    with noted() as notes:
        suggestions = written(open_model, opened, tmp_path / "s.parquet")

    gold = data.gold(data.read_release(opened), ["train", "test"])
    asked = [(row["item_id"], row["holder"], row["target"]) for row in suggestions]
    assert asked == list(gold[["item_id", "holder", "target"]].itertuples(index=False, name=None))
    assert notes == ["items that fix no target and have no stance yet get no suggestion: 1"]
    right = [row["label"] == label for row, label in zip(suggestions, gold["label"], strict=True)]
    assert np.mean(right) > 0.8


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl", ".parquet"])
def test_a_table_of_any_kind_gives_the_same_suggestions(model, tmp_path, suffix):
    """People have their texts where they have them."""
    path = tmp_path / f"texts{suffix}"
    table = pd.DataFrame(ROWS)
    if suffix == ".jsonl":
        path.write_text("\n".join(map(json.dumps, ROWS)) + "\n\n")
    elif suffix == ".parquet":
        table.to_parquet(path)
    else:
        table.to_csv(path, index=False, sep="\t" if suffix == ".tsv" else ",", encoding="utf-8-sig")

    suggestions = written(model, path, tmp_path / "s.parquet")

    assert [row["label"] for row in suggestions] == ["FAVOR", "AGAINST"]
    assert [(row["item_id"], row["holder"]) for row in suggestions] == [("1", "author"), ("2", "Ada")]


def test_text_and_target_are_enough(model, tmp_path):
    """Without an id there is none: a row number is no name."""
    (tmp_path / "texts.csv").write_text("text,target\nsplendid,Night Trains\n")

    (row,) = written(model, tmp_path / "texts.csv", tmp_path / "s.parquet")

    assert (row["item_id"], row["holder"], row["release"]) == (None, "author", None)


def test_an_unknown_target_is_wholly_uncertain(tmp_path):
    """Whoever takes the most certain suggestions must not take those that are none."""
    rows = {"train": [row for row in directed_rows()["train"] if row["label"] == "FAVOR"]}
    rows["train"] += directed_rows()["train"][:20]
    release = data.read_release(make_release(tmp_path / "r", rows))
    model = train(release, recipe="svm_ngrams", splits=["train"], seed=0)
    (tmp_path / "texts.csv").write_text("id,text,target\n7,splendid,Airships\n")

    with noted() as notes:
        (row,) = written(model, tmp_path / "texts.csv", tmp_path / "s.parquet")

    assert (row["uncertainty"], row["item_id"], row["label"]) == (1, "7", "FAVOR")
    assert len(notes) == 1 and "Airships" in notes[0]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", b"text,label\nx,y\n", r"a\.csv: has no column target; there are text, label"),
        ("a.csv", b"", r"a\.csv: has no column text; there are none"),
        ("a.jsonl", b'{"text": "x"}\n', r"a\.jsonl:1: has no column target; there are text"),
        ("a.csv", b"text,target\nx,t\n,t\n", r"a\.csv:3 \(column text\): is empty"),
        ("a.csv", b"text,target\nx,t\nx\n", r"a\.csv:3: has not the 2 fields"),
        ("a.csv", b"text,target\nx,t,z\n", r"a\.csv:2: has not the 2 fields"),
        ("a.csv", b'text,target\n"x,t\n', r"a\.csv:\d: cannot be read: unexpected end of data"),
        ("a.csv", b"text,target\n" + b"x" * 10_000_001 + b",t\n", r"a\.csv:2: cannot be read: field larger"),
        ("a.csv", "text,target\ncafé,t\n".encode("latin-1"), "not UTF-8 .byte 0xe9"),
        ("a.jsonl", b'{"text": "x", "target": "t"}\n{"text"\n', r"a\.jsonl:2 .*not JSON"),
        ("a.jsonl", b'{"text": "x", "target": "\\ud800"}', r"a\.jsonl:1 \(column target\): holds half of a"),
        ("a.jsonl", b"[1]\n", r"a\.jsonl:1: is no JSON object"),
        ("a.jsonl", b'null\n', r"a\.jsonl:1: is no JSON object"),
        ("a.jsonl", b'{"text": 5, "target": "t"}\n', r"a\.jsonl:1 \(column text\)"),
        ("a.jsonl", b"\xff\n", "not UTF-8"),
        ("a.parquet", b"nonsense", "is no Parquet file"),
        ("a.txt", b"x", "must be one of .csv"),
    ],
)  # fmt: skip
def test_bad_input_is_named_by_its_line_and_leaves_no_file(model, tmp_path, name, content, told):
    """Half a file of suggestions would be imported as if it were whole."""
    (tmp_path / name).write_bytes(content)

    with pytest.raises(BadInput, match=told):
        predict(model, inputs.read(tmp_path / name), tmp_path / "s.parquet", now=NOW)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_an_empty_table_gives_an_empty_file(model, tmp_path):
    """A nightly run on a day without new texts is no failure."""
    (tmp_path / "texts.csv").write_text("text,target\n")

    assert written(model, tmp_path / "texts.csv", tmp_path / "s.parquet") == []


def test_places_that_are_not_there_are_named(model, tmp_path):
    with pytest.raises(NotFound, match=r"There is no .*absent\.csv"):
        inputs.read(tmp_path / "absent.csv")
    (tmp_path / "texts.csv").write_text("text,target\n")
    with pytest.raises(Unusable, match="absent is no folder"):
        predict(model, inputs.read(tmp_path / "texts.csv"), tmp_path / "absent" / "s.parquet", now=NOW)


def test_detection_speaks_of_whole_items_whatever_their_target(opened, tmp_path):
    """It never asked about a target, so that none is unknown to it."""
    model = train(data.read_release(opened), recipe="detection", splits=["train"], seed=0)
    (tmp_path / "texts.csv").write_text("id,text,target\n7,splendid welcome,Airships\n")

    (row,) = written(model, tmp_path / "texts.csv", tmp_path / "s.parquet")

    assert (row["item_id"], row["holder"], row["target"]) == ("7", None, None)
    assert [each["label"] for each in row["label_distribution"]] == ["stance", "absent"]
    assert row["uncertainty"] < 1


def test_a_label_that_was_never_trained_on_has_no_share(directed, tmp_path):
    """The scheme has it, so the importer looks for it."""
    release = data.read_release(directed)
    model = train(release, recipe="majority", splits=["train"], seed=0)
    labels = [*model.card.labels, Label(name="OTHER", polarity="other")]
    wider = type(model)(model.estimator, model.card.model_copy(update={"labels": labels}))

    row = written(wider, directed, tmp_path / "s.parquet")[0]

    assert row["label_distribution"][-1] == {"label": "OTHER", "p": 0.0}
    assert pa.types.is_float32(SUGGESTIONS.field("uncertainty").type)
