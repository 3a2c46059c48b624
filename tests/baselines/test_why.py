"""The words for and against a label: exact for linear models, and said plainly of all others."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.pipeline import Pipeline
from sklearn.svm import SVC

from annotator.errors import Invalid
from baselines import data
from baselines.calibration import Calibrated
from baselines.features import Ngrams
from baselines.mentions import Masked
from baselines.training import train
from baselines.tweets import without_tags
from baselines.why.aligned import Aligned
from baselines.why.explaining import LINEAR, OCCLUSION, explain
from baselines.why.linear import taken_apart
from baselines.why.occlusion import MOST
from baselines.why.places import asked
from baselines.why.told import marked
from tests.baselines.test_cli import said

LINEAR_RECIPES = (
    "svm_ngrams",
    "svm_ngrams_semeval",
    "svm_ngrams_comb",
    "svm_crossed",
    "logistic_balanced",
    "svm_lexicon",
    "mention_aware",
    "text_only",
    "target_only",
    "detection",
    "sklearn.linear_model:SGDClassifier",
)
TEXTS = (
    "Splendid!  The night trains are WELCOME, thanks thanks thanks #YesPlease https://a.example/b",
    "stop",
    "İstanbul’da güzel   ΣΊΣΥΦΟΣ ﷽ 👍🏽 e\u0301te\u0301 \u2009 #NoThanksToday2024 useless platform",
    "نرحب بالقطارات الليلية",
    "Author of Night Trains: half a timetable is dreadful",
)
WORDS = st.text("aA İΣßé# \t\n.!1_", max_size=30)


@pytest.fixture(scope="module")
def model(directed):
    return train(data.read_release(directed), recipe="svm_ngrams", splits=["train"], seed=0)


def row_of(text, target="Night Trains"):
    return pd.DataFrame([["", text, target, "author"]], columns=data.ROW)


@pytest.mark.parametrize("recipe", LINEAR_RECIPES)
def test_words_and_the_rest_are_the_decision(directed, opened, recipe):
    """A word's weight that does not add up to what was decided would be a story, not a reason."""
    release = data.read_release(opened if recipe == "detection" else directed)
    estimator = train(release, recipe=recipe, splits=["train"], seed=0).estimator
    for text in TEXTS:
        row = row_of(text, data.ANY if recipe == "detection" else "Night Trains")
        found = taken_apart(estimator, asked(row))
        summed = found.words.sum(axis=0) + found.intercept + sum(found.others.values())

        assert np.abs(summed - decided(estimator, row, found.labels)).max() < 1e-9
        assert found.words.shape[0] == len({*asked(row).owner} - {-1})


def decided(estimator, row, labels):
    """The decision values as the recipe's own parts give them, in the order of `labels`."""
    target = row["target"].iloc[0]
    if hasattr(estimator, "classifiers_"):
        own = estimator.classifiers_[target]
        values = own.decision_function(
            row if estimator.features_ is None else estimator.features_.transform(row)
        )
        classes = own.classes_
    else:
        inner = getattr(estimator, "classifier_", estimator)
        values, classes = inner.decision_function(row), inner.classes_
    values = np.ravel(values)
    assert list(classes) == labels
    return np.r_[-values, values] if len(classes) == 2 else values


def test_no_ngram_of_a_text_is_without_a_word(model):
    """What cannot be placed would go under a name that tells nobody anything."""
    for text in TEXTS:
        assert explain(model, text=text, target="Night Trains").others == {}


def test_what_was_learned_is_what_speaks(model):
    """The made-up texts tell their label by these words."""
    found = explain(model, text="the city, welcome and USELESS line", target="Night Trains")

    assert found.method == LINEAR and set(found.probabilities) == {"FAVOR", "AGAINST", "NONE"}
    assert found.strongest("FAVOR", sign=1)[0].text == "welcome"
    assert found.strongest("AGAINST", sign=1)[0].text == "USELESS"
    assert found.strongest("FAVOR", sign=-1)[0].text == "USELESS"
    assert all(found.text[word.start : word.end] == word.text for word in found.words)


def test_characters_speak_for_the_words_that_they_lie_in(directed):
    """A word that was never met has no word n-gram: its characters alone tell of it, and only of it."""
    rows = data.read_release(directed)
    estimator = train(rows, recipe="svm_ngrams", splits=["train"], seed=0).estimator
    found = taken_apart(estimator, asked(row_of("xqzj unwelcomed xqzj")))
    weights = np.abs(found.words[:, found.labels.index("FAVOR")])

    assert weights[1] > 10 * max(weights[0], weights[2])


def test_a_masked_name_speaks_where_it_stands(opened):
    """The mask replaces the name: what is learned of the mask is said of the name's words."""
    model = train(data.read_release(opened), recipe="mention_aware", splits=["train"], seed=0)
    text = "Rail Watch says cycle lanes are splendid"
    found = explain(model, text=text, target="Cycle Lanes", holder="Rail Watch")

    assert {"holder: Rail Watch", "target: Cycle Lanes", "target near holder"} <= set(found.others)
    assert all(found.text[word.start : word.end] == word.text for word in found.words)
    assert found.strongest("FAVOR", sign=1)[0].text == "splendid"


