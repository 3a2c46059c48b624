"""What cross-validation on training rows chooses, and that nothing else has a say in it."""

import io
import json
import sys

import numpy as np
import pandas as pd
import pytest

from annotator.errors import Invalid
from baselines import choosing, data, models, persist
from baselines.choosing import Candidate, Folds, choose_settings, plainest
from baselines.facts import Label
from baselines.training import train
from tests.baselines.conftest import directed_rows, rows_of
from tests.baselines.make_release import make_release
from tests.baselines.test_cli import said, standpoint

LABELS = [Label(name=name, polarity=name.lower()) for name in ("FAVOR", "AGAINST", "NONE")]
C = "classifier__svm__classifier__C"
PLAIN = ["majority", "svm_ngrams"]


@pytest.fixture(scope="module")
def rows():
    table = pd.DataFrame(directed_rows()["train"]).assign(holder="author")
    return table.assign(document_id=[f"d{number // 2}" for number in range(len(table))])


@pytest.fixture(autouse=True)
def two_candidates(monkeypatch):
    monkeypatch.setattr(choosing, "CANDIDATES", PLAIN)


class Counted:
    """A bar that counts."""

    def __init__(self) -> None:
        self.fits, self.length, self.steps = 0, 0, 0

    def __call__(self, length: int) -> "Counted":
        self.length = length
        return self

    def __enter__(self) -> "Counted":
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def update(self, n_steps: int) -> None:
        self.fits += n_steps
        self.steps += 1


def test_the_better_recipe_is_chosen_and_all_are_told(directed, tmp_path):
    """Who names no recipe gets a good one, and can read what it was held against."""
    told = said("train", directed, tmp_path / "m")
    card = json.loads((tmp_path / "m" / "model.json").read_text())
    page = (tmp_path / "m" / "README.md").read_text()

    assert told.startswith("Tried by 5-fold cross-validation on 180 rows, F_avg: majority 25.0, svm_ngrams 9")
    assert "svm_ngrams trained on 180 rows" in told and card["recipe"] == "svm_ngrams"
    (choice,) = card["choices"]
    assert [each["recipe"] for each in choice["tried"]] == PLAIN and choice["figure"] == "f_avg"
    floor, svm = (each["figure"] for each in choice["tried"])
    assert floor < 0.5
    assert 0.8 < svm <= 1
    assert f"| svm_ngrams | {100 * svm:.1f} |" in page and "kept together by document_id" in page


def test_the_plainest_of_equals_is_kept():
    """A slower model for a difference that the folds do not bear out would be chosen by luck."""
    plain, rich, best, broken = (
        Candidate(recipe=name, figure=figure, error=0.02)
        for name, figure in (("plain", 0.75), ("rich", 0.76), ("best", 0.9), ("broken", None))
    )

    assert plainest([plain, rich]) == plain
    assert plainest([plain, best, rich, broken]) == best
    with pytest.raises(Invalid, match="No recipe can learn"):
        plainest([broken])


def test_the_same_seed_chooses_the_same(directed):
    """A model that is trained again must be the same model."""
    release = data.read_release(directed)
    first, again, other = (
        train(release, recipe="svm_ngrams_semeval", splits=["train"], seed=seed, is_searched=True).card
        for seed in (0, 0, 1)
    )

    assert first == again
    assert first.choices[0].tried != other.choices[0].tried


def test_the_test_rows_have_no_say(directed, tmp_path):
    """A choice by the rows that one is scored on is a score of nothing."""
    rows = directed_rows()
    rng = np.random.default_rng(0)
    for row in rows["test"]:
        row["label"] = str(rng.choice(["FAVOR", "AGAINST", "NONE"]))
    scrambled = data.read_release(make_release(tmp_path / "r", rows))
    one, other = (
        train(release, recipe=None, splits=["train"], seed=0).card
        for release in (data.read_release(directed), scrambled)
    )

    assert one.choices == other.choices and one.recipe == other.recipe


