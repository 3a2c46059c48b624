"""Label Studio's JSON: a list of tasks, each with its annotations.

Regions of text are marks, relations link them, and controls of a region say more of it: holder, target,
voice, sources, attribution, flags, confidence. Choices about the whole text are its label. Predictions are a
model's, and cancelled annotations nobody's: both are left. Offsets are code points; a region whose words are
found at its offsets as UTF-16 units instead, as Label Studio wrote them before 2022, is read so.

Source: https://labelstud.io/guide/task_format and, for the offsets,
https://github.com/HumanSignal/label-studio/pull/1559
"""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from annotator.importing import json_values, marks, values
from annotator.importing.columns import Columns
from annotator.importing.documents_once import DocumentsOnce
from annotator.importing.marks import Mark
from annotator.importing.rows import Rejected, Row
from annotator.importing.values import Fault, within
from annotator.reading.exchange import Cells

CONTROLS = {"textarea": "text", "choices": "choices", "number": "number", "taxonomy": "taxonomy"}
ONE = {"holder", "target", "voice", "attribution"}
MANY = {"sources", "flags", "answer_flags"}
NUMBERS = {"confidence", "seconds"}
GOLD = "gold"


def read(path: Path, columns: Columns, encoding: str | None) -> Iterator[Row | Rejected]:
    """A row for each task, and one for each answer in it."""
    once = DocumentsOnce(path, columns)
    for line, task in json_values.objects(path, encoding, "a list of Label Studio's tasks"):
        yield from once.told(line, partial(_told, task))


def _told(task: object) -> tuple[Cells, list[Cells]]:
    given = values.mapping(task, "task")
    data = dict(values.mapping(given.get("data"), "data"))
    if not isinstance(data.get("text"), str):
        raise Fault(
            "a task has its text in data.text: rename the key, as `text` in <Text value='$text'>", "data"
        )
    data["id"] = values.key(data.get("id") or given.get("id") or marks.short_hash(data["text"]))
    fixed: Cells = {role: data.pop(role) for role in ("holder", "target") if role in data}
    document = marks.whole(data, **fixed)
    answers: list[Cells] = []
    for number, annotation in enumerate(values.sequence(given.get("annotations", []), "annotations")):
        try:
            answers += _answers(document, values.mapping(annotation, "annotation"), fixed)
        except Fault as fault:
            raise within(f"annotations.{number}", fault) from None
    return document, answers


def _answers(document: Cells, annotation: Mapping[str, Any], fixed: Cells) -> list[Cells]:
    if annotation.get("was_cancelled"):
        return []
    by = annotation.get("completed_by")
    by = by.get("email") or by.get("id") if isinstance(by, Mapping) else by
    is_gold = by is None or (by == GOLD and annotation.get("ground_truth"))
    of_answer = {"kind": GOLD} if is_gold else {"annotator": values.key(by), "kind": "annotation"}
    found: dict[object, Mark] = {}
    relations = []
    for number, result in enumerate(values.sequence(annotation.get("result", []), "result")):
        try:
            given = values.mapping(result, "result")
            if given.get("type") == "relation":
                relations += _relation(given)
            else:
                _region(document["text"], given, found, fixed)
        except Fault as fault:
            raise within(f"result.{number}", fault) from None
    marks.links(found, relations)
    every = [mark for mark in found.values() if mark.label]
    return marks.answers(document, every, **of_answer)


def _region(text: str, given: Mapping[str, Any], found: dict[object, Mark], fixed: Cells) -> None:
    """What one result says of its region, or of the whole text."""
    value, kind, name = values.mapping(given.get("value"), "value"), given.get("type"), given.get("from_name")
    id_ = given.get("id")
    if kind == "labels":
        labels = values.sequence(value.get("labels"), "labels")
        if len(labels) != 1:
            raise Fault(f"a region has one label, this one has {len(labels)}", "labels")
        start, end = _place(text, value)
        mark = found.setdefault(id_, Mark("", start, end))
        mark.label, mark.start, mark.end = values.name(labels[0]), start, end
        item = values.mapping(given.get("meta", {}), "meta").get("text")
        mark.told |= {"item": item[0]} if isinstance(item, list) and item else dict(fixed)
        return
    if kind not in CONTROLS:
        raise Fault(f"has the type {values.shown(kind)}; known are labels, relation, {', '.join(CONTROLS)}")
    said = value.get(CONTROLS[kind])
    if "start" in value and name in ONE | MANY | NUMBERS:
        mark = found.setdefault(id_, Mark("", *_place(text, value)))
        mark.told[name] = said if name in NUMBERS | MANY else _only(said, name)
    elif kind == "choices":
        label = values.name(_only(said, "choices"))
        start = len(text) - len(text.lstrip())
        found[id_, name] = Mark(label, start, len(text.rstrip()), dict(fixed))


def _place(text: str, value: Mapping[str, Any]) -> tuple[int, int]:
    start, end, words = value.get("start"), value.get("end"), value.get("text")
    if not isinstance(start, int) or not isinstance(end, int):
        raise Fault(f"expected start and end as whole numbers, not {values.shown((start, end))}", "value")
    if not isinstance(words, str) or text[start:end] == words:
        return start, end
    places = marks.units(text)
    if 0 <= start < end < len(places) and text[places[start] : places[end]] == words:
        return places[start], places[end]
    raise Fault(f"[{start}, {end}] holds {values.shown(text[start:end])}, not {values.shown(words)}", "value")


def _relation(given: Mapping[str, Any]) -> list[tuple[object, str, object]]:
    labels = given.get("labels") or []
    if "from_id" not in given or "to_id" not in given or not labels:
        raise Fault("a relation needs from_id, to_id and a label: rationale, holder or target")
    return [(given["from_id"], values.name(label), given["to_id"]) for label in labels]


def _only(said: object, what: str) -> object:
    if not isinstance(said, list):
        return said
    if len(said) != 1:
        raise Fault(f"expected one {what}, there are {len(said)}", what)
    return said[0]
