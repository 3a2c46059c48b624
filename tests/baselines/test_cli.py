import json
import re

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from annotator.cli import main
from baselines.models import RECIPES
from tests.baselines.conftest import TARGETS, directed_rows
from tests.baselines.make_release import make_release


def standpoint(*arguments: object):
    return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)


def said(*arguments: object, code: int = 0) -> str:
    result = standpoint(*arguments)
    assert result.exit_code == code, result.output
    return result.stdout if code == 0 else result.stderr


@pytest.fixture(scope="module")
def model_dir(directed, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "svm"
    assert "svm_ngrams trained on 180 rows, 2 targets, of trains/1 train" in said(
        "train", directed, folder, "--recipe", "svm_ngrams"
    )
    return folder


def test_train_evaluate_predict_is_the_way(directed, model_dir, tmp_path):
    """A newcomer's three commands."""
    table = said("evaluate", model_dir, directed)
    suggestions = said("predict", model_dir, directed, tmp_path / "s.parquet")

    assert re.search(r"^svm_ngrams +\d\d\.\d \[\d\d\.\d, \d\d\.\d\]", table, re.MULTILINE)
    assert re.search(r"^majority per target +\d\d\.\d \[", table, re.MULTILINE)
    assert re.search(r"^Night Trains +30 ", table, re.MULTILINE)
    assert suggestions.startswith("240 suggestions")
    assert pq.read_table(tmp_path / "s.parquet").num_rows == 240


def test_json_has_the_shape_that_others_rely_on(directed, model_dir):
    """Scripts read these keys; scores are shares, and nothing else stands on stdout."""
    told = json.loads(said("evaluate", model_dir, directed, "--json"))

    assert list(told)[:3] == ["f_avg", "macro_f1", "accuracy"] and told["n"] == 60
    for name in ("f_avg", "macro_f1", "accuracy"):
        low, high = told["intervals"][name]
        assert 0 <= low <= told[name] <= high <= 1
    assert set(told["per_target"]) == {"Night Trains", "Cycle Lanes"}
    assert told["per_target"]["Night Trains"]["n"] == 30
    assert told["f_avg"] > 0.8 and told["majority"]["f_avg"] < 0.5


def test_the_report_is_whole_in_itself(directed, model_dir, tmp_path):
    """A report is mailed: its picture must come with it, its figures must be those of the command."""
    told = json.loads(said("evaluate", model_dir, directed, "--json", "--report", tmp_path / "report"))
    html = (tmp_path / "report" / "report.html").read_text()

    assert {path.name for path in (tmp_path / "report").iterdir()} == {
        "report.html", "report.md", "report.json", "confusion.svg",
    }  # fmt: skip
    assert json.loads((tmp_path / "report" / "report.json").read_text()) == told
    assert 'src="data:image/svg+xml;base64,' in html and "http://" not in html.split("data:")[0]
    for page in (html, (tmp_path / "report" / "report.md").read_text()):
        assert f"{100 * told['f_avg']:.1f}" in page and f"{100 * told['majority']['macro_f1']:.1f}" in page
    assert "</svg>" in (tmp_path / "report" / "confusion.svg").read_text()


def test_a_report_replaces_the_one_before_and_stands_beside_the_model(directed, model_dir):
    """Scoring again must neither fail nor leave a mixture."""
    folder = model_dir / "reports" / "1-test"
    said("evaluate", model_dir, directed)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    (folder / "report.md").write_text("old")
    said("evaluate", model_dir, directed)

    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in folder.parent.iterdir()] == ["1-test"]


@pytest.mark.parametrize("named", [".", "the model", "a link"])
def test_a_report_never_replaces_what_is_no_report(directed, model_dir, tmp_path, monkeypatch, named):
    """Whoever names a folder of their own as --report keeps what is in it."""
    (tmp_path / "thesis.txt").write_text("three years")
    (tmp_path / "link").symlink_to(tmp_path)
    monkeypatch.chdir(tmp_path)
    folder = {".": ".", "the model": model_dir, "a link": "link"}[named]
    before = sorted(model_dir.iterdir())

    assert "which is no part of a report" in said("evaluate", model_dir, directed, "--report", folder, code=1)
    assert (tmp_path / "thesis.txt").read_text() == "three years"
    assert sorted(model_dir.iterdir()) == before


def test_suggestions_never_replace_their_own_input(model_dir, tmp_path):
    """A slip of the hand would cost the texts."""
    texts = tmp_path / "texts.csv"
    texts.write_text("id,text,target\n1,splendid trains,Night Trains\n")

    assert "is the input" in said("predict", model_dir, texts, texts, code=1)
    assert texts.read_text().startswith("id,text")