@pytest.mark.parametrize("name", [name for name, each in models.RECIPES.items() if each.grid])
def test_every_grid_names_settings_that_its_recipe_has(name):
    """A misspelled setting would be found by whoever waits for the search."""
    params = models.recipe(name).build(0).get_params(deep=True)

    assert set(models.recipe(name).grid) <= set(params)
    for setting, values in models.recipe(name).grid.items():
        assert params[setting] in values, f"{name} stands outside its own grid: {setting}"


def test_a_search_takes_the_best_settings_and_tells_all(directed, tmp_path):
    """What was tried, and how often, says how much a figure flatters itself."""
    options = ["--recipe", "svm_ngrams_semeval", "--search"]
    told = said("train", directed, tmp_path / "m", *options)
    model = persist.load(tmp_path / "m")
    tried = model.card.choices[0].tried

    best = max(tried, key=lambda each: each.figure)
    assert model.card.params == best.params
    assert (
        model.estimator.get_params()["classifier__svm__classifier__C"]
        == best.params["classifier__svm__classifier__C"]
    )
    assert [each.params["classifier__svm__classifier__C"] for each in tried] == [0.001, 0.003, 0.01, 0.03]
    assert "C 0.001" in told and "C 0.03" in (tmp_path / "m" / "README.md").read_text()


def test_a_search_tells_how_far_it_is(rows):
    """It takes minutes: who waits must see that it moves, and how long it is."""
    bar = Counted()
    cut = Folds(rows, LABELS, by="document_id", seed=0)
    choose_settings(cut, "svm_ngrams_semeval", bar)

    assert bar.fits == bar.length == 4 * 5 and bar.steps >= 2


def test_the_bar_is_for_a_terminal_alone(directed, tmp_path, monkeypatch):
    """A log file full of bars is no log."""
    quiet = standpoint("train", directed, tmp_path / "m")
    assert "Fitting" not in quiet.output

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    from baselines.train_command import _progress  # noqa: PLC0415

    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    with _progress(3) as bar:
        bar.update(3)
    assert "Fitting" in shown.getvalue() and "3/3" in shown.getvalue()


def test_new_targets_are_held_out_whole_where_they_are_to_be_met(tmp_path):
    """A recipe that shines on targets it knows may be no use on others: choose by what is coming."""
    labels = ("FAVOR", "AGAINST", "NONE")
    names = [f"target {number}" for number in range(9)]
    rows = {
        "train": rows_of("train", 180, labels=labels, targets=tuple(names[:6])),
        "validation": rows_of("validation", 30, labels=labels, targets=tuple(names[6:])),
    }
    release = data.read_release(make_release(tmp_path / "r", rows))

    assert train(release, recipe=None, splits=["train"], seed=0).card.choices[0].by == "target"


def test_of_very_many_rows_whole_groups_are_drawn(rows, monkeypatch):
    """Choosing must not take a night; a document that is cut in two would leak."""
    monkeypatch.setattr(choosing, "MOST", 50)
    cut = Folds(rows, LABELS, by="document_id", seed=0)
    again = Folds(rows, LABELS, by="document_id", seed=0)

    assert 40 < len(cut.rows) <= 50 and cut.rows.equals(again.rows)
    assert (cut.rows["document_id"].value_counts() == 2).all()


def test_where_nothing_can_be_chosen_the_plain_one_stands(tmp_path):
    """Somebody's first three labels must not end in an error about folds."""
    few = [
        {"text": f"splendid {n}", "target": "Trains", "label": label, "document_id": "one"}
        for n, label in enumerate(["FAVOR", "AGAINST", "FAVOR"])
    ]
    release = make_release(tmp_path / "r", {"train": few})
    result = standpoint("train", release, tmp_path / "m")

    assert result.exit_code == 0, result.output
    assert "Note: no recipe could be chosen, svm_ngrams stands" in result.stderr


def test_what_has_no_settings_says_so(directed, rows, tmp_path):
    """Waiting for a search of nothing would be odd; the next step must be plain."""
    told = said("train", directed, tmp_path / "m", "--recipe", "majority", "--search", code=1)

    assert "majority has no settings to search; these have: svm_ngrams" in told
    with pytest.raises(Invalid, match="one group by document_id"):
        Folds(rows.assign(document_id="one"), LABELS, by="document_id", seed=0)
