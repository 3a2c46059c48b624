"""Targets that are each other's opposite are two poles of one question; one of them stands for both."""

from collections.abc import Mapping
from pathlib import Path

import pyarrow.parquet as pq

from annotator.quality import relations
from exporters.agreement import Relations

Opposites = Mapping[str, tuple[str, str, bool]]  # target_id → (id and name of who stands for it, turned?)


def of_targets(folder: Path, related: Relations) -> Opposites:
    """For each target that gold of the release in `folder` is about."""
    names: dict[str, str] = {}  # name → key
    for shard in sorted((folder / "data" / "gold").glob("*.parquet")):
        table = pq.read_table(shard, columns=["target", "target_id"])
        names |= dict(zip(table["target"].to_pylist(), table["target_id"].to_pylist(), strict=True))
    order = sorted(names)
    stands_for, turned, _ = relations.of(order, related)
    return {
        names[name]: (names[order[stands_for[place]]], order[stands_for[place]], bool(turned[place]))
        for place, name in enumerate(order)
    }
