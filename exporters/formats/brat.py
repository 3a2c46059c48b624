"""brat's standoff: a folder an annotator, in it for each document its .txt and its .ann.

A stance is an event: its type is the label, its trigger the segment, its arguments the words that show it. A
note on the event holds, as JSON, what brat has no place for: holder, target and the like by name. Segments
are text-bound annotations with a note that says which items ask about them. Texts that nobody answered are in
the folder `unanswered`. Offsets are code points; a span over several lines is in pieces, as brat wants it.

Source: https://brat.nlplab.org/standoff.html
"""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from annotator.reading import Project
from annotator.reading.exchange import BRAT_SEGMENT, HOLDER, RATIONALE, TARGET, Cells
from exporters.formats import marks
from exporters.formats.cells import Told
from exporters.formats.marks import Mark
from exporters.formats.placing import NOBODY, Places


def write(folder: Path, told: Iterable[Told], project: Project) -> None:
    """The files of one document after the other, and annotation.conf for brat."""
    _put(folder / "annotation.conf", _configuration(project))
    places = Places(folder)
    for number, (document, answers) in enumerate(told, start=1):
        given = marks.by_annotator(answers) or {NOBODY: []}
        for annotator, theirs in given.items():
            place = places.of(annotator, number, document["id"])
            lines = [*_segments(document, annotator), *_marks(document["text"], marks.of(document, theirs))]
            _put(place.with_name(f"{place.name}.txt"), document["text"])
            _put(place.with_name(f"{place.name}.ann"), "".join(f"{line}\n" for line in lines))


def _put(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(text)


def _type(label: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "_", label)


def _segments(document: Cells, annotator: str) -> Iterator[str]:
    """Each segment, and a note that says whose file this is."""
    for number, segment in enumerate(document.get("segments", ()), start=1):
        id_ = f"T{10_000_000 + number}"
        yield _text_bound(id_, BRAT_SEGMENT, segment["start"], segment["end"], document["text"])
        own = {key: value for key, value in segment.items() if key not in {"start", "end"}}
        yield _note(10_000_000 + number, id_, {"document": document["id"], "annotator": annotator, **own})


def _marks(text: str, found: Iterable[Mark]) -> Iterator[str]:
    for mark in found:
        yield _text_bound(f"T{mark.number}", _type(mark.label), mark.start, mark.end, text)
        if not mark.is_part:
            seen: dict[str, int] = {}
            arguments = [_argument(role, number, seen) for role, number in mark.links]
            yield f"E{mark.number}\t" + " ".join([f"{_type(mark.label)}:T{mark.number}", *arguments])
            yield _note(mark.number, f"E{mark.number}", {"label": mark.label, **mark.told})


def _argument(role: str, number: int, seen: dict[str, int]) -> str:
    """An argument of an event; brat numbers those of one role from the second on."""
    seen[role] = seen.get(role, 0) + 1
    return f"{role}{seen[role] if seen[role] > 1 else ''}:T{number}"


def _text_bound(id_: str, type_: str, start: int, end: int, text: str) -> str:
    words = text[start:end]
    pieces = [found.span() for found in re.finditer(r"[^\n]+", words)]
    if not pieces or pieces[0][0] != 0 or pieces[-1][1] != len(words):
        pieces = [(0, len(words))]  # brat would not mark a line end at the edge; it must come back as it was
    places = ";".join(f"{start + first} {start + last}" for first, last in pieces)
    shown = re.sub(r"\s", " ", " ".join(words[first:last] for first, last in pieces))
    return f"{id_}\t{type_} {places}\t{shown}"


def _note(number: int, on: str, told: Cells) -> str:
    return f"#{number}\tAnnotatorNotes {on}\t{json.dumps(told, ensure_ascii=False)}"


def _configuration(project: Project) -> str:
    """What brat needs to show the annotations, and to let them be made."""
    arguments = ", ".join(f"{role}*:{role}" for role in (RATIONALE, HOLDER, TARGET))
    events = [f"{_type(label.name)} {arguments}" for label in project.labels]
    events += ["no_stance", "cannot_judge"]
    entities = [BRAT_SEGMENT, RATIONALE, HOLDER, TARGET]
    sections = {"entities": entities, "relations": [], "events": events, "attributes": []}
    return "".join(f"[{name}]\n" + "".join(f"{line}\n" for line in lines) for name, lines in sections.items())
