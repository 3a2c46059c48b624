"""INCEpTION's UIMA CAS JSON: a folder an annotator, in it a file for each document; TypeSystem.xml beside.

JSON is chosen over XMI because a file of it brings its types along, and holds every character; XML 1.0 does
not. INCEpTION makes layers of TypeSystem.xml (Settings, Layers, Import); the files then are documents of the
format "UIMA CAS JSON 0.4.0". Offsets there are UTF-16 units; the library converts them. Segments are
sentences, too, unless they overlap, which INCEpTION does not allow.

Source: https://inception-project.github.io/releases/34.5/docs/user-guide.html#sect_formats and
https://github.com/apache/uima-uimaj-io-jsoncas
"""

import json
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from annotator.reading import Project, uima
from annotator.reading.exchange import Cells
from exporters.formats import marks
from exporters.formats.cells import Told
from exporters.formats.marks import Mark
from exporters.formats.placing import NOBODY, Places

ANNOTATION, TOP, TEXT = "uima.tcas.Annotation", "uima.cas.TOP", "uima.cas.String"
TEXTS, NUMBER, LIST = "uima.cas.StringArray", "uima.cas.Float", "uima.cas.FSArray"


def write(folder: Path, told: Iterable[Told], _project: Project) -> None:
    """The files of one document after the other, and the types."""
    cassis = uima.library()
    types, places = _types(cassis), Places(folder)
    types.to_xml(folder / uima.TYPES)
    for number, (document, answers) in enumerate(told, start=1):
        for annotator, theirs in (marks.by_annotator(answers) or {NOBODY: []}).items():
            cas = _cas(cassis, types, document, annotator, marks.of(document, theirs))
            place = places.of(annotator, number, document["id"])
            minimal = cassis.typesystem.TypeSystemMode.MINIMAL
            cas.to_json(place.with_name(f"{place.name}.json"), pretty_print=False, type_system_mode=minimal)


def _types(cassis: Any) -> Any:
    types = cassis.TypeSystem()
    sentence = types.create_type(uima.SENTENCE, ANNOTATION)
    types.create_feature(sentence, "id", TEXT)
    segment = types.create_type(uima.SEGMENT, ANNOTATION, "How the text is cut, and what is asked there")
    for name in ("document", "annotator", "told"):
        types.create_feature(segment, name, TEXT)
    span = types.create_type(uima.SPAN, ANNOTATION, "Words that show a stance")
    types.create_feature(span, "kind", TEXT)
    link = types.create_type(uima.LINK, TOP)
    types.create_feature(link, "role", TEXT)
    types.create_feature(link, "target", span)
    stance = types.create_type(uima.STANCE, ANNOTATION, "Who stands where towards what")
    ranges = dict.fromkeys(uima.WORDS, TEXT) | dict.fromkeys(uima.NUMBERS, NUMBER)
    for name, range_ in (ranges | dict.fromkeys(uima.LISTS, TEXTS)).items():
        types.create_feature(stance, name, range_)
    types.create_feature(stance, uima.SPANS, LIST, elementType=link)
    return types


def _cas(cassis: Any, types: Any, document: Cells, annotator: str, found: Sequence[Mark]) -> Any:
    """The document with the marks of one annotator."""
    cas = cassis.Cas(types)
    cas.sofa_string, cas.sofa_mime = document["text"], "text/plain"
    segments = document.get("segments", [])
    of_text = {"document": document["id"], "annotator": annotator}
    for segment in segments:
        place = {"begin": segment["start"], "end": segment["end"]}
        own = {key: value for key, value in segment.items() if key not in {"start", "end"}}
        told = json.dumps(own, ensure_ascii=False)
        cas.add(types.get_type(uima.SEGMENT)(**place, **of_text, told=told))
        if not _overlap(segments):
            cas.add(types.get_type(uima.SENTENCE)(**place, id=segment["id"]))
    spans = {mark.number: _span(types, mark) for mark in found if mark.is_part}
    cas.add_all(spans.values())
    cas.add_all(_stance(types, mark, spans) for mark in found if not mark.is_part)
    return cas


def _overlap(segments: Sequence[Cells]) -> bool:
    places = sorted((segment["start"], segment["end"]) for segment in segments)
    return any(first[1] > second[0] for first, second in pairwise(places))


def _span(types: Any, mark: Mark) -> Any:
    return types.get_type(uima.SPAN)(begin=mark.start, end=mark.end, kind=mark.label)


def _stance(types: Any, mark: Mark, spans: dict[int, Any]) -> Any:
    told = dict(mark.told)
    for name in uima.LISTS:
        if name in told:
            told[name] = types.get_type(TEXTS)(elements=told[name])
    if mark.links:
        link = types.get_type(uima.LINK)
        links = [link(role=role, target=spans[number]) for role, number in mark.links]
        told[uima.SPANS] = types.get_type(LIST)(elements=links)
    return types.get_type(uima.STANCE)(begin=mark.start, end=mark.end, label=mark.label, **told)
