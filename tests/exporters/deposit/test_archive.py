"""The archive as a file: the same bytes, all that belongs in it, and nothing that does not."""

import hashlib
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlalchemy.engine import Engine
from sqlmodel import Session, select

from annotator.cli import main
from annotator.domain import Document
from annotator.store import engine as store
from exporters import release
from exporters.deposit.notes import FILES
from exporters.options import Options
from exporters.rebuilding import rebuild
from tests.exporters.deposit.conftest import Deposited, deposit
from tests.exporters.deposit.filled import directed, fill, hostile, opened
from tests.exporters.made_project import Make
from tests.exporters.test_withholding import _jsonl, _texts

Deposits = Callable[..., Deposited]


def test_both_databases_give_the_same_archive(sqlite_url: str, postgres_url: str, tmp_path: Path) -> None:
    """A checksum that a paper prints must hold for whoever makes the deposit again."""
    found = []
    for number, url in enumerate((sqlite_url, postgres_url)):
        engine = store.create(url)
        with Session(engine.execution_options(standpoint_writes=True)) as session:
            make = Make(session)
            if number:
                session.connection().execute(sa.text("ALTER SEQUENCE entity_id_seq RESTART WITH 1000"))
            hostile(make)
            if number:  # a row that was changed since is read last
                session.flush()
                make.entity("trains").names = {"de": "Züge"}
            session.commit()
        found.append(deposit(engine, tmp_path / str(number)).zip.read_bytes())
        engine.dispose()

    assert found[0] == found[1]


def test_the_next_release_has_the_same_archive(make: Make, engine: Engine, tmp_path: Path) -> None:
    """Neither number nor time is in it: these stand in release.json alone."""
    fill(make)

    first, second = (deposit(engine, tmp_path / name) for name in ("one", "two"))

    assert (first.facts["number"], second.facts["number"]) == (1, 2)
    assert first.zip.read_bytes() == second.zip.read_bytes()
    with ZipFile(second.zip) as zipped:
        assert {each.date_time for each in zipped.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("kind", [fill, directed, opened, hostile])
def test_the_sums_are_those_of_all_files(kind: Callable[[Make], object], deposited: Deposits) -> None:
    """An archive checks what it was given, and so does who downloads it."""
    made = deposited(kind)

    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=made.files,
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stderr
    named = {line.split("  ", 1)[1] for line in made.text("SHA256SUMS").splitlines()}
    assert named == {path.name for path in made.files.iterdir()} - {"SHA256SUMS"}


def test_the_readme_names_each_file(deposited: Deposits) -> None:
    """Who opens the folder in ten years knows what is what."""
    made = deposited(fill, hold_out="document")

    listed = {line.split("  ")[0] for line in made.text("README.txt").splitlines() if "  " in line}
    there = {path.name for path in made.files.iterdir()}

    assert listed == there
    assert there == {*FILES, "gold_by_document.csv"}


def test_release_json_and_the_card_tell_of_it(deposited: Deposits) -> None:
    """The hash of what was deposited stands in what was released."""
    made = deposited(directed)

    told = made.facts["deposit"]
    sha256 = hashlib.sha256(made.zip.read_bytes()).hexdigest()
    assert made.facts["options"] == {"aggregate": "majority", "deposit": True}
    assert (told["file"], told["sha256"]) == ("deposit/trains.zip", sha256)
    assert made.facts["files"]["deposit/trains.zip"] == sha256
    lines = made.text("SHA256SUMS").splitlines()
    assert told["files"] == dict(reversed(line.split("  ", 1)) for line in lines) | {
        "SHA256SUMS": hashlib.sha256((made.files / "SHA256SUMS").read_bytes()).hexdigest()
    }
    assert "`deposit/trains.zip` is for a research archive" in (made.folder / "README.md").read_text()


def test_who_does_not_ask_gets_none(make: Make, engine: Engine, tmp_path: Path) -> None:
    """Options that nobody chose leave no trace, so that old releases' bytes stay."""
    fill(make)
    release.write(engine, "trains", tmp_path / "release")

    facts = json.loads((tmp_path / "release/release.json").read_text())
    assert not (tmp_path / "release/deposit").exists()
    assert "deposit" not in facts and "deposit" not in facts["options"]
    assert "deposit" not in (tmp_path / "release/README.md").read_text().lower()


def test_the_command_writes_it(make: Make, engine: Engine, tmp_path: Path) -> None:
    """One flag, and the curator has what the archive wants."""
    directed(make)
    make.session.commit()
    url = engine.url.render_as_string(hide_password=False)

    done = CliRunner().invoke(
        main, ["release", "trains", str(tmp_path / "r"), "--deposit", "--database", url]
    )

    assert done.exit_code == 0, done.output
    assert (tmp_path / "r/deposit/trains.zip").exists()


@pytest.mark.parametrize("kind", [fill, hostile])
def test_withheld_texts_are_in_no_file_of_it(
    kind: Callable[[Make], object], make: Make, engine: Engine, tmp_path: Path
) -> None:
    """A deposit is read by everybody: one sentence in it that may not be passed on is there for good."""
    kind(make)
    for document in make.session.exec(select(Document)):
        document.title = None
    make.project.description = ""
    make.project.name = "Trains"
    for described in (make.labels["NONE"], *make.entities.values()):
        described.definitions = {}
        described.name = described.name if "evil" not in described.name else "evil"
    make.entity("evil").favor_means = None
    make.session.commit()
    full = deposit(engine, tmp_path / "full")
    made = deposit(engine, tmp_path / "withheld", withhold_text=True)

    words = {text for text in _texts(make).values() if len(text) > 4} | {"likes trains", "قطار"}
    assert _there(full, words)
    assert _there(made, words) == set()
    assert "The texts are withheld" in made.text("codebook.html")
    assert "deposit/trains.zip" in made.facts["files"]


def _there(made: Deposited, words: set[str]) -> set[str]:
    """Those of the words that stand in a file of the archive, as they are or as JSON or CSV tell them."""
    texts = [path.read_text(encoding="utf-8") for path in made.files.iterdir()]
    forms = {word: {word, word.replace('"', '""'), json.dumps(word)[1:-1]} for word in words}
    return {word for word, told in forms.items() if any(form in text for form in told for text in texts)}


def test_a_release_without_texts_is_rebuilt_beside_its_deposit(
    make: Make, engine: Engine, tmp_path: Path
) -> None:
    """The deposit without texts stays where it is; the rest comes back, byte for byte."""
    fill(make)
    made = deposit(engine, tmp_path / "withheld", withhold_text=True)
    release.write(engine, "trains", tmp_path / "full", Options())

    done = rebuild(made.folder, _jsonl(tmp_path / "texts.jsonl", _texts(make)), tmp_path / "rebuilt")

    facts = json.loads((tmp_path / "rebuilt/release.json").read_text())
    assert done.identical
    assert done.sha256 == json.loads((tmp_path / "full/release.json").read_text())["sha256"]
    assert (facts["options"], "deposit" in facts) == ({"aggregate": "majority"}, False)
