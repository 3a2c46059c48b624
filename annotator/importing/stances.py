"""Nested answers → StanceRow: the `stances` of a JSON line, or a flat row's one label."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeGuard, TypeVar

from annotator.domain.answer import Attribution, StanceFlag
from annotator.importing import values
from annotator.importing.rows import Offsets, Span, StanceRow, Words
from annotator.importing.values import Fault, within

FIELDS = {"holder", "target", "label", "attribution", "voice", "sources", "confidence", "flags"}
FIELDS |= {"rationales", "mentions"}
ROLES = ("holder", "target")
Value = TypeVar("Value")


def stances(value: object) -> tuple[StanceRow, ...]:
    """The stances of one answer. In a CSV cell they are JSON.

    Raises Fault that leads to the place: "0.rationales.1".
    """
    found = values.from_json(value) if isinstance(value, str) else value
    if not isinstance(found, list | tuple):
        raise Fault(f"expected a list of stances, not {values.shown(found)}")
    return tuple(_at(number, stance, part) for number, part in enumerate(found))


def stance(value: object) -> StanceRow:
    """One stance, from the keys of a mapping; null is as good as not there."""
    if not isinstance(value, Mapping):
        raise Fault(f"expected a stance as {{…}}, not {values.shown(value)}")
    given = {key: part for key, part in value.items() if part is not None and part != ""}
    if unknown := given.keys() - FIELDS:
        raise Fault(f"a stance has no field {min(unknown)!r}; it has {', '.join(sorted(FIELDS))}")
    if "label" not in given:
        raise Fault("a stance needs a label", "label")
    return StanceRow(**{key: _at(key, CONVERT[key], part) for key, part in given.items()})  # type: ignore[arg-type]


def spans(value: object) -> tuple[Span, ...]:
    """One span or a list of them. Two whole numbers are one span."""
    if isinstance(value, str) and value.lstrip().startswith(("[", "{")):
        value = _json_or_words(value)
    if isinstance(value, str | Mapping) or _is_pair(value):
        return (span(value),)
    if not isinstance(value, list | tuple):
        raise Fault(f"expected a list of spans, not {values.shown(value)}")
    return tuple(_at(number, span, part) for number, part in enumerate(value))


def span(value: object) -> Span:
    """[start, end], "words", {"segment", "text"}, or {"start", "end"} with "segment" or "text" or both."""
    if isinstance(value, str) and value:
        return Words(values.fit(value))
    if _is_pair(value):
        start, end = value
        return Offsets(start, end)
    if isinstance(value, Mapping) and not value.keys() - {"segment", "text", "start", "end"}:
        segment = _optional(value, "segment")
        words = _optional(value, "text")
        if _is_pair([value.get("start"), value.get("end")]):
            return Offsets(value["start"], value["end"], segment, words)
        if words and value.get("start") is None and value.get("end") is None:
            return Words(words, segment)
    raise Fault(
        'expected a span as [start, end], "words" or {"segment": id, "text": "words"}, '
        f"not {values.shown(value)}"
    )


def mentions(value: object) -> dict[str, tuple[Span, ...]]:
    """The spans that name the holder and the target, by role."""
    found = values.from_json(value) if isinstance(value, str) else value
    if not isinstance(found, Mapping) or found.keys() - set(ROLES):
        raise Fault('expected mentions as {"holder": [spans], "target": [spans]}')
    return {role: _at(role, spans, found[role]) for role in ROLES if found.get(role)}


def _at(place: object, convert: Callable[[object], Value], value: object) -> Value:
    try:
        return convert(value)
    except Fault as fault:
        raise within(str(place), fault) from None


def _is_pair(value: object) -> TypeGuard[Sequence[int]]:
    return (
        isinstance(value, list | tuple)
        and len(value) == 2
        and all(isinstance(end, int) and not isinstance(end, bool) for end in value)
    )


def _optional(value: Mapping[str, object], key: str) -> str | None:
    return None if value.get(key) is None else values.fit(values.text(value[key]))


def _json_or_words(value: str) -> object:
    try:
        return values.from_json(value)
    except Fault:
        return value


CONVERT: dict[str, Callable[[object], object]] = {
    "holder": values.key,
    "target": values.key,
    "label": values.name,
    "attribution": lambda value: values.one_of(Attribution, value),
    "voice": values.key,
    "sources": values.names,
    "confidence": values.share,
    "flags": lambda value: tuple(values.one_of(StanceFlag, flag) for flag in values.parts(value)),
    "rationales": spans,
    "mentions": mentions,
}
