"""doccano's JSON Lines of spans and relations, a line a document and annotator.

A stance is a span with its label, on the segment. Its holder and its target are spans, called by the names,
on the words that name them; where none are marked, on the segment and by relations of their own. Offsets are
those of doccano's page, UTF-16 units. Two spans may lie on one place: the doccano project must allow that.

Source: https://doccano.github.io/doccano/tutorial/ and, for the offsets,
https://github.com/doccano/doccano/issues/2290
"""

import json
from collections.abc import Iterable, Iterator
from itertools import accumulate
from pathlib import Path

from annotator.reading import Project
from annotator.reading.exchange import FLAG, HOLDER, NAMED_HOLDER, NAMED_TARGET, TARGET, Cells
from exporters.formats import marks
from exporters.formats.cells import Told
from exporters.formats.marks import Mark

UNMARKED = {HOLDER: NAMED_HOLDER, TARGET: NAMED_TARGET}


def write(path: Path, told: Iterable[Told], _project: Project) -> None:
    """A line for each annotator of a document, and one for a document that nobody answered."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for document, answers in told:
            units = _units(document["text"])
            given = marks.by_annotator(answers)
            shared = {key: value for key, value in document.items() if key != "id"}
            for annotator, theirs in given.items() or [(None, [])]:
                line = shared | {"document": document["id"], "annotator": annotator}
                line |= _spans(marks.of(document, theirs), units)
                file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _units(text: str) -> list[int]:
    """For each place in code points the one in UTF-16 units."""
    return [0, *accumulate(1 + (ord(character) > 0xFFFF) for character in text)]


def _spans(found: Iterable[Mark], units: list[int]) -> Cells:
    parts = {mark.number: mark for mark in found}
    entities: list[Cells] = []
    relations: list[Cells] = []
    for mark in parts.values():
        if not mark.is_part:
            first = len(entities) + 1
            for role, label, start, end in _linked(mark, parts):
                number = len(entities) + 1
                place = {"start_offset": units[start], "end_offset": units[end]}
                entities.append({"id": number, "label": label, **place})
                if role:
                    link = {"id": len(relations) + 1, "from_id": first, "to_id": number, "type": role}
                    relations.append(link)
    return {"entities": entities, "relations": relations}


def _linked(mark: Mark, parts: dict[int, Mark]) -> Iterator[tuple[str | None, str, int, int]]:
    """The mark, then all that is linked to it: role, label, start, end."""
    yield None, mark.label, mark.start, mark.end
    roles = {role for role, _ in mark.links}
    for role, number in mark.links:
        part = parts[number]
        yield role, mark.told.get(role, part.label), part.start, part.end
    for role, unmarked in UNMARKED.items():
        if role not in roles and role in mark.told:
            yield unmarked, mark.told[role], mark.start, mark.end
    for flag in mark.told.get("flags", ()):
        yield FLAG, flag, mark.start, mark.end
