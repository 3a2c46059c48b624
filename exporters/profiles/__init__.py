"""Gold in the published formats of the field, beside the release's own tables.

A profile is a format, and what the scheme's polarities are called in it. Only here are labels merged. What a
format cannot hold is left out and counted, by reason: these formats know one label for a text and a target,
most of them only the author's.

Of two targets that are declared opposites, only one is published, as wherever stances are compared: favor of
the other is published as against it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, groupby
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from annotator.errors import StandpointError
from annotator.reading import Label
from exporters.agreement import FORMER, Relations
from exporters.grouped import grouped
from exporters.opposites import Opposites, of_targets
from exporters.profiles import nli, semeval2016, vast, wtwt, xstance
from exporters.profiles.pair import Counted, Pair, Profile, Targets
from exporters.schema import SPLITS

PROFILES: Mapping[str, Profile] = {
    "semeval2016": semeval2016.PROFILE,
    "vast": vast.PROFILE,
    "xstance": xstance.PROFILE,
    "wtwt": wtwt.PROFILE,
    "nli": nli.PROFILE,
}
COLUMNS = ["id", "item_id", "document_id", "text", "holder_id", "holder", "target_id", "target", "label"]
COLUMNS += ["flags", "language"]
AUTHOR = "author"

PLACE = "profiles"
FORMER_STANCE, OTHER_HOLDER, NO_LABEL, NO_TEXT = "former", "other_holder", "no_label", "no_text"
SAME_OPPOSITE, CONTRADICTS = "same_as_opposite", "contradicts_opposite"
MEANINGS = {
    FORMER_STANCE: "a stance that was held once",
    OTHER_HOLDER: "somebody else than the author holds it",
    NO_LABEL: "the format has no label for it",
    NO_TEXT: "its text is withheld, and was not brought",
    SAME_OPPOSITE: "says the same as one towards the opposite",
    CONTRADICTS: "says the contrary of one towards the opposite",
}
OTHER_SIDE = {"favor": "against", "against": "favor"}


@dataclass
class Written:
    """What became of the gold stances: rows in are rows out and rows explained."""

    name: str
    labels: Mapping[str, str | None]  # the scheme's label → the format's; None: it has none
    rows: dict[str, int] = field(default_factory=dict)  # {split: n}
    turned: int = 0  # stances towards an opposite, told of the other side
    left_out: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, object]:
        """What release.json says."""
        left_out = dict(sorted(self.left_out.items()))
        return {
            "name": self.name,
            "labels": dict(self.labels),
            "rows": self.rows,
            "turned": self.turned,
            "left_out": left_out,
        }


def write(folder: Path, name: str, labels: Iterable[Label], related: Relations) -> Written:
    """Write the gold of the release in `folder` to its `profiles`/NAME, a file a split.

    `labels` are the scheme's in their order, `related` as `Snapshot.relations` gives them. Rows whose text is
    withheld are left out, unless the format has no texts.
    """
    profile, scheme = PROFILES[name], list(labels)
    written = Written(name, {label.name: profile.sides.get(str(label.polarity)) for label in scheme})
    gold = _Gold(folder, [str(label.polarity) for label in scheme], of_targets(folder, related))
    place = folder / PLACE / name
    place.mkdir(parents=True)
    targets = _targets(gold, profile)
    read = 0
    for split in gold.splits():
        read += gold.n_rows(split)
        pairs = gold.pairs(split, profile, written)
        first = next(pairs, None)
        if first is None:
            continue
        counted = Counted(chain([first], pairs))
        with (place / profile.files[split]).open("w", encoding="utf-8", newline="") as file:
            profile.write(file, counted, targets)
        written.rows[split] = counted.n
    if read != sum(written.rows.values()) + written.left_out.total():
        raise StandpointError(
            f"The profile {name} does not add up ({read} gold stances; {written}). Nothing was published. "
            "This is a fault of Standpoint."
        )
    return written


def _targets(gold: "_Gold", profile: Profile) -> Targets:
    """The targets that will be published, and those that training shows."""
    unseen = Written("", {})
    of = {split: {pair.target_id for pair in gold.pairs(split, profile, unseen)} for split in gold.splits()}
    known = sorted(set(chain.from_iterable(of.values())))
    return Targets({key: number for number, key in enumerate(known, start=1)}, frozenset(of.get("train", ())))


def _shards(folder: Path, split: str = "*") -> list[Path]:
    return sorted((folder / "data" / "gold").glob(f"{split}-*.parquet"))


@dataclass(frozen=True)
class _Gold:
    """The gold of a release as pairs of a text and a target."""

    folder: Path
    polarities: list[str]  # of the labels, in their order
    opposites: Opposites

    def splits(self) -> list[str]:
        return [split for split in SPLITS if _shards(self.folder, split)]

    def n_rows(self, split: str) -> int:
        return sum(pq.read_metadata(shard).num_rows for shard in _shards(self.folder, split))

    def pairs(self, split: str, profile: Profile, written: Written) -> Iterator[Pair]:
        """What the format can hold; the rest is counted in `written`."""
        rows = chain.from_iterable(
            batch.to_pylist()
            for shard in _shards(self.folder, split)
            for batch in grouped(shard).iter_batches(columns=COLUMNS)
        )
        for _, of_item in groupby(rows, key=lambda row: row["item_id"]):
            yield from self._of_item(of_item, profile, written)

    def _of_item(self, rows: Iterable[dict[str, Any]], profile: Profile, written: Written) -> Iterator[Pair]:
        said: dict[tuple[str, str], list[Pair]] = {}
        for row in rows:
            pair = self._pair(row, profile, written)
            if pair is not None:
                said.setdefault((pair.holder_id, pair.target_id), []).append(pair)
        for first, *others in said.values():
            if any(other.label != first.label for other in others):
                written.left_out[CONTRADICTS] += 1 + len(others)
                continue
            if others:
                written.left_out[SAME_OPPOSITE] += len(others)
            yield first

    def _pair(self, row: dict[str, Any], profile: Profile, written: Written) -> Pair | None:
        given = {name: row[name] for name in COLUMNS if name not in {"label", "flags"}}
        if row["text"] is None and profile.has_text:
            written.left_out[NO_TEXT] += 1
            return None
        if FORMER in row["flags"]:
            written.left_out[FORMER_STANCE] += 1
            return None
        if row["holder_id"] != AUTHOR and not profile.any_holder:
            written.left_out[OTHER_HOLDER] += 1
            return None
        side = self.polarities[row["label"]]
        target_id, target, turned = self.opposites[row["target_id"]]
        if turned:
            side = OTHER_SIDE.get(side, side)
        label = profile.sides.get(side)
        if label is None:
            written.left_out[NO_LABEL] += 1
            return None
        written.turned += turned
        return Pair(**given | {"target_id": target_id, "target": target, "label": label})
