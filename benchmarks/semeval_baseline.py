"""Every recipe on a release of SemEval-2016 Task 6A: trained on train and validation, scored on test once.

    python benchmarks/semeval_baseline.py RELEASE

Exits 1 if the default recipe is below the floor. The data are not ours to publish: import and release them
first.
"""

import sys
import time
from pathlib import Path

from baselines import data
from baselines.evaluate import evaluate
from baselines.models import RECIPES
from baselines.report import aligned, interval, points
from baselines.training import train

FLOOR = {"f_avg": 0.67, "macro_f1": 0.58}


def main(path: Path) -> int:
    """Print a line for each recipe; 0 if the default one reaches the floor, else 1."""
    release = data.read_release(path)
    lines, reached = [], True
    for name in RECIPES:
        started = time.perf_counter()
        model = train(release, recipe=name, splits=["train", "validation"], seed=0)
        scores = evaluate(model, release, split="test").scores
        seconds = f"{time.perf_counter() - started:.1f}"
        told = [f"{points(getattr(scores, score))} {interval(scores.intervals[score])}" for score in FLOOR]
        lines.append([name, *told, points(scores.mean_over_targets), points(scores.accuracy), seconds])
        if name == "svm_ngrams":
            reached = all(getattr(scores, score) >= floor for score, floor in FLOOR.items())
    print(aligned(["recipe", "F_avg", "macro-F1", "mean over targets", "accuracy", "seconds"], lines))
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
