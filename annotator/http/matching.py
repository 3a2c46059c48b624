"""What two sequences have in common, found within a bound on the work.

difflib's rule: the longest run that both have, then the same on its left and on its right. Where elements are
repeated hundreds of times, that takes hours; so each search pays for the pairs that it looks at, the coarse
ones first, and what cannot be paid for any more is told as different. A difference is then longer than need
be, and never wrong.
The alternatives, Myers' algorithm or another library, are bounded by the same means and read worse.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate


@dataclass
class Budget:
    """Pairs of elements that may still be looked at; a million takes about a second."""

    left: int

    def pays(self, cost: int) -> bool:
        """Take the cost away if there is enough left."""
        if cost > self.left:
            return False
        self.left -= cost
        return True


@dataclass(frozen=True, slots=True)
class Stretch:
    """`one[start:end]` and `two[new_start:new_end]`, which are equal or told as different."""

    equal: bool
    start: int
    end: int
    new_start: int
    new_end: int


def stretches(one: Sequence[str], two: Sequence[str], budget: Budget, *, junk: bool) -> Iterator[Stretch]:
    """Both sequences from the first to the last element, equal and different stretches in turn.

    With `junk`, elements that make up more than a hundredth of a long sequence join runs but begin none.

    >>> [(each.equal, each.start, each.end) for each in stretches("abxcd", "abycd", Budget(99), junk=True)]
    [(True, 0, 2), (False, 2, 3), (True, 3, 5)]
    """
    at = new_at = 0
    for start, new_start, size in [*_joined(_runs(one, two, budget, junk=junk)), (len(one), len(two), 0)]:
        if at < start or new_at < new_start:
            yield Stretch(False, at, start, new_at, new_start)
        if size:
            yield Stretch(True, start, start + size, new_start, new_start + size)
        at, new_at = start + size, new_start + size


def _runs(
    one: Sequence[str], two: Sequence[str], budget: Budget, *, junk: bool
) -> list[tuple[int, int, int]]:
    """(start, new start, size) of equal runs, in their order."""
    head = _same(one, two)
    tail = _same(one[head:][::-1], two[head:][::-1])
    found = [(0, 0, head), (len(one) - tail, len(two) - tail, tail)]
    if head + tail == min(len(one), len(two)):
        return [run for run in found if run[2]]
    matcher = SequenceMatcher(None, one, two, autojunk=junk)
    positions: dict[str, list[int]] = matcher.b2j  # type: ignore[attr-defined]  # documented
    costs = list(accumulate((1 + len(positions.get(each, ())) for each in one), initial=0))
    todo = deque([(head, len(one) - tail, head, len(two) - tail)])
    while todo:
        start, end, new_start, new_end = todo.popleft()
        if start == end or new_start == new_end or not budget.pays(costs[end] - costs[start]):
            continue
        run = matcher.find_longest_match(start, end, new_start, new_end)
        if run.size:
            found.append((run.a, run.b, run.size))
            todo.append((start, run.a, new_start, run.b))
            todo.append((run.a + run.size, end, run.b + run.size, new_end))
    return sorted(run for run in found if run[2])


def _joined(runs: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Runs that touch in both sequences are one."""
    joined: list[tuple[int, int, int]] = []
    for start, new_start, size in runs:
        first, new_first, before = joined[-1] if joined else (start, new_start, 0)
        if joined and (first + before, new_first + before) == (start, new_start):
            joined[-1] = first, new_first, before + size
        else:
            joined.append((start, new_start, size))
    return joined


def _same(one: Sequence[str], two: Sequence[str]) -> int:
    """How many elements both begin with."""
    pairs = enumerate(zip(one, two, strict=False))
    return next((place for place, (this, that) in pairs if this != that), min(len(one), len(two)))
