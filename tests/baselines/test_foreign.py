"""Hugging Face datasets that are no release, as real folders and files; nothing goes over a network."""

import json
import re

import datasets
import pandas as pd
import pyarrow.parquet as pq
import pytest

from annotator.errors import BadInput, Invalid, NotFound, Unusable
from baselines import data
from baselines.foreign import read_dataset
from tests.baselines.conftest import rows_of
from tests.baselines.test_cli import said, standpoint

STANCES = ("agree", "disagree", "unsure", "off")
THEIRS = {"text": "tweet", "target": "topic", "label": "stance"}
MAPPED = [part for ours, theirs in THEIRS.items() for part in ("--column", f"{ours}={theirs}")]


@pytest.fixture(autouse=True)
def network_off(monkeypatch, tmp_path):
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")


def table(split: str, n: int, labels=("FAVOR", "AGAINST", "MIXED", "NEUTRAL"), names=STANCES) -> pd.DataFrame:
    """`n` rows under other names: the words tell which of four labels it is."""
    called = dict(zip(labels, names, strict=True))
    rows = pd.DataFrame(rows_of(split, n, labels=labels)).assign(year=2024)
    rows["label"] = rows["label"].map(called)
    return rows.rename(columns=THEIRS).drop(columns="item_id")


@pytest.fixture
def frames():
    return {"train": table("train", 160), "test": table("test", 40)}


def written(frames, folder, *, how: str):
    """The frames as a dataset of that kind in `folder`."""
    folder.mkdir()
    for split, frame in frames.items():
        if how == "csv":
            frame.to_csv(folder / f"{split}.csv", index=False)
        elif how == "jsonl":
            frame.to_json(folder / f"{split}.jsonl", orient="records", lines=True)
        elif how == "parquet":
            frame.to_parquet(folder / f"{split}-00000-of-00001.parquet")
    if how == "save_to_disk":
        features = datasets.Features(
            {
                "tweet": datasets.Value("large_string"),
                "topic": datasets.ClassLabel(names=["Night Trains", "Cycle Lanes"]),
                "stance": datasets.ClassLabel(names=list(STANCES)),
                "year": datasets.Value("int64"),
            }
        )
        datasets.DatasetDict(
            {
                split: datasets.Dataset.from_pandas(frame, features=None, preserve_index=False).cast(features)
                for split, frame in frames.items()
            }
        ).save_to_disk(folder)
    return folder


@pytest.mark.parametrize("how", ["csv", "jsonl", "parquet", "save_to_disk"])
def test_any_dataset_goes_the_way_of_a_release(frames, tmp_path, how):
    """Who has a dataset already trains on it with the commands that they know."""
    folder, model = written(frames, tmp_path / "mine", how=how), tmp_path / "m"
    trained = said("train", folder, model, "--recipe", "svm_ngrams", *MAPPED)
    told = json.loads(said("evaluate", model, folder, "--json"))
    table_ = said("evaluate", model, folder)
    said("predict", model, folder, tmp_path / "s.parquet")

    assert "svm_ngrams trained on 160 rows, 2 targets, of mine train" in trained
    assert told["n"] == 40 and told["f_avg"] is None and told["accuracy"] > 0.7
    assert set(told["per_label"]) == set(STANCES)
    assert set(told["per_target"]) == {"Night Trains", "Cycle Lanes"}
    assert re.search(r"^ +macro-F1 +accuracy$", table_, re.MULTILINE)
    assert (model / "reports" / "mine-test" / "report.html").exists()
    suggested = pq.read_table(tmp_path / "s.parquet").to_pydict()
    assert suggested["item_id"] == [f"{split}-{n}" for split, of in frames.items() for n in range(len(of))]
    assert len(set(suggested["label"])) == 4
    assert not (tmp_path / "cache").exists()


def test_two_sides_are_found_by_name_or_told(frames, tmp_path):
    """F_avg means something only if somebody says which labels are its two sides."""
    folder = written(frames, tmp_path / "mine", how="csv")
    sides = ["--polarity", "favor=agree", "--polarity", "against=disagree"]
    said("train", folder, tmp_path / "m", "--recipe", "svm_ngrams", *MAPPED, *sides)
    said("train", folder, tmp_path / "m2", "--recipe", "majority", *MAPPED, *sides)
    told = json.loads(said("evaluate", tmp_path / "m", folder, "--json"))
    compared = said("compare", tmp_path / "m", tmp_path / "m2", "--on", folder)
    named = read_dataset(
        written(
            {"train": table("t", 8, names=("Favour", "AGAINST", "none", "x"))}, tmp_path / "n", how="csv"
        ),
        columns=THEIRS,
    )

    assert told["f_avg"] > 0.7 and told["majority"]["f_avg"] < 0.6
    assert "F_avg" in compared
    assert {label.name: label.polarity for label in named.facts.labels} == {
        "Favour": "favor", "AGAINST": "against", "none": "none", "x": "other",
    }  # fmt: skip


def test_the_names_of_a_class_label_keep_their_order_and_minus_one_is_no_label(tmp_path):
    """Test splits are often published without their labels, as −1; a model must not learn it as one."""
    features = datasets.Features(
        {"text": datasets.Value("string"), "target": datasets.Value("string"),
         "label": datasets.ClassLabel(names=["no", "maybe", "aye"])}
    )  # fmt: skip
    rows = {"text": ["a", "b", "c"], "target": ["t", "t", "t"], "label": [2, 0, -1]}
    datasets.Dataset.from_dict(rows, features=features).save_to_disk(tmp_path / "d")
    release = read_dataset(tmp_path / "d")

    assert release.labels == ["no", "maybe", "aye"]
    assert data.gold(release, ["train"])["label"].tolist() == ["aye", "no"]


