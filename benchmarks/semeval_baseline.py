"""Every recipe on a release of SemEval-2016 Task 6A, beside the published figures.

    python benchmarks/semeval_baseline.py RELEASE [RECIPE…] [--folds-only] [--once | --fresh]

What is chosen is chosen by five-fold cross-validation on train and validation, with three seeds (--once:
one). The best of many settings flatters itself on the folds that it was chosen by: --fresh takes five seeds
of folds that nothing was chosen by, though of the same rows. The test split is read after that, once, by
`_tested`, and nothing is chosen by it. Exits 1 if a gate of the cross-validation is missed. The data are not
ours to publish: import and release them first.
"""

import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from baselines import data, models
from baselines.crossval import out_of_fold
from baselines.evaluate import evaluate
from baselines.report import aligned, interval, points
from baselines.scoring import score
from baselines.training import train

SPLITS = ["train", "validation"]
SEEDS = (0, 1, 2)
FRESH = (101, 102, 103, 104, 105)
GATES = {"svm_ngrams": 0.665, "ngrams_embeddings": 0.715}  # F_avg in cross-validation
PUBLISHED = {  # F_avg on the test split
    "majority class": (65.22, "https://aclanthology.org/S16-1003"),
    "MITRE, best of 19 teams": (67.82, "https://aclanthology.org/S16-1003"),
    "SVM-ngrams, organisers": (68.98, "https://aclanthology.org/S16-1003"),
    "BERTweet": (71.2, "https://aclanthology.org/2022.acl-demo.25"),
    "TimeLMs-2021": (72.9, "https://aclanthology.org/2022.acl-demo.25"),
}


def main(path: Path, names: list[str], *, seeds: tuple[int, ...], is_tested: bool) -> int:
    """Print the tables; 0 if the gates are reached, else 1."""
    release = data.read_release(path)
    names = names or [name for name, each in models.RECIPES.items() if each.task == models.STANCE]
    rows = data.gold(release, SPLITS)
    polarities = {label.name: label.polarity for label in release.facts.labels}
    found = {}
    for name in names:
        found[name] = _cross_validated(name, rows, polarities, seeds)
        print(f"{name}: F_avg {points(found[name][0])}", file=sys.stderr, flush=True)
    ranked = sorted(names, key=lambda name: -found[name][0])
    lines = [[name, *map(points, found[name][:3]), f"{found[name][3]:.1f}"] for name in ranked]
    print(f"Five-fold cross-validation on train and validation, seeds {seeds}:")
    print(aligned(["recipe", "F_avg", "macro-F1", "± of seeds", "CPU s a fold"], lines))
    if is_tested:
        print("\nThe test split, read once, after all choices:")
        table = [_tested(release, name) for name in ranked]
        table += [[name, f"{f_avg}", "", "", ""] for name, (f_avg, _) in PUBLISHED.items()]
        print(aligned(["recipe", "F_avg", "macro-F1", "train and test CPU s", "texts/CPU s"], table))
    missed = [name for name, gate in GATES.items() if name in found and found[name][0] < gate]
    print(f"\nGates missed: {', '.join(missed) or 'none'}.")
    return 1 if missed else 0


def _cross_validated(
    name: str, rows: pd.DataFrame, polarities: dict[str, str], seeds: tuple[int, ...]
) -> tuple[float, float, float, float]:
    """Mean F_avg and macro-F1, the spread of F_avg over seeds, CPU seconds a fold."""
    started, scores = time.process_time(), []
    for seed in seeds:
        predicted = out_of_fold(models.recipe(name).build(0), rows, seed=seed)["predicted"]
        columns = (rows["label"].tolist(), predicted.tolist(), rows["target"].tolist())
        scores.append(score(*columns, polarities=polarities, seed=0, resamples=10))
    f_avg = [each.f_avg or 0.0 for each in scores]
    seconds = (time.process_time() - started) / (5 * len(seeds))
    macro = float(np.mean([each.macro_f1 for each in scores]))
    return float(np.mean(f_avg)), macro, float(np.std(f_avg)), seconds


def _tested(release: data.Release, name: str) -> list[str]:
    """The one look at the test split. Training, bootstrap and all are timed; imports are not."""
    started = time.process_time()
    model = train(release, recipe=name, splits=SPLITS, seed=0)
    scores = evaluate(model, release, split="test").scores
    seconds = time.process_time() - started
    rows = data.gold(release, ["train"])[data.ROW]
    started = time.process_time()
    model.estimator.predict(rows)
    speed = len(rows) / (time.process_time() - started)
    told = [
        f"{points(value)} {interval(scores.intervals[key])}"
        for key, value in (("f_avg", scores.f_avg), ("macro_f1", scores.macro_f1))
    ]
    return [name, *told, f"{seconds:.1f}", f"{speed:,.0f}"]


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    chosen = [each for each in sys.argv[2:] if not each.startswith("--")]
    many = FRESH if "--fresh" in sys.argv else SEEDS[:1] if "--once" in sys.argv else SEEDS
    sys.exit(main(Path(sys.argv[1]), chosen, seeds=many, is_tested="--folds-only" not in sys.argv))
