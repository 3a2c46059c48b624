from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy.engine import Engine

from annotator.domain import UserKind
from exporters import release
from exporters.card import MEANINGS
from exporters.markdown import lowered, table
from tests.exporters.made_project import Make


def card(make: Make, engine: Engine, folder: Path) -> tuple[dict[str, Any], str]:
    """The header that the Hub reads, and the text."""
    make.session.commit()
    release.write(engine, "trains", folder)
    _, header, text = (folder / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(header), text


def test_the_header_says_licence_and_languages(make: Make, engine: Engine, tmp_path: Path) -> None:
    """A dataset that the Hub cannot place is found by nobody, and used against its licence."""
    make.project.licence = "CC BY 4.0"
    for id_, language in {"a": "pt-BR", "b": "ar"}.items():
        make.answer(make.question(id_, language=language), "ada", "FAVOR")

    header, _ = card(make, engine, tmp_path / "release")

    assert (header["license"], header["language"]) == ("cc-by-4.0", ["ar", "pt"])
    assert [config["config_name"] for config in header["configs"] if config.get("default")] == ["gold"]


@pytest.mark.parametrize(
    ("licences", "expected"),
    [
        ([None, None], {"license": "unknown"}),
        (["CC0-1.0", "CC-BY-4.0"], {"license": "other", "license_name": "CC-BY-4.0; CC0-1.0"}),
        (["CC0-1.0", None], {"license": "other", "license_name": "CC0-1.0"}),
        (["own terms", "own terms"], {"license": "other", "license_name": "own terms"}),
    ],
)
def test_no_licence_is_made_up(
    make: Make, engine: Engine, tmp_path: Path, licences: list[str | None], expected: dict[str, str]
) -> None:
    """Texts of several licences are under none of them as a whole."""
    for number, licence in enumerate(licences):
        make.answer(make.question(f"d{number}", licence=licence), "ada", "FAVOR")

    header, _ = card(make, engine, tmp_path / "release")

    assert {key: header[key] for key in expected} == expected
    assert ("license_name" in header) == ("license_name" in expected)


def test_every_number_is_counted(make: Make, engine: Engine, tmp_path: Path) -> None:
    """Figures that were typed in are wrong after the next release."""
    make.user("bot", simulated=True)
    make.user("svm", kind=UserKind.MODEL)
    for number in range(3):
        item = make.question(f"d{number}", official_split="train", target="the | pipe")
        make.answer(item, "ada", "FAVOR")
        make.answer(item, "bot", "AGAINST" if number == 2 else "FAVOR")
        make.answer(item, "svm", "FAVOR", kind="suggestion")
    make.answer(make.question("last", official_split="test"), "ada", "NONE")

    _, text = card(make, engine, tmp_path / "release")

    assert "3 gold stances on 4 items from 4 documents, with all 10 answers of 2 annotators." in text
    assert "| the \\| pipe | train | 2 | 0 | 0 | 2 |" in text
    assert "| `tie` | 1 | no label has the votes |" in text
    assert "2 annotators, named by pseudonyms; 1 of them are simulated" in text
    assert "and the models model:svm" in text
    assert "4 documents keep the split that they were published with" in text
    assert "1 of 4 judged items have one judge" in text


def test_every_reason_has_a_meaning(make: Make, engine: Engine, tmp_path: Path) -> None:
    """A reader who meets a word in the table must find out what it means."""
    make.answer(make.question("a"), "ada", "FAVOR")
    make.question("b", purpose="training")
    make.question("c", purpose="check")

    _, text = card(make, engine, tmp_path / "release")

    for reason in ("training", "check"):
        assert f"| `{reason}` | 1 | {MEANINGS[reason]} |" in text


def test_guidelines_stand_below_their_heading(make: Make, engine: Engine, tmp_path: Path) -> None:
    """The guidelines are what the labels mean; code in them is no heading."""
    make.guidelines("# Stance\n\n```\n# code\n```\n## More\n")
    make.answer(make.question("a"), "ada", "FAVOR")

    _, text = card(make, engine, tmp_path / "release")

    assert text.endswith("## Guidelines, version 1\n\n### Stance\n\n```\n# code\n```\n#### More\n")


def test_headings_end_at_six() -> None:
    """Markdown knows no seventh level: it would print the signs."""
    assert lowered("##### Five\n#no heading", 2) == "###### Five\n#no heading"


def test_a_name_cannot_break_a_table() -> None:
    """A target is named by whoever likes to; the card must stay readable."""
    assert table(["target"], [["a|b\n# `c`"]]).splitlines()[2] == "| a\\|b \\# \\`c\\` |"