def test_an_open_release_goes_the_same_way(opened, tmp_path):
    """News has several holders and targets in a sentence, and a target with two labels in all."""
    trained = standpoint("train", opened, tmp_path / "m", "--recipe", "svm_ngrams")
    told = json.loads(said("evaluate", tmp_path / "m", opened, "--json"))

    assert (
        "Note: “The Ministry”: fewer than 5 rows of two labels each; the pooled model answers."
        in trained.stderr
    )
    assert told["n"] == 40 and set(told["per_label"]) == {"FAVOR", "AGAINST", "MIXED", "NEUTRAL"}
    assert told["accuracy"] > 0.6
    assert told["notes"] == ["“The Ministry”: fewer than 5 rows of two labels each; the pooled model answers"]


def test_names_from_a_project_are_text_in_a_report(tmp_path):
    """A target may be called anything; in a report it is a name and neither markup nor a column."""
    name = "<b>|Trains|</b> قطارات"
    rows = {split: [{**row, "target": name} for row in rows] for split, rows in directed_rows().items()}
    release = make_release(tmp_path / "r", rows)
    said("train", release, tmp_path / "m", "--recipe", "majority")
    said("evaluate", tmp_path / "m", release, "--report", tmp_path / "report")

    assert "&lt;b&gt;|Trains|&lt;/b&gt; قطارات" in (tmp_path / "report" / "report.html").read_text()
    assert r"| \<b\>\|Trains\|\</b\> قطارات | 60 |" in (tmp_path / "report" / "report.md").read_text()


def test_scoring_on_rows_that_were_trained_on_is_told(directed, model_dir):
    """The best score of all is the one on one's own training rows."""
    result = standpoint("evaluate", model_dir, directed, "--split", "train", "--report", model_dir / "own")

    assert "Note: the model was trained on train of trains/1" in result.stderr


def test_what_is_held_out_is_trained_and_scored_on(tmp_path):
    """A figure on unseen targets counts only if the model met none of them in training, by no detour."""
    rows = directed_rows()
    by_target = {
        split: [row for split_ in rows.values() for row in split_ if (row["target"] == TARGETS[0]) == is_seen]
        for split, is_seen in (("train", True), ("test", False))
    }
    release = make_release(tmp_path / "r", rows, held_out={"gold_by_target": by_target})
    told = said("train", release, tmp_path / "m", "--config", "gold_by_target", "--recipe", "svm_ngrams")
    held_out = standpoint("evaluate", tmp_path / "m", release)
    plain = standpoint("evaluate", tmp_path / "m", release, "--config", "gold")

    assert "trained on 120 rows, 1 target, of trains/1 gold_by_target train" in told
    assert "trains/1 gold_by_target test: 120 rows" in held_out.stdout
    assert (tmp_path / "m/reports/1-gold_by_target-test/report.html").exists()
    assert "rows that it has met" not in held_out.stderr
    assert "trains/1 test: 60 rows" in plain.stdout
    assert "other than those of gold: it may be scored on rows that it has met" in plain.stderr


def test_a_release_that_holds_nothing_out_says_so(directed, tmp_path):
    """Who mistypes must read what there is."""
    error = said("train", directed, tmp_path / "m", "--config", "gold_by_time", code=1)

    assert "has no config gold_by_time; it has gold and items" in error


def test_several_splits_are_trained_on(directed, tmp_path):
    said("train", directed, tmp_path / "m", "--split", "train", "--split", "test", "--recipe", "majority")

    assert json.loads((tmp_path / "m" / "model.json").read_text())["training"]["rows"] == 240


def test_a_model_of_other_labels_is_refused(opened, model_dir, tmp_path):
    """Scores of labels that the model cannot give would be zeros, and read as its fault."""
    told = said("evaluate", model_dir, opened, "--report", tmp_path / "report", code=1)

    assert "The model knows the labels FAVOR, AGAINST, NONE, the release has FAVOR, AGAINST, MIXED" in told
    assert not (tmp_path / "report").exists()


def test_a_folder_that_holds_something_is_never_trained_into(directed, tmp_path):
    """A model somebody cites must not be overwritten by a second run."""
    (tmp_path / "thesis.txt").write_text("dear to me")

    assert "not empty" in said("train", directed, tmp_path, code=1)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_what_fails_leaves_nothing_behind(directed, tmp_path):
    """Half a model folder would be taken for a model, or stand in the way."""
    assert "no split validation" in said("train", directed, tmp_path / "m", "--split", "validation", code=1)
    assert list(tmp_path.iterdir()) == []


def test_wrong_usage_exits_2(directed, tmp_path):
    assert "'nonsense' is not one of" in said("train", directed, tmp_path, "--recipe", "nonsense", code=2)


def test_the_manual_names_every_recipe():
    """A recipe that the manual does not name does not exist for most."""
    manual = said("train", "--help")

    assert all(f"{name} " in manual and recipe.summary in manual for name, recipe in RECIPES.items())
    assert "Examples:" in manual
