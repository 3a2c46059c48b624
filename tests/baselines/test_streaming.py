"""The recipe that is trained a batch at a time."""

import numpy as np
import pandas as pd
import pytest

from annotator.errors import Invalid
from baselines import data, hashed, models, persist, streaming
from baselines.training import train
from tests.baselines.conftest import directed_rows
from tests.baselines.make_release import make_release


def test_a_model_trained_in_batches_learns_and_comes_back_from_the_disk(directed, tmp_path, monkeypatch):
    """Who trains on a million rows wants what the others get: a model that can be saved and trusted."""
    monkeypatch.setattr(streaming, "BATCH", 32)
    release = data.read_release(directed)
    model = persist.save(train(release, recipe="hashed", splits=["train"], seed=0), tmp_path)
    rows = data.gold(release, ["test"])
    labels = persist.load(tmp_path).estimator.predict(rows[data.ROW])

    assert np.mean(labels == rows["label"]) > 0.7
    assert model.card.training.rows == 180
    assert model.card.training.targets["Night Trains"] == {"AGAINST": 30, "FAVOR": 30, "NONE": 30}


def test_the_seed_alone_decides(directed, tmp_path):
    """The order of rows is drawn; the same draw must give the same bytes."""
    found = []
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        (tmp_path / name).mkdir()
        model = train(data.read_release(directed), recipe="hashed", splits=["train", "test"], seed=seed)
        found.append(persist.save(model, tmp_path / name).card.sha256)

    assert found[0] == found[1] != found[2]


def test_rows_without_a_label_are_not_learned_from_and_one_label_is_nothing(tmp_path):
    """A tie that was kept has no label, in a batch as elsewhere."""
    rows = {"train": [{"text": "a", "target": "t", "label": None}, *directed_rows()["train"]]}
    release = data.read_release(make_release(tmp_path / "r", rows))
    rows["train"] = [row for row in rows["train"] if row["label"] in (None, "FAVOR")]
    alone = data.read_release(make_release(tmp_path / "one", rows))

    assert train(release, recipe="hashed", splits=["train"], seed=0).card.training.rows == 180
    with pytest.raises(Invalid, match="have one label, or none"):
        train(alone, recipe="hashed", splits=["train"], seed=0)


def test_fit_and_batches_see_the_same_features():
    """A search fits rows in memory, training fits batches: one model, two ways in."""
    rows = pd.DataFrame(directed_rows()["train"]).assign(holder="author")
    estimator = models.recipe("hashed").build(0).fit(rows[data.ROW], np.asarray(rows["label"], dtype=str))
    labels, shares = estimator.answers(rows[data.ROW])

    assert (labels == estimator.predict(rows[data.ROW])).all()
    assert (estimator.classes_[shares.argmax(axis=1)] == labels).all()
    assert np.mean(labels == rows["label"]) > 0.8


def test_a_word_means_something_else_about_another_target():
    """What is crossed must part the targets, or “welcome” speaks for all of them."""
    one = hashed.Hashed(bits=10)._features(pd.DataFrame({"text": ["welcome"], "target": ["A"]}))
    other = hashed.Hashed(bits=10)._features(pd.DataFrame({"text": ["welcome"], "target": ["B"]}))

    assert one.shape == (1, 2048)
    assert one.indices[0] == other.indices[0] < 1024
    assert one.indices[1] != other.indices[1]
