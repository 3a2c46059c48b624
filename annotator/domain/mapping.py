"""Scheme events → where every label and entity stands now.

Events are applied in order. An entry that was merged points to where its answers are read; what was merged
into it before goes with it. A split entry stays where it is, because only its annotator can say which part
was meant. A restored entry stands for itself again, and those that were merged into it follow it.

Only entries in use are merged, split or retired, and only into entries in use, so that there is no circle.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from annotator.domain.project import SchemeChange, SchemeEvent


@dataclass
class Mapping:
    """What the events about one kind of entry come to, by id."""

    into: dict[int, int] = field(default_factory=dict)  # the next one on the way
    parts: dict[int, tuple[int, ...]] = field(default_factory=dict)  # of a split entry

    def stands(self, id_: int) -> int:
        """Where the answers that name this entry are read now: total, and the same for its own result.

        >>> Mapping({1: 2, 2: 3}).stands(1), Mapping({1: 2, 2: 3}).stands(3)
        (3, 3)
        """
        while id_ in self.into:
            id_ = self.into[id_]
        return id_

    def is_ambiguous(self, id_: int) -> bool:
        """Whether the entry was split, or was merged into one that was."""
        return self.stands(id_) in self.parts


def fold(events: Iterable[SchemeEvent], of: str) -> Mapping:
    """Apply the events about `of` ("label", "entity") in their order."""
    mapping = Mapping()
    for event in events:
        for key, value in event.mapping.items() if event.of == of else ():
            _apply(mapping, event.change, int(key), value)
    return mapping


def _apply(mapping: Mapping, change: SchemeChange, id_: int, value: object) -> None:
    if change is SchemeChange.MERGE and isinstance(value, int):
        mapping.into[id_] = value
    elif change is SchemeChange.SPLIT and isinstance(value, list):
        mapping.parts[id_] = tuple(value)
    elif change is SchemeChange.RESTORE:
        mapping.into.pop(id_, None)
        mapping.parts.pop(id_, None)
