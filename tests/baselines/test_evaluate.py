import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier

from annotator.errors import Invalid
from baselines import data, models
from baselines.evaluate import evaluate, majority_labels
from baselines.training import train
from tests.baselines.conftest import directed_rows
from tests.baselines.make_release import make_release


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    """The first label by name is the rarest; the test split has a target more."""
    rows = directed_rows()
    skewed = {"Night Trains": "AGAINST", "Cycle Lanes": "AGAINST"}
    rows["train"] = [
        row for n, row in enumerate(rows["train"]) if n % 5 == 0 or row["label"] != skewed[row["target"]]
    ]
    rows["test"][0]["target"] = "Airships"
    return data.read_release(make_release(tmp_path_factory.mktemp("releases") / "skewed", rows))


@pytest.fixture(scope="module")
def model(release):
    return train(release, recipe="majority_per_target", splits=["train"], seed=0)


def test_the_majority_line_is_that_of_the_recipe(release, model):
    """The line beside every score is drawn from the model's card; it must be the baseline of that name."""
    rows = data.gold(release, ["train"])
    line = majority_labels(model.card.training, rows["target"].tolist())

    assert line == list(model.estimator.predict(rows))
    assert np.mean(line == rows["label"]) > 0.3
    evaluation = evaluate(model, release, split="test")
    assert evaluation.scores == evaluation.majority


def test_an_unseen_target_is_noted_with_the_scores(release, model):
    """A score over targets that the model never met is another figure."""
    notes = evaluate(model, release, split="test").notes

    assert notes == ["“Airships”: no such target among the training rows; the commonest label is given"]


def test_other_labels_are_refused_by_both_names(model, opened):
    """Only rows of the labels that a model can give can be scored."""
    with pytest.raises(Invalid, match=r"knows the labels FAVOR, AGAINST, NONE, the release has .*NEUTRAL"):
        evaluate(model, data.read_release(opened), split="test")


class Reader(ClassifierMixin, BaseEstimator):
    """The commonest label for every text, and a note of how many texts it has read."""

    read = 0

    def fit(self, rows, y):
        self.prior_ = DummyClassifier(strategy="prior").fit(rows, y)
        self.classes_ = self.prior_.classes_
        return self

    def predict(self, rows):
        return self.answers(rows)[0]

    def predict_proba(self, rows):
        return self.answers(rows)[1]

    def answers(self, rows):
        self.read += len(rows)
        return self.prior_.predict(rows), self.prior_.predict_proba(rows)


def test_each_text_is_read_once(release, monkeypatch):
    """Sentence vectors of a text take ten times as long as all else; labels and probabilities share them."""
    monkeypatch.setitem(models.RECIPES, "reader", models.Recipe(lambda seed: Reader(), "reads", "a test"))
    model = train(release, recipe="reader", splits=["train"], seed=0)

    evaluation = evaluate(model, release, split="test")

    explained_again = len(evaluation.mistakes)
    assert model.estimator.read == evaluation.scores.n + explained_again
