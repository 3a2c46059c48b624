"""An Argilla dataset: the folder of `to_disk`, or the file of `records.to_json`.

A record is an item: its field `text` the segment, `target` and `holder` what it fixes. Of the responses,
`label` (or `stance`) is the label, `spans` the words that show it: rationale, holder, target; `stance_holder`
and `stance_target` are for open projects, and `more` is JSON that an export of ours wrote. Spans that
bear labels of the scheme are stances of their own. Suggestions are a model's, and left. Offsets are those of
Argilla's page, UTF-16 units. With documents.jsonl beside it texts come from there; records of an export of
ours without it belong to texts that are there already.

Source: https://docs.argilla.io/latest/reference/argilla/records/records/ and, for the offsets,
https://github.com/argilla-io/argilla/issues/5729
"""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from annotator.errors import BadInput
from annotator.importing import json_values, jsonl, marks, values
from annotator.importing.columns import Columns
from annotator.importing.documents_once import DocumentsOnce
from annotator.importing.marks import PARTS, Mark
from annotator.importing.rows import Rejected, Row
from annotator.importing.values import Fault, within
from annotator.reading import argilla
from annotator.reading.argilla import ANSWER_FLAGS, ENDS, FURTHER, LABEL, MORE, SECONDS, SPANS
from annotator.reading.exchange import CANNOT_JUDGE, HOLDER, NO_STANCE, RATIONALE, TARGET, Cells

LABELS = (LABEL, "stance")  # names of the question for the label
LEFT = {"draft", "discarded"}
NOBODY = {None, "", "None"}  # as its library writes a response without a user


def read(path: Path, columns: Columns, encoding: str | None) -> Iterator[Row | Rejected]:
    """A row for each text that the records bring, and one for each answer."""
    records, documents = path, None
    if path.is_dir():
        records, documents = path / argilla.RECORDS, path / argilla.DOCUMENTS
        if not records.exists():
            raise BadInput(path, f"has no {argilla.RECORDS}: save the dataset with its records")
    if documents is not None and documents.exists():
        yield from jsonl.read(documents, columns, encoding)
    once = DocumentsOnce(records, columns)
    for line, record in json_values.objects(records, encoding, "a list of Argilla's records"):
        yield from once.told(line, partial(_told, record))


def _told(given: object) -> tuple[Cells | None, list[Cells]]:
    """The text, or None if it is a segment of a text of ours, and the answers."""
    record = values.mapping(given, "record")
    fields = values.mapping(record.get("fields"), "fields")
    metadata = dict(values.mapping(record.get("metadata") or {}, "metadata"))
    text = fields.get("text")
    if not isinstance(text, str):
        raise Fault("a record has its text in the field 'text': rename the field", "fields")
    names = metadata.pop(argilla.ANNOTATORS, None) or []
    people = {argilla.user_id(name): name for name in values.sequence(names, argilla.ANNOTATORS)}
    id_ = values.key(record.get("id") or marks.short_hash(text))
    fixed: Cells = {role: fields[role] for role in (HOLDER, TARGET) if fields.get(role)}
    start = metadata.get(argilla.START)
    is_ours = isinstance(start, int) and argilla.DOCUMENT in metadata  # a segment of a text of ours
    offset = start if isinstance(start, int) and is_ours else 0
    document = marks.whole({"id": id_, "text": text, "metadata": metadata}, **fixed)
    answers = []
    for user, said in _by_user(record).items():
        name = people.get(str(user), user)
        who = {"kind": "gold"} if name in {None, "gold"} else {"annotator": name, "kind": "annotation"}
        answers += _answers(document, said, fixed, who, offset)
    return None if is_ours else document, answers


def _by_user(record: Mapping[str, Any]) -> dict[str | None, Cells]:
    """For each user the value of each question that was answered."""
    found: dict[str | None, Cells] = {}
    for question, responses in values.mapping(record.get("responses") or {}, "responses").items():
        for response in values.sequence(responses, f"responses.{question}"):
            given = values.mapping(response, f"responses.{question}")
            if given.get("status") not in LEFT and given.get("value") is not None:
                user = given.get("user_id")
                found.setdefault(None if user in NOBODY else str(user), {})[question] = given["value"]
    return found


def _answers(document: Cells, said: Cells, fixed: Cells, who: Cells, offset: int) -> list[Cells]:
    try:
        spans = [_mark(document["text"], span) for span in values.sequence(said.get(SPANS) or [], SPANS)]
    except Fault as fault:
        raise within(f"responses.{SPANS}", fault) from None
    label = next((said[name] for name in LABELS if said.get(name)), None)
    if label is None:
        if any(mark.label not in PARTS for mark in spans):
            return marks.answers(document, spans, **who)
        return []
    answer = {"item_id": document["id"], **who}
    more = _more(said.get(MORE))
    answer |= {key: more.pop(name) for name, key in ANSWER if name in more}
    label = values.name(label)
    if label in {NO_STANCE, CANNOT_JUDGE}:
        how: Cells = {"stances": []} if label == NO_STANCE else {"outcome": "cannot_judge"}
        return [answer | how]
    further = values.sequence(more.pop(FURTHER, []), FURTHER)
    ends = fixed | {role: said[name] for role, name in ENDS.items() if said.get(name)}
    first = {**ends, **more, "label": label, **_places(spans, more, offset)}
    return [answer | {"stances": [first, *further]}]


ANSWER = ((ANSWER_FLAGS, "flags"), (SECONDS, "seconds"))


def _mark(text: str, span: object) -> Mark:
    given = values.mapping(span, "span")
    places = marks.units(text)
    start, end = (marks.point(places, given.get(name), "Argilla's page") for name in ("start", "end"))
    if start >= end:
        raise Fault(f"a span ends where it begins, or before: {values.shown(dict(given))}")
    return Mark(values.name(given.get("label")), start, end)


def _more(value: object) -> Cells:
    if not value:
        return {}
    found = values.from_json(values.text(value))
    return dict(values.mapping(found, MORE))


def _places(spans: list[Mark], more: Cells, offset: int) -> Cells:
    """Rationales and mentions of a stance, in code points of its document."""
    mentions = {role: list(places) for role, places in (more.get("mentions") or {}).items()}
    found = {RATIONALE: list(more.get("rationales") or []), **mentions}
    for mark in spans:
        role = mark.label if mark.label in PARTS else RATIONALE
        found.setdefault(role, []).append([mark.start + offset, mark.end + offset])
    ordered = {role: sorted(places) for role, places in found.items() if places}
    rationales = ordered.pop(RATIONALE, None)
    return ({"rationales": rationales} if rationales else {}) | ({"mentions": ordered} if ordered else {})
