"""Drafts → rows of Document and Segment. What is there already is left, merged, or refused by name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import Document, Project, Segment, now
from annotator.domain.near_duplicates import fingerprint
from annotator.domain.segmenting import PRESEGMENTED
from annotator.importing import stage
from annotator.importing.bulk import insert
from annotator.importing.drafted import DocumentDraft
from annotator.importing.report import Report
from annotator.store import near_duplicates, search

ANOTHER = "is stored with another text: give this one another id, or leave it out"
CUT = "is stored cut into sentences: say --segment sentence, or leave it out"
WHOLE = "is stored whole: say --segment whole, or leave it out"
ERASED = "was erased on request: it cannot come in again. Leave it out"
OTHER_ROWS = (
    "is stored with other segments: bring all of its rows as they were, or leave out the texts and refer to "
    "its items by item_id"
)

OTHER_PLACES = "is stored with other segments: bring them as they were, or leave the text out"


@dataclass(slots=True)
class Stored:
    """A draft that is in the database, with its segments' ids by their external ones."""

    draft: DocumentDraft
    id: int
    segments: dict[str, int]
    is_new: bool = False


def store(
    session: Session, project: Project, drafts: Sequence[DocumentDraft], report: Report
) -> list[Stored]:
    """Store what is new, merge what is known; return the drafts that are in the database now, in order."""
    stored: dict[str, Stored] = {}
    for chunk in stage.parts(session, drafts, lambda draft: len(draft.segments)):
        known = _known(session, project, [draft.external_id for draft in chunk])
        fresh = [draft for draft in chunk if draft.external_id not in known]
        for found in (
            *_insert(session, project, fresh, report),
            *_merge(
                session,
                [(draft, known[draft.external_id]) for draft in chunk if draft.external_id in known],
                report,
            ),
        ):
            stored[found.draft.external_id] = found
    return [stored[draft.external_id] for draft in drafts if draft.external_id in stored]


def _known(session: Session, project: Project, external_ids: list[str]) -> dict[str, Document]:
    found = select(Document).where(
        Document.project_id == project.id,
        col(Document.external_id).in_(external_ids),
        sa.or_(col(Document.deleted_at).is_(None), col(Document.erased_at).is_not(None)),
    )
    return {document.external_id: document for document in session.exec(found)}


def _insert(
    session: Session, project: Project, drafts: list[DocumentDraft], report: Report
) -> Iterable[Stored]:
    stage.breathe(session)  # fingerprints take time
    rows = [{**_document(project, draft), **stage.audited(session)} for draft in drafts]
    ids = insert(session, Document, rows)
    if ids and project.id is not None and not is_apart(session):
        found = [(id_, row["fingerprint"]) for id_, row in zip(ids, rows, strict=True)]
        near_duplicates.link(session, project.id, found)
    segments = [
        _segment(id_, position, draft)
        for id_, draft in zip(ids, drafts, strict=True)
        for position in range(len(draft.segments))
    ]
    numbers = insert(session, Segment, segments)
    texts = [draft.text[segment.start : segment.end] for draft in drafts for segment in draft.segments]
    if not stage.of(session).is_trial:
        search.put(session, zip(numbers, texts, strict=True))
    segment_ids = iter(numbers)
    for id_, draft in zip(ids, drafts, strict=True):
        report.documents["new"] += 1
        report.segments.update(str(segment.type) for segment in draft.segments)
        report.repairs += [(draft.external_id, repair) for repair in draft.repairs]
        by_name = {segment.external_id: next(segment_ids) for segment in draft.segments}
        yield Stored(draft, id_, by_name, is_new=True)


def is_apart(session: Session) -> bool:
    """Whether what comes in is kept from what is there, until it is shown or for ever."""
    here = stage.of(session)
    return here.is_trial or here.hidden is not None


def _document(project: Project, draft: DocumentDraft) -> dict[str, Any]:
    nothing = dict.fromkeys(("title", "author", "outlet", "url", "published_at", "language", "licence"))
    return {
        **nothing,
        **draft.columns,
        "project_id": project.id,
        "external_id": draft.external_id,
        "text": draft.text,
        "raw_text": draft.raw if draft.raw != draft.text else None,
        "raw_sha256": draft.raw_sha256,
        "repairs": [repair.as_json() for repair in draft.repairs],
        "segmenter": draft.segmenter,
        "fingerprint": fingerprint(draft.text),
        "extra": draft.extra,
        "official_split": draft.official_split,
    }


