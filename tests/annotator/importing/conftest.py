"""The command as people run it, on a real database, with files written for the test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from sqlalchemy.engine import Engine
from sqlmodel import Session

from annotator import cli
from annotator.domain import metadata

DIRECTED = """
slug = "posts"
kind = "directed"
"""
OPEN = """
slug = "news"
kind = "open"

[[entities]]
key = "council"
name = "The council"
aliases = ["City Hall", { name = "they", document = "halt" }]

[[entities]]
key = "ministry-of-health"
name = "Ministry of Health"
aliases = ["the ministry"]

[[entities]]
key = "ministry-of-works"
name = "Ministry of Works"
aliases = ["the ministry"]

[[entities]]
key = "unspecified"
aliases = ["Not in the list"]
"""
Standpoint = Callable[..., Result]
Write = Callable[[str, str], Path]


@pytest.fixture
def standpoint(database_url: str) -> Iterator[Standpoint]:
    """Runs `standpoint ARGUMENTS` on the test's database; an error that is a bug is raised."""

    def run(*arguments: object) -> Result:
        words = ["--database", database_url, *map(str, arguments)]
        result = CliRunner().invoke(cli.main, words)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file and gives its path."""

    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def posts(standpoint: Standpoint, write: Write) -> str:
    """The slug of a directed project."""
    assert standpoint("project", "create", write("posts.toml", DIRECTED)).exit_code == 0
    return "posts"


@pytest.fixture
def news(standpoint: Standpoint, write: Write) -> str:
    """The slug of an open project, with a registry."""
    assert standpoint("project", "create", write("news.toml", OPEN)).exit_code == 0
    return "news"


@pytest.fixture
def rows(engine: Engine) -> Callable[..., list[tuple[object, ...]]]:
    """Asks the database in SQL, as somebody who distrusts the code would."""

    def ask(query: str, **values: object) -> list[tuple[object, ...]]:
        with Session(engine) as session:
            return [tuple(row) for row in session.execute(sa.text(query), values)]

    return ask


@pytest.fixture
def contents(engine: Engine) -> Callable[[], dict[str, list[str]]]:
    """All that is stored, by table."""

    def read() -> dict[str, list[str]]:
        with engine.connect() as connection:
            return {
                table.name: sorted(map(repr, connection.execute(sa.select(table))))
                for table in metadata.sorted_tables
            }

    return read
