"""Releases to train on: small, synthetic, and learnable."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from baselines import vector_cache
from tests.baselines.make_release import OPEN, make_release

WORDS = {
    "FAVOR": ["welcome", "splendid", "thanks", "#YesPlease"],
    "AGAINST": ["useless", "dreadful", "stop", "#NoThanks"],
    "NONE": ["timetable", "platform", "ticket", "weather"],
    "MIXED": ["partly", "although", "however", "half"],
    "NEUTRAL": ["reported", "according", "spokesman", "agency"],
}
FILLER = ["the", "a", "of", "on", "and", "in", "at", "today", "again", "people", "city", "line", "year"]
TARGETS = ("Night Trains", "Cycle Lanes")


@pytest.fixture(autouse=True, scope="session")
def vectors_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nobody's home gets vectors of test texts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vector_cache, "FILE", str(tmp_path_factory.mktemp("cache") / "vectors.sqlite"))
        yield


def rows_of(
    split: str, n: int, *, labels: tuple[str, ...], targets: tuple[str, ...] = TARGETS
) -> list[dict[str, Any]]:
    """`n` rows whose words mostly tell the label; the same for the same arguments."""
    rng = random.Random(f"{split} {n}")
    rows = []
    for number in range(n):
        label, target = labels[number % len(labels)], targets[number // len(labels) % len(targets)]
        told = label if rng.random() < 0.9 else rng.choice(labels)
        words = [*rng.sample(FILLER, 6), *rng.sample(WORDS[told], 2)]
        rng.shuffle(words)
        row = {"item_id": f"{split}-{number}", "text": " ".join(words), "target": target, "label": label}
        rows.append(row)
    return rows


def directed_rows() -> dict[str, list[dict[str, Any]]]:
    labels = ("FAVOR", "AGAINST", "NONE")
    return {split: rows_of(split, n, labels=labels) for split, n in (("train", 180), ("test", 60))}


@pytest.fixture(scope="session")
def directed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of a directed project: two targets, three labels, train and test."""
    return make_release(tmp_path_factory.mktemp("releases") / "directed", directed_rows())


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of an open project: two holders, three targets of which one is rare."""
    splits = {"train": 160, "test": 40}
    gold = {split: rows_of(split, n, labels=tuple(OPEN)) for split, n in splits.items()}
    for rows in gold.values():
        for number, row in enumerate(rows):
            row["holder"] = ("the council", "Rail Watch")[number % 2]
        rows[0]["target"] = rows[1]["target"] = "The Ministry"
    items = {
        split: [
            {
                "item_id": row["item_id"],
                "text": row["text"],
                "status": "gold",
                "stances": [{"holder": row["holder"], "target": row["target"], "label": row["label"]}],
            }
            for row in rows
        ]
        for split, rows in gold.items()
    }
    items["train"].append({"item_id": "empty", "text": "Nothing to see.", "status": "gold", "stances": []})
    folder = tmp_path_factory.mktemp("releases") / "open"
    return make_release(folder, gold, items=items, labels=OPEN, kind="open", slug="council")
