import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import make_classification
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from baselines.calibration import Calibrated, temperature


def some_rows(*, n_classes: int, n: int = 240):
    return make_classification(
        n, n_features=12, n_informative=6, n_classes=n_classes, flip_y=0.3, random_state=1
    )


@pytest.mark.parametrize("n_classes", [2, 3])
def test_probabilities_are_those_of_scikit_learn(n_classes):
    """The oracle: our temperature is that of CalibratedClassifierCV where that one takes the rows."""
    rows, y = some_rows(n_classes=n_classes)
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    oracle = CalibratedClassifierCV(LinearSVC(random_state=0), method="temperature", ensemble=False, cv=folds)

    ours = Calibrated(LinearSVC(random_state=0)).fit(rows, y)

    assert np.allclose(ours.predict_proba(rows), oracle.fit(rows, y).predict_proba(rows), atol=1e-3)


@pytest.mark.parametrize("n_classes", [2, 4])
def test_the_likeliest_label_is_the_decided_one(n_classes):
    """A suggestion whose distribution contradicts its label would be believed in neither."""
    rows, y = some_rows(n_classes=n_classes)
    model = Calibrated(LinearSVC(random_state=0)).fit(rows, y)

    assert np.array_equal(model.predict(rows), LinearSVC(random_state=0).fit(rows, y).predict(rows))
    assert np.array_equal(model.predict(rows), model.predict_proba(rows).argmax(axis=1))
    assert np.allclose(model.predict_proba(rows).sum(axis=1), 1)


@pytest.mark.parametrize("counts", [(9, 6, 1), (5, 1, 1), (2, 2), (1, 1), (30, 2)])
def test_labels_rarer_than_the_folds_are_no_obstacle(counts):
    """The first releases of a project have labels with one row; they must train."""
    y = np.repeat(np.arange(len(counts)), counts)
    rows = np.random.default_rng(0).normal(size=(len(y), 4)) + y[:, None]

    model = Calibrated(LinearSVC(random_state=0)).fit(rows, y)

    assert model.predict_proba(rows).shape == (len(y), len(counts))


def test_few_rows_that_are_all_right_promise_no_certainty():
    """Certainty learned from three rows would send the queue past the items that it should bring."""
    sure = np.array([[-1.0, 1.0]] * 3)

    assert temperature(sure, np.ones(3, dtype=int)) >= 0.25
    assert temperature(sure[:0], np.ones(0, dtype=int)) == 1
