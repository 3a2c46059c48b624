"""CSV in two tables, documents.csv and answers.csv, the second with a row for each stance.

A spreadsheet takes a cell that begins with = + - or @ for a formula, and runs it: a text from the web may
send a table to a stranger. Such a cell gets an apostrophe in front, as does one that begins with a tab, a
line end or an apostrophe. The row's column `escaped` names the columns that got one, so that the importer
takes it away there and nowhere else. A byte order mark tells spreadsheets that the file is UTF-8.

Source: RFC 4180, https://www.rfc-editor.org/rfc/rfc4180; OWASP, "CSV Injection",
https://owasp.org/www-community/attacks/CSV_Injection
"""

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from annotator.reading import Project
from annotator.reading.exchange import Cells
from exporters.formats.cells import Told

DOCUMENTS, ANSWERS = "documents.csv", "answers.csv"
OF_DOCUMENT = ["id", "text", "title", "author", "outlet", "url", "published_at", "language", "licence"]
OF_DOCUMENT += ["split", "metadata", "segments"]
OF_ANSWER = ["item_id", "sentence", "annotator", "kind", "outcome"]
OF_STANCE = ["holder", "target", "label", "attribution", "voice", "sources", "confidence"]
SPANS = ["rationales", "mentions"]
PROVENANCE = ["seconds", "answer_id", "created_at", "revision", "guidelines_version"]
ESCAPED = "escaped"
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "'")


def write(folder: Path, told: Iterable[Told], _project: Project) -> None:
    """Both tables, row by row."""
    with _opened(folder / DOCUMENTS) as first, _opened(folder / ANSWERS) as second:
        documents = _Table(first, OF_DOCUMENT)
        answers = _Table(second, [*OF_ANSWER, *OF_STANCE, "flags", *SPANS, *PROVENANCE])
        for document, given in told:
            documents.put(document)
            sentences = dict(_sentences(document))
            for answer in given:
                for row in _rows(answer):
                    answers.put(row | {"sentence": sentences[answer["item_id"]]})
    if not answers.n_rows:
        (folder / ANSWERS).unlink()  # an import takes a table without rows for a mistake


def _opened(path: Path) -> TextIO:
    return path.open("w", encoding="utf-8-sig", newline="")


class _Table:
    def __init__(self, file: TextIO, columns: list[str]) -> None:
        self._columns, self._rows = columns, csv.writer(file, lineterminator="\n")
        self.n_rows = 0
        self._rows.writerow([*columns, ESCAPED])

    def put(self, row: Cells) -> None:
        self.n_rows += 1
        cells = {name: _cell(row.get(name)) for name in self._columns}
        escaped = [name for name, cell in cells.items() if cell.startswith(DANGEROUS)]
        for name in escaped:
            cells[name] = f"'{cells[name]}"
        self._rows.writerow([*cells.values(), " ".join(escaped)])


def _cell(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _sentences(document: Cells) -> Iterator[tuple[str, str]]:
    for segment in document.get("segments", ()):
        for item in segment["items"]:
            yield item["id"], document["text"][segment["start"] : segment["end"]]


def _rows(answer: Cells) -> Iterator[Cells]:
    """A row a stance; one for an answer without any."""
    flags = answer.get("flags", [])
    if not answer["stances"]:
        yield answer
    for stance in answer["stances"]:
        yield answer | stance | {"flags": [*flags, *stance.get("flags", [])]}
