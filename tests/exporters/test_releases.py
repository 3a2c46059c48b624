"""The releases of a project: listed, and held against each other."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from sqlalchemy.engine import Engine
from sqlmodel import select

from annotator.cli import main
from annotator.domain import Document, Project, Release
from annotator.store import erasing, removing, scheme
from exporters import release
from exporters.options import Options
from tests.exporters.made_project import Make, stance

Run = Callable[..., Result]


@pytest.fixture
def run(engine: Engine) -> Run:
    """`run("trains", "--diff", 1, 2)` is `standpoint releases trains --diff 1 2`."""
    url = engine.url.render_as_string(hide_password=False)

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(main, ["releases", *map(str, arguments), "--database", url])

    return run


@pytest.fixture
def publish(make: Make, engine: Engine, tmp_path: Path) -> Callable[..., release.Release]:
    """`publish("1")` writes a release of what was made so far into that folder."""

    def publish(name: str, *, by_id: int | None = None, **options: Any) -> release.Release:
        make.session.commit()
        return release.write(engine, "trains", tmp_path / name, Options(**options), by_id=by_id)

    return publish


def changes(run: Run) -> dict[str, list[tuple[str, str | None, str | None, str]]]:
    """Of the first two releases: item → what changed of its rows."""
    done = run("trains", "--diff", 1, 2, "--json")
    assert done.exit_code == 0, done.stderr
    told: dict[str, Any] = {}
    for row in json.loads(done.stdout)["rows"]:
        told.setdefault(row["item_id"], []).append((row["change"], row["old"], row["new"], row["why"]))
    return told


def test_the_list_tells_what_was_made_by_whom_and_where(
    make: Make, run: Run, publish, tmp_path: Path
) -> None:
    """Who cites release 2 next year must find it, and see that it is withdrawn."""
    make.answer(make.question("a", "Ada likes trains."), "ada", "FAVOR")
    make.question("b")
    first = publish("1")
    publish("2", aggregate="mace", by_id=make.user("dee").id)
    project = make.session.exec(select(Project)).one()
    make.session.exec(select(Release).where(Release.number == 2)).one().created_at = first_moment(make)
    erasing.erase(make.session, project, "a")
    make.session.commit()

    listed = json.loads(run("trains", "--json").stdout)
    printed = run("trains").stdout

    assert [(each["number"], each["by"]) for each in listed] == [(1, None), (2, "dee")]
    assert listed[0]["sha256"] == first.sha256
    assert listed[0]["rows"] == first.rows
    assert listed[0]["left_out"] == {"no_annotation": 1}
    assert [each["options"] for each in listed] == [{"aggregate": "majority"}, {"aggregate": "mace"}]
    assert listed[1]["folder"] == str(tmp_path / "2")
    assert [each["withdrawn_at"] is None for each in listed] == [False, True]
    assert printed.count("WITHDRAWN") == 1
    assert "command line" in printed
    assert str(tmp_path / "2") in printed


def first_moment(make: Make):
    """Before every document came in: such a release cannot hold one."""
    return min(make.session.exec(select(Document.created_at))).replace(year=2020)


def test_every_change_has_its_reason(make: Make, run: Run, publish) -> None:
    """A model that lost two points on a new release: whoever asks why must find the rows."""
    items = {}
    for name in ("answers", "decided", "tie", "retired", "back", "deleted", "erased", "imported", "same"):
        items[name] = make.question(name)
        make.answer(items[name], "ada", "FAVOR")
    fresh = make.question("fresh")
    items["back"].retired_at = items["back"].created_at
    make.answer(items["tie"], "ben", "FAVOR")
    publish("1")
    make.answer(items["answers"], "ben", "AGAINST")
    make.answer(items["answers"], "eve", "AGAINST")
    make.answer(items["decided"], "dee", "NONE", kind="adjudication")
    make.answer(items["tie"], "dee", "AGAINST")
    make.answer(items["tie"], "eve", "AGAINST")
    items["retired"].retired_at, items["back"].retired_at = items["back"].created_at, None
    make.answer(items["imported"], "gold", "AGAINST", kind="gold")
    make.answer(fresh, "ada", "FAVOR")
    make.answer(make.question("later"), "ada", "NONE")
    removing.delete_document(make.session, make.project, "deleted")
    erasing.erase(make.session, make.project, "erased")
    publish("2")

    found = changes(run)

    assert found == {
        "item answers": [("label_changed", "FAVOR", "AGAINST", "new answers")],
        "item decided": [("label_changed", "FAVOR", "NONE", "adjudication")],
        "item tie": [("removed", "FAVOR", None, "tie")],
        "item retired": [("removed", "FAVOR", None, "retired")],
        "item back": [("added", None, "FAVOR", "in use again")],
        "item deleted": [("removed", "FAVOR", None, "document deleted")],
        "item erased": [("removed", "FAVOR", None, "text erased")],
        "item imported": [("label_changed", "FAVOR", "AGAINST", "imported gold")],
        "item fresh": [("added", None, "FAVOR", "new answers")],
        "item later": [("added", None, "NONE", "new document")],
    }


def test_an_event_of_the_scheme_is_told_as_one(make: Make, run: Run, publish) -> None:
    """Two labels were merged: nobody answered anew, and every row of one has another label."""
    make.answer(make.question("a"), "ada", "AGAINST")
    make.answer(make.question("b"), "ada", "NONE")
    publish("1")
    scheme.merge(make.session, make.project, "label", ["NONE"], "AGAINST")
    publish("2")

    assert changes(run) == {"item b": [("label_changed", "NONE", "AGAINST", "scheme event")]}


def test_in_open_projects_rows_come_and_go_within_an_item(make: Make, run: Run, publish) -> None:
    """Two who came later saw another stance; the first one is a minority now."""
    make.project.kind = "open"
    item = make.item(make.document("d", "The mayor hopes for a delay."))
    make.answer(item, "ada", stance("FAVOR", "Mayor", "Delay"))
    publish("1")
    for by in ("ben", "eve"):
        make.answer(item, by, stance("AGAINST", "Mayor", "Haste"))
    publish("2")

    added, removed = ("added", None, "AGAINST", "new answers"), ("removed", "FAVOR", None, "new answers")
    assert changes(run) == {"d-0": [added, removed]}


def test_another_way_to_aggregate_is_the_reason_where_answers_are_the_same(make: Make, run: Run, publish):
    """The same votes, weighed otherwise."""
    for number in range(6):
        item = make.question(f"{number}")
        for by, label in (("ada", "FAVOR"), ("ben", "FAVOR"), ("eve", "AGAINST")):
            make.answer(item, by, label)
    tied = make.question("tied")
    for by, label in (("ada", "FAVOR"), ("eve", "AGAINST")):
        make.answer(tied, by, label)
    publish("1")
    publish("2", aggregate="mace")

    assert changes(run) == {"item tied": [("added", None, "FAVOR", "other aggregation")]}


def test_documents_are_held_together_whatever_their_names(make: Make, run: Run, publish) -> None:
    """Ids are in any script and sort as their code points do, in files of both databases."""
    names = ["é", "Z", "a|b", "10", "9", "😀", "\uff5e", "ع", "a", "B", "zz"]
    for name in names[:-3]:
        make.answer(make.question(name), "ada", "FAVOR")
    publish("1")
    for name in names[-3:]:
        make.answer(make.question(name), "ada", "FAVOR")
    publish("2")

    assert changes(run) == {f"item {name}": [("added", None, "FAVOR", "new document")] for name in names[-3:]}


def test_people_see_counts_and_the_first_rows(make: Make, run: Run, publish) -> None:
    """A terminal is not the place for a million rows; the counts are of all."""
    items = [make.question(f"{number}") for number in range(5)]
    make.answer(items[0], "ada", "FAVOR")
    publish("1")
    for item in items[1:]:
        make.answer(item, "ada", "FAVOR")
    publish("2")

    done = run("trains", "--diff", 1, 2, "--rows", 1)

    assert "4 added: 4 new answers" in done.stdout
    assert "0 removed\n" in done.stdout
    assert done.stdout.count("author on trains: FAVOR") == 1
    assert "… and 3 more" in done.stdout
    facts = json.loads(run("trains", "--diff", 1, 2, "--json").stdout)
    assert (facts["added"], facts["why"]["added"], len(facts["rows"])) == (4, {"new answers": 4}, 4)


def test_a_release_tells_what_changed_since_its_parent(make: Make, publish, tmp_path: Path) -> None:
    """Who gets release 3 sees at once how much of it is new; without the parent's files nobody guesses."""
    first, second = make.question("a"), make.question("b")
    make.answer(first, "ada", "FAVOR")
    publish("1")
    make.answer(second, "ada", "FAVOR")
    make.answer(first, "dee", "NONE", kind="adjudication")
    publish("2")
    publish("3")
    spoil(tmp_path / "3")
    publish("4")
    shutil.rmtree(tmp_path / "4")
    publish("5")

    changed = {name: json.loads((tmp_path / name / "release.json").read_text())["changed"] for name in "1235"}
    assert changed == {
        "1": None,
        "2": {"added": 1, "removed": 0, "label_changed": 1},
        "3": {"added": 0, "removed": 0, "label_changed": 0},
        "5": None,
    }


