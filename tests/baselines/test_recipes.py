"""Every recipe, what its parts promise, and what scikit-learn asks of an estimator."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.linear_model import RidgeClassifier
from sklearn.svm import LinearSVC
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import check_estimator

from annotator.errors import Invalid, NotFound
from baselines import data, models, persist
from baselines.calibration import Calibrated
from baselines.crossed import Crossed
from baselines.features import Ngrams
from baselines.kernels import KernelSum
from baselines.known_targets import KnownTargets
from baselines.lexicon import Valence, valences
from baselines.mentions import HOLDER, TARGET, Distances, Masked, masked
from baselines.notes import BaselineWarning, noted
from baselines.per_target import PerTarget
from baselines.sentences import Sentences
from baselines.training import train
from tests.baselines.conftest import directed_rows, rows_of

RULES = [
    estimator_checks.check_estimator_cloneable,
    estimator_checks.check_estimator_repr,
    estimator_checks.check_estimator_tags_renamed,
    estimator_checks.check_get_params_invariance,
    estimator_checks.check_no_attributes_set_in_init,
    estimator_checks.check_set_params,
    estimator_checks.check_valid_tag_types,
]


@pytest.fixture(scope="module")
def rows():
    table = pd.DataFrame(directed_rows()["train"]).assign(holder="author")
    return table[data.ROW], np.asarray(table["label"], dtype=str)


@pytest.mark.parametrize(
    "estimator", [Calibrated(LinearSVC()), KernelSum(), KernelSum([(None, 1.0, 0.5)], most=20)]
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
def test_classifiers_of_matrices_are_whole_scikit_learn_estimators(estimator):
    """Whoever puts one into a search or a pipeline of their own relies on the library's rules."""
    done = check_estimator(estimator, on_fail=None)

    assert len(done) > 40 and [each["check_name"] for each in done if each["status"] == "failed"] == []


@pytest.mark.parametrize(
    "estimator",
    [
        Crossed(Ngrams()), Distances(), KnownTargets(LinearSVC()), Masked(Ngrams()), Ngrams(),
        PerTarget(Ngrams(), LinearSVC(), LinearSVC()), Sentences(), Valence(),
    ],
)  # fmt: skip
def test_estimators_of_rows_keep_the_rules_that_the_library_can_check(estimator):
    """They read texts by column name, so only clone, parameters, tags and the like can be checked."""
    for check in RULES:
        check(type(estimator).__name__, estimator)


@pytest.mark.parametrize("name", models.RECIPES)
def test_every_recipe_can_be_searched_over_and_copied(name):
    """A search sets parameters by name on copies; a recipe that shares state between them learns twice."""
    recipe = models.recipe(name).build(0)
    params = clone(recipe).get_params()

    assert {key: repr(value) for key, value in params.items()} == {
        key: repr(value) for key, value in recipe.get_params().items()
    }
    assert models.recipe(name).source.startswith("https://")


@pytest.mark.parametrize("name", ["svm_crossed", "svm_ngrams_comb", "mention_aware", "target_only"])
def test_a_target_without_labels_is_warned_of_and_promised_little(name, rows):
    """On held-out targets F_avg is 21–39: a confident suggestion there teaches annotators the wrong thing."""
    model = models.recipe(name).build(0).fit(*rows)
    met = rows[0].iloc[:30]

    with pytest.warns(BaselineWarning, match="Airships.*guesses"):
        unmet = model.predict_proba(met.assign(target="Airships"))
    assert unmet.max() <= 0.5 and np.allclose(unmet.sum(axis=1), 1)
    with noted() as notes:
        model.predict_proba(met)
    assert notes == []


def test_the_likeliest_label_is_the_predicted_one_in_every_recipe(rows):
    """A distribution that contradicts its label would be believed in neither."""
    for name, each in models.RECIPES.items():
        model = each.build(0).fit(*rows)
        likeliest = model.classes_[model.predict_proba(rows[0]).argmax(axis=1)]
        assert np.array_equal(model.predict(rows[0]), likeliest), name


def test_crossed_features_let_a_poor_target_lean_on_the_others(rows):
    """A target's first two labels are no model; what other targets' texts say is more than nothing."""
    poor = pd.DataFrame(rows_of("test", 60, labels=("FAVOR", "AGAINST"), targets=("Ferries",)))
    poor = poor.assign(holder="author")
    texts = pd.concat([rows[0], poor.iloc[:2][data.ROW]], ignore_index=True)
    model = models.recipe("svm_crossed").build(0).fit(texts, np.append(rows[1], poor["label"][:2]))

    assert np.mean(model.predict(poor.iloc[2:][data.ROW]) == poor["label"][2:]) > 0.75


def test_a_row_of_an_unknown_target_has_only_the_shared_copy(rows):
    """Its words must not be counted for whichever target happens to stand first."""
    crossed = Crossed(Ngrams(), shared=1.0).fit(rows[0])
    plain = Ngrams().fit(rows[0]).transform(rows[0].iloc[:1])
    n = plain.shape[1]

    known, new = (
        crossed.transform(rows[0].iloc[:1].assign(target=name)) for name in ("Night Trains", "Airships")
    )
    assert (known[:, :n] != plain).nnz == (new[:, :n] != plain).nnz == 0
    assert new[:, n:].count_nonzero() == 0 < known[:, n:].count_nonzero()


