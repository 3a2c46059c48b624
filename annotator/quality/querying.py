"""Which items to ask about next, by how unsure a model is of them. Pure functions of columns, by index.

Most uncertain first is uncertainty sampling: Lewis and Gale 1994,
https://doi.org/10.1007/978-1-4471-2099-5_1. It likes to ask the same thing again: near-duplicates are alike
in their uncertainty, as are the texts of a target that the model does not know. The diverse order takes at
each step the item that adds most to

    sum over targets t of sqrt(sum of what was taken from t)

where an item counts its uncertainty, halved for each of its near-duplicates that was taken before. So each
further item of a target adds less, and targets share the queue in proportion to how unsure the model is:
Lin and Bilmes 2011, https://aclanthology.org/P11-1052, their reward for diversity. What an item adds only
ever falls, so that a step looks at the head of a heap alone (Minoux 1978,
https://doi.org/10.1007/BFb0006528): about n log n for n items.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from math import sqrt

Doubts = Sequence[float | None]  # 0 sure – 1; None: no model has said anything
Adds = Callable[[int], float]
LEAST = 1e-9  # an item that a model is sure of still adds something


def most_uncertain(doubts: Doubts) -> list[int]:
    """Indices, the most uncertain first; equal ones, and at the end those without, in the order they had.

    >>> most_uncertain([0.1, None, 0.9, 0.9])
    [2, 3, 0, 1]
    """
    return sorted(range(len(doubts)), key=lambda index: -_or_none(doubts[index]))


def diverse_uncertain(doubts: Doubts, clusters: Sequence[Hashable], targets: Sequence[Hashable]) -> list[int]:
    """Indices as above, but so that targets take turns, and near-duplicates do not come in a row.

    `clusters[i]` names the near-duplicates of item i. As long as there is another cluster, two of one never
    follow each other.

    >>> diverse_uncertain([0.9, 0.89, 0.3, None], ["a", "a", "b", "c"], [0, 0, 0, 0])
    [0, 2, 1, 3]
    """
    taken: defaultdict[Hashable, float] = defaultdict(float)
    copies: Counter[Hashable] = Counter()

    def counts(index: int) -> float:
        return float(max(doubts[index] or 0.0, LEAST) / 2 ** copies[clusters[index]])

    def adds(index: int) -> float:
        before = taken[targets[index]]
        return sqrt(before + counts(index)) - sqrt(before)

    heap = [(-adds(index), index) for index, doubt in enumerate(doubts) if doubt is not None]
    heapq.heapify(heap)
    order: list[int] = []
    while heap:
        index = _best(heap, adds, clusters, last=order[-1] if order else None)
        order.append(index)
        taken[targets[index]] += counts(index)
        copies[clusters[index]] += 1
    return order + [index for index, doubt in enumerate(doubts) if doubt is None]


def with_control(order: Sequence[int], control: Sequence[int]) -> list[int]:
    """The order with the control items spread evenly through it, each list in the order it has.

    >>> with_control([1, 2, 3, 4], [8, 9])
    [1, 2, 8, 3, 4, 9]
    """
    merged: list[int] = []
    of, into = len(order) + len(control), iter(control)
    rest = iter(order)
    for place in range(of):
        is_control = (place + 1) * len(control) // of > place * len(control) // of
        merged.append(next(into) if is_control else next(rest))
    return merged


def _best(
    heap: list[tuple[float, int]], adds: Adds, clusters: Sequence[Hashable], *, last: int | None
) -> int:
    """Take the item that adds most, of another cluster than the last, where there is one."""
    held: list[tuple[float, int]] = []
    found: int | None = None
    while heap and found is None:
        _, index = heapq.heappop(heap)
        now = (-adds(index), index)
        if heap and now > heap[0]:
            heapq.heappush(heap, now)
        elif last is not None and clusters[index] == clusters[last]:
            held.append(now)
        else:
            found = index
    if found is None:
        _, found = held.pop(0)
    for waiting in held:
        heapq.heappush(heap, waiting)
    return found


def _or_none(doubt: float | None) -> float:
    return -1.0 if doubt is None else doubt
