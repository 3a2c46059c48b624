"""Which split each new group of documents goes to: targets and labels are shared out as documents are.

Context: by chance alone, a target with ten documents may have none in test. Choice: new groups are taken in
an order drawn from the seed, the largest first, and each goes where most is missing of what it holds:
documents, its labels, its targets, its pairs of both. What stands in a split already counts, but what came
with an official one does not: its shares are somebody else's. Past MOST new groups each falls by a hash
instead, because then chance does as well and memory stays flat. Cost: a release reads what documents are
about once more before it writes; and where a group of new documents falls hangs on the others of its first
release, no longer on its name alone. From then on it is stored.

The measure is the sum of squared differences between what a split has and its share of all, of every
count; a group goes where that sum grows least. Source: the greedy stratification of groups in Sechidis,
Tsoumakas & Vlahavas 2011, https://doi.org/10.1007/978-3-642-23808-6_10, with squares for their ranks.
"""

import hashlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Set
from functools import partial

from annotator.reading import Content
from exporters.schema import SPLITS

MOST = 100_000  # new groups; half a kilobyte each where documents hold some ten pairs
DOCUMENTS = "documents"
Counts = Counter[int]  # by the code of a cell


def balanced(
    contents: Iterable[Content],
    *,
    known: Mapping[str, Set[str]],
    shares: Mapping[str, float],
    seed: int,
    most: int = MOST,
) -> dict[str, str]:
    """A split for each group that stands in none yet; for none of them if there are more than `most`.

    Memory holds for each group code, count, code, count, …: a cell may be there twice.
    """
    codes: dict[Hashable, int] = {}
    new: dict[str, array[int]] = defaultdict(partial(array, "i"))
    held: dict[str, Counts] = {split: Counter() for split in SPLITS}
    for content in contents:
        if content.official_split and not content.split:
            continue
        counts = _counts(content, codes)
        if content.split is not None:
            if content.official_split is None:
                held[content.split].update(counts)
        elif not known.get(content.group):
            for cell in counts.items():
                new[content.group].extend(cell)
            if len(new) > most:
                return {}
    return _shared_out(new, held, shares=shares, seed=seed)


def _shared_out(
    new: Mapping[str, "array[int]"], held: dict[str, Counts], *, shares: Mapping[str, float], seed: int
) -> dict[str, str]:
    total: Counts = Counter()
    for counts in (*held.values(), *map(_unpacked, new.values())):
        total.update(counts)
    open_ = [split for split in SPLITS if shares.get(split)]
    given: dict[str, str] = {}
    for group in sorted(new, key=lambda group: (-sum(new[group][1::2]), _drawn(group, seed), group)):
        counts = _unpacked(new[group])
        given[group] = max(open_, key=lambda split: _missing(counts, held[split], total, shares[split]))
        held[given[group]].update(counts)
    return given


def _missing(counts: Counts, held: Counts, total: Counts, share: float) -> float:
    """How much smaller the sum of squares is for each one more: the first split wins where it is even."""
    return sum(count * (share * total[cell] - held[cell]) for cell, count in counts.items())


def _counts(content: Content, codes: dict[Hashable, int]) -> Counts:
    """What a document counts for; cells that were not met yet get the next codes."""
    counts: Counts = Counter({_code(DOCUMENTS, codes): 1})
    for target, label, count in content.stances:
        for cell in ((target, None), (None, label), (target, label)):
            counts[_code(cell, codes)] += count
    return counts


def _code(cell: Hashable, codes: dict[Hashable, int]) -> int:
    return codes.setdefault(cell, len(codes))


def _unpacked(packed: "array[int]") -> Counts:
    counts: Counts = Counter()
    for code, count in zip(packed[::2], packed[1::2], strict=True):
        counts[code] += count
    return counts


def _drawn(group: str, seed: int) -> bytes:
    return hashlib.sha256(f"balance\n{seed}\n{group}".encode()).digest()
