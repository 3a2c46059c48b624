"""Which of many keys are the same across splits, found by sorting them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Any, NamedTuple

import numpy as np

from exporters.schema import SPLITS
from exporters.standing import Flags

Keys = np.ndarray[tuple[int], np.dtype[np.int64]]
Sides = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Alike:
    """Documents that are alike and stand in several splits. Without official splits there are none."""

    documents: int
    not_official: int  # of these: so, though none of them came with a split. 0, or a fault
    in_train: dict[str, int]  # {split: its documents that are alike to one of train}
    texts: int | None  # how many different ones they are; None of near-duplicates, where it cannot be told
    first: list[str]  # ids of some


@dataclass(frozen=True)
class Contradictions:
    """Gold stances of one text, holder and target that differ in their label."""

    questions: int
    stances: int
    first: list[str]  # ids of some


class Across(NamedTuple):
    """For each document what it is like; and how many keys are in several splits."""

    several: Flags  # one of another split
    not_official: Flags  # one of another split, and neither came with its split
    train: Flags  # one of train
    keys: int

    def first(self, most: int) -> Keys:
        """The places of some that are in several splits."""
        return np.flatnonzero(self.several)[:most]


def across(keys: Keys, sides: Sides, official: Flags) -> Across:
    """Hold keys against each other; `sides` are positions in SPLITS."""
    marked, runs = several(keys, sides)
    own = np.flatnonzero(~official)
    not_official = np.zeros(len(keys), dtype=bool)
    not_official[own] = several(keys[own], sides[own])[0]
    is_train = sides == 0
    train = np.isin(keys, keys[is_train]) & ~is_train
    return Across(marked, not_official, train, runs)


def united(found: Iterable[Across]) -> Across:
    """Alike by one of these keys or more; how many keys that are has no meaning any more."""
    return reduce(
        lambda one, other: Across(
            one.several | other.several,
            one.not_official | other.not_official,
            one.train | other.train,
            -1,
        ),
        found,
    )


def told(found: Across, sides: Sides, first: list[str]) -> Alike:
    """The figures."""
    in_train = {
        split: int(found.train[sides == number].sum())
        for number, split in enumerate(SPLITS)
        if number and (sides == number).any() and (sides == 0).any()
    }
    texts = found.keys if found.keys >= 0 else None
    return Alike(int(found.several.sum()), int(found.not_official.sum()), in_train, texts, first)


def several(keys: Keys, values: Sides) -> tuple[Flags, int]:
    """Which stand under a key that has several values, and how many keys that are.

    >>> marked, n_keys = several(np.array([7, 5, 7, 5]), np.array([0, 1, 2, 1]))
    >>> marked.tolist(), n_keys
    ([True, False, True, False], 1)
    """
    marked = np.zeros(len(keys), dtype=bool)
    if not len(keys):
        return marked, 0
    order = np.lexsort((values, keys))
    sorted_, of = keys[order], values[order]
    starts = np.flatnonzero(np.r_[True, sorted_[1:] != sorted_[:-1]])
    lengths = np.diff(np.r_[starts, len(keys)])
    differ = of[starts] != of[starts + lengths - 1]
    marked[order] = np.repeat(differ, lengths)
    return marked, int(differ.sum())
