import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile

import numpy as np
import pytest
import skops.io
from sklearn.dummy import DummyClassifier
from sklearn.preprocessing import FunctionTransformer

from annotator.errors import BadInput, Invalid, NotFound
from baselines import data, models, persist
from baselines.notes import BaselineWarning, noted
from baselines.training import train
from tests.baselines.make_release import make_release


@pytest.fixture(scope="module")
def model(directed):
    return train(data.read_release(directed), recipe="svm_ngrams", splits=["train"], seed=0)


@pytest.fixture
def folder(model, tmp_path):
    (tmp_path / "model").mkdir()
    persist.save(model, tmp_path / "model")
    return tmp_path / "model"


@pytest.mark.parametrize(
    ("recipe", "release"),
    [
        (recipe, release)
        for recipe in models.RECIPES
        for release in ("directed", "opened")
        # where the target is fixed there is a stance in every item, or its label says that there is none
        if release == "opened" or models.recipe(recipe).task != models.ANY
    ],
)
def test_a_model_comes_back_as_it_was(recipe, release, tmp_path, request):
    """What was evaluated must be what is published, with every type of every recipe trusted."""
    found = data.read_release(request.getfixturevalue(release))
    rows = data.gold(found, ["test"])
    model = train(found, recipe=recipe, splits=["train"], seed=0)

    saved = persist.save(model, tmp_path)
    back = persist.load(tmp_path)

    assert back.card == saved.card
    assert np.array_equal(back.estimator.predict(rows), model.estimator.predict(rows))
    assert np.array_equal(back.estimator.predict_proba(rows), model.estimator.predict_proba(rows))


