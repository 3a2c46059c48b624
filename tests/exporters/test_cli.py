import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlmodel import Session

from annotator.cli import main
from annotator.store import engine as store
from tests.exporters.made_project import Make


@pytest.fixture
def url(database_url: str) -> str:
    """A database with a project of two items, one of them answered."""
    engine = store.create(database_url)
    with Session(engine.execution_options(standpoint_writes=True)) as session:
        make = Make(session)
        make.answer(make.question("a"), "ada", "FAVOR")
        make.question("b")
        session.commit()
    engine.dispose()
    return database_url


def run(url: str, *arguments: object) -> Result:
    return CliRunner().invoke(main, ["release", *map(str, arguments), "--database", url])


def test_json_is_one_document(url: str, tmp_path: Path) -> None:
    """A script reads the number of the release, and nothing stands around it."""
    done = run(url, "trains", tmp_path / "release", "--json")

    told = json.loads(done.stdout)
    assert done.exit_code == 0
    assert told.keys() == {"number", "rows", "left_out", "sha256"}
    assert (told["number"], told["left_out"]) == (1, {"no_annotation": 1})
    assert sum(told["rows"]["items"].values()) == 2
    assert done.stderr == ""


def test_people_are_told_what_is_there_and_what_is_not(url: str, tmp_path: Path) -> None:
    """A curator sees at once how much of the work became gold."""
    done = run(url, "trains", tmp_path / "release")

    assert done.stdout.startswith(f"Release 1 of trains is in {tmp_path / 'release'}.\n")
    assert "not in gold: 1 no_annotation" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["planes", "new"], 1, "There is no project 'planes'; there are: trains."),
        (["trains", "taken"], 1, "is not empty"),
        (["trains", "file"], 1, "is a file"),
        (["trains", "file/below"], 1, "cannot be written"),
        (
            ["trains", "new", "--aggregate", "guess"],
            2,
            "'guess' is not one of 'majority', 'dawid-",
        ),
        (["trains", "new", "--push-to-moon", "a/b"], 2, "No such option"),
    ],
)
def test_what_is_wrong_is_one_message(
    url: str, tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    """Nobody should have to read a traceback to learn that a folder is taken."""
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "thesis").touch()
    (tmp_path / "file").touch()
    slug, folder, *options = arguments

    done = run(url, slug, tmp_path / folder, *options)

    assert (done.exit_code, done.stdout) == (code, "")
    assert message in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
