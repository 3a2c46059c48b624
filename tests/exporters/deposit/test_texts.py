"""What people read beside the tables: complete, valid, and not to be taken over by what names hold."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from pydantic import ValidationError
from sqlalchemy.engine import Engine

from annotator.cli import main
from annotator.domain import (
    AnnotationFlag,
    Attribution,
    Kind,
    Outcome,
    Polarity,
    Reason,
    Round,
    StanceFlag,
)
from annotator.domain.project_file import ProjectFile
from annotator.store import projects
from exporters import card, schema
from exporters.deposit import citation, meanings
from exporters.deposit.latex import escaped
from exporters.deposit.methods import DECIDED
from tests.exporters.deposit.conftest import Deposited, deposit
from tests.exporters.deposit.filled import HOSTILE, directed, fill, hostile
from tests.exporters.made_project import Make

Deposits = Callable[..., Deposited]
ROOT = Path(__file__).parents[3]
SECTIONS = """A. Curation rationale|B. Language variety|C. Speaker demographic|D. Annotator demographic
E. Speech situation|F. Text characteristics|G. Recording quality|H. Other|I. Provenance appendix"""


class Reading(HTMLParser):
    """What stands in a page: its elements with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, Any]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_codebook_has_every_column_and_needs_nothing_beside_it(deposited: Deposits) -> None:
    """Archives show one page, years later, from a disk."""
    made = deposited(fill)

    page = Reading(made.text("codebook.html"))

    ids = {told.get("id") for _, told in page.elements}
    assert ids >= {
        f"{config}-{name}" for config in schema.CONFIGS for name in schema.features(config, ["FAVOR"])
    }
    assert not {tag for tag, _ in page.elements} & {"script", "link", "img", "iframe"}
    links = [told["href"] for _, told in page.elements if "href" in told]
    assert links and all(link.startswith("#") and link[1:] in ids for link in links)
    assert "url(" not in made.text("codebook.html")


def test_names_are_words_and_not_markup(deposited: Deposits) -> None:
    """A project may be called anything; its codebook must not run it, nor LaTeX read a file for it."""
    made = deposited(hostile)

    page = Reading(made.text("codebook.html"))
    flat = " ".join(page.text.split())

    assert "script" not in {tag for tag, _ in page.elements}
    assert flat.count(HOSTILE) >= 5  # name, description, definitions, the target, its poles
    for name in ("methods.tex", "reliability.tex"):
        assert escaped(HOSTILE) in made.text(name)
        assert "\\input" not in made.text(name).replace("\\textbackslash{}input", "")
    assert "<script" not in made.text("methods.md").replace("\\<script", "")


@pytest.mark.parametrize(("licence", "told"), [("cc by 4.0", "CC-BY-4.0"), ("mine", None), (None, None)])
def test_the_citation_is_valid(
    licence: str | None, told: str | None, make: Make, engine: Engine, tmp_path: Path
) -> None:
    """GitHub and Zenodo read it, or say nothing and leave the field empty."""
    directed(make)
    make.project.licence = licence
    make.project.name = "yes: # [no] {}\n'quoted\" — قطارات"
    make.session.commit()

    text = deposit(engine, tmp_path / "release").text("CITATION.cff")

    assert invalid(text) == ""
    assert (re.findall(r"^license: (.*)$", text, re.M) or [None]) == [told]
    assert "to be written" in text  # nobody's name is made up


def test_the_authors_are_those_of_the_project_file(make: Make, engine: Engine, tmp_path: Path) -> None:
    """Who did the work is to be cited, in every place where readers look, and nothing else by their names."""
    directed(make)
    people = ["Okafor, Ada", {"family": "O`Neil & Søn", "given": "B_{x}", "orcid": "0000-0002-1825-0097"}]
    file = ProjectFile(slug="trains", kind="directed", authors=[*people, "Bus: Laboratory"])
    make.session.commit()
    projects.apply(make.session, make.project, file)
    make.session.commit()

    made = deposit(engine, tmp_path / "release")

    text = made.text("CITATION.cff")
    assert invalid(text) == ""
    assert yaml.safe_load(text)["authors"] == [
        {"family-names": "Okafor", "given-names": "Ada"},
        {
            "family-names": "O`Neil & Søn",
            "given-names": "B_{x}",
            "orcid": "https://orcid.org/0000-0002-1825-0097",
        },
        {"name": "Bus: Laboratory"},
    ]
    assert "the authors are to be written" not in made.text("README.txt")
    card_ = (tmp_path / "release/README.md").read_text()
    assert "\n## Citation\n\nOkafor, Ada; O\\`Neil & Søn, B\\_{x}; Bus: Laboratory: *" in card_
    assert "author = {Okafor, Ada and O'Neil \\& Søn, B\\_\\{x\\} and {Bus: Laboratory}}," in card_
    croissant = json.loads((tmp_path / "release/croissant.json").read_text())
    assert [each["name"] for each in croissant["creator"]][::2] == ["Ada Okafor", "Bus: Laboratory"]


