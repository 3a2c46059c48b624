"""What stands beside the scores: probes, people, probabilities, facets, mistakes, other models."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from annotator.errors import Invalid
from baselines import data, report
from baselines.comparing import compare
from baselines.evaluate import evaluate
from baselines.facets import by_facet
from baselines.mistakes import mistakes
from baselines.reliability import reliability, soft
from baselines.training import train
from tests.baselines.conftest import directed_rows
from tests.baselines.make_release import make_release

CEILING = {"accuracy": 0.7, "macro_f1": 0.65, "f_avg": 0.72, "n": 90, "intervals": {"f_avg": [0.6, 0.8]}}
POLARITIES = {"FAVOR": "favor", "AGAINST": "against", "NONE": "none"}


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    """Two annotators, two languages, and what people reach."""
    rows = directed_rows()
    for number, row in enumerate(rows["test"]):
        row |= {"language": ("en", "es")[number % 2], "n_annotators": 2}
        row["label_distribution"] = [float(name == row["label"]) for name in POLARITIES]
    path = make_release(tmp_path_factory.mktemp("releases") / "told", rows)
    facts = json.loads((path / "release.json").read_text()) | {"human_ceiling": CEILING}
    (path / "release.json").write_text(json.dumps(facts))
    return data.read_release(path)


@pytest.fixture(scope="module")
def models(release):
    return {
        name: train(release, recipe=name, splits=["train"], seed=0)
        for name in ("logistic_balanced", "majority_per_target")
    }


@pytest.fixture(scope="module")
def evaluation(release, models):
    return evaluate(models["logistic_balanced"], release, split="test", site="https://stance.example.org")


def test_probes_and_people_stand_beside_every_score(evaluation):
    """“72” alone says nothing: text alone may reach it, and people may not."""
    assert list(evaluation.lines) == ["logistic_balanced", "text only", "target only", "majority per target"]
    assert evaluation.probes["text only"].f_avg > 0.7 > evaluation.probes["target only"].f_avg
    told = report.as_text(evaluation)
    assert "people" in told and "72.0 [60.0, 80.0]" in told and "text only" in told


def test_probes_are_silent_where_the_training_rows_are_not_at_hand(models, tmp_path):
    """A probe of other rows would be another probe."""
    other = data.read_release(make_release(tmp_path / "r", directed_rows(), number=2))

    assert evaluate(models["logistic_balanced"], other, split="test").probes == {}


@pytest.mark.parametrize("name", ["report.html", "report.md"])
def test_the_report_tells_all_of_it(evaluation, tmp_path, name):
    """What is measured and not shown helps nobody."""
    report.write_report(evaluation, tmp_path)
    page = (tmp_path / name).read_text()
    words = set(re.findall(r"\w+", re.sub("<[^>]*>", " ", page)))

    for told in ("text only", "people", "By language", "Probabilities", "calibration error", "Mistakes"):
        assert told in page, told
    wrong = evaluation.mistakes[0]
    assert (
        set(re.findall(r"\w+", wrong.text)) <= words and wrong.link in page
    )  # marked words have tags in them
    assert wrong.link == f"https://stance.example.org/projects/trains/adjudicate/item?id={wrong.item_id}"


def test_the_calibration_error_is_the_worked_one():
    """Two bins: 0.9 and right in half, 0.6 and always right: (2 × 0.4 + 2 × 0.4) / 4."""
    shares = np.array([[0.9, 0.1], [0.1, 0.9], [0.6, 0.4], [0.4, 0.6]])

    found = reliability(shares, np.array([True, False, True, True]))

    assert found.ece == pytest.approx(0.4)
    assert [(n, hits) for *_, hits, n in found.bins] == [(2, 1.0), (2, 0.5)]


def test_soft_scores_are_the_worked_ones():
    """People split in halves: a model that splits too is perfect, one that is sure is not."""
    rows = pd.DataFrame({"label_distribution": [[0.5, 0.5], [0.5, 0.25]], "n_annotators": [2, 4]})

    same = soft(np.array([[0.5, 0.5], [2 / 3, 1 / 3]]), rows, ["a", "b"])
    sure = soft(np.array([[1.0, 0.0], [1.0, 0.0]]), rows, ["a", "b"])

    assert same.divergence == pytest.approx(0, abs=1e-6) and same.cross_entropy == pytest.approx(same.entropy)
    assert sure.divergence > 0.1 and sure.cross_entropy > 2 * same.cross_entropy and sure.n == 2
    assert soft(np.ones((2, 2)), rows.assign(n_annotators=1), ["a", "b"]) is None


def test_facets_part_rows_by_what_is_known_of_them():
    """A score over all holders hides the one that was not learned."""
    rows = pd.DataFrame(
        {"item_id": ["1", "1", "2", "3"], "label": ["FAVOR", "NONE", "FAVOR", "NONE"], "target": "t",
         "holder": ["a", "a", "a", "b"], "language": [None] * 4}
    )  # fmt: skip

    found = by_facet(rows, ["FAVOR", "FAVOR", "FAVOR", "NONE"], polarities=POLARITIES, seed=0, resamples=20)

    assert {facet: {value: each.n for value, each in values.items()} for facet, values in found.items()} == {
        "holder": {"a": 3, "b": 1}, "segment": {"one stance": 2, "several stances": 2},
    }  # fmt: skip
    assert found["segment"]["several stances"].accuracy == 0.5 and found["holder"]["b"].accuracy == 1


def test_mistakes_come_surest_first_and_only_mistakes(models):
    """The sure ones are wrong gold as often as wrong models."""
    rows = pd.DataFrame(
        {"item_id": list("abc"), "text": "x" * 400, "holder": "h", "target": "t", "label": "NONE"}
    )

    said, p = np.array(["FAVOR", "NONE", "FAVOR"]), np.array([0.5, 0.9, 0.8])
    found = mistakes(models["majority_per_target"], rows, said, p, slug="s")

    assert [(each.item_id, each.p, each.link) for each in found] == [("c", 0.8, ""), ("a", 0.5, "")]
    assert len(found[0].text) == 280


def test_a_better_model_is_told_from_a_worse_one(release, models):
    """Whoever publishes a gain must know that it is one."""
    comparison = compare(models, release, split="test", rounds=500)

    found = comparison.pairs["logistic_balanced", "majority_per_target"]
    assert found["f_avg"].value > 0.3 and found["f_avg"].p < 0.01
    assert "logistic_balanced − majority_per_target" in report.comparison_text(comparison)
    told = json.loads(report.comparison_json(comparison))
    assert (
        told["pairs"][0]["first"] == "logistic_balanced" and told["models"]["majority_per_target"]["n"] == 60
    )
    notes = compare(models, release, split="train", rounds=9).notes
    assert len([note for note in notes if "rows that it has met" in note]) == 2


def test_one_model_is_not_compared(release, models):
    with pytest.raises(Invalid, match="Two models or more"):
        compare({"one": models["logistic_balanced"]}, release, split="test")
