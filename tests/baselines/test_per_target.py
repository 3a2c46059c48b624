import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from baselines import models
from baselines.notes import BaselineWarning
from tests.baselines.conftest import directed_rows, rows_of


def frame(rows) -> tuple[pd.DataFrame, np.ndarray]:
    table = pd.DataFrame(rows).assign(holder="author")
    return table[["text", "target", "holder"]], np.asarray(table["label"], dtype=str)


@pytest.fixture(scope="module")
def rows():
    return frame(directed_rows()["train"])


@pytest.fixture(scope="module")
def fitted(rows):
    return models.svm_ngrams().fit(*rows)


def test_the_same_words_may_say_another_label_of_another_target():
    """What praises trains may damn cars: one classifier for both would have to choose."""
    texts, y = frame(rows_of("train", 60, labels=("FAVOR", "AGAINST"), targets=("Trains",)))
    swapped = np.where(y == "FAVOR", "AGAINST", "FAVOR")
    both = pd.concat([texts, texts.assign(target="Cars")], ignore_index=True)

    model = models.svm_ngrams().fit(both, np.concatenate([y, swapped]))

    for_trains, for_cars = model.predict(texts), model.predict(texts.assign(target="Cars"))
    assert np.mean(for_trains != for_cars) > 0.9


def test_a_target_with_few_labels_is_answered_by_the_pooled_model(rows):
    """A new target has five labels on its first day: noise must not answer for it, nor an error."""
    texts, y = rows
    poor = pd.DataFrame({"text": ["splendid"] * 4 + ["useless"], "target": "Ferries", "holder": "author"})
    labels = np.array(["FAVOR"] * 4 + ["AGAINST"])

    with pytest.warns(BaselineWarning, match="Ferries.*pooled"):
        model = models.svm_ngrams().fit(
            pd.concat([texts, poor], ignore_index=True), np.concatenate([y, labels])
        )

    assert set(model.classifiers_) == {"Night Trains", "Cycle Lanes"}
    asked = poor.iloc[:2].assign(text=["dreadful stop useless", "welcome splendid thanks"])
    assert list(model.predict(asked)) == ["AGAINST", "FAVOR"]
    assert np.allclose(model.predict_proba(asked).sum(axis=1), 1)


def test_five_rows_of_two_labels_make_a_classifier_of_its_own():
    """The line between the two is the one that the manual draws."""
    labels = ["FAVOR", "AGAINST"] * 5
    ferries = pd.DataFrame(
        {"text": [f"row {label}" for label in labels], "target": "Ferries", "holder": "author"}
    )

    model = models.svm_ngrams().fit(ferries, np.array(labels))

    assert set(model.classifiers_) == {"Ferries"} and model.pooled_ is None


def test_an_unseen_target_gets_the_prior_and_says_so(fitted, rows):
    """Nobody must take a guess about an unknown target for an opinion of the model."""
    texts, y = rows
    asked = texts.iloc[:3].assign(target=["Airships", "Night Trains", "Airships"])

    with pytest.warns(BaselineWarning, match="Airships"):
        labels = fitted.predict(asked)
    with pytest.warns(BaselineWarning, match="Airships"):
        shares = fitted.predict_proba(asked)

    prior = [np.mean(y == label) for label in fitted.classes_]
    assert np.allclose(shares[[0, 2]], prior)
    assert labels[0] == labels[2] == fitted.classes_[np.argmax(prior)]


@pytest.mark.parametrize("name", models.RECIPES)
def test_a_recipe_is_cloned_and_fitted_again_to_the_same(name, rows):
    """Figures of a paper must come out again from the same release, recipe and seed."""
    texts, y = rows
    recipe = models.recipe(name).build(3)
    first, again = (clone(recipe).fit(texts, y) for _ in range(2))

    assert not hasattr(recipe, "classes_")
    assert np.array_equal(first.predict_proba(texts), again.predict_proba(texts))
    assert np.array_equal(first.predict(texts), again.predict(texts))
    assert list(first.classes_) == ["AGAINST", "FAVOR", "NONE"]


def test_order_of_rows_asked_does_not_matter(fitted, rows):
    """Targets come mixed; each answer must go back to its own row."""
    texts, _ = rows
    mixed = np.random.default_rng(0).permutation(len(texts))

    assert np.array_equal(fitted.predict(texts.iloc[mixed]), fitted.predict(texts)[mixed])
    assert np.allclose(fitted.predict_proba(texts.iloc[mixed]), fitted.predict_proba(texts)[mixed])
