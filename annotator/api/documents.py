"""A whole document: for the document view, and for more context than an item brings."""

from flask import Blueprint, g
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from annotator.api import query
from annotator.api.answers import AnswerOut, answers_out
from annotator.api.openapi import PREFIX, describes
from annotator.api.question import DocumentOut
from annotator.api.schemas import NamedOut, Outgoing
from annotator.domain import Entity, Role, Segment
from annotator.http import etags
from annotator.http.session import requires
from annotator.store import documents, named
from annotator.store.documents import Read, State

bp = Blueprint("api_documents", __name__, url_prefix=f"{PREFIX}/projects/<slug>")

PRESSING: tuple[State, ...] = ("yours", "answered", "open")


class MarkOut(Outgoing):
    """An item, how it stands with this person, and their own answer."""

    item: str
    state: State
    target: NamedOut | None  # where the item fixes it
    current: AnswerOut | None


class PieceOut(Outgoing):
    """A segment: `text[start:end]` in code points, and its item, if it has one.

    Where a segment has several, about one target each, the first that this person holds stands here,
    else the first that they answered; `more` has the others.
    """

    start: int
    end: int
    type: str
    speaker: str | None
    paragraph: int
    item: str | None
    state: State | None
    target: NamedOut | None
    current: AnswerOut | None
    more: list[MarkOut]


class WholeOut(Outgoing):
    """A document with its text and its segments in reading order."""

    document: DocumentOut
    text: str
    language: str | None
    segments: list[PieceOut]


@bp.get("/document")
@requires(Role.ANNOTATOR)
@describes(gives={200: WholeOut}, query={"id": {"type": "string"}}, is_tagged=True)
def show() -> ResponseReturnValue:
    """A whole document with this person's own answers; whether others answered is not told.

    404 unless they hold or have answered an item of it, or one may be lent to them; 403 while an experiment
    says how much of a text is read. Where one hides who speaks, this does. About 16 queries.
    """
    found = documents.read(g.session, g.project, g.user, query.needed("id"))
    return etags.tagged(_whole(g.session, found).model_dump(mode="json"))


def _whole(session: Session, found: Read) -> WholeOut:
    marks = [mark for of_segment in found.marks.values() for mark in of_segment]
    answers = [mark.current for mark in marks if mark.current is not None]
    items = {mark.item.id: mark.item.external_id for mark in marks if mark.item.id is not None}
    masked = (
        {mark.item.id for mark in marks if mark.item.id and mark.item.holder_id} if found.is_masked else set()
    )
    told = answers_out(session, answers, items=items, masked=masked)
    shown = {answer.item: answer for answer in told}
    fixed = {mark.item.target_id for mark in marks if mark.item.target_id is not None}
    targets, _ = named.of(session, [], also=fixed)
    return WholeOut(
        document=DocumentOut.of(found.document, is_masked=found.is_masked),
        text=found.document.text,
        language=found.document.language,
        segments=[_piece(segment, found, shown, targets) for segment in found.segments],
    )


def _piece(
    segment: Segment, found: Read, shown: dict[str, AnswerOut], targets: dict[int, Entity]
) -> PieceOut:
    marks = found.marks.get(segment.id or 0, [])
    pressing = sorted(marks, key=lambda mark: PRESSING.index(mark.state))
    told = [
        MarkOut(
            item=mark.item.external_id,
            state=mark.state,
            target=NamedOut.model_validate(targets[mark.item.target_id]) if mark.item.target_id else None,
            current=shown.get(mark.item.external_id),
        )
        for mark in pressing
    ]
    first = told[0] if told else None
    return PieceOut(
        start=segment.start,
        end=segment.end,
        type=segment.type,
        speaker=None if found.is_masked else segment.speaker,
        paragraph=segment.paragraph,
        item=first.item if first else None,
        state=first.state if first else None,
        target=first.target if first else None,
        current=first.current if first else None,
        more=told[1:],
    )
