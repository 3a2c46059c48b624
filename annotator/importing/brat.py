"""A folder of brat: each .txt with the .ann of its name; a folder within it is an annotator.

An event is a stance: its type is the label, and arguments called rationale, holder and target show it. So is
a text-bound annotation that nothing refers to, and one with relations of these names. A note of JSON on an
event says more. Text-bound annotations called `segment` say how a text is cut; where there are none, it is
cut into sentences. Attributes and normalisations are left. Offsets are code points.

Source: https://brat.nlplab.org/standoff.html
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from annotator.errors import BadInput
from annotator.importing import marks, values
from annotator.importing.columns import Columns
from annotator.importing.documents_once import DocumentsOnce
from annotator.importing.marks import Mark
from annotator.importing.rows import Rejected, Row
from annotator.importing.source import opened
from annotator.importing.values import Fault
from annotator.reading.exchange import BRAT_SEGMENT, CANNOT_JUDGE, NO_STANCE, Cells

WAYS = {"no_stance": NO_STANCE, "cannot_judge": CANNOT_JUDGE}
LEFT = "AMN*"  # attributes, modifications, normalisations, equivalences
NOBODY = "unanswered"


def read(path: Path, columns: Columns, encoding: str | None) -> Iterator[Row | Rejected]:
    """A row for each text, and one for each answer."""
    if not path.is_dir():
        raise BadInput(path, "is a file: name the folder that the .txt and .ann files are in")
    once = DocumentsOnce(path, columns)
    for text_path in sorted(path.rglob("*.txt")):
        ann = text_path.with_suffix(".ann")
        with opened(text_path, encoding, newline="") as file:
            text = file.read()
        found = _Annotations(text)
        try:
            for told in _lines(ann, encoding):
                found.put(told)
            document, answers = found.told(text_path, path)
        except Fault as fault:
            yield Rejected(str(ann), found.line or 1, fault.where, fault.reason)
        else:
            yield from once.rows(1, document, answers, path=ann if ann.exists() else text_path)


def _lines(ann: Path, encoding: str | None) -> Iterator[str]:
    if ann.exists() and ann.stat().st_size:
        with opened(ann, encoding) as file:
            yield from (line.rstrip("\r\n") for line in file)


@dataclass(slots=True)
class _Annotations:
    """What the lines of one .ann say, by id."""

    text: str
    line: int = 0  # the one that is looked at; 0 once all are in
    bound: dict[object, Mark] = field(default_factory=dict)
    events: dict[object, tuple[str, str, list[tuple[str, str]]]] = field(default_factory=dict)
    relations: list[tuple[object, str, object]] = field(default_factory=list)
    notes: dict[str, Cells] = field(default_factory=dict)

    def put(self, line: str) -> None:
        """Take in one line."""
        self.line += 1
        if not line.strip() or line[0] in LEFT:
            return
        id_, _, rest = line.partition("\t")
        kind = {"T": self._text_bound, "E": self._event, "R": self._relation, "#": self._note}.get(id_[:1])
        if kind is None or not rest:
            raise Fault(f"expected an id as T1, E1, R1 or #1 and a tab, not {values.shown(line)}")
        kind(id_, rest)

    def told(self, path: Path, folder: Path) -> tuple[Cells, list[Cells]]:
        """The document and its answers, once every line is in."""
        self.line = 0
        segments = [(id_, mark) for id_, mark in self.bound.items() if mark.label == BRAT_SEGMENT]
        notes = [self.notes.get(str(id_), {}) for id_, _ in segments]
        about: Cells = notes[0] if notes else {}
        document: Cells = {"id": values.key(about.get("document", path.stem)), "text": self.text}
        if segments:
            document["segments"] = [
                {"id": f"{document['id']}-{number:02d}", "start": mark.start, "end": mark.end}
                | {key: value for key, value in note.items() if key not in {"document", "annotator"}}
                for number, ((_, mark), note) in enumerate(zip(segments, notes, strict=True))
            ]
            document["segments"].sort(key=lambda segment: segment["start"])
        annotator = about.get("annotator", path.parent.name if path.parent != folder else None)
        is_gold = annotator in {None, "gold"}
        of_answer = {"kind": "gold"} if is_gold else {"annotator": annotator, "kind": "annotation"}
        document = marks.segmented(document)
        return document, marks.answers(document, self._marks(), **of_answer)

    def _marks(self) -> list[Mark]:
        found = {id_: mark for id_, mark in self.bound.items() if mark.label != BRAT_SEGMENT}
        pairs = list(self.relations)
        for id_, (type_, trigger, arguments) in self.events.items():
            if trigger not in found:
                raise Fault(f"event {id_} has the trigger {values.shown(trigger)}, which is not there")
            mark = found[trigger]
            mark.label, mark.told = WAYS.get(type_, type_), dict(self.notes.get(str(id_), {}))
            pairs += [(trigger, role, to) for role, to in arguments]
            found[id_] = mark
        marks.links(found, pairs, "event or relation")
        return [mark for id_, mark in found.items() if id_ in self.bound]

    def _text_bound(self, id_: str, rest: str) -> None:
        head, _, words = rest.partition("\t")
        type_, _, places = head.partition(" ")
        if not re.fullmatch(r"\d+ \d+(;\d+ \d+)*", places):
            raise Fault(f"{id_}: expected TYPE START END, not {values.shown(head)}")
        numbers = [int(number) for number in re.findall(r"\d+", places)]
        pieces = zip(numbers[::2], numbers[1::2], strict=True)
        there = " ".join(self.text[start:end] for start, end in pieces)
        if words and re.sub(r"\s", " ", there) != re.sub(r"\s", " ", words):
            raise Fault(f"{id_}: the text there is {values.shown(there)}, not {values.shown(words)}")
        self.bound[id_] = Mark(type_, numbers[0], numbers[-1])

    def _event(self, id_: str, rest: str) -> None:
        (type_, trigger), *arguments = [self._pair(id_, part) for part in rest.split()]
        named = [(role.lower().rstrip("0123456789"), to) for role, to in arguments]
        self.events[id_] = type_, trigger, named

    def _relation(self, id_: str, rest: str) -> None:
        type_, *ends = rest.split()
        if len(ends) != 2:
            raise Fault(f"{id_}: expected TYPE Arg1:T1 Arg2:T2, not {values.shown(rest)}")
        (_, first), (_, second) = (self._pair(id_, end) for end in ends)
        self.relations.append((first, type_.lower(), second))

    def _note(self, id_: str, rest: str) -> None:
        head, _, said = rest.partition("\t")
        if said.startswith("{"):
            told = values.from_json(said)
            if not isinstance(told, dict):
                raise Fault(f"{id_}: expected an object {{…}} as note")
            self.notes[head.split()[-1]] = told

    def _pair(self, id_: str, part: str) -> tuple[str, str]:
        name, colon, to = part.partition(":")
        if not colon or not name or not to:
            raise Fault(f"{id_}: expected NAME:ID, not {values.shown(part)}")
        return name, to
