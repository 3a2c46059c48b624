"""JSON Lines: a document, then the answers to its items, then the next document.

Source: https://jsonlines.org
"""

import json
from collections.abc import Iterable
from pathlib import Path

from annotator.reading import Project
from exporters.formats.cells import Told


def write(path: Path, told: Iterable[Told], _project: Project) -> None:
    """A line an object."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for document, answers in told:
            for cells in (document, *answers):
                file.write(json.dumps(cells, ensure_ascii=False) + "\n")
