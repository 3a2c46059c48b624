"""Label Studio's JSON, a task a document, with an annotation for each annotator.

A stance is a region with its label, on the segment; the words that show it are regions of their own, joined
by relations. What else a stance says are controls of its region: textareas holder, target, voice and sources,
choices attribution and flags, the number confidence. Offsets are code points.

Source: https://labelstud.io/guide/task_format and, for the offsets,
https://github.com/HumanSignal/label-studio/pull/1559
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from annotator.reading import Project
from annotator.reading.exchange import Cells
from exporters.formats import marks
from exporters.formats.cells import Told
from exporters.formats.marks import Mark

CONTROLS = {
    "holder": ("textarea", "text"),
    "target": ("textarea", "text"),
    "voice": ("textarea", "text"),
    "sources": ("textarea", "text"),
    "attribution": ("choices", "choices"),
    "flags": ("choices", "choices"),
    "answer_flags": ("choices", "choices"),
    "confidence": ("number", "number"),
    "seconds": ("number", "number"),
}


def write(path: Path, told: Iterable[Told], _project: Project) -> None:
    """One list of tasks, task by task."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        between = "[\n"
        for document, answers in told:
            file.write(between + json.dumps(_task(document, answers), ensure_ascii=False))
            between = ",\n"
        file.write("\n]\n" if between != "[\n" else "[]\n")


def _task(document: Cells, answers: Iterable[Cells]) -> Cells:
    return {
        "data": document,
        "annotations": [
            {
                "completed_by": annotator,
                "ground_truth": theirs[0]["kind"] == "gold",
                "was_cancelled": False,
                "result": list(_result(document, marks.of(document, theirs))),
            }
            for annotator, theirs in marks.by_annotator(answers).items()
        ],
    }


def _result(document: Cells, found: Iterable[Mark]) -> Iterator[Cells]:
    relations = []
    for mark in found:
        words = {"start": mark.start, "end": mark.end, "text": document["text"][mark.start : mark.end]}
        region = {"id": str(mark.number), "to_name": "text"}
        value = words | {"labels": [mark.label]}
        meta = {"meta": {"text": [mark.told["item"]]}} if "item" in mark.told else {}
        yield region | {"from_name": "label", "type": "labels", "value": value} | meta
        for name, (kind, key) in CONTROLS.items():
            if name in mark.told:
                said = mark.told[name]
                many = said if isinstance(said, list) or kind == "number" else [said]
                yield region | {"from_name": name, "type": kind, "value": words | {key: many}}
        for role, other in mark.links:
            ends = {"from_id": str(mark.number), "to_id": str(other)}
            relations.append(ends | {"type": "relation", "direction": "right", "labels": [role]})
    yield from relations
