"""Gold once more in other splits: targets, holders or times of test that training never shows.

Context: a model that has seen a target in training is asked less than one that has not; papers report both.
Choice: a config of its own, `gold_by_target` and so on, with the rows and columns of gold, beside the stored
splits and never instead of them. Its groups fall by a hash of their name and the project's seed, so in a
later release new targets move no old ones; only where a split would stay without any group, it gets one from
the split with the most. Cost: with few targets the sizes are far from the shares.

`target`: a target and its opposite are one group. `holder`: author, unspecified and everyone are nobody in
particular and form no group; their rows are left out. `document`: near-duplicates are a group, shared out
afresh whatever split they came with; so it is without leaks where official splits are not. `time`: no hash,
but train before validation before test, cut by the shares of dated rows; the cuts move with new texts.

A text with rows on two sides would leak: what it, or a near-duplicate, has on the side with fewer rows is
left out (where both have as many, the side nearer to train). What is left out is counted, by reason.
Memory: some 60 bytes for each row of gold, and the names of the groups.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from annotator.errors import Invalid, StandpointError
from annotator.reading import RESERVED
from exporters import parquet
from exporters.agreement import Relations
from exporters.grouped import grouped
from exporters.opposites import of_targets
from exporters.schema import HELD_OUT, SPLITS
from exporters.splits import by_hash
from exporters.standing import Standing, Whole

Sides = np.ndarray[tuple[int], np.dtype[np.int8]]  # positions in SPLITS, or OUT
OUT = -1
TARGET, HOLDER, DOCUMENT, TIME = HELD_OUT
RESERVED_HOLDER, NO_DATE, SHARES_TEXT = "reserved_holder", "no_date", "shares_text"
MEANINGS = {
    RESERVED_HOLDER: "its holder is the author, everyone or nobody named",
    NO_DATE: "its document has no date",
    SHARES_TEXT: "its text, or a near-duplicate, has more rows in another split",
}


@dataclass
class HeldOut:
    """A scheme as it was written: rows of gold are its rows and those left out."""

    kind: str
    rows: dict[str, int] = field(default_factory=dict)  # {split: n}
    groups: dict[str, int] = field(default_factory=dict)  # {split: n}; none of times
    cuts: dict[str, str] = field(default_factory=dict)  # {split: the time it begins with}; of times alone
    left_out: dict[str, int] = field(default_factory=dict)  # {reason: n}

    @property
    def config(self) -> str:
        """The config that holds it."""
        return HELD_OUT[self.kind]

    def as_json(self) -> dict[str, object]:
        """What release.json says."""
        told = {"rows": self.rows, "groups": self.groups, "cuts": self.cuts}
        return {
            "kind": self.kind,
            "config": self.config,
            **{name: of for name, of in told.items() if of},
            "left_out": self.left_out,
        }


@dataclass(frozen=True)
class Gold:
    """The gold of a release that is written, and what else decides on which side a row is."""

    folder: Path
    standing: Standing
    related: Relations
    shares: Mapping[str, float]
    seed: int

    def shards(self) -> list[Path]:
        """Its files, in the order of `Standing.groups_of_gold`."""
        place = self.folder / "data" / "gold"
        return [shard for split in SPLITS for shard in sorted(place.glob(f"{split}-*.parquet"))]

    def coded(self, column: str) -> tuple[list[Any], Whole]:
        """The values of a column of strings, and for each row the place of its own."""
        tables = [pq.read_table(shard, columns=[column], read_dictionary=[column]) for shard in self.shards()]
        found = pa.concat_tables(tables).unify_dictionaries()[column].combine_chunks()
        found = found.chunk(0) if isinstance(found, pa.ChunkedArray) else found
        return found.dictionary.to_pylist(), found.indices.to_numpy().astype(np.int64)

    def times(self) -> Whole:
        """When each row's document was published, in microseconds; the least number where nobody knows."""
        tables = [pq.read_table(shard, columns=["published_at"]) for shard in self.shards()]
        found = pc.cast(pa.concat_tables(tables)["published_at"], pa.int64())
        return np.asarray(pc.fill_null(found, _UNKNOWN).to_numpy())


_UNKNOWN = int(np.iinfo(np.int64).min)


def write(tables: parquet.Tables, kind: str, gold: Gold) -> HeldOut:
    """Write the config of this kind beside the others.

    Raises
    ------
    Invalid
        If all rows would stand in one split: there are not two targets, holders, … to part.
    """
    held = HeldOut(kind)
    sides = _KINDS[kind](gold, held)
    explained = Counter(held.left_out)
    shares_text = without_leaks(sides, gold.standing.groups_of_gold())
    explained[SHARES_TEXT] = shares_text
    held.left_out = {reason: count for reason, count in sorted(explained.items()) if count}
    if len(np.unique(sides[sides != OUT])) < 2:
        why = ", ".join(f"{count} {reason}" for reason, count in held.left_out.items())
        raise Invalid(
            f"No {kind} can be held out: fewer than two splits would have rows ({why or 'all are alike'}). "
            f"Give the project file shares of several splits, or release without --hold-out {kind}."
        )
    with parquet.adding(tables, held.config) as splits:
        _route(gold.shards(), sides, splits)
    held.rows = tables.rows()[held.config]
    if len(sides) != sum(held.rows.values()) + explained.total():
        raise StandpointError(
            f"{held.config} does not add up ({len(sides)} gold stances; {held}). Nothing was published. "
            "This is a fault of Standpoint."
        )
    return held


