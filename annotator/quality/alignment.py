"""Stances of several annotators → units: what they all say of one thing.

Context: in open projects everybody who judged a segment names the holders and targets that they saw.
Choice: stances are the same unit if their keys are equal, holder and target and whether the stance is a
former one. Cost: two entities that mean the same, or that are opposites, stay two units; how rationales
overlap is not looked at.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

Stance = TypeVar("Stance")
Key = TypeVar("Key", bound=Hashable)


def align(judges: Sequence[Iterable[Stance]], key: Callable[[Stance], Key]) -> dict[Key, list[Stance | None]]:
    """Each unit's stances, one place a judge in their order; None is the vote "absent".

    Units come in the order in which they were first found. A judge who names a unit twice is heard once.

    >>> align([["a", "b"], [], ["b"]], key=str.upper)
    {'A': ['a', None, None], 'B': ['b', None, 'b']}
    """
    units: dict[Key, list[Stance | None]] = {}
    for number, stances in enumerate(judges):
        for stance in stances:
            places = units.setdefault(key(stance), [None] * len(judges))
            if places[number] is None:
                places[number] = stance
    return units
