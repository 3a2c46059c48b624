"""How many labels an order of the queue saves: most-uncertain and diverse-uncertain beside random.

    python benchmarks/active_learning.py FOLDER [RECIPE…] [--seeds N]

FOLDER holds train.csv and val.csv of SemEval-2016 Task 6A, with the columns text, target and label; the data
are not ours to publish. The test split is not read: for each seed a fifth of the rows is held out to score
on, and the rest is the pool, whose labels are given when they are asked for. Each order begins with the same
random rows, trains, and asks for what the trained model puts first, in batches that grow as the labels do.
Told is how many labels it takes to reach 95 % of what all labels give, for F_avg and macro-F1: mean over
seeds with a 95 % interval by Student's t, and how many labels less than at random. The orders are those of
`standpoint order`, without a control share. Recipes: svm_ngrams and embeddings (vectors are cached).
"""

import sys
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import entropy, t
from sklearn.model_selection import StratifiedShuffleSplit

from annotator.quality import querying
from baselines import data, models
from baselines.report import aligned
from baselines.scoring import score

POLARITIES = {"FAVOR": "favor", "AGAINST": "against", "NONE": "none"}
SIZES = (100, 200, 350, 550, 800, 1_100, 1_500)  # labels at which a model is trained
ENOUGH, HELD_OUT = 0.95, 0.2
ORDERS = ("random", "most-uncertain", "diverse-uncertain")
METRICS = ("F_avg", "macro-F1")
Ids = NDArray[np.int64]
Scores = tuple[float, float]  # F_avg, macro-F1


def main(folder: Path, recipes: Sequence[str], *, seeds: int) -> int:
    """Print a table a recipe."""
    rows = read(folder)
    for recipe in recipes:
        started = time.process_time()
        found = [simulate(recipe, rows, seed) for seed in range(seeds)]
        full = np.mean([each[0] for each in found], axis=0)
        pool = round(len(rows) * (1 - HELD_OUT))
        told = ", ".join(f"{name} {value * 100:.1f}" for name, value in zip(METRICS, full, strict=True))
        print(f"\n{recipe}: all {pool:,} labels of the pool give {told}; {seeds} seeds")
        lines = []
        for metric, name in enumerate(METRICS):
            needed = {order: np.array([each[1][order][metric] for each in found]) for order in ORDERS}
            for order in ORDERS:
                fewer = needed["random"] - needed[order]
                beside = "" if order == "random" else interval(fewer)
                lines.append([f"{name}, {order}", interval(needed[order]), beside])
        print(aligned([f"labels to {ENOUGH:.0%} of it", "mean [95 %]", "fewer than at random"], lines))
        print(f"CPU {time.process_time() - started:,.0f} s", flush=True)
    return 0


def read(folder: Path) -> pd.DataFrame:
    """The rows of train and validation, as recipes take them, and their labels."""
    found = pd.concat([pd.read_csv(folder / name) for name in ("train.csv", "val.csv")], ignore_index=True)
    return found.assign(item_id=found["id"].astype(str), holder="author")


def simulate(recipe: str, rows: pd.DataFrame, seed: int) -> tuple[Scores, dict[str, Scores]]:
    """What all labels of the pool give, and the labels that each order needs to come near it."""
    strata = rows["target"] + " " + rows["label"]
    cut = StratifiedShuffleSplit(1, test_size=HELD_OUT, random_state=seed)
    pool, held_out = next(cut.split(rows, strata))
    full = scored(fit(recipe, rows, pool), rows.iloc[held_out])
    goal = (full[0] * ENOUGH, full[1] * ENOUGH)
    start = np.random.default_rng(seed).permutation(pool)
    needed = {order: _needed(recipe, rows, start, held_out, order, goal) for order in ORDERS}
    print(f"{recipe}, seed {seed}: {needed}", file=sys.stderr, flush=True)
    return full, needed


def _needed(recipe: str, rows: pd.DataFrame, start: Ids, held_out: Ids, order: str, goal: Scores) -> Scores:
    """Labels at which the goal of each metric is reached first, on a line between two sizes."""
    labelled, rest = start[:0], start
    needed, before = [float(len(start))] * len(goal), (0, (0.0, 0.0))
    open_ = set(range(len(goal)))
    for size in (*(each for each in SIZES if each < len(start)), len(start)):
        more = size - len(labelled)
        labelled, rest = np.concatenate([labelled, rest[:more]]), rest[more:]
        model = fit(recipe, rows, labelled)
        now = scored(model, rows.iloc[held_out])
        for metric in [each for each in open_ if now[each] >= goal[each]]:
            rise = now[metric] - before[1][metric]
            needed[metric] = before[0] + (size - before[0]) * (goal[metric] - before[1][metric]) / rise
            open_.discard(metric)
        if not open_:
            break
        before = (size, now)
        rest = rest[ORDERED[order](model, rows.iloc[rest], set(rows["target"].iloc[labelled]))]
    return needed[0], needed[1]


def _by_chance(_model: object, rows: pd.DataFrame, _met: set[str]) -> list[int]:
    return list(range(len(rows)))


def _by_doubt(model: object, rows: pd.DataFrame, met: set[str]) -> list[int]:
    return querying.most_uncertain(doubts(model, rows, met))


def _by_turns(model: object, rows: pd.DataFrame, met: set[str]) -> list[int]:
    return querying.diverse_uncertain(doubts(model, rows, met), rows.index.tolist(), rows["target"].tolist())


Chooser = Callable[..., list[int]]
ORDERED: dict[str, Chooser] = dict(zip(ORDERS, (_by_chance, _by_doubt, _by_turns), strict=True))


def doubts(model, rows: pd.DataFrame, met: set[str]) -> list[float]:  # type: ignore[no-untyped-def]
    """As `standpoint predict` says it: entropy, 0–1, and 1 for a target that the model never met."""
    if not len(rows):
        return []
    found = entropy(model.predict_proba(rows[data.ROW]), axis=1) / np.log(len(POLARITIES))
    return [float(each) for each in np.where(rows["target"].isin(met), found, 1.0)]


def fit(recipe: str, rows: pd.DataFrame, chosen: Ids):  # type: ignore[no-untyped-def]
    """The recipe, fitted on the chosen rows."""
    some = rows.iloc[chosen]
    return models.recipe(recipe).build(0).fit(some[data.ROW], some["label"].to_numpy(dtype=str))


def scored(model, rows: pd.DataFrame) -> Scores:  # type: ignore[no-untyped-def]
    """F_avg and macro-F1 on these rows."""
    predicted = model.predict(rows[data.ROW]).tolist()
    columns = (rows["label"].tolist(), predicted, rows["target"].tolist())
    found = score(*columns, polarities=POLARITIES, seed=0, resamples=2)
    return found.f_avg or 0.0, found.macro_f1


def interval(values: NDArray[np.float64]) -> str:
    """The mean and its 95 % interval.

    >>> interval(np.array([10.0, 20.0, 30.0]))
    '20 [-5, 45]'
    """
    mean = float(np.mean(values))
    if len(values) < 2:
        return f"{mean:,.0f}"
    half = float(t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / np.sqrt(len(values)))
    return f"{mean:,.0f} [{mean - half:,.0f}, {mean + half:,.0f}]"


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    many = int(sys.argv[sys.argv.index("--seeds") + 1]) if "--seeds" in sys.argv else 10
    given = [each for each in sys.argv[1:] if not each.startswith("--") and not each.isdigit()]
    sys.exit(main(Path(given[0]), given[1:] or ["svm_ngrams", "embeddings"], seeds=many))