def test_nobody_named_is_said(make: Make, engine: Engine, tmp_path: Path) -> None:
    """An archive takes a file with a placeholder for an author, and then it is cited so."""
    directed(make)
    make.session.commit()
    url = engine.url.render_as_string(hide_password=False)
    command = ["release", "trains", str(tmp_path / "1"), "--deposit", "--json", "--database", url]

    done = CliRunner().invoke(main, command)

    assert done.exit_code == 0, done.stderr
    assert "CITATION.cff of the deposit names no authors" in done.stderr
    assert json.loads(done.stdout)["number"] == 1
    assert "## Citation" not in (tmp_path / "1/README.md").read_text()


@pytest.mark.parametrize(
    "wrong", ["", "  ", {"family": "Okafor"}, {"name": "A", "family": "B", "given": "C"}, {"orcid": "1"}]
)
def test_an_author_has_a_name(wrong: object) -> None:
    """Half a name in a citation is found by the person whose name it is."""
    with pytest.raises(ValidationError):
        ProjectFile(slug="trains", kind="directed", authors=[wrong])


def test_every_licence_has_the_name_that_the_format_knows(deposited: Deposits) -> None:
    """One wrong letter, and GitHub shows no citation at all."""
    text = deposited(hostile).text("CITATION.cff")
    names = [citation.SPDX.get(name, name.upper()) for name in sorted(card.HUB_LICENCES)]

    assert invalid(*(text.replace("license: CC-BY-4.0", f"license: {name}") for name in names)) == ""
    assert "is not one of" in invalid(text.replace("license: CC-BY-4.0", "license: CC-BY-9"))


def invalid(*texts: str) -> str:
    """What the reference implementation says against these citation files; it runs in its own process."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", VALIDATE],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr


VALIDATE = """
import json, sys
from cffconvert import Citation

for text in json.load(sys.stdin):
    Citation(text).validate()
"""


def test_the_data_statement_has_every_section_and_asks(deposited: Deposits) -> None:
    """What only people know is asked, and nothing is made up for them."""
    made = deposited(fill)
    text = made.text("data_statement.md")
    sections = re.split(r"^## ", text, flags=re.M)[1:]

    assert [each.splitlines()[0] for each in sections] == re.split(r"[|\n]", SECTIONS)
    assert all("**To be written:**" in each and "?" in each for each in sections)
    assert "On *trains*." in sections[0]  # what the curator wrote of the project
    assert "| en | 6 |" in sections[1]
    assert "2 annotators." in sections[3]


def test_what_the_curator_wrote_is_taken_over(make: Make, engine: Engine, tmp_path: Path) -> None:
    """Who wrote it once, in the project file, need not write it for each deposit again."""
    directed(make)
    file = ProjectFile(
        slug="trains",
        kind="directed",
        statement={"speech_situation": " # Where\n\nAt *stations*, {{ 7 * 7 }}. ", "other": ""},
    )
    make.session.commit()
    projects.apply(make.session, make.project, file)
    make.session.commit()

    text = deposit(engine, tmp_path / "release").text("data_statement.md")

    section = text.split("## E. Speech situation")[1].split("\n## ")[0]
    assert section.endswith("\n### Where\n\nAt *stations*, {{ 7 * 7 }}.\n")
    assert text.count("**To be written:**") == 8


def test_every_column_and_word_has_its_meaning() -> None:
    """A column that nobody explains is one that nobody uses, or uses wrongly."""
    said = meanings.load()

    for config in schema.CONFIGS:
        assert list(said.columns[config]) == list(schema.features(config, ["FAVOR"]))
        assert all(said.columns[config].values())
    known = {
        "outcome": Outcome,
        "kind": [kind for kind in Kind if kind != Kind.SUGGESTION],
        "round": Round,
        "attribution": Attribution,
        "flags": StanceFlag,
        "annotation_flags": AnnotationFlag,
        "reason": Reason,
        "decided_by": schema.DECIDED_BY,
        "status": ["gold", "left_out", "annotated", "open"],
    }
    assert {name: list(words) for name, words in said.values.items()} == {
        name: list(map(str, words)) for name, words in known.items()
    }
    assert list(said.polarities) == list(map(str, Polarity))
    assert tuple(DECIDED) == schema.DECIDED_BY


def test_the_documentation_says_the_same_of_columns() -> None:
    """Two explanations of one column drift apart unless something holds them together."""
    told = (ROOT / "docs/release.md").read_text(encoding="utf-8").split("## The columns")[1]
    sections = dict(zip(*[iter(re.split(r"^### (\w+)$", told, flags=re.M)[1:])] * 2, strict=True))

    for config, columns in meanings.load().columns.items():
        rows = re.findall(r"^\| `(\w+)` \| .*? \| (.*?) \|$", sections[config], re.M)
        assert dict(rows) == columns
