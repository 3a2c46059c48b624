"""What the published formats hold: a text, a target, a label."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TextIO


class Pair(NamedTuple):
    """A gold stance as a format tells it."""

    id: str  # of the gold row
    item_id: str
    document_id: str
    text: str
    holder_id: str
    holder: str
    target_id: str
    target: str
    label: str  # the format's
    language: str | None


class Targets(NamedTuple):
    """The targets of all splits."""

    numbers: Mapping[str, int]  # target_id → 1, 2, …, by key
    trained: frozenset[str]  # those that the training split shows


@dataclass(frozen=True)
class Profile:
    """A published format."""

    sides: Mapping[str, str]  # polarity → the format's label; what is not there, it cannot hold
    files: Mapping[str, str]  # split → name of its file
    write: Callable[[TextIO, Iterable[Pair], Targets], None]
    any_holder: bool = False  # most formats know the author's stance alone
    has_text: bool = True  # whether its files hold texts


@dataclass
class Counted:
    """Pairs that are counted while they pass: a split may be longer than memory."""

    pairs: Iterable[Pair]
    n: int = 0

    def __iter__(self) -> Iterator[Pair]:
        for pair in self.pairs:
            self.n += 1
            yield pair


def one_line(text: str) -> str:
    """The text with every run of spaces, tabs and line ends made one space."""
    return " ".join(text.split())
