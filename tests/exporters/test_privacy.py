"""Nothing in a release tells who annotated: no name, no address, no comment, and no count of few people."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from sqlalchemy.engine import Engine
from sqlmodel import select

from annotator.cli import main
from annotator.domain import Inquiry, Questionnaire, Role
from annotator.store import projects
from exporters import formats
from exporters.options import Options
from tests.exporters.made_project import Make, stance
from tests.exporters.test_release import write

TELLING = {
    "name": "zuleika.quibble",
    "display_name": "Zuleika Q. Quibble-Ñandú",
    "email": "zuleika@wobblemail.example",
}
SAID = {
    "comment": "My neighbour Wolfram wrote this, ask him.",
    "unreleased": "Zuleika erred here, as ever.",
    "inquiry": "Call me on 555-0199 about this one.",
    "reply": "Tell Wolfram that I said so.",
    "answer": "Ludogorian-speaking 41-year-old",
}
RELEASED = "A precedent that may leave the house."


@pytest.fixture
def made(make: Make) -> Make:
    """A project whose people told a lot, in every place where one can."""
    zuleika = make.user(TELLING["name"], email=TELLING["email"], display_name=TELLING["display_name"])
    make.session.flush()
    projects.join(make.session, make.project, zuleika, Role.CURATOR)
    make.project.settings = {
        "questionnaire": {
            "introduction": "Who are you?",
            "questions": [{"key": "self", "text": "You?", "choices": [SAID["answer"], "other"]}],
        },
        "splits": {"train": 0.5, "test": 0.5},
    }
    for number in range(8):
        item = make.question(f"é{number}", f"Trains number {number} are the best 🚆.")
        make.answer(
            item, zuleika.name, stance("FAVOR", rationale=[(0, 6)], confidence=0.5), comment=SAID["comment"]
        )
        make.answer(item, "ben", "FAVOR" if number % 3 else "AGAINST")
    make.answer(item, zuleika.name, "FAVOR", kind="adjudication", comment=SAID["unreleased"], reason="error")
    make.answer(
        make.question("decided"),
        zuleika.name,
        "NONE",
        kind="adjudication",
        comment=RELEASED,
        comment_released=True,
    )
    make.add(
        Inquiry(
            uuid=UUID(int=1), item_id=item.id, user_id=zuleika.id, text=SAID["inquiry"], reply=SAID["reply"]
        )
    )
    make.add(
        Questionnaire(
            user_id=zuleika.id,
            project_id=make.project.id,
            consented=True,
            may_publish=True,
            answers={"self": SAID["answer"]},
        )
    )
    make.session.commit()
    return make


def told(folder: Path) -> Iterator[bytes]:
    """Every byte of a release: of its files, of the rows and footers in Parquet, of the files in archives."""
    for path in (path for path in folder.rglob("*") if path.is_file()):
        yield str(path.relative_to(folder)).encode()
        yield path.read_bytes()
        if path.suffix == ".parquet":
            with pq.ParquetFile(path) as file:
                yield str([file.read().to_pylist(), file.metadata.to_dict(), file.schema_arrow]).encode()
        if path.suffix == ".zip":
            with ZipFile(path) as zipped:
                yield from (zipped.read(name) for name in zipped.namelist())


def found(folder: Path, words: dict[str, str]) -> set[str]:
    """Which of these words stand somewhere, in any case of their letters."""
    everything = [each.decode(errors="replace").casefold() for each in told(folder)]
    parts = {key: {word.casefold(), json.dumps(word)[1:-1].casefold()} for key, word in words.items()}
    return {key for key, forms in parts.items() if any(form in each for form in forms for each in everything)}


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"deposit": True, "hold_out": "document", "scan": True},
        {"deposit": True, "withhold_text": True},
        {"deposit": True, "aggregate": "mace", "profile": "semeval2016"},
    ],
)
def test_nothing_personal_is_in_any_byte(
    options: dict[str, Any], made: Make, engine: Engine, tmp_path: Path
) -> None:
    """Who annotates abuse, or a war, must not be found by what they marked."""
    write(made, engine, tmp_path / "release", Options(**options))
    names = TELLING | {"first": "Zuleika", "last": "Quibble", "host": "wobblemail", "other": "Wolfram"}

    assert found(tmp_path / "release", names | {k: v for k, v in SAID.items() if k != "answer"}) == set()
    assert found(tmp_path / "release", {"note": RELEASED, "target": "trains"}) == {"note", "target"}


@pytest.mark.parametrize("kind", sorted(formats.FORMATS))
def test_an_export_names_nobody_either(kind: str, made: Make, engine: Engine, tmp_path: Path) -> None:
    """Names leave where somebody asks for them (--names), comments nowhere."""
    url = engine.url.render_as_string(hide_password=False)
    done = CliRunner().invoke(
        main, ["export", "trains", str(tmp_path / "out"), "--format", kind, "--database", url]
    )
    assert done.exit_code == 0, done.output
    out = tmp_path / "out"
    folder = out if out.is_dir() else out.parent / "alone"
    if not out.is_dir():
        folder.mkdir()
        out.rename(folder / "out")

    assert found(folder, TELLING | SAID) == set()
    assert found(folder, {"text": "Trains number 1"}) == {"text"}


def asked(make: Make, answers: dict[str, list[str | None]], *, least: int = 5) -> None:
    """Twelve annotators, and a choice of each to each question; None: no answer."""
    make.project.settings = {
        "questionnaire": {
            "least": least,
            "questions": [
                {"key": key, "text": f"Which {key}?", "choices": ["one", "two", "three"]} for key in answers
            ],
        }
    }
    item = make.question("a")
    for number in range(12):
        name = f"annotator {number}"
        make.answer(item, name, "FAVOR" if number else "AGAINST")
        chosen = {key: each[number] for key, each in answers.items() if each[number]}
        make.add(
            Questionnaire(
                user_id=make.users[name].id,
                project_id=make.project.id,
                consented=True,
                may_publish=True,
                answers=chosen,
            )
        )


def demographics(folder: Path) -> dict[str, dict[str, int | None]]:
    """What release.json tells of each question."""
    facts = json.loads((folder / "release.json").read_text())
    return {each["key"]: each["counts"] | {"": each["not_told"]} for each in facts["demographics"]}


def test_counts_are_told_where_they_name_nobody(make: Make, engine: Engine, tmp_path: Path) -> None:
    """The data statement wants to know who annotated; nobody wants to be found in it."""
    asked(
        make,
        {
            "age": ["one"] * 6 + ["two"] * 6,
            "place": ["one"] * 7 + ["two"] * 5,
            "tongue": ["one"] * 6 + ["two"] * 5 + ["three"],
        },
    )
    write(make, engine, tmp_path / "release", Options(deposit=True))

    hidden = dict.fromkeys(["one", "two", "three", ""])
    assert demographics(tmp_path / "release") == {
        "age": hidden,  # 6 and 6: who told one would tell that nobody is of the third
        "place": hidden | {"one": 7},
        "tongue": hidden | {"one": 6},
    }
    card = (tmp_path / "release/README.md").read_text()
    with ZipFile(tmp_path / "release/deposit/trains.zip") as zipped:
        statement = zipped.read("trains/data_statement.md").decode()
    for text in (card, statement):
        assert "Of 12 annotators; simulated ones are not among them." in text
        assert "| one | 6 |\n| two | hidden |\n| three | hidden |" in text


@pytest.mark.parametrize("why", ["no consent", "not to be published", "deleted", "no answer here"])
def test_only_those_who_agreed_are_counted(why: str, make: Make, engine: Engine, tmp_path: Path) -> None:
    """A yes to storing an answer is no yes to its publication."""
    asked(make, {"age": ["one"] * 7 + ["two"] * 5})
    for row in make.session.exec(select(Questionnaire)):
        if why == "no consent":
            row.consented = False
        elif why == "not to be published":
            row.may_publish = False
        elif why == "deleted":
            make.session.delete(row)
        else:
            row.answers = {"of an older question": "one"}
    write(make, engine, tmp_path / "release")

    assert demographics(tmp_path / "release") == {"age": dict.fromkeys(["one", "two", "three", ""])}


def test_simulated_annotators_and_strangers_are_nobody(make: Make, engine: Engine, tmp_path: Path) -> None:
    """A program has no age; who has not annotated is in no table."""
    asked(make, {"age": ["one"] * 7 + ["two"] * 5})
    item = make.question("b")
    for name, simulated in (("robot", True), ("idle", False)):
        user = make.user(name, simulated=simulated)
        make.add(
            Questionnaire(
                user_id=user.id,
                project_id=make.project.id,
                consented=True,
                may_publish=True,
                answers={"age": "one"},
            )
        )
    make.answer(item, "robot", "FAVOR")
    write(make, engine, tmp_path / "release")

    assert demographics(tmp_path / "release")["age"]["one"] == 7
    assert "Of 12 annotators;" in (tmp_path / "release/README.md").read_text()


def test_a_project_that_asks_nothing_tells_nothing(make: Make, engine: Engine, tmp_path: Path) -> None:
    """An empty section makes people look for what is not there."""
    make.answer(make.question("a"), "ada", "FAVOR")
    write(make, engine, tmp_path / "release")

    assert "demographics" not in json.loads((tmp_path / "release/release.json").read_text())
    assert "told of themselves" not in (tmp_path / "release/README.md").read_text()