def _segment(document_id: int, position: int, draft: DocumentDraft) -> dict[str, Any]:
    segment = draft.segments[position]
    return {
        "document_id": document_id,
        "external_id": segment.external_id,
        "position": position,
        "paragraph": segment.paragraph,
        "start": segment.start,
        "end": segment.end,
        "type": segment.type,
        "speaker": segment.speaker,
        "extra": segment.extra,
    }


def _merge(session: Session, pairs: list[tuple[DocumentDraft, Document]], report: Report) -> Iterable[Stored]:
    segments = _segments_of(session, [document.id for _, document in pairs])
    for draft, document in pairs:
        assert document.id is not None
        known = segments.get(document.id, {})
        if reason := ERASED if document.erased_at else _contradiction(draft, document, known):
            report.refuse(draft.rows[0], f"document {draft.external_id!r} {reason}", "text")
            continue
        changed = [*_merge_document(draft, document), *_merge_segments(draft, known)]
        if changed:
            document.updated_at = now()
            for row in (document, *known.values()):
                if session.is_modified(row):
                    stage.later(session, row)
            report.merges.append(f"document {draft.external_id!r} merged: {'; '.join(changed)}")
        report.documents["merged" if changed else "unchanged"] += 1
        yield Stored(draft, document.id, {name: segment.id or 0 for name, segment in known.items()})
    session.flush()


def _segments_of(session: Session, documents: Sequence[int | None]) -> dict[int, dict[str, Segment]]:
    found: dict[int, dict[str, Segment]] = {}
    rows = session.exec(
        select(Segment).where(col(Segment.document_id).in_(documents)).order_by(col(Segment.position))
    )
    for segment in rows:
        found.setdefault(segment.document_id, {})[segment.external_id] = segment
    return found


def _contradiction(draft: DocumentDraft, document: Document, known: dict[str, Segment]) -> str | None:
    """Why this is not the stored document once more; None if it is."""
    is_same = draft.is_placed and draft.text == document.text  # an export brings the cleaned text
    if draft.raw_sha256 != document.raw_sha256 and not is_same:
        return OTHER_ROWS if draft.is_joined else ANOTHER
    is_cut = document.segmenter != PRESEGMENTED
    if draft.is_cut != is_cut and not draft.is_placed:
        return CUT if is_cut else WHOLE
    if draft.official_split and document.split and draft.official_split != document.split:
        return f"was released in {document.split}: its split cannot become {draft.official_split}"
    if draft.official_split and document.official_split not in {None, draft.official_split}:
        return f"is stored in {document.official_split}: its split cannot become {draft.official_split}"
    return _other_segments(draft, known)


def _other_segments(draft: DocumentDraft, known: dict[str, Segment]) -> str | None:
    if draft.is_placed:
        placed = [(segment.external_id, segment.start, segment.end) for segment in draft.segments]
        if placed != [(name, segment.start, segment.end) for name, segment in known.items()]:
            return OTHER_PLACES
    if draft.is_joined or draft.is_placed:
        here = [(segment.external_id, segment.type) for segment in draft.segments]
        if here != [(name, segment.type) for name, segment in known.items()]:
            return OTHER_ROWS
    return None


def _merge_document(draft: DocumentDraft, document: Document) -> Iterable[str]:
    new = dict(draft.columns)
    if draft.official_split is not None:
        new["official_split"] = draft.official_split
    for name, value in new.items():
        before = getattr(document, name)
        if before != value:
            setattr(document, name, value)
            yield _told(name, before, value)
    for name, value in draft.extra.items():
        before = document.extra.get(name)
        if before != value:
            document.extra = document.extra | {name: value}
            yield _told(name, before, value)


def _merge_segments(draft: DocumentDraft, known: dict[str, Segment]) -> Iterable[str]:
    for segment in draft.segments if draft.is_joined or draft.is_placed else ():
        stored = known[segment.external_id]
        if segment.speaker is not None and segment.speaker != stored.speaker:
            yield _told(f"speaker of {segment.external_id}", stored.speaker, segment.speaker)
            stored.speaker = segment.speaker
        if any(stored.extra.get(name) != value for name, value in segment.extra.items()):
            yield f"metadata of {segment.external_id}"
            stored.extra = stored.extra | segment.extra


def _told(name: str, before: object, after: object) -> str:
    return f"{name} is {after!s}" if before is None else f"{name} is {after!s}, was {before!s}"
