"""The scan for personal data: what is found by its form is counted, and never shown."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy.engine import Engine

from annotator.cli import main
from exporters.options import Options
from exporters.personal import held
from tests.exporters.made_project import Make
from tests.exporters.test_release import write

SECRETS = ["ada@example.org", "+44 20 7946 0958", "@ada_l", "55 5080 2000"]


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("Write to Ada.L+x@mail.example.org.", None, {"email": 1}),
        ("RT @ada: @bob@social.example says so", "en", {"handle": 2}),
        ("call +44 20 7946 0958, or +1-212-736-5000", "en", {"phone": 2}),
        ("llama al 55 5080 2000", "es-MX", {"phone": 1}),
        ("llama al 55 5080 2000", "es", {}),
        ("اتصل ٠٢ ٢٧٣٥ ٩٩٩٩ 😀", "ar-EG", {"phone": 1}),
        ("On 12/12/2024 10:30 they were 1,234,567 of 2024-2025", "en-US", {}),
        ("3 @ 4 and a@b and http://t.example/@ada", "en", {}),
        ("", None, {}),
    ],
)
def test_what_is_found(text: str, language: str | None, found: dict[str, int]) -> None:
    """A number that is missed leaves; one that is none sends a curator to look in vain."""
    assert held(text, language) == found


@pytest.fixture
def made(make: Make) -> Make:
    make.project.language = "es-MX"
    make.answer(make.question("é1", f"{SECRETS[0]} {SECRETS[1]} 😀"), "one", "FAVOR")
    make.question("2", f"{SECRETS[2]}, {SECRETS[2]} and {SECRETS[3]}")
    make.question("3", "Nothing to be found here.")
    make.session.commit()
    return make


FOUND = {
    "email": {"found": 1, "documents": 1},
    "phone": {"found": 2, "documents": 2},
    "handle": {"found": 2, "documents": 1},
}


def test_a_release_tells_the_sums_and_no_place(made: Make, engine: Engine, tmp_path: Path) -> None:
    """A card that quotes an address publishes it once more."""
    write(made, engine, tmp_path / "release", Options(scan=True, withhold_text=True))
    write(made, engine, tmp_path / "plain")

    facts = json.loads((tmp_path / "release" / "release.json").read_text())
    card = (tmp_path / "release" / "README.md").read_text()
    assert (facts["personal"], facts["options"]["scan"]) == (FOUND, True)
    assert "| phone numbers | 2 | 2 |" in card
    assert [each for each in SECRETS if each in card] == []
    plain = json.loads((tmp_path / "plain" / "release.json").read_text())
    assert "personal" not in plain and "scan" not in plain["options"]
    assert "Personal data" not in (tmp_path / "plain" / "README.md").read_text()


def test_who_decides_learns_which_documents(made: Make, database_url: str) -> None:
    """Three in a million texts are found by their ids, and by nothing that one should not read."""
    run = lambda *more: CliRunner().invoke(main, ["scan", "trains", *more, "--database", database_url])  # noqa: E731

    told = json.loads(run("--json").stdout)

    assert told["found"] == FOUND
    assert told["documents"] == [{"id": "2", "handle": 2, "phone": 1}, {"id": "é1", "email": 1, "phone": 1}]
    assert "2 handles, as @name in 1 documents" in run().stdout
    assert [each for each in SECRETS if each in run().stdout] == []
