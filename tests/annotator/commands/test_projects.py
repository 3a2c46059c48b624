"""`standpoint project`: from a file into the database, and back."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlmodel import Session, select

from annotator import cli
from annotator.domain import Guidelines

WHOLE = """
slug = "news"
kind = "open"
name = "News “of the day”"
description = "Two\\nlines"
language = "ar"
licence = "CC0-1.0"
guidelines = "guide.md"
overlap = 3
serve = "item"
order = "shuffled"
context = 4
entities_open = false
seed = 7
fixes = { holder = "council" }
splits = { train = 0.5, validation = 0.25, test = 0.25 }

[[labels]]
name = "FOR"
polarity = "favor"
key = "f"
hue = 140
rank = 2
definition = "Is for it."
names = { es = "A FAVOR", ar = "مع" }
definitions = { es = "Está a favor." }

[[labels]]
name = "CONTRA"
polarity = "against"

[[entities]]
key = "council"
actor_type = "organisation"
name = "The council"
names = { es = "El concejo" }
definition = "It sits on Mondays."
aliases = ["City Hall", { name = "they", document = "halt-01" }, { name = "البلدية", language = "ar" }]
part_of = ["city"]
speaks_for = ["city"]

[[entities]]
key = "city"
actor_type = "state"

[[entities]]
key = "halt"
kind = "event"
name = "The halt"
happened_on = 2025-02-20

[[entities]]
key = "escalation"
kind = "issue"
favor_means = "for more"
against_means = "for less"
opposite_of = ["calm"]

[[entities]]
key = "calm"
kind = "issue"

[[entities]]
key = "unspecified"
aliases = ["Not in the list"]
"""
GUIDE = '# Guide\n\nA "quoted" word, a \\ backslash, """three""" quotes, مع, and a tab:\t.\n'


@pytest.fixture
def project(database_url: str) -> Callable[..., Result]:
    """Runs `standpoint project ARGUMENTS` on the test's database."""

    def run(*arguments: object) -> Result:
        words = ["project", *map(str, arguments), "--database", database_url]
        return CliRunner().invoke(cli.main, words, catch_exceptions=False)

    return run


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A project file that says all that one can say."""
    (tmp_path / "guide.md").write_text(GUIDE, encoding="utf-8")
    path = tmp_path / "news.toml"
    path.write_text(WHOLE, encoding="utf-8")
    return path


def test_a_project_that_is_shown_and_applied_stays_as_it_is(project, file, tmp_path):
    """The way to change a project is to edit what `show` prints; what one leaves alone must stay."""
    assert project("create", file).exit_code == 0
    shown = project("show", "news").stdout
    (tmp_path / "shown.toml").write_text(shown, encoding="utf-8")
    applied = project("apply", tmp_path / "shown.toml")

    assert applied.stdout == "news is so already: nothing changed.\n"
    assert project("show", "news").stdout == shown


def test_what_is_shown_makes_the_same_project_elsewhere(project, file, tmp_path):
    """A scheme is copied to the next study, not typed again."""
    project("create", file)
    shown = project("show", "news").stdout
    (tmp_path / "copy.toml").write_text(shown.replace('"news"', '"copy"', 1), encoding="utf-8")

    assert project("create", tmp_path / "copy.toml").exit_code == 0
    assert project("show", "copy").stdout == shown.replace('"news"', '"copy"', 1)


def test_show_tells_what_the_file_said(project, file):
    """A backup that forgets the aliases is none."""
    project("create", file)
    said, shown = tomllib.loads(WHOLE), tomllib.loads(project("show", "news").stdout)

    assert shown["guidelines_text"] == GUIDE
    assert {name: shown[name] for name in ("overlap", "fixes", "splits", "order", "context", "seed")} == {
        name: said[name] for name in ("overlap", "fixes", "splits", "order", "context", "seed")
    }
    entities = {entity["key"]: entity for entity in shown["entities"]}
    assert entities.keys() == {entity["key"] for entity in said["entities"]}
    assert entities["council"]["aliases"] == said["entities"][0]["aliases"]
    assert entities["halt"]["happened_on"] == said["entities"][2]["happened_on"]


def test_apply_tells_what_changed(project, file):
    """Two people who edit one file must see what they did to each other."""
    project("create", file)
    changed = WHOLE.replace("overlap = 3", "overlap = 2") + '\n[[entities]]\nkey = "drivers"\n'
    file.write_text(changed, encoding="utf-8")

    assert project("apply", file).stdout == "overlap is now 2\nentity drivers added\n"


def test_new_guidelines_are_published_with_a_note_and_a_mark(project, file, tmp_path, engine):
    """Whoever keeps the project in a file must be able to say what changed, and that it matters."""
    project("create", file)
    (tmp_path / "guide.md").write_text("Another rule.\n", encoding="utf-8")
    told = project("apply", file, "--must-read", "--note", "The rule changed")
    again = project("apply", file, "--must-read")

    with Session(engine) as session:
        newest = session.exec(select(Guidelines).order_by(Guidelines.version.desc())).first()
    assert told.stdout == "guidelines are now version 2\n"
    assert (newest.version, newest.note, newest.must_read) == (2, "The rule changed", True)
    assert again.exit_code == 0
    assert "nothing new to read" in again.stderr


def test_a_second_project_of_a_slug_is_refused(project, file):
    """`create` in a script must never change what others work in."""
    project("create", file)
    again = project("create", file)

    assert again.exit_code == 1
    assert "exists: change it with `standpoint project apply FILE`" in again.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('slug = "news"', "kind: Field required"),
        ("slug = ", "no valid TOML"),
        ('slug = "news"\nkind = "open"\ncolour = 1', "colour"),
        ('slug = "news"\nkind = "open"\nguidelines = "gone.md"', "'gone.md' cannot be read"),
    ],
)
def test_a_file_at_fault_is_named(project, tmp_path, text, said):
    """A misspelt field would otherwise be a silent default."""
    path = tmp_path / "bad.toml"
    path.write_text(text)
    result = project("create", path)

    assert result.exit_code == 1
    assert str(path) in result.stderr
    assert said in result.stderr


def test_a_file_that_is_not_there_is_named(project, tmp_path):
    """The commonest mistake of all."""
    result = project("create", tmp_path / "gone.toml")

    assert result.exit_code == 1
    assert "gone.toml" in result.stderr
