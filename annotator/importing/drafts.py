"""Rows → documents with their segments, cleaned and cut, not yet stored.

A row with `document` is a segment of it; its rows may stand anywhere among the others. Every other row
is a document of its own, cut into sentences or kept whole. Texts that say nothing are skipped and told.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence

from annotator.domain import Project, ProjectKind, SegmentType, Split, segmenting
from annotator.domain.layout import BlockType
from annotator.importing import cleaning
from annotator.importing.cleaning import Repair
from annotator.importing.drafted import DocumentDraft, SegmentDraft
from annotator.importing.report import Placed, Report
from annotator.importing.rows import Row

_WORD = re.compile(r"\w")
EMPTY = "empty_segments"  # in a document's metadata: the ids of its segments that say nothing
COLUMNS = ("title", "author", "outlet", "url", "published_at", "language", "licence")


def group(rows: Sequence[Placed]) -> dict[str, list[Placed]]:
    """The rows that bring text, by the external id of their document, in the order of the file."""
    groups: dict[str, list[Placed]] = {}
    for placed in rows:
        if placed.row.text is not None:
            groups.setdefault(placed.row.document or own_id(placed.row), []).append(placed)
    return groups


def draft(
    external_id: str,
    rows: list[Placed],
    project: Project,
    report: Report,
    *,
    split: Split | None = None,
    cut: bool,
) -> DocumentDraft | None:
    """The document of these rows; None if all of them were rejected or say nothing.

    `split` is for rows that name none. With `cut`, a text that came in one piece is cut into sentences.
    """
    rows = [placed for placed in rows if _is_alike(placed, rows[0], report)]
    empty = [placed for placed in rows if not _says_something(placed.row)]
    report.empty += empty
    rows = [placed for placed in rows if _says_something(placed.row)]
    if not rows:
        return None
    if rows[0].row.document is not None:
        found = _join(external_id, _in_order(rows, project, report))
    elif rows[0].row.segments is not None:
        found = _place(external_id, rows)
    else:
        found = _cut(external_id, rows, cut=cut)
    found.columns = _columns(found, report)
    found.official_split = _split(found, report, default=split)
    _share_metadata(found, report)
    if empty:
        found.extra[EMPTY] = [_segment_name(external_id, placed.row, 0) for placed in empty]
    return found


def own_id(row: Row) -> str:
    """The external id of a document that one row is: its id, or a hash of its text."""
    return row.id or hashlib.sha256((row.text or "").strip().encode()).hexdigest()[:16]


def _says_something(row: Row) -> bool:
    text = row.text or ""
    return bool(_WORD.search(text) or cleaning.clean(text).text.strip())


def _is_alike(placed: Placed, first: Placed, report: Report) -> bool:
    """Whether the row belongs to this document as the first one does; else it is rejected."""
    row, name = placed.row, first.row.document or own_id(first.row)
    segmented = first.row.document is not None
    reason = None
    if (row.document is not None) != segmented:
        reason = f"{name!r} is a document of several rows, and the id of one by itself ({first.place})"
    elif segmented and (row.position is None) != (first.row.position is None):
        reason = f"some rows of document {name!r} have a position and some do not (see {first.place})"
    elif not segmented and (row.text or "").strip() != (first.row.text or "").strip():
        reason = f"{name!r} stands at {first.place} with another text: give one of them another id"
    if reason is not None:
        report.refuse(placed, reason, "document" if segmented else "id")
    return reason is None


def _in_order(rows: list[Placed], project: Project, report: Report) -> list[list[Placed]]:
    """The rows of each segment, in reading order: by position, or as they stand where there is none."""
    segments: dict[object, list[Placed]] = {}
    for placed in rows:
        key = _segment_key(placed.row, directed=project.kind is ProjectKind.DIRECTED)
        known = segments.setdefault(key, [])
        if known and known[0].row.text != placed.row.text:
            where = f"{key} of document {placed.row.document!r} is taken by {known[0].place}"
            report.refuse(placed, f"{where}, which has another text", "position")
            continue
        known.append(placed)
    if rows[0].row.position is None:
        return list(segments.values())
    return [segments[position] for position in sorted(segments)]  # type: ignore[type-var]


def _segment_key(row: Row, *, directed: bool) -> object:
    """What rows of one segment have in common: it may be asked about several targets, of several people."""
    if row.position is not None:
        return row.position
    if directed:
        return row.text
    return row.id or (row.text if row.has_answer else row.line)


def _join(external_id: str, segments: list[list[Placed]]) -> DocumentDraft:
    """One text of many, each segment cleaned by itself."""
    rows = [of_segment[0].row for of_segment in segments]
    given = [(row.text or "").strip() for row in rows]
    cleaned = [cleaning.clean(text) for text in given]
    raw = segmenting.join([_Piece(text, row) for text, row in zip(given, rows, strict=True)])
    joined = segmenting.join([_Piece(clean.text, row) for clean, row in zip(cleaned, rows, strict=True)])
    every_row = sorted((placed for of_segment in segments for placed in of_segment), key=_number)
    found = DocumentDraft(external_id, every_row, raw.text, joined.text, [], segmenting.PRESEGMENTED, [])
    places = zip(segments, cleaned, raw.spans, joined.spans, strict=True)
    for number, (of_segment, clean, before, after) in enumerate(places):
        assert before is not None and after is not None
        found.segments.append(_of_rows(external_id, of_segment, after, number))
        found.repairs += _moved(clean.repairs, before.start)
    return found


def _number(placed: Placed) -> int:
    return placed.number


class _Piece:
    """A segment's text and what `segmenting.join` asks of its row."""

    def __init__(self, text: str, row: Row) -> None:
        self.text, self.paragraph, self.speaker = text, row.paragraph, row.speaker
        self.type: BlockType | None = row.type.value if row.type is not None else None


