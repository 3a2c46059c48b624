"""What half of the question scores: trained on the same rows as the model, and always beside it."""

import warnings
from collections.abc import Mapping

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline
from sklearn.svm import LinearSVC

from baselines.data import ROW
from baselines.features import Ngrams
from baselines.notes import BaselineWarning
from baselines.recipes.majority import target_only
from baselines.scoring import Scores, score

MOST = 50_000  # training rows that a probe is shown; of more, so many are drawn


def probed(
    training: pd.DataFrame,
    rows: pd.DataFrame,
    *,
    polarities: Mapping[str, str],
    seed: int,
    resamples: int,
) -> dict[str, Scores]:
    """Scores of the recipes `text_only` and `target_only` on `rows`, trained on `training`.

    The text is read by the SVM of that recipe without probabilities, which nobody asks of a probe.
    """
    svm = LinearSVC(C=0.3, class_weight="balanced", random_state=0)
    if len(training) > MOST:
        training = training.sample(MOST, random_state=0)
    labels = np.asarray(training["label"], dtype=str)
    probes = {
        "text only": Pipeline([("ngrams", Ngrams()), ("svm", svm)]),
        "target only": target_only(0),
    }
    gold, targets = rows["label"].tolist(), rows["target"].tolist()
    found = {}
    for name, probe in probes.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", BaselineWarning)  # the model's own notes tell
            predicted = probe.fit(training[ROW], labels).predict(rows[ROW])
        found[name] = score(
            gold, predicted.tolist(), targets, polarities=polarities, seed=seed, resamples=resamples
        )
    return found
