"""What a look at a suggestion does to an answer: how often it is followed, and how often it should not be.

A case is one person on one item: what they said unaided, what the model said, what they said after a look.
Where both said the same nobody was asked again, and the answer stands. Where a model names the stances of an
item, a case is one person on one of these stances: of several some may be followed and others not.

Over-reliance is the share of wrong suggestions that were followed, of those that contradicted the first
answer; under-reliance that of right ones that were not: Bansal et al. 2021, https://doi.org/10.1145/3411764.3445717.
Intervals are Wilson's of 1927, 95 %: https://doi.org/10.1080/01621459.1927.10502953.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import asdict, dataclass
from math import sqrt
from typing import Any

Z = 1.959964


@dataclass(frozen=True, slots=True)
class Case:
    """One person on one item, or on a stance of it; labels by name. `final` is None without a look."""

    item: Hashable
    annotator: str
    first: str
    suggested: str
    final: str | None = None
    gold: str | None = None

    @property
    def stands(self) -> str:
        """The answer after all."""
        return self.first if self.final is None else self.final

    @property
    def was_asked(self) -> bool:
        """Whether the model said otherwise and the person looked; a look may be about another stance."""
        return self.final is not None and self.first != self.suggested


@dataclass(frozen=True, slots=True)
class Share:
    """`of` cases, in `n` of which it is so; the interval is None where there is none."""

    n: int
    of: int
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Followed:
    """What became of the cases of a group in which the model said otherwise and the person looked."""

    name: str
    cases: int  # answers that a suggestion stands beside
    agreed: Share  # the model said the same
    followed: Share  # changed to what the model said, of those who were asked again
    kept: int
    otherwise: int  # changed to something else


@dataclass(frozen=True, slots=True)
class Reliance:
    """Where gold is known."""

    cases: int
    right_first: Share
    right_after: Share
    right_model: Share
    over: Share  # wrong suggestions that were followed
    under: Share  # right suggestions that were not
    harmed: int  # right answers that became wrong
    helped: int  # wrong answers that became right


@dataclass(frozen=True, slots=True)
class Between:
    """How far annotators agree with each other on items that two or more of them have such a case of."""

    items: int
    percent: float | None
    alpha: float | None  # Krippendorff's, nominal


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of some cases."""

    whole: Followed
    labels: list[Followed]  # by the label that was said first
    suggested: list[Followed]  # by the label that the model said
    annotators: list[Followed]
    unaided: Between
    assisted: Between
    reliance: Reliance | None  # None: no gold


@dataclass(frozen=True, slots=True)
class Report(Figures):
    """The whole: the figures of items, and those of the stances that suggestions named, where some did."""

    stances: Figures | None = None

    def as_json(self) -> dict[str, Any]:
        """The same as plain values; shares 0–1."""
        return asdict(self)


def report(cases: Sequence[Case], stances: Sequence[Case] = ()) -> Report:
    """All figures of these cases, and of these of single stances."""
    return Report(**_figures(cases), stances=Figures(**_figures(stances)) if stances else None)


def share(n: int, of: int) -> Share:
    """A share with its interval.

    >>> share(5, 10).value, round(share(5, 10).low, 3), round(share(5, 10).high, 3)
    (0.5, 0.237, 0.763)
    >>> share(0, 0).value is None
    True
    """
    if not of:
        return Share(0, 0, None, None, None)
    p, z = n / of, Z * Z
    middle, spread = p + z / (2 * of), Z * sqrt(p * (1 - p) / of + z / (4 * of * of))
    low, high = ((middle + sign * spread) / (1 + z / of) for sign in (-1, 1))
    return Share(n, of, p, max(0.0, low), min(1.0, high))


def _figures(cases: Sequence[Case]) -> dict[str, Any]:
    golden = [case for case in cases if case.gold is not None]
    return {
        "whole": _followed("", cases),
        "labels": _by(cases, lambda case: case.first),
        "suggested": _by(cases, lambda case: case.suggested),
        "annotators": _by(cases, lambda case: case.annotator),
        "unaided": _between(cases, lambda case: case.first),
        "assisted": _between(cases, lambda case: case.stands),
        "reliance": _reliance(golden) if golden else None,
    }


def _by(cases: Iterable[Case], name: Callable[[Case], str]) -> list[Followed]:
    groups: defaultdict[str, list[Case]] = defaultdict(list)
    for case in cases:
        groups[name(case)].append(case)
    return [_followed(key, groups[key]) for key in sorted(groups)]


def _followed(name: str, cases: Sequence[Case]) -> Followed:
    asked = [case for case in cases if case.was_asked]
    followed = sum(case.final == case.suggested for case in asked)
    kept = sum(case.final == case.first for case in asked)
    agreed = sum(case.first == case.suggested for case in cases)
    return Followed(
        name,
        len(cases),
        share(agreed, len(cases)),
        share(followed, len(asked)),
        kept,
        len(asked) - followed - kept,
    )


def _reliance(cases: Sequence[Case]) -> Reliance:
    asked = [case for case in cases if case.was_asked]
    wrong = [case for case in asked if case.suggested != case.gold]
    right = [case for case in asked if case.suggested == case.gold]
    return Reliance(
        cases=len(cases),
        right_first=share(sum(case.first == case.gold for case in cases), len(cases)),
        right_after=share(sum(case.stands == case.gold for case in cases), len(cases)),
        right_model=share(sum(case.suggested == case.gold for case in cases), len(cases)),
        over=share(sum(case.final == case.suggested for case in wrong), len(wrong)),
        under=share(sum(case.final != case.suggested for case in right), len(right)),
        harmed=sum(case.first == case.gold != case.stands for case in cases),
        helped=sum(case.stands == case.gold != case.first for case in cases),
    )


def _between(cases: Sequence[Case], said: Callable[[Case], str]) -> Between:
    from annotator.quality.between import between  # noqa: PLC0415 - numpy: only curators ask for it

    return Between(*between((case.item, said(case)) for case in cases))