def test_a_column_parts_a_dataset_of_one_split(frames, tmp_path):
    """One file with a column that says dev or test is how many sets are handed on."""
    whole = pd.concat([frames["train"].assign(part="Train"), frames["test"].assign(part="dev")])
    whole.to_csv(tmp_path / "pairs.csv", index=False)
    told = said("train", tmp_path / "pairs.csv", tmp_path / "m", *MAPPED, "--column", "split=part",
                "--recipe", "majority")  # fmt: skip
    scored = said("evaluate", tmp_path / "m", tmp_path / "pairs.csv", "--split", "validation")

    assert "trained on 160 rows" in told and "pairs.csv validation: 40 rows" in scored


def test_without_the_split_it_is_said_what_to_do(frames, tmp_path):
    """Half of all datasets have one split; their owner must learn the next step from the error."""
    folder = written({"train": frames["train"]}, tmp_path / "mine", how="csv")
    said("train", folder, tmp_path / "m", "--recipe", "majority", *MAPPED)
    error = said("evaluate", tmp_path / "m", folder, code=1)

    assert "has no split test; it has train. Name one of them (--split)" in error
    assert "--column split=" in error and "train_test_split" in error


def test_a_missing_column_is_told_with_those_that_are_there(frames, tmp_path):
    """Nobody knows by heart what columns a dataset has."""
    folder = written(frames, tmp_path / "mine", how="csv")
    error = said("train", folder, tmp_path / "m", "--column", "text=tweet", code=1)
    mistyped = said("train", folder, tmp_path / "m", *MAPPED, "--column", "holder=whose", code=1)

    assert "has no column target; there are tweet, topic, stance, year" in error
    assert "--column target=THEIRS" in error
    assert "has no column whose" in mistyped
    assert list(tmp_path.iterdir()) == [folder]


def test_what_is_no_dataset_is_refused_in_a_sentence(frames, directed, tmp_path):
    """Folders of other things are named by mistake; a library's traceback tells nobody which."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.txt").write_text("hello")
    folder = written(frames, tmp_path / "mine", how="csv")

    with pytest.raises(BadInput, match="empty: cannot be read as a dataset"):
        read_dataset(tmp_path / "empty")
    with pytest.raises(BadInput, match="suffix that tells no format"):
        read_dataset(tmp_path / "a.txt")
    with pytest.raises(NotFound, match="nor a dataset's name on the Hub"):
        read_dataset(tmp_path / "absent")
    with pytest.raises(Unusable, match="the Hub cannot be reached"):
        read_dataset(type(tmp_path)("somebody/stances"))
    with pytest.raises(Invalid, match="the labels are agree, disagree, off, unsure"):
        read_dataset(folder, columns=THEIRS, polarities={"favor": "yes"})
    with pytest.raises(Invalid, match=r"year|double"):
        read_dataset(_floats(tmp_path / "floats.csv"))
    assert "whose columns are known" in said("train", directed, tmp_path / "m", *MAPPED, code=1)
    assert "is not of the form" in said("train", folder, tmp_path / "m", "--column", "text", code=2)
    assert "'tekst' is none of" in said("train", folder, tmp_path / "m", "--column", "tekst=a", code=2)


def test_a_part_of_the_labels_is_scored_by_a_model_of_all(frames, tmp_path):
    """A small test set need not have every label; the model's own are those that count."""
    folder = written(frames, tmp_path / "mine", how="csv")
    few = frames["test"][frames["test"]["stance"].isin(["agree", "off"])]
    other = written({"test": few}, tmp_path / "other", how="csv")
    said("train", folder, tmp_path / "m", "--recipe", "svm_ngrams", *MAPPED)
    told = json.loads(said("evaluate", tmp_path / "m", other, "--json"))

    assert list(told["per_label"]) == sorted(STANCES) and told["n"] == len(few)


def test_rows_that_a_model_has_met_are_told(frames, tmp_path):
    """The best score of all is the one on one's own training rows, in any dataset."""
    folder = written(frames, tmp_path / "mine", how="csv")
    said("train", folder, tmp_path / "m", "--recipe", "majority", *MAPPED)

    assert "rows that it has met" in standpoint("evaluate", tmp_path / "m", folder, "--split", "train").stderr
    assert "rows that it has met" not in standpoint("evaluate", tmp_path / "m", folder).stderr


def test_where_a_dataset_lies_does_not_change_a_model(frames, tmp_path):
    """The hash on a model's card is of the rows, so that a copy elsewhere is known for the same."""
    first = read_dataset(written(frames, tmp_path / "a", how="csv"), columns=THEIRS)
    second = read_dataset(written(frames, tmp_path / "b", how="parquet"), columns=THEIRS)
    frames["test"].loc[0, "stance"] = "off"
    third = read_dataset(written(frames, tmp_path / "c", how="csv"), columns=THEIRS)

    assert first.facts.sha256 == second.facts.sha256 != third.facts.sha256


def test_the_same_text_stays_on_one_side(tmp_path):
    """Two rows of one text, one of them held out, would be a question with its answer beside it."""
    pd.DataFrame({"text": ["a", "b", "a"], "target": ["s", "t", "t"], "label": ["x", "y", "x"]}).to_csv(
        tmp_path / "d.csv", index=False
    )

    assert data.gold(read_dataset(tmp_path / "d.csv"), ["train"])["document_id"].tolist() == ["0", "1", "0"]


def _floats(path):
    path.write_text("text,target,label\na,t,0.5\nb,t,1.5\n")
    return path
