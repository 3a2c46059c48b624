"""Who judged which document: a segment of it without an answer is that person's "no stance"."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import (
    Annotation,
    Coverage,
    Document,
    Item,
    Kind,
    Project,
    ProjectKind,
    Segment,
    SegmentType,
)
from annotator.errors import Invalid
from annotator.importing import annotations, stage
from annotator.importing.drafts import EMPTY
from annotator.importing.given import Answer
from annotator.importing.names import Names
from annotator.importing.questions import Asked
from annotator.importing.report import Placed, Report

NOT_COVERAGE = "is no coverage: its rows hold document and annotator, and no text and no answer"


def store(session: Session, project: Project, rows: Sequence[Placed], names: Names, report: Report) -> None:
    """Store who read what, and an empty answer for every item that they left without one.

    Raises
    ------
    Invalid
        If the project is directed: there, no answer is no label.
    """
    if project.kind is ProjectKind.DIRECTED:
        raise Invalid(
            f"{project.slug!r} is directed: there every answer has a label, so that coverage says nothing. "
            "Import the rows with their labels"
        )
    rows = [placed for placed in rows if _is_coverage(placed, report)]
    people = annotations.annotators(session, project, {placed.row.annotator or "" for placed in rows}, report)
    known: dict[str, tuple[int | None, int]] = {}
    answers: list[Answer] = []
    seen: set[tuple[int, int]] = set()
    new: list[Coverage] = []
    moment = stage.of(session).moment
    for placed in rows:
        name, person = placed.row.document or "", people[placed.row.annotator or ""]
        if name not in known:
            known[name] = _document(session, project, name)
        document, _ = known[name]
        if document is None:
            report.refuse(
                placed, f"there is no document {name!r} in this project: import it first", "document"
            )
            continue
        if (document, person) in seen:
            continue
        seen.add((document, person))
        if session.get(Coverage, (document, person)) is None:
            report.covered += 1
            report.covered_empty += known[name][1]
            new.append(Coverage(document_id=document, annotator_id=person, created_at=moment))
        for item in _unanswered(session, document, person):
            answers.append(Answer(item, placed.row.annotator or "", Kind.ANNOTATION, placed))
        stage.breathe(session)
    stage.add(session, new)
    annotations.store(session, project, answers, names, report)


def _is_coverage(placed: Placed, report: Report) -> bool:
    if not placed.row.is_coverage:
        report.refuse(placed, NOT_COVERAGE)
    return placed.row.is_coverage


def _document(session: Session, project: Project, name: str) -> tuple[int | None, int]:
    """The document's id, None if there is none; and how many of its segments were empty."""
    query = select(Document.id, Document.extra).where(
        Document.project_id == project.id,
        Document.external_id == name,
        col(Document.deleted_at).is_(None),
    )
    found = session.exec(query).first()
    return (found[0], len(found[1].get(EMPTY, []))) if found is not None else (None, 0)


def _unanswered(session: Session, document: int, person: int) -> list[Asked]:
    """The items on the document's body segments that the person never answered."""
    answered = sa.exists().where(
        col(Annotation.item_id) == col(Item.id),
        col(Annotation.annotator_id) == person,
        col(Annotation.kind) == Kind.ANNOTATION,
    )
    query = (
        sa.select(
            col(Item.id),
            col(Item.external_id),
            col(Item.target_id),
            col(Item.holder_id),
            col(Segment.external_id),
            col(Document.id),
            col(Document.external_id),
        )
        .join(Segment, col(Segment.id) == col(Item.segment_id))
        .join(Document, col(Document.id) == col(Segment.document_id))
        .where(
            col(Document.id) == document,
            col(Segment.type) == SegmentType.BODY,
            col(Item.deleted_at).is_(None),
            ~answered,
        )
        .order_by(col(Segment.position), col(Item.id))
    )
    return [Asked(*row) for row in session.execute(query)]
