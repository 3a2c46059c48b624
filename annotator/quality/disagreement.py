"""How far votes on one unit lie apart."""

import math
from collections import Counter
from collections.abc import Hashable, Iterable


def entropy(votes: Iterable[Hashable]) -> float:
    """Shannon's entropy of the votes, in bits: 0 if all are the same. None is the vote "absent".

    Entropies of several units of an item add up: what a curator still has to find out about it.

    Source: C. E. Shannon, A Mathematical Theory of Communication, 1948, section 6.

    >>> entropy(["favor", "favor", "favor"])
    0.0
    >>> entropy(["favor", None])
    1.0
    >>> round(entropy(["favor", "against", None]), 3)
    1.585
    """
    counts = sorted(Counter(votes).values())
    total = sum(counts)
    return sum(-count / total * math.log2(count / total) for count in counts) + 0.0
