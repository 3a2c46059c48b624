"""How entities hang together: opposites that share a unit, spokespeople and parts that roll up."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from annotator.quality.judgements import Codes, Flags

Pair = tuple[int, int]


def of(names: Sequence[str], told: Iterable[tuple[str, str, str]]) -> tuple[Codes, Flags, Codes]:
    """`opposite`, `turned` and `rolled` of `Judgements`, from (name, kind of relation, name).

    What names an entity that is not there is left out. Of a chain of opposites the first by name stands for
    all, whatever the order of codes: which one it is turns labels round, and so moves the alphas of labels.
    """
    order = sorted(range(len(names)), key=lambda code: names[code])
    place = {names[code]: rank for rank, code in enumerate(order)}
    pairs: dict[str, list[Pair]] = {"opposite_of": [], "speaks_for": [], "part_of": []}
    for subject, kind, object_ in told:
        if subject in place and object_ in place:
            pairs[kind].append((place[subject], place[object_]))
    stands_for, turned = opposites(len(names), pairs["opposite_of"])
    rolled = rolled_up(len(names), pairs["speaks_for"] + pairs["part_of"])
    code, rank = np.array(order, dtype=np.int64), np.argsort(order)
    return code[stands_for][rank], turned[rank], code[rolled][rank]


def opposites(number: int, pairs: Iterable[Pair]) -> tuple[Codes, Flags]:
    """For each of `number` entities the one that stands for it, and whether labels turn round on the way.

    The first of a chain of opposites stands for all. Where a circle contradicts itself, the shortest
    way counts.

    >>> stands_for, turned = opposites(4, [(1, 3)])
    >>> stands_for.tolist(), turned.tolist()
    ([0, 1, 2, 1], [False, False, False, True])
    """
    near: dict[int, list[int]] = defaultdict(list)
    for one, other in pairs:
        near[one].append(other)
        near[other].append(one)
    stands_for, turned = np.arange(number), np.zeros(number, dtype=bool)
    seen: set[int] = set()
    for first in sorted(near):
        if first in seen:
            continue
        seen.add(first)
        reached = [first]
        for entity in reached:
            for other in sorted(near[entity]):
                if other not in seen:
                    seen.add(other)
                    stands_for[other], turned[other] = first, not turned[entity]
                    reached.append(other)
    return stands_for, turned


def rolled_up(number: int, pairs: Iterable[Pair]) -> Codes:
    """For each of `number` entities whom it speaks for or belongs to, in the end; itself if nobody.

    `pairs` are (subject, object). Who speaks for several is ambiguous and stays who they are, and so
    does whoever stands in a circle.

    >>> rolled_up(5, [(0, 1), (1, 2), (3, 0), (3, 4)]).tolist()
    [2, 2, 2, 3, 4]
    """
    above: dict[int, set[int]] = defaultdict(set)
    for subject, object_ in pairs:
        above[subject].add(object_)
    ends = np.arange(number)
    for entity in list(above):
        at, passed = entity, {entity}
        while len(above.get(at, ())) == 1:
            (at,) = above[at]
            if at in passed:
                at = entity
                break
            passed.add(at)
        ends[entity] = at
    return ends
