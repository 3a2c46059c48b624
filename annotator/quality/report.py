"""What a measurement comes to: plain values, no arrays, nothing heavy to import.

Names of figures, all shares or coefficients of at most 1. Where one label is asked:

percent         share of pairs of annotators who agree, mean over items
nominal         Krippendorff's alpha
ordinal         alpha over the labels' ranks, where all labels have one
polarity        alpha with the distance matrix of the scheme (`Report.distance`)
cohen           mean of the pairwise Cohen's kappas, each weighed by its items
fleiss          Fleiss' kappa
ac1             Gwet's AC1

In open projects, by stage:

detection       alpha: is any stance there?
identification  F1 of (holder, target)
nominal, ordinal, polarity   alpha of the label, where holder and target were named by both; never
                without `coverage`, the share of all stances that this is about
tuples          F1 of the whole (holder, target, label), as named
aligned         the same after opposites were turned round
rolled_up       the same after spokespeople and parts were replaced by whom they speak for and belong to
identification_rolled_up     F1 of (holder, target) after both
masi            alpha of the set of tuples, with the MASI distance, empty sets included
rationale_tokens, rationale_iou   F1 of the words, and of spans of which half is shared, on aligned
                tuples where both marked words; `rationale_coverage` is their share

Of one annotator also:

competence      how probably they know, by MACE
reliability     how probably they name the right class, by Dawid and Skene
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

ALPHAS = ("nominal", "ordinal", "polarity", "masi", "detection")
KAPPAS = ("cohen", "fleiss")
SHARES = ("percent", "ac1")
DIMENSIONS = ("label", "target", "holder", "annotator", "pair", "guidelines", "round", "week")
DIGITS = 6  # that JSON gives: what lies beyond depends on the order of sums


class Figure(NamedTuple):
    """A figure with its 95 % interval; None where there is nothing to compute it from."""

    value: float | None
    low: float | None = None
    high: float | None = None

    @property
    def interval(self) -> tuple[float, float] | None:
        """(low, high), or None."""
        return None if self.low is None or self.high is None else (self.low, self.high)


@dataclass(frozen=True)
class Group:
    """The figures of a part: the answers about one target, of one pair, of one week."""

    name: str
    items: int  # that entered: judged by two or more
    annotations: int
    figures: Mapping[str, Figure]


def by_name(groups: Iterable[Group]) -> tuple[Group, ...]:
    """People stand in an order that tells nothing of their names: this is for readers."""
    return tuple(sorted(groups, key=lambda group: group.name))


@dataclass(frozen=True)
class Report:
    """What a table of judgements comes to."""

    directed: bool  # one label is asked
    items: int  # judged by anybody
    compared: int  # judged by two or more
    annotators: int
    annotations: int
    headline: str  # the name of the one figure that the scheme calls for
    figures: Mapping[str, Figure]
    by: Mapping[str, tuple[Group, ...]]  # dimension → its parts, those that were asked for
    against: Mapping[str, tuple[Group, ...]]  # "check", "adjudication" → all, then each annotator
    labels: tuple[str, ...]
    distance: tuple[tuple[float, ...], ...]  # between labels, in their order

    @property
    def first(self) -> Figure:
        """The headline's figure."""
        return self.figures.get(self.headline, Figure(None))

    def as_json(self) -> dict[str, Any]:
        """The document that `standpoint agreement --json` prints; figures are rounded to DIGITS."""
        return {
            "items": self.items,
            "compared": self.compared,
            "annotators": self.annotators,
            "annotations": self.annotations,
            "headline": self.headline,
            **told(self.figures),
            "distance": {"labels": list(self.labels), "matrix": [list(row) for row in self.distance]},
            "by": {name: [_group(group) for group in groups] for name, groups in self.by.items()},
            "against": {name: [_group(group) for group in groups] for name, groups in self.against.items()},
        }


def told(figures: Mapping[str, Figure]) -> dict[str, Any]:
    """Figures by their family; `intervals` holds [low, high] under each figure's own name."""
    values = {name: rounded(figure.value) for name, figure in figures.items()}
    shape: dict[str, Any] = {
        **{name: values[name] for name in SHARES if name in values},
        "alpha": {name: values[name] for name in ALPHAS if name in values},
        "kappa": {name: values[name] for name in KAPPAS if name in values},
        "tuples": dict(_tuples(values)),
    }
    if "coverage" in values:
        shape["coverage"] = values["coverage"]
    if "rationale_coverage" in values:
        shape["rationales"] = {part: values[f"rationale_{part}"] for part in ("tokens", "iou", "coverage")}
    others: dict[str, Any] = {
        name: values[name] for name in ("accuracy", "competence", "reliability") if name in values
    }
    intervals = {
        name: [rounded(figure.low), rounded(figure.high)]
        for name, figure in figures.items()
        if figure.interval is not None
    }
    return {**shape, **others, "intervals": intervals}


def rounded(value: float | None) -> float | None:
    """To DIGITS, and never minus nought."""
    return None if value is None else round(value, DIGITS) + 0.0


def _tuples(values: Mapping[str, float | None]) -> Iterator[tuple[str, dict[str, float | None]]]:
    """F1 of pairs, each person being the measure of the other: so precision and recall equal it."""
    names = {"exact": "tuples", "aligned": "aligned", "rolled_up": "rolled_up"}
    names |= {"pairs": "identification", "pairs_rolled_up": "identification_rolled_up"}
    for shown, name in names.items():
        if name in values:
            yield shown, dict.fromkeys(("precision", "recall", "f1"), values[name])


def _group(group: Group) -> dict[str, Any]:
    counts = {"name": group.name, "items": group.items, "annotations": group.annotations}
    return {**counts, **told(group.figures)}
