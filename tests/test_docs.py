"""README.md, CONTRIBUTING.md and docs/: what they tell is there, what is there is told, and it all runs."""

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from annotator import cli
from annotator.api import openapi
from annotator.config import PREFIX, Settings
from annotator.domain import keys
from annotator.domain.project_file import EntityEntry, LabelEntry, ProjectFile
from annotator.importing.columns import KNOWN
from annotator.importing.formats import FORMATS
from annotator.web import key_names
from exporters import schema
from tests import application
from tests.documented import Block, blocks, reading_in

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
DOCS = [
    ROOT / "docs" / f"{name}.md"
    for name in ("project", "import", "formats", "release", "baselines", "suggestions", "api", "keeping")
]
PAGES = [README, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
NEEDS_A_CLONE = {"Standpoint", "Install"}  # README's headings whose commands tests/house runs
PLACES = r"(?:annotator|baselines|benchmarks|corpus|docs|exporters|scripts|tests)/[\w./-]*"


def test_what_is_documented_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A newcomer copies line after line; the first that fails is often the last that they try."""
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "cache"))
    ran = 0
    with reading_in(tmp_path) as reader:
        for page in (README, *DOCS):
            for block in _to_run(page):
                reader.follow(block)
                ran += 1
            reader.rest()

    assert ran > 35
    assert {"release-1", "model", "suggestions.parquet", "release-2", "report"} <= set(_names(tmp_path))


def test_every_command_and_option_is_told():
    """What no page tells, nobody finds."""
    told = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    for name, command in _commands():
        assert f"standpoint {name}" in told, name
        for option in _options(command):
            assert re.search(rf"(?<![\w-]){option}(?![\w-])", told), f"{name} {option}"


def test_no_page_tells_of_a_command_or_option_that_is_not_there():
    """A promise in a manual is a bug that its reader finds."""
    known = dict(_commands())
    for page in PAGES:
        for first, second, more in re.findall(
            r"standpoint ([a-z]+(?:-[a-z]+)*)\b((?: [a-z]+\b)?)([^\n`]*)", _in_code(page)
        ):
            is_group = f"{first}{second}" in known
            name, rest = (f"{first}{second}", more) if is_group else (first, f"{second}{more}")
            assert name in known, f"{page.name}: standpoint {name}"
            options = {*_options(known[name]), "--database", "--help"}
            assert set(re.findall(r"(?<= )--[a-z-]+", rest)) <= options, f"{page.name}: {name}{rest}"


def test_readme_tells_every_setting_with_its_default():
    """A setting that is told wrong is set wrong, on a server."""
    table = _rows(README, "Settings")
    told = {row[0].strip("`"): row[1].strip("`") for row in table if row[0].startswith(f"`{PREFIX}")}

    assert told == {
        PREFIX + setting.name.upper(): str(setting.default) for setting in dataclasses.fields(Settings)
    }


@pytest.mark.parametrize("config", schema.CONFIGS)
def test_the_columns_of_a_release_are_told_with_their_types(config: str):
    """Who loads a release writes code against this list."""
    told = [(row[0].strip("`"), row[1]) for row in _rows(ROOT / "docs/release.md", config)]
    features = schema.features(config, ["FAVOR", "AGAINST"])

    assert told == [(name, _type(feature)) for name, feature in features.items()]


def test_every_column_and_format_of_an_import_is_told():
    """A column that nobody knows of ends up as metadata."""
    page = ROOT / "docs/import.md"

    assert _named(_rows(page, "Columns")) == set(KNOWN)
    formats = {row[0].strip("`"): tuple(re.findall(r"\.\w+", row[1])) for row in _rows(page, "Formats")}
    assert formats == {name: known.suffixes for name, known in FORMATS.items()}


def test_every_field_of_a_project_file_is_told():
    """The file is how a curator speaks to Standpoint; a field that is told wrong is refused."""
    page = ROOT / "docs/project.md"

    assert _named(_rows(page, "Fields")) == set(ProjectFile.model_fields)
    text = page.read_text(encoding="utf-8")
    for name in (*LabelEntry.model_fields, *EntityEntry.model_fields):
        assert f"`{name}`" in text, name


def test_every_key_of_the_seat_is_told():
    """Eight hours a day: a key that is not known is a mouse that is moved."""
    rows = [row[0].replace("\\`", "`") for row in _rows(ROOT / "docs/annotating.md", "Keys")]
    told = {each for row in rows for key in row.split() for each in (key, key.removesuffix(","))}

    for action, codes in keys.DEFAULT.items():
        assert {key_names.spell(code) for code in codes} <= told, action


def test_every_route_of_the_api_is_told(sqlite_url: str):
    """A script can use only what its author has read of."""
    with application.running(sqlite_url) as app, app.app_context():
        paths = openapi.document(app)["paths"]
    told = {row[0].strip("`") for row in _rows(ROOT / "docs/api.md", "Routes")}

    assert told == {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_links_and_targets_that_are_told_exist(page: Path):
    """A path that leads nowhere makes one doubt the rest."""
    text = page.read_text(encoding="utf-8")
    named = re.findall(rf"`({PLACES})`", text)
    linked = [link.partition("#")[0] for link in re.findall(r"\]\((?!http)([^)]+)\)", text)]
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)

    assert [name for name in named if not (ROOT / name).exists()] == []
    assert [link for link in linked if link and not (page.parent / link).exists()] == []
    assert set(re.findall(r"(?:^|`|&& )make ([a-z]+)", text, re.MULTILINE)) <= set(targets)


def test_the_corpus_is_imported_as_its_page_says(tmp_path: Path):
    """The commands that show how the samples come in are the first that a curator changes to their own."""
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    [block] = [block for block in blocks(ROOT / "corpus/README.md") if block.heading == "Import"]
    with reading_in(tmp_path) as reader:
        reader.follow(dataclasses.replace(block, code=f"standpoint init\n{block.code}"))
        reader.rest()

    assert "439 gold answers new" in reader.printed


def _to_run(page: Path) -> Iterator[Block]:
    return (block for block in blocks(page) if not (page == README and block.heading in NEEDS_A_CLONE))


def _commands() -> Iterator[tuple[str, click.Command]]:
    """Every command that can be called, by its name after `standpoint`; groups come with what is in them."""
    context = click.Context(cli.main)
    for name in cli.main.list_commands(context):
        command = cli.main.get_command(context, name)
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {below}", sub) for below, sub in command.commands.items())


def _options(command: click.Command) -> list[str]:
    return [
        name
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for name in (*parameter.opts, *parameter.secondary_opts)
    ]


def _in_code(page: Path) -> str:
    """What stands in fenced blocks and between backticks, continued lines put together."""
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    fenced = "\n".join(re.sub(r"\s#.*", "", block.code.replace("\\\n", " ")) for block in blocks(page))
    return fenced + "\n" + "\n".join(re.findall(r"`([^`\n]+)`", text))


def _rows(page: Path, heading: str) -> list[list[str]]:
    """The cells of the first table under a heading, without its head."""
    _, _, after = page.read_text(encoding="utf-8").partition(f"# {heading}\n")
    table = re.search(r"(?:^\|.*\n)+", after, re.MULTILINE)
    assert table, f"{page.name} has no table under {heading}"
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[0].splitlines()[2:]]


def _named(rows: list[list[str]]) -> set[str]:
    return {name for row in rows for name in re.findall(r"`(\w+)`", row[0])}


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def _type(feature: Any) -> str:
    """A feature as docs/release.md writes it."""
    kind = type(feature).__name__
    if kind == "Value":
        return "timestamp" if feature.dtype.startswith("timestamp") else feature.dtype
    if kind == "List" and isinstance(feature.feature, dict):
        return "spans" if set(feature.feature) == {"start", "end", "text"} else "list of stances"
    return f"list of {_type(feature.feature)}" if kind == "List" else "label"
