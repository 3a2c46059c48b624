"""Marks on a text, as span tools know them, → answers in cells.

A mark that bears a label of the scheme is a stance. Where tools link marks, or number their kinds, the others
say what shows it: RATIONALE, HOLDER and TARGET. A mark of these kinds that nothing links to is refused, as it
would be lost. What an export says beside a stance stands in `told`; where another hand made the file, the
item is the segment that the mark begins in, and holder and target are named by the words of their mention.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from annotator.domain import segmenting
from annotator.importing import values
from annotator.importing.values import Fault
from annotator.reading.exchange import (
    CANNOT_JUDGE,
    FLAG,
    HOLDER,
    NAMED_HOLDER,
    NAMED_TARGET,
    NO_STANCE,
    RATIONALE,
    TARGET,
    Cells,
)

PARTS = {RATIONALE, HOLDER, TARGET}
NAMES = {NAMED_HOLDER: "holder", NAMED_TARGET: "target"}


@dataclass(slots=True)
class Mark:
    """A span with a label, in code points of the text. `links` are (role, place of another mark)."""

    label: str
    start: int
    end: int
    told: Cells = field(default_factory=dict)  # of a stance, as cells have it; and "item"
    links: list[tuple[str, "Mark"]] = field(default_factory=list)


def answers(document: Cells, marks: Sequence[Mark], **of_answer: object) -> list[Cells]:
    """The answers that these marks of one annotator give.

    Raises
    ------
    Fault
        If a mark lies outside the text or in no segment, or belongs to nothing.
    """
    linked = {id(other) for mark in marks for _, other in mark.links}
    found: dict[str, Cells] = {}
    for mark in marks:
        _check(mark, document["text"])
        if id(mark) in linked:
            continue
        if mark.label in PARTS:
            raise Fault(f"the {mark.label} {_place(mark)} belongs to no stance: link a stance to it")
        item = _item(document, mark)
        answer = found.setdefault(item["id"], {"item_id": item["id"], **of_answer, "stances": []})
        answer |= {key: mark.told[key] for key in OF_ANSWER if key in mark.told}
        if mark.label == CANNOT_JUDGE:
            answer["outcome"] = "cannot_judge"
        elif mark.label != NO_STANCE:
            _put(answer["stances"], _stance(document, mark))
    return [_without_nothing(answer) for answer in found.values()]


OF_ANSWER = ("answer_flags", "seconds")


def segmented(document: Cells) -> Cells:
    """The document, cut into sentences where nothing says how it is cut."""
    if "segments" in document:
        return document
    text, id_ = document["text"], document["id"]
    cut = segmenting.segments(text, document.get("language"))
    segments = [
        {"id": f"{id_}-{n:02d}", "start": span.start, "end": span.end, "type": str(span.type)}
        | {"paragraph": span.paragraph}
        for n, span in enumerate(cut)
    ]
    return document | {"segments": segments}


def whole(document: Cells, **fixes: object) -> Cells:
    """The document, as one segment that one item asks about, where nothing says how it is cut.

    `fixes` are holder and target of the item.
    """
    if "segments" in document:
        return document
    named = {role: name for role, name in fixes.items() if name is not None}
    return document | {
        "segments": [
            {"id": document["id"], "start": span.start, "end": span.end}
            | ({"items": [{"id": document["id"], **named}]} if named else {})
            for span in segmenting.whole(document["text"])
        ]
    }


def short_hash(text: str) -> str:
    """An id for a text that has none."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def units(text: str) -> list[int]:
    """For each place in UTF-16 units the place in code points; -1 within a code point.

    >>> units("a🚋b")
    [0, 1, -1, 2, 3]
    """
    places: list[int] = []
    for number, character in enumerate(text):
        places += [number, -1] if ord(character) > 0xFFFF else [number]
    return [*places, len(text)]


def point(places: Sequence[int], unit: object, whose: str) -> int:
    """The place in code points of an offset in UTF-16 units; `places` are the text's, as `units` gives them.

    Raises Fault if there is no such place.
    """
    if not isinstance(unit, int) or isinstance(unit, bool):
        raise Fault(f"expected an offset as a whole number, not {values.shown(unit)}")
    if not 0 <= unit < len(places):
        raise Fault(f"the offset {unit} lies outside the text, which has {len(places) - 1} UTF-16 units")
    if places[unit] < 0:
        raise Fault(f"the offset {unit} lies within a character: offsets of {whose} count UTF-16 units")
    return places[unit]