def spoil(folder: Path) -> Path:
    """Change a file of a release."""
    shard = next((folder / "data/gold").iterdir())
    pq.write_table(pq.read_table(shard).slice(1), shard)
    return shard


def test_what_cannot_be_compared_is_said(make: Make, run: Run, publish, tmp_path: Path) -> None:
    """A figure about files that somebody changed would be believed."""
    make.answer(make.question("a"), "ada", "FAVOR")
    publish("1")
    publish("2")

    def refused(*arguments: object) -> str:
        done = run(*arguments)
        assert (done.exit_code, done.stdout) == (1, "")
        return " ".join(done.stderr.split())

    assert "trains has no release 7; there are: 1, 2." in refused("trains", "--diff", 1, 7)
    (tmp_path / "1").rename(tmp_path / "moved")
    assert "is not in" in refused("trains", "--diff", 1, 2)
    here = ("--at", tmp_path / "moved", tmp_path / "2")
    assert run("trains", "--diff", 1, 2, *here).exit_code == 0
    assert "holds release 2 of trains" in refused(
        "trains", "--diff", 1, 2, "--at", tmp_path / "2", tmp_path / "2"
    )
    name = spoil(tmp_path / "moved").name
    assert f"data/gold/{name} is not as it was" in refused("trains", "--diff", 1, 2, *here)
    facts = tmp_path / "2/release.json"
    facts.write_text(facts.read_text().replace('"README.md": "', '"README.md": "0'))
    assert "release.json was changed" in refused("trains", "--diff", 2, 2)
    facts.write_text("{}")
    assert "is not what a release writes" in refused("trains", "--diff", 2, 2)
    assert run("trains", "--at", tmp_path, tmp_path).exit_code == 2