def _by_target(gold: Gold, held: HeldOut) -> Sides:
    stands_for = of_targets(gold.folder, gold.related)
    keys, code = gold.coded("target_id")
    return _shared_out([stands_for[key][0] for key in keys], gold, held)[code]


def _by_holder(gold: Gold, held: HeldOut) -> Sides:
    keys, code = gold.coded("holder_id")
    sides = _shared_out([None if key in RESERVED else key for key in keys], gold, held)[code]
    held.left_out[RESERVED_HOLDER] = int((sides == OUT).sum())
    return sides


def _by_document(gold: Gold, held: HeldOut) -> Sides:
    groups, code = np.unique(gold.standing.groups_of_gold(), return_inverse=True)
    return _shared_out(groups.astype(str).tolist(), gold, held)[code]


def _by_time(gold: Gold, held: HeldOut) -> Sides:
    times = gold.times()
    dated = np.sort(times[times != _UNKNOWN])
    held.left_out[NO_DATE] = len(times) - len(dated)
    sides = np.full(len(times), OUT, dtype=np.int8)
    if not len(dated):
        return sides
    open_ = [number for number, split in enumerate(SPLITS) if gold.shares.get(split)]
    past = np.cumsum([gold.shares[SPLITS[number]] for number in open_])[:-1]
    cuts = dated[np.minimum(np.round(past * len(dated)).astype(np.int64), len(dated) - 1)]
    is_dated = times != _UNKNOWN
    sides[is_dated] = np.array(open_, dtype=np.int8)[np.searchsorted(cuts, times[is_dated], side="right")]
    for number, cut in zip(open_[1:], cuts, strict=True):
        held.cuts[SPLITS[number]] = f"{np.datetime64(int(cut), 'us')}Z"
    return sides


_KINDS: Mapping[str, Callable[[Gold, HeldOut], Sides]] = {
    TARGET: _by_target,
    HOLDER: _by_holder,
    DOCUMENT: _by_document,
    TIME: _by_time,
}


def _shared_out(groups: Sequence[str | None], gold: Gold, held: HeldOut) -> Sides:
    """The side of each of these groups, some of which are the same; OUT where it is None."""
    named = sorted({group for group in groups if group is not None})
    given = shared_out([f"{held.kind}\n{group}" for group in named], shares=gold.shares, seed=gold.seed)
    counts = Counter(given)
    held.groups = {split: counts[split] for split in SPLITS if counts[split]}
    side = {group: SPLITS.index(split) for group, split in zip(named, given, strict=True)}
    return np.array([side[group] if group is not None else OUT for group in groups], dtype=np.int8)


def shared_out(groups: Sequence[str], *, shares: Mapping[str, float], seed: int) -> list[str]:
    """A split for each group, by its hash; none of the splits is empty if there are enough groups.

    >>> sorted(shared_out(["a", "b", "c"], shares={"train": 0.8, "validation": 0.1, "test": 0.1}, seed=0))
    ['test', 'train', 'validation']
    """
    given = [by_hash(group, shares=shares, seed=seed) for group in groups]
    for split in [split for split in reversed(SPLITS) if shares.get(split)]:
        counts = Counter(given)
        if counts[split] or not counts:
            continue
        most = max(counts, key=lambda name: (counts[name], -SPLITS.index(name)))
        if counts[most] > 1:
            of = (place for place, name in enumerate(given) if name == most)
            given[min(of, key=lambda place: _drawn(groups[place], seed))] = split
    return given


def _drawn(group: str, seed: int) -> bytes:
    return hashlib.sha256(f"held out\n{seed}\n{group}".encode()).digest()


def without_leaks(sides: Sides, groups: Whole) -> int:
    """Leave each group of texts on the side where it has the most rows; return how many rows that costs."""
    found, code = np.unique(groups, return_inverse=True)
    held = sides != OUT
    cell = code[held] * len(SPLITS) + sides[held]
    counts = np.bincount(cell, minlength=len(found) * len(SPLITS)).reshape(-1, len(SPLITS))
    stays = len(SPLITS) - 1 - counts[:, ::-1].argmax(axis=1)
    leaks = held & (sides != stays[code])
    sides[leaks] = OUT
    return int(leaks.sum())


def _route(shards: Iterable[Path], sides: Sides, splits: Mapping[str, parquet.Split]) -> None:
    start = 0
    for piece in _pieces(shards):
        side = sides[start : start + len(piece)]
        start += len(piece)
        for number, split in enumerate(SPLITS):
            if (side == number).any():
                splits[split].extend(piece.filter(pa.array(side == number)))


def _pieces(shards: Iterable[Path]) -> Iterator[pa.Table]:
    for shard in shards:
        with grouped(shard) as file:
            for batch in file.iter_batches(parquet.GROUP):
                yield pa.Table.from_batches([batch])
