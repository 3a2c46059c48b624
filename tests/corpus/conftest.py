"""The corpus as its files hold it."""

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator.domain.project_file import EntityEntry, ProjectFile, read

CORPUS = Path(__file__).parents[2] / "corpus"
OPEN, DIRECTED = CORPUS / "open", CORPUS / "directed"

Json = dict  # a line of a file


@pytest.fixture(scope="module")
def news() -> ProjectFile:
    return read(OPEN / "project.toml")


@pytest.fixture(scope="module")
def entities(news) -> dict[str, EntityEntry]:
    return {entity.key: entity for entity in news.entities}


@pytest.fixture(scope="module")
def segments() -> dict[str, Json]:
    """By id, in reading order."""
    return {row["id"]: row for path in sorted((OPEN / "documents").iterdir()) for row in lines(path)}


@pytest.fixture(scope="module")
def documents(segments) -> dict[str, list[Json]]:
    found = defaultdict(list)
    for row in segments.values():
        found[row["document"]].append(row)
    return found


@pytest.fixture(scope="module")
def gold() -> dict[str, Json]:
    return {row["item_id"]: row for path in sorted((OPEN / "gold").iterdir()) for row in lines(path)}


@pytest.fixture(scope="module")
def posts() -> list[dict[str, str]]:
    with (DIRECTED / "posts.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.fixture(scope="module")
def posts_project() -> ProjectFile:
    return read(DIRECTED / "project.toml")


def lines(path: Path) -> Iterator[Json]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)