def test_the_same_training_gives_the_same_bytes_in_another_process(directed, folder, tmp_path):
    """Suggestions name their model by its hash: two trainings of one model must not be two models."""
    program = (
        "import sys; from pathlib import Path\n"
        "from baselines import data, persist; from baselines.training import train\n"
        "release, folder = map(Path, sys.argv[1:]); folder.mkdir()\n"
        "model = train(data.read_release(release), recipe='svm_ngrams', splits=['train'], seed=0)\n"
        "persist.save(model, folder)"
    )
    subprocess.run([sys.executable, "-c", program, directed, tmp_path / "again"], check=True)

    for name in ("model.skops", "model.json", "README.md"):
        assert (folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_a_file_that_could_run_code_is_refused_and_does_not_run(folder, tmp_path):
    """A model is downloaded from strangers."""
    victim = tmp_path / "ran"
    evil = FunctionTransformer(os.mkdir, kw_args={"path": str(victim)})
    skops.io.dump(evil, folder / "model.skops")
    card = json.loads((folder / "model.json").read_text())
    card["sha256"] = hashlib.sha256((folder / "model.skops").read_bytes()).hexdigest()
    (folder / "model.json").write_text(json.dumps(card))

    with pytest.raises(BadInput, match=r"mkdir.*could run code: train it yourself"):
        persist.load(folder)
    assert not victim.exists()


def test_the_card_says_what_the_model_was_made_of(folder, directed):
    """Who finds the folder in a year must know the release, the rows, the labels and the hash."""
    release = data.read_release(directed)
    card = json.loads((folder / "model.json").read_text())

    assert card["recipe"] == "svm_ngrams" and card["training"]["rows"] == 180
    assert card["training"]["release_sha256"] == release.facts.sha256
    assert card["training"]["targets"]["Night Trains"] == {"FAVOR": 30, "AGAINST": 30, "NONE": 30}
    assert card["sha256"] == hashlib.sha256((folder / "model.skops").read_bytes()).hexdigest()
    readme = (folder / "README.md").read_text()
    assert readme.startswith("---\nlibrary_name: sklearn\n")
    assert "| Night Trains | 30 | 30 | 30 |" in readme and card["sha256"] in readme


@pytest.mark.parametrize(
    ("break_it", "told"),
    [
        (lambda path: (path / "model.json").unlink(), "no model.json"),
        (lambda path: (path / "model.json").write_text("{}"), "has no usable recipe"),
        (lambda path: (path / "model.json").write_text("nonsense"), "has no usable content"),
        (lambda path: (path / "model.skops").unlink(), "is missing, or not the file"),
        (lambda path: (path / "model.skops").write_bytes(b"PK nonsense"), "is missing, or not the file"),
        (lambda path: _edited(path, format=99), "is of model format 99"),
        (lambda path: _with_file(path, b"no archive"), "cannot be read"),
        (lambda path: _with_file(path, skops.io.dumps({"a": 1})), "is no classifier of the labels"),
        (lambda path: _edited(path, labels=[{"name": "X", "polarity": "favor"}]), "is no classifier of"),
        (lambda path: _with_file(path, _archive("[" * 100_000)), "cannot be read"),
    ],
)
def test_a_broken_model_is_refused_in_a_sentence(folder, break_it, told):
    """A copy that was cut off must not predict."""
    break_it(folder)

    with pytest.raises(BadInput, match=told):
        persist.load(folder)


def test_another_scikit_learn_is_told(folder):
    """The same file may predict otherwise under another version; whoever compares figures must know."""
    _edited(folder, versions={"scikit-learn": "1.0"})

    with pytest.warns(BaselineWarning, match=r"saved by scikit-learn 1\.0"):
        persist.load(folder)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(NotFound, match="absent is not a folder"):
        persist.load(tmp_path / "absent")


@pytest.mark.parametrize("text", ["a", "love trains"])
def test_one_label_only_is_nothing_to_learn(tmp_path, text):
    """The first labels of a project are often all the same."""
    rows = {"train": [{"text": text, "target": "t", "label": "FAVOR"}] * 3}
    release = data.read_release(make_release(tmp_path / "r", rows))

    with pytest.raises(Invalid, match="each of the 3 rows is labelled FAVOR"):
        train(release, recipe="svm_ngrams", splits=["train"], seed=0)


def test_texts_without_an_ngram_are_told(tmp_path):
    """A library's word for it, "empty vocabulary", comes with ours."""
    rows = {"train": [{"text": "a", "target": "t", "label": label} for label in ("FAVOR", "AGAINST")]}
    release = data.read_release(make_release(tmp_path / "r", rows))

    with pytest.raises(Invalid, match="svm_ngrams cannot learn from the 2 rows"):
        train(release, recipe="svm_ngrams", splits=["train"], seed=0)


def test_the_first_day_of_a_project_can_be_trained_on(tmp_path):
    """Six labels of three targets are little, and no error."""
    rows = {
        "train": [
            {"text": f"{label} of {target}", "target": target, "label": label}
            for target in ("trains", "ferries", "trams")
            for label in ("FAVOR", "AGAINST")
        ]
    }
    release = data.read_release(make_release(tmp_path / "r", rows))

    with noted() as notes:
        model = train(release, recipe="svm_ngrams", splits=["train"], seed=0)

    assert len(model.card.training.notes) == 1 and notes == []
    assert list(model.estimator.predict(data.gold(release, ["train"]))) == ["FAVOR", "AGAINST"] * 3


def _edited(path, **changes):
    card = json.loads((path / "model.json").read_text()) | changes
    (path / "model.json").write_text(json.dumps(card))


def _archive(schema):
    with io.BytesIO() as file:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("schema.json", schema)
        return file.getvalue()


def _with_file(path, content):
    (path / "model.skops").write_bytes(content)
    _edited(path, sha256=hashlib.sha256(content).hexdigest())


def test_a_type_of_somebody_else_is_opened_by_name_only(folder):
    """Whoever wrote the estimator trusts it; whoever downloads it must say so."""
    _with_file(folder, skops.io.dumps(Theirs(strategy="prior").fit([[0], [0]], ["FAVOR", "AGAINST"])))
    name = f"{Theirs.__module__}.Theirs"

    with pytest.raises(BadInput, match=r"Theirs.*--trust"):
        persist.load(folder)
    assert list(persist.load(folder, trust=[name]).estimator.classes_) == ["AGAINST", "FAVOR"]


class Theirs(DummyClassifier):
    """An estimator of another package."""
