"""Votes → one label and how they are distributed."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple


class Verdict(NamedTuple):
    """What the votes on one unit come to.

    Tied, there is no label. Not tied and no label: most saw no stance.
    """

    label: str | None
    tied: bool
    distribution: tuple[float, ...]  # shares in label order; with p_absent they add up to 1
    p_absent: float
    agreement: float  # share of the judges who gave what won; 0 if tied


def majority(votes: Sequence[str | None], labels: Sequence[str], *, strict: bool = False) -> Verdict:
    """The vote given most often; None is the vote "absent". `strict` asks for more than half of all.

    Raises
    ------
    ValueError
        If nobody voted.

    >>> majority(["for", "for", "against"], ["for", "against"]).label
    'for'
    >>> majority(["for", None], ["for", "against"]).tied
    True
    >>> majority(["for", "for", "against", None], ["for", "against"], strict=True).tied
    True
    """
    if not votes:
        raise ValueError("nobody voted")
    counts = Counter(votes)
    (first, most), *others = counts.most_common(2)
    tied = most * 2 <= len(votes) if strict else bool(others) and others[0][1] == most
    return Verdict(
        label=None if tied else first,
        tied=tied,
        distribution=tuple(counts[label] / len(votes) for label in labels),
        p_absent=counts[None] / len(votes),
        agreement=0.0 if tied else most / len(votes),
    )
