"""Labels that are wrong on purpose stand first among those that a model doubts."""

import csv

import numpy as np
import pyarrow.parquet as pq
import pytest

from annotator.errors import Invalid
from baselines import data
from baselines.doubts.finding import doubted
from baselines.recipes.ngrams import svm_ngrams
from tests.baselines.conftest import directed_rows
from tests.baselines.make_release import make_release
from tests.baselines.test_cli import said

LABELS = ("FAVOR", "AGAINST", "NONE")


@pytest.fixture(scope="module")
def wrong():
    """The ids of rows whose label is made wrong, of 180; the words of the other 90 % tell the label."""
    return {f"train-{number}" for number in range(0, 180, 20)}


@pytest.fixture(scope="module")
def spoiled(wrong, tmp_path_factory):
    rows = directed_rows()
    for row in rows["train"]:
        if row["item_id"] in wrong:
            row["label"] = LABELS[(LABELS.index(row["label"]) + 1) % 3]
    return make_release(tmp_path_factory.mktemp("releases") / "spoiled", rows)


def test_wrong_labels_come_first(spoiled, wrong):
    """A curator's first hour goes to labels that are wrong, not to labels at random."""
    rows = data.gold(data.read_release(spoiled), ["train"])
    found = doubted(svm_ngrams(), rows)

    assert len(set(found["item_id"][: 2 * len(wrong)]) & wrong) > 0.7 * len(wrong)
    assert (found["label"] != found["predicted"]).all()
    assert found["doubt"].is_monotonic_decreasing and found["doubt"].between(0, 1).all()
    assert np.allclose(found["doubt"], 1 - found["p_label"])
    assert (found["p_predicted"] >= found["p_label"]).all()
    assert 0 < found["is_confident"].sum() <= len(found)
    assert found.equals(doubted(svm_ngrams(), rows))


def test_a_model_has_not_learned_what_it_doubts(spoiled, wrong):
    """Whoever has learned a wrong label by heart sees nothing wrong with it."""
    rows = data.gold(data.read_release(spoiled), ["train"])
    by_heart = svm_ngrams().fit(rows[data.ROW], rows["label"].to_numpy(dtype=str))
    learned = by_heart.predict(rows[data.ROW]) != rows["label"]

    assert len(doubted(svm_ngrams(), rows)) > 2 * learned.sum()


def test_too_few_documents_are_told(spoiled):
    """A traceback out of scikit-learn helps nobody."""
    rows = data.gold(data.read_release(spoiled), ["train"]).head(3)
    with pytest.raises(Invalid, match="fewer than 5 folds"):
        doubted(svm_ngrams(), rows)


def test_the_command_writes_both_forms(spoiled, wrong, tmp_path):
    """A spreadsheet for people, Parquet for programs: the same rows."""
    told = said("label-errors", spoiled, tmp_path / "d.csv", "--split", "train", "--most", "12")
    said("label-errors", spoiled, tmp_path / "d.parquet", "--split", "train")
    with (tmp_path / "d.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    full = pq.read_table(tmp_path / "d.parquet").to_pylist()

    assert "of 180 labels contradicted" in told
    assert len(rows) == 12 < len(full)
    assert [row["item_id"] for row in rows] == [row["item_id"] for row in full[:12]]
    assert rows[0]["release"] == "trains/1" and rows[0]["recipe"] == "svm_ngrams"
    assert [*rows[0]][:8] == [
        "item_id",
        "holder",
        "target",
        "label",
        "predicted",
        "p_label",
        "p_predicted",
        "doubt",
    ]
    assert "tells no format" in said("label-errors", spoiled, tmp_path / "d.xls", code=1)
    assert "no labels of gold" in said(
        "label-errors", spoiled, tmp_path / "e.csv", "--recipe", "detection", code=1
    )
