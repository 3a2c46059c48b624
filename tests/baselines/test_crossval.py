import numpy as np
import pandas as pd
import pytest
from sklearn.dummy import DummyClassifier

from annotator.errors import Invalid
from baselines import data, models
from baselines.crossval import out_of_fold, splits
from tests.baselines.conftest import directed_rows


@pytest.fixture(scope="module")
def rows():
    table = pd.DataFrame(directed_rows()["train"]).assign(holder="author")
    return table.assign(document_id=[f"d{number // 3}" for number in range(len(table))])


@pytest.mark.parametrize("by", ["document_id", "target"])
def test_what_belongs_together_is_never_on_both_sides(rows, by):
    """Sentences of one article leak their labels to each other."""
    held_out = []
    for train, part in splits(rows, folds=2, seed=0, by=by):
        assert not set(rows[by].iloc[train]) & set(rows[by].iloc[part])
        held_out.extend(part)

    assert sorted(held_out) == list(range(len(rows)))


def test_each_part_has_each_targets_labels(rows):
    """A part without a label cannot say how well it is told."""
    apart = rows.assign(document_id=np.arange(len(rows)).astype(str))
    for _, part in splits(apart, folds=5, seed=0):
        counts = apart.iloc[part].groupby(["target", "label"]).size()
        assert counts.min() == counts.max() == 6


def test_the_seed_decides_and_nothing_else(rows):
    """Two people who choose a recipe by cross-validation choose the same one."""
    first, again, other = (
        [part.tolist() for _, part in splits(rows, folds=3, seed=seed)] for seed in (0, 0, 1)
    )

    assert first == again != other


def test_predictions_are_of_models_that_have_not_seen_their_rows():
    """A score on met rows is no score: a model that only remembers must fail here."""
    rows = pd.DataFrame({"text": [f"unique{n} word" for n in range(40)], "target": "t", "holder": "author"})
    rows = rows.assign(
        item_id=rows.index.astype(str), label=np.random.default_rng(0).permutation(["YES", "NO"] * 20)
    )
    found = out_of_fold(models.recipe("svm_ngrams").build(0), rows)

    assert models.recipe("svm_ngrams").build(0).fit(rows[data.ROW], rows["label"].to_numpy(str)).predict(
        rows[data.ROW]
    ).tolist() == list(rows["label"])
    assert np.mean(found["predicted"] == rows["label"]) < 0.7
    assert list(found.columns) == ["NO", "YES", "predicted"]
    assert np.allclose(found[["NO", "YES"]].sum(axis=1), 1)


def test_rare_labels_and_few_groups_are_no_traceback(rows):
    """The first hundred labels of a project have all of these."""
    rare = rows.assign(label=["MIXED", *rows["label"][1:]])
    assert len(out_of_fold(DummyClassifier(), rare)) == len(rows)
    with pytest.raises(Invalid, match="2 groups by target, fewer than 5"):
        list(splits(rows, folds=5, seed=0, by="target"))
