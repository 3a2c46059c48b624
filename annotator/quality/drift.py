"""Whether a person drifts: their newest answers held against their own earlier ones.

Three rules, each of which sounds a false alarm in at most LEVEL of the looks at a person who is steady:

- checks: of the last CHECKS ones fewer were met than before, by Fisher's exact test, one-sided;
- labels: the last ANSWERS answers have other labels than those before, by Pearson's chi-squared test;
- speed: their seconds differ from those before, by the Wilcoxon–Mann–Whitney test, normal approximation
  with ties, and the median has moved by a third at least.

A look after each answer looks often: over a long time a steady person is named more often than once in a
thousand; `tests/annotator/quality/test_drift.py` counts how often. A warning is a reason to talk, no proof.

Source: Fisher, R. A. (1935), The Design of Experiments; Pearson, K. (1900), Philosophical Magazine 50;
Mann, H. B. and Whitney, D. R. (1947), Annals of Mathematical Statistics 18.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

CHECKS = 20  # newest checks, held against all before
ANSWERS = 100  # newest answers, held against all before
LEVEL = 0.001  # share of looks at a steady person that may sound an alarm
LEAST = 5  # expected answers a label, for the chi-squared test to hold
MOVED = 4 / 3  # ratio of medians


@dataclass(frozen=True, slots=True)
class Warning:  # noqa: A001 - the word for it
    """What has moved, from where to where; shares are 0–1, seconds are s."""

    what: str  # checks, labels, speed
    before: float
    now: float


def warnings(*, checks: Sequence[bool], labels: Sequence[str], seconds: Sequence[float]) -> list[Warning]:
    """What has moved for one person; each sequence in the order of their answers."""
    found = (_checks(checks), _labels(labels), _speed(seconds))
    return [warning for warning in found if warning is not None]


def fisher(met: int, of: int, met_before: int, of_before: int) -> float:
    """The probability of so few or fewer met, if nothing has changed: the hypergeometric lower tail.

    >>> round(fisher(1, 10, 9, 10), 6)  # (C(10,0) C(10,10) + C(10,1) C(10,9)) / C(20,10)
    0.000547
    """
    total = met + met_before
    ways = math.comb(of + of_before, total)
    least = max(0, total - of_before)
    tail: int = sum(math.comb(of, k) * math.comb(of_before, total - k) for k in range(least, met + 1))
    return float(tail / ways)


def chi_squared_tail(statistic: float, degrees: int) -> float:
    """P(X² ≥ statistic), for whole degrees of freedom: the finite sums of Abramowitz and Stegun 26.4.4–5.

    >>> round(chi_squared_tail(3.841459, 1), 4), round(chi_squared_tail(5.991465, 2), 4)
    (0.05, 0.05)
    """
    half = statistic / 2
    if degrees % 2 == 0:
        series: float = sum(half**k / math.factorial(k) for k in range(degrees // 2))
        return math.exp(-half) * series
    terms: float = sum(half ** (k + 0.5) / math.gamma(k + 1.5) for k in range((degrees - 1) // 2))
    return math.erfc(math.sqrt(half)) + math.exp(-half) * terms


def mann_whitney(one: Sequence[float], other: Sequence[float]) -> float:
    """The two-sided p-value that neither tends to be larger, by the normal approximation with ties."""
    n, m = len(one), len(other)
    counts = Counter([*one, *other])
    ranks, place = {}, 0
    for value in sorted(counts):
        ranks[value] = place + (counts[value] + 1) / 2
        place += counts[value]
    above = sum(ranks[value] for value in one) - n * (n + 1) / 2
    ties = sum(count**3 - count for count in counts.values()) / ((n + m) * (n + m - 1))
    spread = math.sqrt(n * m / 12 * (n + m + 1 - ties))
    if spread == 0:
        return 1.0
    return math.erfc(max(0.0, abs(above - n * m / 2) - 0.5) / spread / math.sqrt(2))


def _checks(checks: Sequence[bool]) -> Warning | None:
    now, before = checks[-CHECKS:], checks[:-CHECKS]
    if len(now) < CHECKS or not before:
        return None
    if fisher(sum(now), len(now), sum(before), len(before)) >= LEVEL:
        return None
    return Warning("checks", sum(before) / len(before), sum(now) / len(now))


def _labels(labels: Sequence[str]) -> Warning | None:
    now, before = Counter(labels[-ANSWERS:]), Counter(labels[:-ANSWERS])
    n, m = now.total(), before.total()
    if n < ANSWERS or m < ANSWERS:
        return None
    rare = {label for label in now | before if (now[label] + before[label]) * min(n, m) / (n + m) < LEAST}
    pooled = [(sum(now[each] for each in rare), sum(before[each] for each in rare))] if rare else []
    cells = [(now[label], before[label]) for label in now | before if label not in rare] + pooled
    if len(cells) < 2:
        return None
    statistic = sum(
        (seen - (a + b) * size / (n + m)) ** 2 / ((a + b) * size / (n + m))
        for a, b in cells
        for seen, size in ((a, n), (b, m))
    )
    if chi_squared_tail(statistic, len(cells) - 1) >= LEVEL:
        return None
    label = max(now | before, key=lambda each: (abs(now[each] / n - before[each] / m), each))
    return Warning("labels", before[label] / m, now[label] / n)


def _speed(seconds: Sequence[float]) -> Warning | None:
    now, before = seconds[-ANSWERS:], seconds[:-ANSWERS]
    if len(now) < ANSWERS or len(before) < ANSWERS:
        return None
    was, is_ = median(before), median(now)
    ratio = max(was, is_) / max(min(was, is_), 1e-9)
    if ratio < MOVED or mann_whitney(now, before) >= LEVEL:
        return None
    return Warning("speed", was, is_)
