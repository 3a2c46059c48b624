"""Of labels that were flipped on purpose, how many stand among the first that models doubt.

SemEval-2016 Task 6A, training tweets: 5 % of the labels are drawn and replaced by another label; then the
rows are ranked by four scores over the same cross-validated probabilities, and at random. Told is the share
of flipped ones among the first 5 % (precision, which is recall here), by seed.

    .venv/bin/python benchmarks/label_errors.py ../shared/data/semeval2016-task6a [--recipe svm_ngrams]
"""

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd

from baselines.crossval import out_of_fold
from baselines.doubts.finding import thresholds
from baselines.models import recipe

SHARE = 0.05


def rows_of(folder: Path) -> pd.DataFrame:
    """The training tweets as rows of gold."""
    frame = pd.read_csv(folder / "train.csv").rename(columns=str.lower)
    text, target, label = (frame[name] for name in ("text", "target", "label"))
    ids = [f"train-{number}" for number in range(len(frame))]
    return pd.DataFrame({"item_id": ids, "text": text, "target": target, "holder": "author", "label": label})


def flipped(rows: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """The rows with SHARE of their labels replaced, and which ones they are."""
    rng = np.random.default_rng(seed)
    label = np.asarray(rows["label"], dtype=object).copy()
    names = sorted(set(label))
    chosen = rng.choice(len(rows), round(SHARE * len(rows)), replace=False)
    for number in chosen:
        label[number] = rng.choice([name for name in names if name != label[number]])
    is_flipped = np.zeros(len(rows), dtype=bool)
    is_flipped[chosen] = True
    return rows.assign(label=label), is_flipped


def scores(shares: pd.DataFrame, rows: pd.DataFrame, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Each ranking's score of each row, the most doubtful the highest."""
    labels = [column for column in shares.columns if column != "predicted"]
    p = shares[labels].to_numpy(dtype=float)
    given = np.array([labels.index(label) for label in rows["label"]])
    own = p[np.arange(len(p)), given]
    others = p.copy()
    others[np.arange(len(p)), given] = -1
    margin = others.max(axis=1) - own
    means = thresholds(p, given)
    confident = others.max(axis=1) >= means[others.argmax(axis=1)]
    adjusted = p - means
    of_given = adjusted[np.arange(len(p)), given].copy()
    adjusted[np.arange(len(p)), given] = -np.inf
    return {
        "margin": margin,
        "self-confidence (ours)": -own,
        "confident first, then margin": confident * (margin > 0) * 10 + margin,
        "margin less the labels' means": adjusted.max(axis=1) - of_given,
        "at random": rng.random(len(p)),
    }


def main() -> None:
    """Print a line a seed and ranking, then the means."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--recipe", default="svm_ngrams")
    parser.add_argument("--seeds", type=int, default=5)
    chosen = parser.parse_args()
    rows = rows_of(chosen.data)
    most = round(SHARE * len(rows))
    found: dict[str, list[float]] = {}
    for seed in range(chosen.seeds):
        begun = time.process_time()
        noisy, is_flipped = flipped(rows, seed)
        shares = out_of_fold(recipe(chosen.recipe).build(seed), noisy, seed=seed)
        for name, score in scores(shares, noisy, np.random.default_rng(seed)).items():
            first = np.argsort(-score, kind="stable")[:most]
            found.setdefault(name, []).append(float(is_flipped[first].mean()))
        told = ", ".join(f"{name} {100 * each[-1]:.1f}" for name, each in found.items())
        print(f"seed {seed}: {told} ({time.process_time() - begun:.0f} s of CPU)", flush=True)
    print(f"\n{chosen.recipe}, {len(rows):,} tweets, {most} flipped: of the first {most}, flipped in %")
    for name, each in found.items():
        print(f"  {name:<32} {100 * np.mean(each):5.1f} ± {100 * np.std(each, ddof=1):.1f}")


if __name__ == "__main__":
    main()
