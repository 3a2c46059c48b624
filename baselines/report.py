"""Scores → HTML, Markdown, JSON and a picture, and a table for the terminal."""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from baselines.choosing import Choice
from baselines.comparing import Comparison
from baselines.cross_target import WARNING
from baselines.evaluate import Evaluation
from baselines.picture import confusion_svg, curve_svg
from baselines.scoring import Scores
from exporters.markdown import escaped

COLUMNS = {
    "f_avg": "F_avg",
    "macro_f1": "macro-F1",
    "accuracy": "accuracy",
    "mean_over_targets": "mean over targets",
}


FILES = ("report.html", "report.md", "report.json", "confusion.svg", "curve.svg")


def write_report(evaluation: Evaluation, folder: Path) -> None:
    """Write report.html (its pictures within), report.md, report.json and the pictures into `folder`."""
    picture = confusion_svg(evaluation.scores.confusion, evaluation.labels)
    pages = Environment(
        loader=PackageLoader("baselines"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters.update(points=points, cell=escaped, interval=interval, people=_of_people, signed=signed)
    more = {"picture": _inline(picture), "across": WARNING}
    if evaluation.curves:
        drawn = curve_svg({COLUMNS[name]: curve for name, curve in evaluation.curves.items()})
        (folder / "curve.svg").write_text(drawn, encoding="utf-8")
        more["curve"] = _inline(drawn)
    columns = columns_of(evaluation.lines)
    for name in ("report.html", "report.md"):
        text = pages.get_template(name).render(of=evaluation, columns=columns, **more)
        (folder / name).write_text(text.rstrip() + "\n", encoding="utf-8")
    (folder / "report.json").write_text(as_json(evaluation) + "\n", encoding="utf-8")
    (folder / "confusion.svg").write_text(picture, encoding="utf-8")


def columns_of(lines: Mapping[str, Scores]) -> dict[str, str]:
    """The figures to tell: F_avg leads, or macro-F1 where the labels have not both sides."""
    return {
        key: name
        for key, name in COLUMNS.items()
        if any(getattr(each, key) is not None for each in lines.values())
    }


def _inline(picture: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(picture.encode()).decode()


MOST_TARGETS = 20  # on a terminal; the report has them all


def as_json(evaluation: Evaluation) -> str:
    """One JSON document; scores are shares, 0–1."""
    return json.dumps(evaluation.as_json(), ensure_ascii=False, indent=2)


def as_text(evaluation: Evaluation) -> str:
    """The scores as tables for a terminal, times 100."""
    scores, majority = evaluation.scores, evaluation.majority
    head = [
        f"{evaluation.recipe}, trained on {evaluation.trained_on}",
        f"{evaluation.release} {evaluation.rows}: {scores.n:,} rows. Scores times 100, [95 % intervals].",
    ]
    columns = columns_of(evaluation.lines)
    lines = [
        [name, *(f"{points(getattr(of, key))} {interval(of.intervals.get(key))}" for key in columns)]
        for name, of in evaluation.lines.items()
    ]
    targets = [
        [name, f"{each.n:,}", *map(points, (each.f_avg, each.macro_f1, each.accuracy)),
         points(majority.per_target[name].f_avg)]
        for name, each in sorted(scores.per_target.items(), key=lambda each: -each[1].n)[:MOST_TARGETS]
    ]  # fmt: skip
    if more := len(scores.per_target) - len(targets):
        targets.append([f"{more} more targets: see the report", *[""] * 5])
    labels = [
        [name, f"{each.support:,}", *map(points, (each.precision, each.recall, each.f1))]
        for name, each in scores.per_label.items()
    ]
    confusion = [
        [name, *map("{:,}".format, row)] for name, row in zip(scores.per_label, scores.confusion, strict=True)
    ]
    if evaluation.ceiling:
        lines.append(["people", *(_of_people(evaluation.ceiling, key) for key in columns)])
    if evaluation.reliability:
        head.append(f"Calibration error of its probabilities: {points(evaluation.reliability.ece)}.")
    tables = [
        aligned(["", *columns.values()], lines),
        aligned(["target", "rows", "F_avg", "macro-F1", "accuracy", "majority F_avg"], targets),
        aligned(["label", "rows", "precision", "recall", "F1"], labels),
        aligned(["gold \\ predicted", *scores.per_label], confusion),
    ]
    return "\n\n".join(["\n".join(head), *tables, *_trained_anew(evaluation)])


def _trained_anew(evaluation: Evaluation) -> Iterator[str]:
    """The learning curve and the targets left out, where they were asked for."""
    for name, curve in evaluation.curves.items():
        yield (
            f"{COLUMNS[name]} with {curve.more} more labels: {points(curve.then)} "
            f"{interval(curve.then_interval)}, that is {100 * curve.gain:+.1f} "
            f"{interval(curve.gain_interval)}."
        )
    if evaluation.cross_target:
        rows = [
            [name, f"{each.scores.n:,}", *map(points, (each.scores.f_avg, each.scores.macro_f1)),
             *map(points, (each.commonest.f_avg, each.commonest.macro_f1))]
            for name, each in evaluation.cross_target.items()
        ]  # fmt: skip
        head = ["target left out", "rows", "F_avg", "macro-F1", "one label F_avg", "one label macro-F1"]
        yield f"{aligned(head, rows)}\n\nNote: {WARNING}."


def choices_text(choices: Sequence[Choice]) -> Iterable[str]:
    """A line for each choice: what was tried and what it scored, times 100."""
    for choice in choices:
        name = COLUMNS[choice.figure]
        tried = ", ".join(
            f"{each.recipe if choice.what == 'recipe' else settings(each.params)} {points(each.figure)}"
            for each in choice.tried
        )
        yield f"Tried by {choice.folds}-fold cross-validation on {choice.rows:,} rows, {name}: {tried}"


def settings(params: Mapping[str, object]) -> str:
    """The settings of a recipe, each by the last part of its name: "C 0.3"."""
    return " ".join(f"{name.split('__')[-1]} {value}" for name, value in params.items())


def comparison_json(comparison: Comparison) -> str:
    """One JSON document; scores and differences are shares, 0–1."""
    return json.dumps(comparison.as_json(), ensure_ascii=False, indent=2)


def comparison_text(comparison: Comparison) -> str:
    """The scores and the pairs as tables for a terminal, times 100."""
    columns = columns_of(comparison.scores)
    scores = [
        [name, *(f"{points(getattr(of, key))} {interval(of.intervals.get(key))}" for key in columns)]
        for name, of in comparison.scores.items()
    ]
    pairs = [
        [
            f"{first} − {second}",
            *(
                f"{100 * found[key].value:+.1f} {interval(found[key].interval)} p {found[key].p:.4f}"
                if key in found
                else "–"
                for key in ("f_avg", "macro_f1", "accuracy")
            ),
        ]
        for (first, second), found in comparison.pairs.items()
    ]
    n = next(iter(comparison.scores.values())).n
    head = f"{comparison.release} {comparison.rows}: {n:,} rows. Scores times 100, [95 % intervals]."
    tables = [
        aligned(["", *columns.values()], scores),
        aligned(["difference", "F_avg", "macro-F1", "accuracy"], pairs),
    ]
    return "\n\n".join([head, *tables])


def _of_people(ceiling: dict[str, Any], key: str) -> str:
    return f"{points(ceiling.get(key))} {interval(ceiling.get('intervals', {}).get(key))}".strip()


def points(share: float | None) -> str:
    """A share as points of 100 with one decimal, "–" where there is none."""
    return "–" if share is None else f"{100 * share:.1f}"


def signed(weight: float) -> str:
    """A weight with its sign and two decimals.

    >>> signed(-0.304)
    '−0.30'
    """
    return f"{weight:+.2f}".replace("-", "−")


def interval(bounds: Sequence[float] | None) -> str:
    """An interval of shares as points, "" where there is none."""
    return "" if bounds is None else f"[{points(bounds[0])}, {points(bounds[1])}]"


def aligned(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose first column stands left and whose others stand right."""
    table = [head, *rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            text.ljust(width) if column == 0 else text.rjust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    )
