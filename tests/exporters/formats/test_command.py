"""`standpoint export`, as people type it."""

import csv
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlmodel import Session

from annotator.cli import main
from annotator.reading.exchange import FIELDS, HOLDS
from annotator.store import engine as store
from exporters.formats import FORMATS
from tests.exporters.made_project import Make, stance

MANUAL = Path(__file__).parents[3] / "docs" / "formats.md"


@pytest.fixture
def url(database_url: str) -> str:
    """A database with a project of three items; one text would be run by a spreadsheet."""
    engine = store.create(database_url)
    with Session(engine.execution_options(standpoint_writes=True)) as session:
        make = Make(session)
        first = make.question("a", "=HYPERLINK(1) trains")
        make.answer(first, "wilhelmina", stance("FAVOR", confidence=0.5, attribution="act"), seconds=3.0)
        make.answer(first, "bo", "AGAINST", counted=False)
        make.answer(make.question("b"), "wilhelmina", "FAVOR", kind="adjudication")
        make.question("c", purpose="check")
        session.commit()
    engine.dispose()
    return database_url


def run(url: str, *arguments: object) -> Result:
    return CliRunner().invoke(main, ["export", "trains", *map(str, arguments), "--database", url])


def test_what_is_lost_is_told_before_it_is_lost(url: str, tmp_path: Path) -> None:
    """A curator who learns afterwards has thrown the database away."""
    done = run(url, tmp_path / "new.jsonl", "--format", "doccano", "--dry-run")

    assert (done.exit_code, list(tmp_path.glob("new*"))) == (0, [])
    assert (
        "doccano cannot hold: seconds (1 answers), provenance (1 answers), attribution (1 stances), "
        "confidence (1 stances)." in done.stderr
    )
    assert "Not exported, whatever the format: 1 check items, 1 decisions, 1 surplus answers." in done.stderr
    assert "would hold 3 documents, 2 items, 1 answers, 1 stances." in done.stdout


def test_strict_writes_nothing_that_loses(url: str, tmp_path: Path) -> None:
    """A script that moves a project must stop, not lose."""
    lossy = run(url, tmp_path / "new.jsonl", "--format", "doccano", "--strict")
    whole = run(url, tmp_path / "new.jsonl", "--format", "jsonl", "--strict")

    assert (lossy.exit_code, whole.exit_code) == (1, 0)
    assert "--strict: doccano cannot hold all of it" in lossy.stderr


@pytest.mark.parametrize("format_", FORMATS)
def test_nothing_is_written_over(url: str, tmp_path: Path, format_: str) -> None:
    """What stands there may be somebody's only copy."""
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "thesis").write_text("mine")

    done = run(url, taken, "--format", format_)

    assert done.exit_code == 1
    assert [path.name for path in taken.iterdir()] == ["thesis"]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("format_", FORMATS)
def test_names_never_leave_unasked(url: str, tmp_path: Path, format_: str) -> None:
    """An annotator who took part under a pseudonym finds their name in no file."""
    assert run(url, tmp_path / "hidden", "--format", format_).exit_code == 0
    assert run(url, tmp_path / "named", "--format", format_, "--names").exit_code == 0

    assert "wilhelmina" not in _everything(tmp_path / "hidden")
    assert "wilhelmina" in _everything(tmp_path / "named")


def test_a_spreadsheet_finds_no_formula(url: str, tmp_path: Path) -> None:
    """A text from the web must not send a curator's table to a stranger."""
    run(url, tmp_path / "table", "--format", "csv")

    for path in (tmp_path / "table").iterdir():
        rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert "'=HYPERLINK(1) trains" in _everything(tmp_path / "table")


def test_gold_is_what_was_decided(url: str, tmp_path: Path) -> None:
    """Another tool may start from what annotators agreed on, or a curator decided."""
    run(url, tmp_path / "gold.jsonl", "--format", "jsonl", "--what", "gold")

    lines = [json.loads(line) for line in (tmp_path / "gold.jsonl").read_text().splitlines()]
    gold = {line["item_id"]: line["stances"][0]["label"] for line in lines if "item_id" in line}
    assert gold == {"item a": "FAVOR", "item b": "FAVOR"}


def test_every_format_says_what_it_holds() -> None:
    """The loss report, the manual and the round trip go by one table."""
    rows = re.findall(r"^\| (`.*?) \| (.*?) \| (.*?) ?\|$", MANUAL.read_text(encoding="utf-8"), re.MULTILINE)
    told = {name: row[1:] for row in rows for name in re.findall(r"`([\w-]+)`", row[0])}

    assert HOLDS.keys() == FORMATS.keys() == told.keys()
    for name, (holds, does_not) in told.items():
        missing = [field for field in FIELDS if field not in HOLDS[name]]
        kept = ", ".join(field for field in FIELDS if field in HOLDS[name]) if missing else "everything"
        assert (holds, sorted(does_not.split(", "))) == (kept, sorted(missing) or [""])


def _everything(path: Path) -> str:
    files = [file for file in path.rglob("*") if file.is_file()] if path.is_dir() else [path]
    return "\n".join([str(path.name), *(str(file) + file.read_text(encoding="utf-8") for file in files)])