@pytest.mark.parametrize(
    "recipe", ["sklearn.naive_bayes:ComplementNB", "sklearn.neighbors:KNeighborsClassifier"]
)
def test_a_model_that_is_not_linear_says_so(directed, recipe):
    """Its weights would be invented: each word is left out instead, and that is what it is called."""
    model = train(data.read_release(directed), recipe=recipe, splits=["train"], seed=0)
    text = "welcome splendid thanks city"
    found = explain(model, text=text, target="Night Trains")
    without = model.estimator.predict_proba(row_of("welcome splendid  city"))[0]
    column = list(model.estimator.classes_).index("FAVOR")

    assert found.method == OCCLUSION and not found.decision and not found.intercept
    lost = found.probabilities["FAVOR"] - without[column]
    assert found.words[2].weights["FAVOR"] == pytest.approx(lost, abs=1e-12)
    with pytest.raises(Invalid, match="cut it"):
        explain(model, text="word " * (MOST + 1), target="Night Trains")


def test_a_pairwise_svm_is_not_taken_for_a_linear_sum(directed):
    """It has coefficients, three for three labels, and they are of pairs of labels."""
    model = train(
        data.read_release(directed), recipe="tests.baselines.test_why:pairwise", splits=["train"], seed=0
    )

    assert explain(model, text="welcome", target="Night Trains").method == OCCLUSION


class Dense(Masked):
    """N-grams as a full matrix, over which an SVC has its coefficients as an array."""

    def transform(self, rows):
        return super().transform(rows).toarray()


def pairwise(seed):
    return Pipeline([("vectors", Dense(Ngrams())), ("svm", Calibrated(SVC(kernel="linear"), seed=seed))])


def test_a_target_that_was_never_met_has_no_words(model):
    """The commonest label is given, whatever the text says: no word is to be blamed."""
    found = explain(model, text="welcome", target="Zeppelins")

    assert found.method == OCCLUSION and {each for word in found.words for each in word.weights.values()} == {
        0.0
    }
    assert "no such target" in found.notes[0]


def test_nothing_is_not_explained(model):
    """An empty form is told what it lacks."""
    for text, target in ((" ", "Night Trains"), ("welcome", ""), ("welcome", None)):
        with pytest.raises(Invalid, match="give a text and a target"):
            explain(model, text=text, target=target)


def test_the_marked_text_is_the_text(model):
    """Marks that drop or double a character falsify a quotation."""
    for text in (*TEXTS, "x " * 300 + "welcome", "welcome " + "y" * 400):
        found = explain(model, text=text, target="Night Trains")
        assert "".join(piece.text for piece in marked(found, "FAVOR")) == text
        short = "".join(piece.text for piece in marked(found, "FAVOR", longest=50))
        assert short == text if len(text) <= 50 else short == f"{text[:49]}…"


@given(text=WORDS)
def test_a_rewritten_text_is_rewritten_as_the_features_do_it(text):
    """Offsets of another text than the model reads would mark the wrong words."""
    aligned = Aligned.of(text)

    assert aligned.lowered().text == text.lower()
    assert aligned.lowered().squeezed().text == " ".join(text.lower().split())
    assert aligned.sub(re.compile(r"\s*#a\b", re.IGNORECASE), "").text == without_tags([text], ["#a"])[0]
    for rewritten in (aligned.lowered(), aligned.lowered().squeezed()):
        assert len(rewritten.text) == len(rewritten.spans)
        for letter, (start, end) in zip(rewritten.text, rewritten.spans, strict=True):
            assert (
                letter in text[start:end].lower()
                or (letter == " " and text[start:end].isspace())
                or letter == "ς"
            )


@pytest.fixture(scope="module")
def model_dir(directed, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "svm"
    said("train", directed, folder)
    return folder


def test_the_command_explains(model_dir):
    """One text, two lists, and a sum that anybody can check."""
    asking = ("explain", model_dir, "--text", "welcome and useless", "--target", "Night Trains")
    told = said(*asking, "--label", "AGAINST")
    found = json.loads(said(*asking, "--json"))

    assert re.search(r"^  for: +useless \+\d", told, re.MULTILINE)
    assert re.search(r"^  against: +welcome -\d", told, re.MULTILINE)
    words, intercept, decision = map(
        float, re.search(r"words (\S+)  intercept (\S+)  = decision (\S+)", told).groups()
    )
    assert words + intercept == pytest.approx(decision, abs=0.0016)
    assert found["method"] == "linear" and [word["text"] for word in found["words"]] == [
        "welcome",
        "and",
        "useless",
    ]
    assert "no label 'MAYBE'" in said(*asking, "--label", "MAYBE", code=1)
    assert "--target" in said("explain", model_dir, "--text", "welcome", code=2)


def test_the_report_marks_the_words(directed, model_dir, tmp_path):
    """Colour alone is lost in print and on some eyes: each mark has its sign."""
    said("evaluate", model_dir, directed, "--report", tmp_path / "report")
    html = (tmp_path / "report" / "report.html").read_text()
    found = json.loads((tmp_path / "report" / "report.json").read_text())["mistakes"]
    signs = re.findall(r'<mark class="is-(for|against) loud-[123]">[^<]+<small dir="ltr">([+−])', html)

    assert found and "standpoint explain" not in html
    assert {("for", "+"), ("against", "−")} >= set(signs) and ("for", "+") in signs
    assert ["".join(text for text, _, _ in each["pieces"]) for each in found] == [
        each["text"] for each in found
    ]
    assert re.search(r"\| \w+ \+0\.\d\d", (tmp_path / "report" / "report.md").read_text())


def test_the_report_of_another_model_says_why_nothing_is_marked(directed, tmp_path):
    """An unmarked text must not read as "no word mattered"."""
    said("train", directed, tmp_path / "nb", "--recipe", "sklearn.naive_bayes:ComplementNB")
    said("evaluate", tmp_path / "nb", directed, "--report", tmp_path / "report")

    assert "The model is not linear" in (tmp_path / "report" / "report.html").read_text()
    assert "The model is not linear" in (tmp_path / "report" / "report.md").read_text()