def _check(mark: Mark, text: str) -> None:
    if not 0 <= mark.start < mark.end <= len(text):
        raise Fault(f"{_place(mark)} lies outside the text, which has {len(text)} characters")


def _place(mark: Mark) -> str:
    return f"{values.shown(mark.label)} at [{mark.start}, {mark.end}]"


def _item(document: Cells, mark: Mark) -> Mapping[str, str]:
    """The item that a mark is about."""
    named = mark.told.get("item")
    segments = document.get("segments", ())
    if named is not None:
        return {"id": str(named)}
    for segment in segments:
        if segment["start"] <= mark.start < segment["end"]:
            return _of_segment(segment, mark)
    raise Fault(f"{_place(mark)} begins in no segment of the document: move it into a sentence")


def _of_segment(segment: Cells, mark: Mark) -> Mapping[str, str]:
    """Of the items about one segment, the one whose target the mark is about."""
    items = segment.get("items")
    if items is None:
        return {"id": segment["id"]}
    ends = _ends(mark)
    fits = [
        item
        for item in items
        if all(ends.get(role) in {None, item.get(role, ends.get(role))} for role in ("target", "holder"))
    ]
    if len(fits) != 1:
        what = "several items ask" if fits else "no item asks"
        raise Fault(f"{_place(mark)}: {what} about this segment and this target; say which target it is")
    found: Mapping[str, str] = fits[0]
    return found


def _ends(mark: Mark) -> Cells:
    ends = {role: mark.told[role] for role in ("holder", "target") if mark.told.get(role)}
    for role, other in mark.links:
        role_named = NAMES.get(role, role)
        if role_named in {HOLDER, TARGET} and other.label not in PARTS:
            ends.setdefault(role_named, other.label)
    return ends


def _stance(document: Cells, mark: Mark) -> Cells:
    text = document["text"]
    told = {key: value for key, value in mark.told.items() if key not in {"item", *OF_ANSWER}}
    stance: Cells = {**told, **_ends(mark), "label": told.get("label", mark.label)}
    mentions: dict[str, list[list[int]]] = {}
    for role, other in mark.links:
        _check(other, text)
        span = [other.start, other.end]
        if role == RATIONALE:
            stance.setdefault("rationales", []).append(span)
        elif role == FLAG:
            stance.setdefault("flags", []).append(other.label)
        elif role in {HOLDER, TARGET}:
            mentions.setdefault(role, []).append(span)
            stance.setdefault(role, " ".join(text[other.start : other.end].split()))
        elif role not in NAMES:
            raise Fault(
                f"{_place(mark)} has a link {values.shown(role)}; known are rationale, holder, target"
            )
    if "item" not in mark.told and not _is_segment(document, mark) and "rationales" not in stance:
        stance["rationales"] = [[mark.start, mark.end]]
    return stance | ({"mentions": mentions} if mentions else {})


def _is_segment(document: Cells, mark: Mark) -> bool:
    """Whether the mark is one on a whole segment, and shows nothing more closely."""
    return any(
        (segment["start"], segment["end"]) == (mark.start, mark.end) for segment in document["segments"]
    )


def _put(stances: list[Cells], stance: Cells) -> None:
    """Add a stance; one that says the same of the same, elsewhere in the segment, lends its words."""
    for other in stances:
        if {**other, "rationales": None} == {**stance, "rationales": None}:
            other["rationales"] = [*other.get("rationales", []), *stance.get("rationales", [])]
            return
    stances.append(stance)


def _without_nothing(answer: Cells) -> Cells:
    if answer.get("outcome") == "cannot_judge" and not answer["stances"]:
        del answer["stances"]
    if "answer_flags" in answer:
        answer["flags"] = answer.pop("answer_flags")
    return answer


def links(
    marks: Mapping[object, Mark], pairs: Iterable[tuple[object, str, object]], what: str = "relation"
) -> None:
    """Link marks by their ids: (from, role, to).

    Raises Fault if there is no such mark.
    """
    for start, role, end in pairs:
        for id_ in (start, end):
            if id_ not in marks:
                raise Fault(f"a {what} names {values.shown(id_)}, which is no mark of this text")
        marks[start].links.append((role, marks[end]))
