"""Every figure that a deposit tells is that of the release; none is made up."""

import csv
import io
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from annotator.cli import main
from annotator.quality import agreement, distances
from annotator.quality.votes import Votes, counted
from exporters.agreement_figures import NAMES
from exporters.deposit import recompute_alpha
from tests.exporters.deposit.conftest import Deposited
from tests.exporters.deposit.filled import directed, fill, hostile, opened
from tests.exporters.deposit.test_tables import rows_of
from tests.exporters.made_project import Make, stance

Deposits = Callable[..., Deposited]


def silent(make: Make) -> None:
    """A directed project with repeats, surplus, former stances, other targets, and answers without any."""
    directed(make)
    for number, given_ in enumerate(["FFA", "A-N", "--F", "NN-"]):
        item = make.question(f"more {number}")
        for by, vote in zip(("ada", "ben", "eve"), given_, strict=True):
            make.answer(item, by, *([] if vote == "-" else [LABELS[vote]]))
        make.answer(item, "ada", "NONE", occasion=1)
        make.answer(item, "late", "NONE", counted=False)
        make.answer(item, "dan", stance("FAVOR", "author", "trains", former=True), "AGAINST")
    make.answer(make.question("single"), "ada", "FAVOR")
    make.answer(make.question("lost"), "ada", outcome="cannot_judge")


LABELS = {"F": "FAVOR", "A": "AGAINST", "N": "NONE"}


def alone(make: Make) -> None:
    """Nobody judged what another one did."""
    make.answer(make.question("a"), "ada", "FAVOR")


