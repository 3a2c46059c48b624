"""Who stands where: what the audit and what is held out must know of each document beside the files.

In the order of the documents in their split's files: 17 bytes each.
"""

import hashlib
from array import array
from dataclasses import dataclass, field

import numpy as np

from annotator.reading import Document
from exporters.schema import SPLITS

Whole = np.ndarray[tuple[int], np.dtype[np.int64]]
Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]


def _of_each(kind: str) -> dict[str, "array[int]"]:
    return {split: array(kind) for split in SPLITS}


@dataclass(frozen=True)
class Standing:
    """The documents of each split, as they were written."""

    groups: dict[str, "array[int]"] = field(default_factory=lambda: _of_each("q"))
    gold: dict[str, "array[int]"] = field(default_factory=lambda: _of_each("q"))  # rows of gold
    official: dict[str, "array[int]"] = field(default_factory=lambda: _of_each("b"))  # came with a split?

    def add(self, document: Document, split: str, n_gold: int) -> None:
        """A document more, with so many gold stances."""
        self.groups[split].append(_number(document.group))
        self.gold[split].append(n_gold)
        self.official[split].append(document.official_split is not None)

    def groups_of_gold(self) -> Whole:
        """For each row of gold, split after split, the group of near-duplicates that it is of."""
        numbers = [np.repeat(_numbers(self.groups[split]), _numbers(self.gold[split])) for split in SPLITS]
        return np.concatenate(numbers)

    def are_official(self) -> Flags:
        """For each document, split after split, whether it came with its split."""
        return np.concatenate([np.array(self.official[split], dtype=bool) for split in SPLITS])


def _numbers(of: "array[int]") -> Whole:
    return np.array(of, dtype=np.int64)


def _number(group: str) -> int:
    return int.from_bytes(hashlib.blake2b(group.encode(), digest_size=8).digest(), "little", signed=True)
