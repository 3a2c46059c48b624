"""Spans as a file tells them → [start, end) in code points of a document's text."""

from collections.abc import Mapping

from annotator.errors import Invalid
from annotator.importing.cleaning import clean
from annotator.importing.drafted import DocumentDraft
from annotator.importing.rows import Offsets, Span, Words
from annotator.importing.values import shown

Place = tuple[int, int]  # start and end in the document


def resolve(
    span: Span,
    *,
    text: str,
    segment: str,
    segments: Mapping[str, Place],
    given: DocumentDraft | None = None,
) -> Place:
    """Where the span lies in `text`, the document's; `segments` are its places by external id.

    `segment` is the one that the answer is about. Words are looked for in it, or in the segment that
    the span names, as they stand and then as cleaning leaves them. Offsets count from the document's
    beginning, or from that of the segment that the span names; where the document came as `given`, in
    its raw text.

    Raises
    ------
    Invalid
        If the words are not there or there twice, if the offsets lie outside or hold other words, or
        if the document has no such segment.
    """
    if given is not None and isinstance(span, Offsets) and span.segment is None:
        span = _cleaned(span, given)
    name = span.segment or segment
    if name not in segments:
        raise Invalid(f"a span names segment {name}, which this document does not have")
    place = segments[name]
    return _find(span.text, text, name, place) if isinstance(span, Words) else _check(span, text, name, place)


def _cleaned(span: Offsets, given: DocumentDraft) -> Offsets:
    """The span in the cleaned text, once it holds in the raw one."""
    start, end = _check(span, given.raw, "", (0, len(given.raw)))
    return Offsets(given.offset(start), given.offset(end))


def _find(words: str, text: str, name: str, place: Place) -> Place:
    for wanted in dict.fromkeys((words, clean(words).text)):
        start = text.find(wanted, *place) if wanted else -1
        if start >= 0:
            if text.find(wanted, start + 1, place[1]) >= 0:
                raise Invalid(
                    f"«{wanted}» occurs twice in segment {name}: take in more words, or give offsets"
                )
            return start, start + len(wanted)
    raise Invalid(f"«{words}» does not occur in segment {name}: copy its words exactly")


def _check(span: Offsets, text: str, name: str, place: Place) -> Place:
    first, last = place if span.segment is not None else (0, len(text))
    said = f"span [{span.start}, {span.end}]"
    start, end = first + span.start, first + span.end
    if not first <= start < end <= last:
        whole = f"segment {name}" if span.segment is not None else "the document"
        raise Invalid(f"{said} lies outside {whole}, which has {last - first} characters")
    if span.text is not None and text[start:end] != span.text:
        raise Invalid(f"{said} holds {shown(text[start:end])}, not {shown(span.text)}")
    return start, end
