"""Recompute Krippendorff's alpha (nominal) of this dataset from annotations.csv and items.csv.

    python recompute_alpha.py [FOLDER]

Needs Python 3.9 or newer and nothing else. The figure is the one that agreement.json calls "alpha":
"nominal" where each item asks for one label (the stance of its holder towards its target; an answer without
one is the value "absent"), and "detection" where items are open: is any stance there, or none? The other
figures of open projects need to know how holders and targets hang together, which the tables do not hold.

Source: Krippendorff (2011), Computing Krippendorff's Alpha-Reliability,
https://repository.upenn.edu/asc_papers/43
"""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

KIND = "directed"  # of this dataset: "directed" asks for one label an item, "open" for all stances


def main(folder: Path) -> None:
    """Print the figure, and what it is computed from."""
    votes = one_label(folder) if KIND == "directed" else any_stance(folder)
    name = "nominal" if KIND == "directed" else "detection"
    compared = [values for values in votes.values() if len(values) > 1]
    found = alpha(compared)
    told = "undefined: all answers are the same, or there are none" if found is None else f"{found:.6f}"
    sys.stdout.write(f"items judged by two or more: {len(compared)}\nalpha {name}: {told}\n")


def one_label(folder: Path) -> dict[str, list[str]]:
    """Item -> the label of each judge: the first stance that answers the item and is not a former one."""
    fixed = {row["id"]: row for row in rows(folder / "items.csv")}
    answers: dict[str, tuple[str, list[str]]] = {}
    for row in counted(folder):
        item = fixed[row["item_id"]]
        answers.setdefault(row["id"], (row["item_id"], []))
        asked = all(item[role] in ("", row[role]) for role in ("holder", "target"))
        if row["label"] and asked and '"former"' not in row["flags"]:
            answers[row["id"]][1].append(row["label"])
    votes: dict[str, list[str]] = defaultdict(list)
    for of, labels in answers.values():
        votes[of].append(labels[0] if labels else "(absent)")
    return votes


def any_stance(folder: Path) -> dict[str, list[str]]:
    """Item -> for each judge, whether they found a stance."""
    answers: dict[str, tuple[str, bool]] = {}
    for row in counted(folder):
        _, found = answers.get(row["id"], (row["item_id"], False))
        answers[row["id"]] = (row["item_id"], found or bool(row["label"]))
    votes: dict[str, list[str]] = defaultdict(list)
    for item, found in answers.values():
        votes[item].append("a stance" if found else "none")
    return votes


def alpha(units: Iterable[list[str]]) -> float | None:
    """Alpha of lists of values, one list an item; None where nothing could have been disagreed on."""
    sums: Counter[str] = Counter()
    agreed = Fraction(0)
    for values in units:
        counts = Counter(values)
        sums.update(counts)
        agreed += Fraction(sum(n * (n - 1) for n in counts.values()), len(values) - 1)
    total = sum(sums.values())
    expected = total * total - sum(n * n for n in sums.values())
    if not expected:
        return None
    return float(1 - (total - 1) * (total - agreed) / expected)


def counted(folder: Path) -> Iterator[dict[str, str]]:
    """The rows of the answers that agreement counts."""
    return (row for row in rows(folder / "annotations.csv") if row["in_agreement"] == "true")


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a table, without the apostrophes that keep spreadsheets from running a cell."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            for name in row["escaped"].split():
                row[name] = row[name][1:]
            yield row


if __name__ == "__main__":
    csv.field_size_limit(2**31 - 1)
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