def _of_rows(external_id: str, rows: list[Placed], span: segmenting.Span, number: int) -> SegmentDraft:
    row = rows[0].row
    return SegmentDraft(
        _segment_name(external_id, row, number),
        span.start,
        span.end,
        SegmentType(span.type),
        span.paragraph,
        row.speaker,
        dict(row.metadata),
        rows,
    )


def _segment_name(document: str, row: Row, number: int) -> str:
    return row.id or f"{document}-{row.position if row.position is not None else number:02d}"


def _cut(external_id: str, rows: list[Placed], *, cut: bool) -> DocumentDraft:
    """A text that came in one piece, in sentences or whole."""
    row = rows[0].row
    cleaned = cleaning.clean(row.text or "")
    segmenter = segmenting.SEGMENTER if cut else segmenting.PRESEGMENTED
    spans = segmenting.segments(cleaned.text, row.language) if cut else segmenting.whole(cleaned.text)
    segments = [
        SegmentDraft(
            f"{external_id}-{number:02d}" if cut else external_id,
            span.start,
            span.end,
            SegmentType(span.type) if cut else row.type or SegmentType.BODY,
            span.paragraph,
            row.speaker,
            rows=[] if cut else rows,
        )
        for number, span in enumerate(spans)
    ]
    return DocumentDraft(
        external_id, rows, row.text or "", cleaned.text, list(cleaned.repairs), segmenter, segments
    )


def _place(external_id: str, rows: list[Placed]) -> DocumentDraft:
    """A text that says where its segments lie; those that say nothing once they are clean are left out."""
    row = rows[0].row
    cleaned = cleaning.clean(row.text or "")
    found = DocumentDraft(
        external_id, rows, row.text or "", cleaned.text, list(cleaned.repairs), segmenting.PRESEGMENTED, []
    )
    paragraph = 0
    for segment in row.segments or ():
        start, end = found.offset(segment.start), found.offset(segment.end)
        paragraph = segment.paragraph if segment.paragraph is not None else paragraph
        if cleaned.text[start:end].strip():
            extra = dict(segment.metadata)
            found.segments.append(
                SegmentDraft(
                    segment.id,
                    start,
                    end,
                    segment.type,
                    paragraph,
                    segment.speaker,
                    extra,
                    rows,
                    segment.items,
                )
            )
    return found


def _columns(found: DocumentDraft, report: Report) -> dict[str, object]:
    """What the rows say of the document, each column by the first that says it."""
    columns: dict[str, object] = {}
    for placed in found.rows:
        for name in COLUMNS:
            value = getattr(placed.row, name)
            if value is not None and columns.setdefault(name, value) != value:
                report.refuse(
                    placed,
                    f"document {found.external_id!r} has the {name} {columns[name]!s} further up, "
                    f"here it is {value!s}: make them one",
                    name,
                )
    return columns


def _split(found: DocumentDraft, report: Report, *, default: Split | None) -> Split | None:
    split: Split | None = None
    for placed in found.rows:
        own = placed.row.split
        if own is not None and split is not None and own != split:
            report.refuse(
                placed,
                f"document {found.external_id!r} is in {split} further up, here it is in {own}: "
                "a document has one split",
                "split",
            )
        split = split or own
    return split or default


def _share_metadata(found: DocumentDraft, report: Report) -> None:
    """Further columns of the first row are the document's where no row differs, the rest the segments'."""
    shared = dict(found.rows[0].row.metadata)
    for placed in found.rows[1:]:
        for name, value in placed.row.metadata.items():
            if name in shared and shared[name] != value:
                del shared[name]
    if found.is_joined:
        for segment in found.segments:
            segment.extra = {name: value for name, value in segment.extra.items() if name not in shared}
    else:
        report.differing.update(found.rows[0].row.metadata.keys() - shared.keys())
        shared = dict(found.rows[0].row.metadata)
    found.extra = shared


def _moved(repairs: Sequence[Repair], by: int) -> Iterator[Repair]:
    for repair in repairs:
        yield Repair(repair.kind, repair.before, repair.after, tuple(start + by for start in repair.starts))