def test_a_sum_of_kernels_solves_what_its_equations_say():
    """The oracle: scikit-learn's kernel ridge, with the same weights of rows and the same kernel."""
    from sklearn.kernel_ridge import KernelRidge  # noqa: PLC0415
    from sklearn.metrics.pairwise import rbf_kernel  # noqa: PLC0415

    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(60, 5)), np.array(["a"] * 40 + ["b"] * 20)
    x[40:] += 0.7
    model = KernelSum([(2, 0.3, None), (None, 0.7, 0.5)], c=2.0).fit(x, y)
    kernel = 0.3 * x[:, :2] @ x[:, :2].T + 0.7 * rbf_kernel(x[:, 2:], gamma=0.5) + 1
    importance = np.where(y == "b", 2.0 / (2 * 20 / 60), 2.0 / (2 * 40 / 60))
    oracle = KernelRidge(alpha=1.0, kernel="precomputed").fit(
        kernel, np.where(y == "b", 1, -1), sample_weight=importance
    )

    assert np.allclose(model.decision_function(x), 2 * oracle.predict(kernel))


def test_fewer_spanning_rows_come_near_to_all_of_them():
    """A large release must train in memory, and on nearly the same model."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(400, 4))
    y = np.where(x[:, 0] + 0.3 * rng.normal(size=400) > 0, "yes", "no")
    whole, part = (KernelSum([(None, 1.0, 0.2)], most=most).fit(x, y) for most in (1000, 150))

    assert len(part.rows_) == 150
    assert np.mean(whole.predict(x) == part.predict(x)) > 0.95


def test_names_are_masked_where_they_stand_and_nowhere_else():
    """A model that learns who instead of what knows nobody new."""
    assert (
        masked("The Ministry backs Night Trains", "Night Trains", "The Ministry")
        == f"{HOLDER} backs {TARGET}"
    )
    assert masked("trains stop at night", "Night Trains", "author") == f"{TARGET} stop at night"
    assert masked("strains and a.b", "a.b", "rain") == f"strains and {TARGET}"


def test_distances_tell_who_stands_first_and_how_near():
    """“Rail Watch attacks the ministry” and its reverse have the same words."""
    asked = pd.DataFrame(
        {"text": ["Rail Watch attacks Trams", "Trams attack Rail Watch", "never mind"],
         "target": "Trams", "holder": "Rail Watch"}
    )  # fmt: skip

    assert Distances().fit(asked).transform(asked).tolist() == [
        [1, 1, 1, 0.5, 0, 0], [1, 1, 0, 0.5, 0, 0], [0, 0, 0, 0, 0, 0],
    ]  # fmt: skip


def test_a_negated_word_of_praise_counts_apart():
    """“Not good” is no praise."""
    plain, turned = (
        Valence()
        .fit(pd.DataFrame({"text": ["x"]}))
        .transform(pd.DataFrame({"text": ["good trains", "not good trains"]}))
    )

    assert valences()["good"] == 1.9
    assert plain[0] > 0 == plain[2] and turned[2] > 0 == turned[0] and plain[4] > 0 > turned[4]


def test_detection_tells_segments_with_a_stance_from_those_without(opened, tmp_path):
    """An open project's queue wants segments that hold something at all."""
    release = data.read_release(opened)
    model = train(release, recipe="detection", splits=["train"], seed=0)
    persist.save(model, tmp_path)
    rows = data.segments(release, ["train"])

    assert [label.name for label in model.card.labels] == ["stance", "absent"]
    assert list(rows["label"]).count("absent") == 1 and model.card.training.rows == len(rows) == 161
    assert set(persist.load(tmp_path).estimator.predict(rows)) <= {"stance", "absent"}


def test_anybodys_estimator_is_a_recipe_by_its_import_path(rows, directed, tmp_path):
    """A teacher's class brings its own classifier, and compares it on the same footing."""
    found = models.recipe("sklearn.linear_model:RidgeClassifier").build(7)
    assert isinstance(found.classifier.classifier, RidgeClassifier)
    assert found.classifier.classifier.random_state == 7
    assert np.mean(found.fit(*rows).predict(rows[0]) == rows[1]) > 0.8

    model = train(data.read_release(directed), recipe="baselines.models:text_only", splits=["train"], seed=0)
    persist.save(model, tmp_path)
    assert persist.load(tmp_path).card.recipe == "baselines.models:text_only"


@pytest.mark.parametrize(
    ("path", "error", "told"),
    [
        ("no_such_module:Name", NotFound, "package.module:Name"),
        ("sklearn.svm:Nothing", NotFound, "package.module:Name"),
        (":", NotFound, "package.module:Name"),
        ("sklearn.svm:LinearSVR", Invalid, "no scikit-learn classifier"),
        ("sklearn.multiclass:OneVsRestClassifier", Invalid, "without arguments"),
        ("builtins:str", Invalid, "no scikit-learn classifier"),
    ],
)
def test_what_is_no_classifier_is_refused_in_a_sentence(path, error, told):
    """A typing mistake is no traceback."""
    with pytest.raises(error, match=told):
        models.recipe(path).build(0)
