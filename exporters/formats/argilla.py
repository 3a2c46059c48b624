"""An Argilla dataset, as `rg.Dataset.from_disk` loads it: a record an item, with the answers as responses.

Questions are `label` and `spans` (rationale, holder, target), in open projects `stance_holder` and
`stance_target`, and `more`: as JSON what else there is, further stances of the answer among it. Each thing
stands in one place. documents.jsonl holds the texts as they are cut. Offsets of spans are those of Argilla's
page, UTF-16 units; spans outside the segment, or where Argilla's server would refuse them, stand in `more`.

Source: https://docs.argilla.io/latest/reference/argilla/records/records/ and, for the offsets,
https://github.com/argilla-io/argilla/issues/5729
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

from annotator.reading import Project
from annotator.reading.argilla import (
    ABOUT,
    ANNOTATORS,
    ANSWER_FLAGS,
    DOCUMENT,
    DOCUMENTS,
    ENDS,
    FURTHER,
    LABEL,
    MORE,
    RECORDS,
    SECONDS,
    SPANS,
    START,
    Shown,
    user_id,
)
from annotator.reading.exchange import CANNOT_JUDGE, HOLDER, NO_STANCE, RATIONALE, TARGET, Cells
from annotator.reading.rows import DIRECTED
from exporters.formats.cells import Told

MARKED = (RATIONALE, HOLDER, TARGET)


def write(folder: Path, told: Iterable[Told], project: Project) -> None:
    """Texts and records as they come, and what Argilla must know of the dataset."""
    (folder / ABOUT).mkdir()
    _put(folder / ABOUT / "dataset.json", {"name": project.slug})
    _put(folder / ABOUT / "settings.json", _settings(project))
    with ExitStack() as files:
        documents, records = (
            files.enter_context((folder / name).open("w", encoding="utf-8", newline="\n"))
            for name in (DOCUMENTS, RECORDS)
        )
        between = "[\n"
        for document, answers in told:
            documents.write(json.dumps(document, ensure_ascii=False) + "\n")
            for record in _records(document, answers, asks=project.kind != DIRECTED):
                records.write(between + json.dumps(record, ensure_ascii=False))
                between = ",\n"
        records.write("\n]\n" if between != "[\n" else "[]\n")


def _put(path: Path, content: Cells) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _settings(project: Project) -> Cells:
    labels = [*(label.name for label in project.labels), NO_STANCE, CANNOT_JUDGE]
    texts = [MORE] if project.kind == DIRECTED else [*ENDS.values(), MORE]
    spans = {"type": "span", "field": "text", "allow_overlapping": True}
    return {
        "guidelines": project.guidelines,
        "allow_extra_metadata": True,
        "distribution": {"strategy": "overlap", "min_submitted": project.overlap},
        "fields": [
            _named(name, {"type": "text", "use_markdown": False}, required=name == "text")
            for name in ("text", HOLDER, TARGET)
        ],
        "questions": [
            _named(LABEL, {"type": "label_selection", "options": _options(labels)}, required=True),
            _named(SPANS, {**spans, "options": _options(MARKED)}),
            *(_named(name, {"type": "text", "use_markdown": False}) for name in texts),
        ],
        "vectors": [],
        "metadata": [
            _named(DOCUMENT, {"type": "terms"}),
            _named(ANNOTATORS, {"type": "terms"}),
            _named(START, {"type": "integer"}),
        ],
    }


def _named(name: str, settings: Cells, *, required: bool = False) -> Cells:
    return {"name": name, "title": name, "required": required, "settings": settings}


def _options(values: Iterable[str]) -> list[Cells]:
    return [{"value": value, "text": value} for value in values]


def _records(document: Cells, answers: Iterable[Cells], *, asks: bool) -> Iterator[Cells]:
    """A record an item; `asks` says whether there are questions for holder and target."""
    by_item: dict[str, list[Cells]] = {}
    for answer in answers:
        by_item.setdefault(answer["item_id"], []).append(answer)
    for segment in document.get("segments", ()):
        for item in segment["items"]:
            start, text = segment["start"], document["text"][segment["start"] : segment["end"]]
            yield _record(document, item, Shown(text, start), by_item.get(item["id"], []), asks=asks)


def _record(document: Cells, item: Cells, shown: Shown, answers: Iterable[Cells], *, asks: bool) -> Cells:
    fixed = {role: item[role] for role in (HOLDER, TARGET) if role in item}
    responses: dict[str, list[Cells]] = {}
    names = []
    for answer in answers:
        annotator = answer.get("annotator", "gold")
        names.append(annotator)
        for question, value in _response(answer, fixed, shown, asks=asks).items():
            said = {"value": value, "user_id": user_id(annotator), "status": "submitted"}
            responses.setdefault(question, []).append(said)
    metadata = {DOCUMENT: document["id"], START: shown.start} | ({ANNOTATORS: names} if names else {})
    return {
        "id": item["id"],
        "fields": {"text": shown.text, **fixed},
        "metadata": metadata,
        "suggestions": {},
        "responses": responses,
        "vectors": {},
    }


def _response(answer: Cells, fixed: Cells, shown: Shown, *, asks: bool) -> Cells:
    """The value of each question that has one."""
    more = {ANSWER_FLAGS: answer.get("flags"), SECONDS: answer.get("seconds")}
    values: Cells = {LABEL: NO_STANCE if answer["outcome"] == "judged" else CANNOT_JUDGE}
    if answer["stances"]:
        first, *further = answer["stances"]
        rest = {key: value for key, value in first.items() if key not in {"label", "rationales", "mentions"}}
        ends = {role: rest.pop(role) for role in ENDS}
        own = {role: name for role, name in ends.items() if fixed.get(role) != name}
        spans, hidden = _spans(first, shown)
        values = {LABEL: first["label"], SPANS: spans}
        values |= {ENDS[role]: name for role, name in own.items() if asks}
        more |= rest | hidden | ({} if asks else own) | {FURTHER: further}
    more = {key: value for key, value in more.items() if value is not None and value not in ([], {})}
    values[MORE] = json.dumps(more, ensure_ascii=False) if more else None
    return {question: value for question, value in values.items() if value}


def _spans(stance: Cells, shown: Shown) -> tuple[list[Cells], Cells]:
    """The spans that Argilla can show, as it has them; and the others, as cells have them."""
    parts = {RATIONALE: stance.get("rationales", []), **stance.get("mentions", {})}
    spans: list[Cells] = []
    hidden: dict[str, list[list[int]]] = {}
    for role in MARKED:
        for start, end in parts.get(role, ()):
            if shown.holds(start, end):
                spans.append({"start": shown.unit(start), "end": shown.unit(end), "label": role})
            else:
                hidden.setdefault(role, []).append([start, end])
    rationales = hidden.pop(RATIONALE, [])
    return spans, {"rationales": rationales, "mentions": hidden}
