"""The splits of a release, audited from its own Parquet files.

The splits are made from what the import stored of each text. This reads the published texts again, makes
their fingerprints anew and compares those across splits; so a fault on the way from the one to the other
shows. Two documents are alike as they are to the import: they share a band of their fingerprints. Texts and
questions are held against each other by hashes of 64 bits.

Memory: about 60 bytes for a document, then for a row of gold; the bands wait in files without a name.
"""

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import numpy as np

from annotator.reading.rows import ANNOTATION
from annotator.reading.texts import BANDS, bands, fingerprint, same_words
from exporters import alike
from exporters.agreement import FORMER
from exporters.alike import Alike, Contradictions
from exporters.grouped import grouped
from exporters.schema import SPLITS
from exporters.standing import Flags

BATCH = 2_000  # rows in memory
TRAIN = "train"
SHOWN = 5  # ids that are named


@dataclass(frozen=True)
class Seen:
    """What a split has in common with train: of so many `all`, so many `in_train`, with all their rows."""

    all: int
    in_train: int
    rows: int
    rows_in_train: int


@dataclass(frozen=True)
class Audit:
    """What was found. A split that has no rows, or nothing to hold it against, is not listed."""

    same_text: Alike  # letter for letter
    same_words: Alike  # word for word, these included: case, marks, addresses and handles do not count
    near_duplicates: Alike  # these included
    targets: dict[str, Seen]  # by split; rows of gold
    annotators: dict[str, Seen]  # by split; answers
    labels: dict[str, dict[str, int]]  # {split: {label: gold stances}}
    label_shift: dict[str, float]  # by split: total variation distance from train
    contradictions: Contradictions

    def as_json(self) -> dict[str, object]:
        """What release.json says."""
        return asdict(self)


def of_release(folder: Path, labels: Sequence[str], official: Flags) -> Audit:
    """Audit the release in `folder`; `official` are the documents that came with a split, in its order."""
    same_text, same_words_, near = _alike(folder, official)
    counts = _counted(folder, labels)
    return Audit(
        same_text,
        same_words_,
        near,
        seen(_targets(folder)),
        seen(annotators(folder)),
        counts,
        {split: _distance(counts[TRAIN], counts[split]) for split in _others(counts)},
        _contradictions(folder),
    )


def _alike(folder: Path, official: Flags) -> list[Alike]:
    """Documents of several splits with the same text, the same words, and that are near-duplicates."""
    with ExitStack() as stack:
        files = [stack.enter_context(TemporaryFile(dir=folder)) for _ in range(2 + BANDS)]
        side = array("b")
        for number, split in enumerate(SPLITS):
            for texts in _batches(folder, "documents", split, ["text"]):
                keys = [_keys(text) for (text,) in texts]
                for file, of in zip(files, zip(*keys, strict=True), strict=True):
                    file.write(np.array(of, dtype=np.int64).tobytes())
                side.extend([number] * len(keys))
        sides = np.array(side, dtype=np.int8)
        found = (alike.across(_read(file), sides, official) for file in files)
        text, said = next(found), next(found)
        near = alike.united(chain((text, said), found))
    return [
        alike.told(each, sides, _ids(folder, "documents", each.first(SHOWN))) for each in (text, said, near)
    ]


def _keys(text: str) -> tuple[int, ...]:
    return _number(text), _number(same_words(text)), *bands(fingerprint(text))


def _read(file: Any) -> alike.Keys:
    file.seek(0)
    return np.fromfile(file, dtype=np.int64)


def _number(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little", signed=True)


def _targets(folder: Path) -> dict[str, Counter[str]]:
    """{split: {target: rows of gold}}."""
    return {
        split: Counter(key for rows in _batches(folder, "gold", split, ["target_id"]) for (key,) in rows)
        for split in SPLITS
    }


def annotators(folder: Path) -> dict[str, Counter[str]]:
    """{split: {annotator: answers}}, of annotators alone; the rows of an answer stand together."""
    found: dict[str, Counter[str]] = {split: Counter() for split in SPLITS}
    for split in SPLITS:
        last = None
        for rows in _batches(folder, "annotations", split, ["id", "annotator", "kind"]):
            for id_, annotator, kind in rows:
                if id_ != last and kind == ANNOTATION:
                    found[split][annotator] += 1
                last = id_
    return found


def seen(counts: dict[str, Counter[str]]) -> dict[str, Seen]:
    """How much of each other split is in train as well."""
    train = counts[TRAIN]
    found = {}
    for split in _others(counts):
        of = counts[split]
        known = of.keys() & train.keys()
        found[split] = Seen(len(of), len(known), of.total(), sum(of[key] for key in known))
    return found


def _others(counts: dict[str, Any]) -> Iterator[str]:
    """The splits that can be held against train."""
    return (split for split in SPLITS if split != TRAIN and counts.get(split) and counts.get(TRAIN))


def _counted(folder: Path, labels: Sequence[str]) -> dict[str, dict[str, int]]:
    found = {}
    for split in SPLITS:
        counts = Counter(code for rows in _batches(folder, "gold", split, ["label"]) for (code,) in rows)
        if counts:
            found[split] = {name: counts[code] for code, name in enumerate(labels)}
    return found


def _distance(one: dict[str, int], other: dict[str, int]) -> float:
    """Half of all differences between two distributions, to four places: 0 is equal, 1 nothing in common."""
    sums = sum(one.values()), sum(other.values())
    return round(sum(abs(one[name] / sums[0] - other[name] / sums[1]) for name in one) / 2, 4)


def _contradictions(folder: Path) -> Contradictions:
    """Rows of gold that say the same text, holder and target, and another label."""
    keys, labels = array("q"), array("i")
    columns = ["text", "holder_id", "target_id", "flags", "label"]
    said = ("", "")  # rows of an item stand together: what it says is looked at once
    for split in SPLITS:
        for rows in _batches(folder, "gold", split, columns):
            for text, holder, target, flags, label in rows:
                said = said if said[0] == text else (text, same_words(text))
                keys.append(_number("\n".join((said[1], holder, target, str(FORMER in flags)))))
                labels.append(label)
    marked, runs = alike.several(np.array(keys, dtype=np.int64), np.array(labels, dtype=np.int64))
    first = _ids(folder, "gold", np.flatnonzero(marked)[:SHOWN])
    return Contradictions(runs, int(marked.sum()), first)


def _ids(folder: Path, config: str, places: Sequence[int] | alike.Keys) -> list[str]:
    """The ids of the rows at these places, counted through the splits."""
    wanted, found, place = {int(each) for each in places}, [], 0
    if not wanted:
        return []
    for split in SPLITS:
        for rows in _batches(folder, config, split, ["id"]):
            found += [id_ for number, (id_,) in enumerate(rows, start=place) if number in wanted]
            place += len(rows)
            if len(found) == len(wanted):
                return found
    return found


def _batches(folder: Path, config: str, split: str, columns: list[str]) -> Iterator[list[tuple[Any, ...]]]:
    for shard in sorted((folder / "data" / config).glob(f"{split}-*.parquet")):
        with grouped(shard) as file:
            for batch in file.iter_batches(BATCH, columns=columns):
                yield list(zip(*(batch.column(name).to_pylist() for name in columns), strict=True))
