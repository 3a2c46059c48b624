"""What more labels would bring, and what is left on a target without any."""

import json
import re

import numpy as np
import pytest
from sklearn.base import clone

from annotator.errors import Invalid
from baselines import curve, data
from baselines.cross_target import left_out
from baselines.evaluate import evaluate
from baselines.notes import noted
from baselines.recipes.majority import majority
from baselines.recipes.ngrams import svm_ngrams, svm_ngrams_comb
from baselines.scoring import score
from baselines.training import train
from tests.baselines.conftest import directed_rows
from tests.baselines.make_release import make_release
from tests.baselines.test_cli import said

POLARITIES = {"FAVOR": "favor", "AGAINST": "against", "NONE": "none"}


@pytest.fixture(scope="module")
def learned(directed):
    return data.gold(data.read_release(directed), ["train"])


@pytest.fixture(scope="module")
def scored(directed):
    return data.gold(data.read_release(directed), ["test"])


@pytest.fixture(scope="module")
def curves(learned, scored):
    return curve.learning_curves(svm_ngrams_comb(), learned, scored, polarities=POLARITIES, seed=0)


def test_the_curve_is_of_models_that_learned_from_more_and_more(curves, learned, scored):
    """Its last point is the model itself, and its first one knows little."""
    assert set(curves) == {"macro_f1", "f_avg"}
    found = curves["macro_f1"]
    rows, scores = [point[0] for point in found.points], [point[1] for point in found.points]
    whole = svm_ngrams_comb().fit(learned[data.ROW], learned["label"].to_numpy(dtype=str))
    predicted = whole.predict(scored[data.ROW]).tolist()
    columns = (scored[name].tolist() for name in ("label", "target"))
    gold, targets = columns
    itself = score(gold, predicted, targets, polarities=POLARITIES, seed=0, resamples=10)

    assert rows == [18, 36, 63, 90, 126, 180]
    assert scores[-1] == pytest.approx(itself.macro_f1)
    assert curves["f_avg"].points[-1][1] == pytest.approx(itself.f_avg)
    assert scores[0] < scores[-1]
    assert all(low <= value <= high for _, value, low, high in found.points)


def test_what_more_labels_bring_has_an_interval(curves, learned, scored):
    """A promise without one is what a budget is spent on in vain."""
    for found in curves.values():
        low, high = found.then_interval
        assert low <= found.then <= high and 0 < low < high <= 1
        assert found.gain == pytest.approx(found.then - found.now)
        assert found.gain_interval[0] <= found.gain <= found.gain_interval[1]
    again = curve.learning_curves(svm_ngrams_comb(), learned, scored, polarities=POLARITIES, seed=0)
    assert again == curves


def test_a_model_that_learns_nothing_is_promised_nothing(learned, scored):
    """The commonest label stays what it is, however many rows there are."""
    found = curve.learning_curves(majority(), learned, scored, polarities=POLARITIES, seed=0)["macro_f1"]

    assert abs(found.gain) < 0.05
    assert found.gain_interval[0] <= 0 <= found.gain_interval[1] or abs(found.gain_interval[0]) < 0.02


def test_documents_are_learned_whole(learned, scored):
    """Rows of one text on both sides of a drawing would make a tenth look like a half."""
    seen = []

    class Spy:
        def __init__(self, inner):
            self.inner = inner

        def get_params(self, deep=True):
            return {"inner": self.inner}

        def fit(self, rows, y):
            seen.append(rows.index)
            self.inner = clone(self.inner).fit(rows, y)
            return self

        def predict(self, rows):
            return self.inner.predict(rows)

    by_three = learned.assign(document_id=[f"d{number // 3}" for number in range(len(learned))])
    curve.learning_curves(Spy(majority()), by_three, scored, polarities=POLARITIES, seed=0)

    assert len(seen) == curve.SEEDS * (len(curve.SHARES) - 1) + 1
    for index in seen:
        counts = by_three.loc[index, "document_id"].value_counts()
        assert (counts == 3).all()


def test_the_law_is_found_again_within_noise():
    """Made by a law with a little noise, it gives back the law's own future."""
    sizes = np.array([100.0, 200, 350, 500, 700, 1000])
    noise = np.random.default_rng(0).normal(0, 0.002, len(sizes))
    law = curve.fitted(sizes, 0.75 - 2.5 * sizes**-0.6 + noise)

    assert curve.predict(law, 1500) == pytest.approx(0.75 - 2.5 * 1500**-0.6, abs=0.01)
    assert curve.predict(curve.fitted(sizes, np.full(6, 0.5)), 1e6) == pytest.approx(0.5, abs=0.01)


def test_each_target_is_left_out_in_turn(learned, scored):
    """The figure is that of a model that was fitted without the target, by hand."""
    how = {"polarities": POLARITIES, "seed": 0, "resamples": 50}
    found = left_out(svm_ngrams(), learned, scored, **how)

    assert set(found) == {"Night Trains", "Cycle Lanes"}
    others = learned[learned["target"] != "Night Trains"]
    part = scored[scored["target"] == "Night Trains"]
    by_hand = svm_ngrams().pooled.fit(others[data.ROW], others["label"].to_numpy(dtype=str))
    with noted() as notes:
        right = (by_hand.predict(part[data.ROW]) == part["label"]).mean()
    assert "no such target" in notes[0]
    assert found["Night Trains"].scores.accuracy == pytest.approx(right)
    assert found["Night Trains"].rows_learned_from == len(others) == 90
    assert found["Night Trains"].scores.accuracy > found["Night Trains"].commonest.accuracy + 0.2
    alone = learned[learned["target"] == "Night Trains"]
    assert left_out(svm_ngrams(), alone, part, **how) == {}


def test_the_command_tells_both(directed, tmp_path):
    """On the terminal, in HTML with its picture, in Markdown, and as figures."""
    said("train", directed, tmp_path / "m", "--recipe", "svm_ngrams_comb")
    asked = ("evaluate", tmp_path / "m", directed, "--curve", "--cross-target", "--report", tmp_path / "r")
    told = said(*asked)
    html, text = ((tmp_path / "r" / f"report.{end}").read_text() for end in ("html", "md"))
    found = json.loads((tmp_path / "r" / "report.json").read_text())

    assert re.search(
        r"^macro-F1 with 500 more labels: \d\d\.\d \[\d\d\.\d, \d+\.\d\], that is [+-]", told, re.MULTILINE
    )
    assert re.search(r"^target left out +rows", told, re.MULTILINE) and "expect little" in told
    assert html.count("data:image/svg+xml;base64,") == 2 and "Targets left out" in html
    assert "![Scores over the number" in text and "> **Note:** a target without labels" in text
    assert (tmp_path / "r" / "curve.svg").read_text().startswith("<?xml")
    assert len(found["curves"]["macro_f1"]["points"]) == 6 and found["curves"]["f_avg"]["more"] == 500
    assert found["cross_target"]["Night Trains"]["scores"]["n"] == 30


def test_without_being_asked_nothing_is_trained_anew(directed, tmp_path):
    """They cost some thirty trainings; and of another release's rows nothing would be told."""
    model = train(data.read_release(directed), recipe="majority", splits=["train"], seed=0)
    other = data.read_release(make_release(tmp_path / "other", directed_rows(), number=2))

    assert evaluate(model, other, split="test", resamples=10).curves == {}
    with pytest.raises(Invalid, match="give that release"):
        evaluate(model, other, split="test", resamples=10, curve=True)
