"""Agreement and aggregation on real data, held against published figures, an oracle and crowd-kit.

    agreement_real.py DATA_DIR

DATA_DIR holds the folders gwsd, crowd-face-sentiment and seesaw. gwsd and crowd-face-sentiment are fed to
`annotator/quality/` directly, seesaw through `standpoint import` and `standpoint agreement`, into a
database that is thrown away. Needs the packages of `make test` (krippendorff). Prints a line for each
figure; exits 1 if one is not what it must be. What crowd-kit says stands in
tests/annotator/quality/crowd_kit.json, made by scripts/crowd_kit_labels.py.
"""

import csv
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
import krippendorff
import numpy as np
from real_data import seesaw

from annotator.quality import ballots, dawid_skene, mace, votes
from annotator.quality.judgements import Judgements, Scheme, directed
from annotator.quality.measure import measure
from annotator.quality.posterior import Posterior

KEPT = Path(__file__).parents[1] / "tests/annotator/quality/crowd_kit.json"
STANCE = Scheme(("AGAINST", "FAVOR", "NONE"), ("against", "favor", "none"))
FACES = Scheme(("0", "1", "2", "3"), ("other",) * 4)
LEAST = 5  # annotators that are named
ENOUGH = 0.99  # of the labels, the same as crowd-kit's
Line = tuple[bool | None, str]  # right, wrong or only told


@click.command()
@click.argument("data", metavar="DATA_DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(data: Path) -> None:
    """Print what is found, and whether it is right."""
    wrong = 0
    for name, lines in (
        ("gwsd", gwsd(data)),
        ("crowd-face-sentiment", faces(data)),
        ("seesaw", open_project(data)),
    ):
        click.echo(name)
        for right, line in lines:
            wrong += right is False
            click.echo(f"  {'told ' if right is None else 'right' if right else 'WRONG'}  {line}")
    if wrong:
        raise click.ClickException(f"{wrong} figures differ")


def gwsd(data: Path) -> Iterator[Line]:
    """Alpha, the oracle's, crowd-kit's labels and the published ones."""
    table = crowd(data / "gwsd", STANCE)
    yield from _agreement(table, 0.3680)
    for name, found in fitted(table):
        yield from _like_crowd_kit("gwsd", name, table, found)
        published = {row["id"]: row["mace_label"] for row in rows(data / "gwsd" / "items.csv")}
        same = [
            STANCE.labels[winner] == published[item]
            for item, winner in zip(sorted(table.items), found.winners().tolist(), strict=True)
            if published[item]
        ]
        yield None, f"{name}: {np.mean(same):.1%} of {len(same)} labels are the authors' MACE labels"


def faces(data: Path) -> Iterator[Line]:
    """Alpha, crowd-kit's labels and the truth."""
    table = crowd(data / "crowd-face-sentiment", FACES)
    yield from _agreement(table, 0.4949)
    truth = {row["item_id"]: row["label"] for row in rows(data / "crowd-face-sentiment" / "truth.csv")}
    for name, found in fitted(table):
        yield from _like_crowd_kit("crowd-face-sentiment", name, table, found)
        hits = [
            FACES.labels[winner] == truth[item]
            for item, winner in zip(sorted(table.items), found.winners().tolist(), strict=True)
        ]
        yield None, f"{name}: {np.mean(hits):.1%} right"


def open_project(data: Path) -> Iterator[Line]:
    """The reference F1, then all stages."""
    with tempfile.TemporaryDirectory() as folder:
        project = next(seesaw(data, Path(folder)))
        report = json.loads(project.run("agreement", "seesaw", "--json"))
    exact = report["tuples"]["exact"]["f1"]
    yield round(exact, 3) == 0.530, f"whole tuple, exact F1 {exact:.3f} {report['intervals']['tuples']}"
    yield None, f"on {report['compared']} of {report['items']} items; by {report['annotators']} coders"
    for stage, name, value in (
        ("detection, alpha", "detection", report["alpha"]["detection"]),
        ("identification, F1", "identification", report["tuples"]["pairs"]["f1"]),
        ("label, coverage", "coverage", report["coverage"]),
        ("label, alpha of what is covered", "nominal", report["alpha"]["nominal"]),
        ("whole tuple, aligned F1", "aligned", report["tuples"]["aligned"]["f1"]),
        ("whole tuple, rolled up F1", "rolled_up", report["tuples"]["rolled_up"]["f1"]),
        ("whole tuple, alpha with MASI", "masi", report["alpha"]["masi"]),
    ):
        yield None, f"{stage} {value:.3f} {report['intervals'].get(name)}"


def crowd(folder: Path, scheme: Scheme) -> Judgements:
    """A table of a set's annotations."""
    given = list(rows(folder / "annotations.csv"))
    columns = ([row[name] for row in given] for name in ("item_id", "annotator", "label"))
    return directed(*columns, scheme)


def fitted(table: Judgements) -> Iterator[tuple[str, Posterior]]:
    """What each way of learning makes of it."""
    given = ballots.of(table).ballots
    yield "dawid_skene", dawid_skene.fit(given)
    yield "mace", mace.fit(given)


def rows(file: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV file."""
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _agreement(table: Judgements, wanted: float) -> Iterator[Line]:
    report = measure(table)
    alpha, (low, high) = report.first.value, report.first.interval
    yield round(alpha, 4) == wanted, f"nominal alpha {alpha:.4f} [{low:.4f}, {high:.4f}], wanted {wanted}"
    counts = votes.counted(votes.cast(table.answers, table), len(table.scheme.labels))
    oracle = krippendorff.alpha(value_counts=counts, level_of_measurement="nominal")
    yield abs(oracle - alpha) < 1e-9, f"the oracle says {oracle:.4f}"


def _like_crowd_kit(data: str, name: str, table: Judgements, found: Posterior) -> Iterator[Line]:
    labels = json.loads(KEPT.read_text(encoding="utf-8"))[data][name]
    same = np.mean([str(one) == other for one, other in zip(found.winners(), labels, strict=True)])
    yield bool(same >= ENOUGH), f"{name}: {same:.2%} of the labels are crowd-kit's"
    order = np.argsort(found.reliability)[:LEAST]
    least = ", ".join(f"{table.annotators[n]} {found.reliability[n]:.2f}" for n in order)
    yield None, f"{name}: {found.restarts} restarts, {found.rounds} rounds; least reliable: {least}"


if __name__ == "__main__":
    main()
