"""doccano's JSON Lines: text classification, sequence labels, and spans with relations.

A line is a text with `label`, a list of labels of the whole text or of [start, end, label], or with
`entities` and `relations`. Offsets are those of doccano's page, UTF-16 units: an emoji counts two. Further
keys are what doccano calls metadata and keeps; ours among them are the columns of an import, and `annotator`.

Source: https://doccano.github.io/doccano/tutorial/ and, for the offsets,
https://github.com/doccano/doccano/issues/2290
"""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from annotator.importing import marks, values
from annotator.importing.columns import Columns
from annotator.importing.documents_once import DocumentsOnce
from annotator.importing.marks import Mark
from annotator.importing.rows import Rejected, Row
from annotator.importing.source import lines, too_long
from annotator.importing.values import Fault
from annotator.reading.exchange import Cells

THEIRS = {"label", "labels", "entities", "relations", "Comments", "annotator", "holder", "target"}


def read(path: Path, columns: Columns, encoding: str | None) -> Iterator[Row | Rejected]:
    """A row for each text, and one for each answer."""
    once = DocumentsOnce(path, columns)
    for number, line in lines(path, encoding):
        if line is None:
            yield Rejected(str(path), number, None, too_long(number))
        elif line.strip():
            yield from once.told(number, partial(_told, line))


def _told(line: str) -> tuple[Cells, list[Cells]]:
    given = values.from_json(line)
    if not isinstance(given, dict):
        raise Fault(f"expected an object {{…}}, not {values.shown(given)}")
    if not isinstance(given.get("text"), str):
        raise Fault("a line of doccano has its text in 'text'", "text")
    document = {key: value for key, value in given.items() if key not in THEIRS}
    if "document" in document:  # an export of ours, back from doccano, which counts its own ids
        document["id"] = document.pop("document")
    document["id"] = values.key(document.get("id") or marks.short_hash(document["text"]))
    annotator = given.get("annotator")
    of_answer = {"annotator": annotator} if annotator not in {None, "gold"} else {"kind": "gold"}
    labels = given.get("label", given.get("labels")) or []
    fixed = {role: given[role] for role in ("holder", "target") if given.get(role) is not None}
    document = marks.whole(document, **fixed)
    if "entities" in given or any(isinstance(label, list) for label in values.sequence(labels, "label")):
        found = _marks(document["text"], given, labels)
        return document, marks.answers(document, found, **of_answer)
    text = document["text"]
    start = len(text) - len(text.lstrip())
    named = [Mark(values.name(label), start, len(text.rstrip()), dict(fixed)) for label in labels]
    if len(named) > 1:
        raise Fault("has several labels for the whole text, and a stance has one: keep one", "label")
    return document, marks.answers(document, named, **of_answer)


def _marks(text: str, given: Cells, labels: list[Any]) -> list[Mark]:
    places = marks.units(text)
    found: dict[object, Mark] = {}
    for number, entity in enumerate(values.sequence(given.get("entities", labels), "entities")):
        try:
            start, end, label, id_ = _entity(entity, number)
            found[id_] = Mark(
                label, marks.point(places, start, "doccano"), marks.point(places, end, "doccano")
            )
        except Fault as fault:
            raise values.within(f"entities.{number}", fault) from None
    relations = [_relation(relation) for relation in values.sequence(given.get("relations", []), "relations")]
    marks.links(found, relations)
    return list(found.values())


def _entity(entity: object, number: int) -> tuple[object, object, str, object]:
    if isinstance(entity, Mapping):
        start, end = entity.get("start_offset"), entity.get("end_offset")
        return start, end, values.name(entity.get("label")), entity.get("id", number)
    if isinstance(entity, list) and len(entity) == 3:
        return entity[0], entity[1], values.name(entity[2]), number
    raise Fault(
        'expected [start, end, "label"] or {"id", "label", "start_offset", "end_offset"}, '
        f"not {values.shown(entity)}"
    )


def _relation(relation: object) -> tuple[object, str, object]:
    if not isinstance(relation, Mapping) or not {"from_id", "to_id", "type"} <= relation.keys():
        raise Fault(f'expected {{"from_id", "to_id", "type"}}, not {values.shown(relation)}', "relations")
    return relation["from_id"], values.name(relation["type"]), relation["to_id"]
