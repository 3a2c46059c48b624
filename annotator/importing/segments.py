"""The `segments` of a document that is cut already → SegmentRow, by their places in its text."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from annotator.domain.corpus import SegmentType
from annotator.importing import values
from annotator.importing.rows import ItemRow, Row, SegmentRow
from annotator.importing.values import Fault, within

Value = TypeVar("Value")


def segments(value: object) -> tuple[SegmentRow, ...]:
    """The segments of one document. In a CSV cell they are JSON.

    Raises Fault that leads to the place: "3.items.0.target".
    """
    return tuple(_each(value, partial(_built, SegmentRow, SEGMENT, {"id", "start", "end"})))


def check(row: Row) -> None:
    """Nothing, if the row is a document that these segments can be of.

    Raises Fault if one lies outside the text or before the end of the one before it, if two have one id,
    or if the row says more than a document can.
    """
    if row.text is None or row.document is not None or row.has_answer:
        raise Fault("stand beside the text of a whole document, and answers in rows of their own", "segments")
    end, ids = 0, set[str]()
    for number, segment in enumerate(row.segments or ()):
        place = f"segments.{number}"
        said = f"[{segment.start}, {segment.end}]"
        if not segment.start < segment.end <= len(row.text):
            raise Fault(f"{said} lies outside the text, which has {len(row.text)} characters", place)
        if segment.start < end:
            raise Fault(f"{said} begins before {end}, where the segment before it ends", place)
        if segment.id in ids:
            raise Fault(f"has the id {segment.id!r} of another one: each needs its own", place)
        end = segment.end
        ids.add(segment.id)


def _items(value: object) -> tuple[ItemRow, ...]:
    return tuple(_each(value, partial(_built, ItemRow, ITEM, {"id"})))


def _metadata(value: object) -> object:
    if not isinstance(value, Mapping):
        raise Fault(f"expected an object {{…}}, not {values.shown(value)}")
    return values.plain(value)


def _each(value: object, convert: Callable[[object], Value]) -> list[Value]:
    found = values.from_json(value) if isinstance(value, str) else value
    if not isinstance(found, list | tuple):
        raise Fault(f"expected a list, not {values.shown(found)}")
    return [_at(str(number), convert, part) for number, part in enumerate(found)]


def _built(
    table: Callable[..., Value],
    fields: Mapping[str, Callable[[object], object]],
    needed: set[str],
    value: object,
) -> Value:
    if not isinstance(value, Mapping):
        raise Fault(f"expected an object {{…}}, not {values.shown(value)}")
    given = {key: part for key, part in value.items() if part is not None and part != ""}
    if unknown := given.keys() - fields.keys():
        raise Fault(f"has no field {min(map(str, unknown))!r}; it may have {', '.join(fields)}")
    if missing := needed - given.keys():
        raise Fault("is missing", min(missing))
    return table(**{key: _at(key, fields[key], part) for key, part in given.items()})


def _at(place: str, convert: Callable[[object], Value], value: object) -> Value:
    try:
        return convert(value)
    except Fault as fault:
        raise within(place, fault) from None


ITEM: dict[str, Callable[[object], object]] = {"id": values.key, "target": values.key, "holder": values.key}
SEGMENT: dict[str, Callable[[object], object]] = {
    "id": values.key,
    "start": values.count,
    "end": values.count,
    "type": partial(values.one_of, SegmentType),
    "paragraph": values.count,
    "speaker": values.name,
    "metadata": _metadata,
    "items": _items,
}