def run(made: Deposited) -> str:
    """What the script prints in a fresh process that finds no package of anybody's."""
    command = [sys.executable, "-I", "-S", str(made.files / "recompute_alpha.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("kind", "figure"),
    [
        (directed, "nominal"),
        (hostile, "nominal"),
        (silent, "nominal"),
        (opened, "detection"),
        (fill, "detection"),
        (alone, "nominal"),
    ],
)
def test_the_script_alone_gives_the_release_s_alpha(
    kind: Callable[[Make], None], figure: str, deposited: Deposits
) -> None:
    """Who doubts the headline figure needs Python and the CSV, and nobody's software."""
    made = deposited(kind)
    told = made.facts["agreement"]

    printed = run(made)

    (said,) = re.findall(rf"^alpha {figure}: (.*)$", printed, re.M)
    assert f"two or more: {told['compared']}\n" in printed
    if told["alpha"][figure] is None:
        assert said.startswith("undefined")
    else:
        assert said == f"{told['alpha'][figure]:.6f}"


@given(votes=st.lists(st.lists(st.sampled_from("FAN"), min_size=2, max_size=5), min_size=1, max_size=8))
def test_its_alpha_is_ours(votes: list[list[str]]) -> None:
    """Two programs, written apart, that come to one figure."""
    item = np.repeat(np.arange(len(votes)), [len(each) for each in votes])
    label = np.array(["FAN".index(vote) for each in votes for vote in each])
    sums = agreement.summands(counted(Votes(item, item, label), 3)).sum(axis=0)
    ours = float(agreement.alpha(agreement.Sums.of(sums, 3).coincidences, distances.nominal(3)))

    found = recompute_alpha.alpha(votes)

    assert found == pytest.approx(ours) if found is not None else np.isnan(ours)


@pytest.mark.parametrize("kind", [directed, opened, hostile, alone])
def test_the_reliability_table_has_the_figures_of_the_command(
    kind: Callable[[Make], None], deposited: Deposits, engine: Engine
) -> None:
    """A table that goes into a paper must be the one that the software tells."""
    made = deposited(kind)
    url = engine.url.render_as_string(hide_password=False)
    command = json.loads(
        CliRunner().invoke(main, ["agreement", "trains", "--json", "--database", url]).stdout
    )
    names = {text: name for name, text in NAMES.items()}

    rows = [line.removesuffix(r" \\").strip().split(" & ") for line in _rows(made.text("reliability.tex"))]

    intervals, values = command["intervals"], _values(command)
    found = {names[name]: (value, between) for name, value, between in rows if name in names}
    assert found.keys() == {name for name, value in values.items() if value is not None}
    for name, (value, between) in found.items():
        assert value == _tex(values[name])
        assert between == (" to ".join(map(_tex, intervals[name])) if name in intervals else "--")
    ceiling = made.facts["human_ceiling"]
    assert len(rows) - len(found) == (3 if ceiling["n"] else 0)
    assert json.loads(made.text("agreement.json")) == made.facts["agreement"]


def _rows(text: str) -> list[str]:
    table = text.split("\\midrule\n", maxsplit=1)[1].split("\\bottomrule", maxsplit=1)[0]
    return table.replace("\\midrule\n", "").splitlines()[:-1]


def _values(told: dict[str, Any]) -> dict[str, float | None]:
    """Every figure of the JSON by its own name."""
    shares = {name: told[name] for name in ("percent", "ac1", "coverage") if name in told}
    words = {f"rationale_{name}": value for name, value in told.get("rationales", {}).items()}
    names = {"exact": "tuples", "pairs": "identification", "pairs_rolled_up": "identification_rolled_up"}
    tuples = {names.get(name, name): each["f1"] for name, each in told["tuples"].items()}
    return {**told["alpha"], **told["kappa"], **shares, **words, **tuples}


def _tex(value: float) -> str:
    return f"{value:.3f}".replace("-", "$-$")


def test_the_methods_paragraph_counts_the_tables(deposited: Deposits) -> None:
    """Each number in it is one that the CSV gives, counted here once more."""
    made = deposited(silent)
    gold, items, answers, documents = (
        rows_of(made.text(f"{name}.csv")) for name in ("gold", "items", "annotations", "documents")
    )
    text = made.text("methods.md")
    by_annotators = [row for row in answers if row["kind"] == "annotation"]
    judges = Counter(int(row["n_annotators"]) for row in items if row["n_annotators"] != "0")
    mean = sum(n * often for n, often in judges.items()) / judges.total()
    facts = made.facts
    low, high = facts["agreement"]["intervals"]["nominal"]
    in_agreement = [row for row in answers if row["in_agreement"] == "true"]

    for said in (
        f"{len(gold)} gold stances on {len(items)} items from {len(documents)} documents.",
        f"{len({row['annotator'] for row in by_annotators})} annotators gave "
        f"{len({row['id'] for row in by_annotators})} answers.",
        "1 answer said that the item could not be judged.",
        f"{judges.total()} items were judged ({', '.join(f'{judges[n]} by {n}' for n in sorted(judges))}), "
        f"by {mean:.2f} annotators on average",
        f"nominal {facts['agreement']['alpha']['nominal']:.3f} (95 % interval {low:.3f} to {high:.3f}), on "
        f"{facts['agreement']['compared']} items",
        f"from {len({row['id'] for row in in_agreement})} first answers of "
        f"{len({row['annotator'] for row in in_agreement})} annotators",
        f"{sum(row['decided_by'] == 'majority' for row in gold)} by a majority",
        f"{sum(row['decided_by'] == 'adjudicated' for row in gold)} by a curator",
        f"{sum(facts['left_out'].values())} are not gold",
        f"Of {len(gold) + sum(facts['left_out'].values())} candidates",
        f"{sum(row['surplus'] == 'true' for row in answers)} answers found no free seat",
    ):
        assert said in text, said
    for split in {row["split"] for row in documents}:
        n = sum(row["split"] == split for row in documents)
        assert f"{split} {n} document{'s' * (n != 1)} with " in text


def test_both_forms_of_the_methods_say_the_same(deposited: Deposits) -> None:
    """The paper in LaTeX and the page in Markdown are of one dataset."""
    made = deposited(silent)

    of_md, of_tex = (
        re.sub(r"[\\#*]|section|\{Methods\}|Methods", "", made.text(f"methods.{ending}"))
        for ending in ("md", "tex")
    )

    assert of_md.split() == of_tex.split()


def test_the_codebook_counts_what_stands_there(deposited: Deposits) -> None:
    """A codebook whose counts are not those of the table is about another one."""
    made = deposited(fill)
    answers = rows_of(made.text("annotations.csv"))
    book = re.sub(r"</?(code|bdi|td|th)[^>]*>", " ", made.text("codebook.html").split('id="annotations"')[1])
    book = " ".join(book.split())

    outcomes = Counter(row["outcome"] for row in answers)
    could_not = "the annotator could not judge it; the flags of the answer may say why"
    assert f"cannot_judge , {could_not}: {outcomes['cannot_judge']}<" in book
    assert f"damaged: {sum('garbled' in row['annotation_flags'] for row in answers)}<" in book
    for row in rows_of_columns(made):
        told = rows_of(made.text(f"{row['table']}.csv"))
        assert int(row["rows"]) == len(told)
        if row["column"] not in {"metadata", "text", "context_before", "context_after"}:  # "" is told as null
            assert int(row["filled"]) == sum(each[row["column"]] != "" for each in told), row


def rows_of_columns(made: Deposited) -> list[dict[str, str]]:
    """The rows of columns.csv."""
    return list(csv.DictReader(io.StringIO(made.text("columns.csv").removeprefix("\ufeff"), newline="")))


def test_a_broken_table_gives_another_alpha(deposited: Deposits) -> None:
    """A script that cannot disagree proves nothing."""
    made = deposited(directed)
    before = run(made)
    path: Path = made.files / "annotations.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("FAVOR", "AGAINST", 3), encoding="utf-8")

    assert run(made) != before
